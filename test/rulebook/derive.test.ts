// Deriving lines beyond the worked examples: which rule is taken, what is refused, both currencies, corrections.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isoDate } from '../../src/accounting/dates.ts';
import { companyPeriods } from '../../src/accounting/companyPeriods.ts';
import type { ExpectedLine } from '../../src/accounting/line.ts';
import { expectedKey } from '../../src/accounting/line.ts';
import type { BusinessEvent } from '../../src/events/model.ts';
import { showTicks } from '../../src/money/ticks.ts';
import { readTicks } from '../../src/money/ticks.ts';
import { companyAmounts } from '../../src/rulebook/companyAmounts.ts';
import { deltaLines, negateLines, numberLines } from '../../src/rulebook/correct.ts';
import { deriveLines } from '../../src/rulebook/derive.ts';
import type { PostingCompany } from '../../src/rulebook/fit.ts';
import { decimal } from '../../src/money/decimal.ts';
import { changed, compileSmall, messages } from './small.ts';

const DAY = isoDate('2026-10-14');
const US: PostingCompany = {
  currency: 'USD',
  inventoryMethod: 'cost',
  ...companyPeriods('monthly'),
};

function rulebookOf(texts?: Record<string, string>) {
  const compiled = compileSmall(texts);
  if (!compiled.ok) throw new Error(messages(compiled));
  return compiled.rulebook;
}

type Figures = readonly (readonly [name: string, amount: string, member?: string, currency?: string])[];

const SALE: Figures = [
  ['receivableOwn', '108.25'],
  ['net', '100.00'],
  ['taxOwn', '8.25', 'IL'],
  ['cost', '60.00'],
];

function eventOf(figures: Figures = SALE, over: Partial<BusinessEvent> = {}): BusinessEvent {
  return {
    source: '/oms',
    id: 'e1',
    type: 'retail.shipment.confirmed.v1',
    subject: '',
    time: '2026-10-14T12:00:00.000Z',
    company: 'US01',
    currency: 'USD',
    businessKey: 'S1',
    businessDate: DAY,
    businessDateGiven: false,
    contentHash: '',
    canonical: '',
    channel: 'web',
    brand: '',
    region: '',
    places: { location: 'W001', sellingLocation: 'WEB1' },
    reference: 'S1',
    further: { shipmentId: 'S1', orderId: 'O1' },
    measures: figures.map(([name, amount, member = '', currency = 'USD']) => ({
      name,
      member,
      amount: decimal(amount),
      currency,
    })),
    rates: { USD: '1' },
    data: { fulfilment: 'ship' },
    ...over,
  };
}

function linesOf(event: BusinessEvent, company = US, rulebook = rulebookOf(), day = DAY): ExpectedLine[] {
  const derived = deriveLines(event, day, rulebook, () => company);
  if (derived.kind !== 'lines') throw new Error(JSON.stringify(derived));
  return derived.lines;
}

/** `4000 WEB1 -100.00` */
function short(lines: readonly ExpectedLine[]): string[] {
  return lines.map((line) =>
    [line.account, line.location, line.dimension, line.amount, line.currency]
      .filter((part) => part !== '')
      .join(' '),
  );
}

function sumOf(lines: readonly ExpectedLine[], amount: (line: ExpectedLine) => string | null): bigint {
  return lines.reduce((sum, line) => sum + readTicks(amount(line) ?? '0'), 0n);
}

describe('net by what was sold', () => {
  const parts = (kind: string, category: string, taxRate: string, amount: string) => ({
    name: 'net',
    member: kind,
    parts: { category, taxRate },
    amount: decimal(amount),
    currency: 'USD',
  });
  const sold = eventOf([['receivableOwn', '16.00']]);
  sold.measures.push(
    parts('goods', 'food-fresh', '0.07', '10.00'),
    parts('goods', 'shoes', '0.19', '5.00'),
    parts('service', '', '', '1.00'),
  );
  const withNet = (line: string): Record<string, string> =>
    changed(
      'postings/shipment.yaml',
      '  - { side: credit, account: revenue, amount: net, at: sellingLocation }\n',
      line,
    );

  it('goes to accounts by category, kind and tax rate; the first that fits', () => {
    const account =
      'account: { default: revenue, kinds: { service: cogs }, categories: { "food*": inventory } }';
    const texts = withNet(`  - { side: credit, ${account}, amount: net, at: sellingLocation }\n`);
    expect(short(linesOf(sold, US, rulebookOf(texts)))).toEqual([
      '1200 WEB1 16.00 USD',
      '1400 WEB1 -10.00 USD',
      '4000 WEB1 -5.00 USD',
      '5000 WEB1 -1.00 USD',
    ]);
  });

  it('can be taken by one member of any division', () => {
    const texts = withNet(
      '  - { side: credit, account: revenue, amount: net, of: goods, at: sellingLocation }\n' +
        '  - { side: credit, account: cogs, amount: net, of: { taxRate: "" }, at: sellingLocation }\n',
    );
    expect(short(linesOf(sold, US, rulebookOf(texts)))).toEqual([
      '1200 WEB1 16.00 USD',
      '4000 WEB1 -15.00 USD',
      '5000 WEB1 -1.00 USD',
    ]);
  });
});

describe('a shipment', () => {
  it('becomes the lines of the one rule that fits', () => {
    const lines = linesOf(eventOf());
    expect(short(lines)).toEqual([
      '1200 WEB1 108.25 USD',
      '4000 WEB1 -100.00 USD',
      '2200 W001 IL -8.25 USD',
      '5000 W001 60.00 USD',
      '1400 W001 -60.00 USD',
    ]);
    expect(lines[0]).toEqual({
      company: 'US01',
      ledger: 'GL',
      account: '1200',
      location: 'WEB1',
      dimension: '',
      currency: 'USD',
      amount: '108.25',
      companyCurrency: 'USD',
      companyAmount: '108.25',
      businessDate: '2026-10-14',
      accountingDate: '2026-10-14',
      fiscalYear: '2026',
      period: '2026-10',
      reference: 'S1',
      eventSource: '/oms',
      eventId: 'e1',
      ordinal: 1,
      rule: 'shipment',
      further: { shipmentId: 'S1', orderId: 'O1', channel: 'web' },
    });
  });

  it('books on its accounting date, in that period, keeping its business date', () => {
    const [line] = linesOf(eventOf(), US, rulebookOf(), isoDate('2026-11-02'));
    expect(line).toMatchObject({
      businessDate: '2026-10-14',
      accountingDate: '2026-11-02',
      period: '2026-11',
    });
  });

  it('goes to the company account number, and to clearing where its tax is assessed on its business day', () => {
    const assessed = { ...US, taxAssessedSince: DAY };
    expect(short(linesOf(eventOf(SALE, { company: 'DE01' }), assessed))).toEqual([
      '1200 WEB1 108.25 USD',
      '8400 WEB1 -100.00 USD',
      '2210 W001 IL -8.25 USD',
      '5000 W001 60.00 USD',
      '1400 W001 -60.00 USD',
    ]);
    const later = { ...US, taxAssessedSince: isoDate('2026-10-15') };
    expect(short(linesOf(eventOf(), later, rulebookOf(), isoDate('2026-10-20')))).toContain(
      '2200 W001 IL -8.25 USD',
    );
  });

  it('merges lines alike, drops zero, and turns the side of what is negative', () => {
    const event = eventOf([
      ['receivableOwn', '-30.00'],
      ['tender', '30.00', 'giftCard'],
      ['tender', '5.00', 'card'],
      ['net', '0'],
      ['taxOwn', '-2.00', 'IL'],
      ['taxOwn', '2.00', 'NY'],
      ['cost', '0'],
    ]);
    expect(short(linesOf(event))).toEqual(['2200 W001 IL 2.00 USD', '2200 W001 NY -2.00 USD']);
  });

  it('with only zero measures is zero, said so', () => {
    const derived = deriveLines(eventOf([['net', '0']]), DAY, rulebookOf(), () => US);
    expect(derived).toEqual({
      kind: 'zero',
      rule: 'shipment',
      because: 'all measures that rule shipment names are zero',
    });
  });

  it('that two rules take is no_rule, whatever let them both in: neither is picked', () => {
    const rulebook = rulebookOf();
    const twice = { ...rulebook, postings: [...rulebook.postings, ...rulebook.postings] };
    expect(deriveLines(eventOf(), DAY, twice, () => US)).toMatchObject({
      kind: 'no_rule',
      because: expect.stringContaining('several posting rules fit') as string,
    });
  });

  it('is taken by a rule on its last day, and on no later one', () => {
    const rulebook = rulebookOf();
    const until = (day: string) => ({
      ...rulebook,
      postings: rulebook.postings.map((rule) => ({ ...rule, effectiveTo: isoDate(day) })),
    });
    expect(deriveLines(eventOf(), DAY, until('2026-10-14'), () => US).kind).toBe('lines');
    expect(deriveLines(eventOf(), DAY, until('2026-10-13'), () => US).kind).toBe('no_rule');
  });

  it('that no rule takes is no_rule: another field, a day outside the dates', () => {
    const because = 'no posting rule takes this retail.shipment.confirmed.v1 on';
    expect(deriveLines(eventOf(SALE, { data: {} }), DAY, rulebookOf(), () => US)).toEqual({
      kind: 'no_rule',
      because: `${because} 2026-10-14`,
    });
    expect(deriveLines(eventOf(), isoDate('2027-01-01'), rulebookOf(), () => US)).toEqual({
      kind: 'no_rule',
      because: `${because} 2027-01-01`,
    });
    expect(deriveLines(eventOf(), isoDate('2025-12-31'), rulebookOf(), () => US).kind).toBe('no_rule');
  });

  it('that does not balance is refused with both sides, never plugged', () => {
    const event = eventOf([
      ['receivableOwn', '108.25'],
      ['net', '100.00'],
    ]);
    expect(deriveLines(event, DAY, rulebookOf(), () => US)).toEqual({
      kind: 'refused',
      refusal: {
        reason: 'UNBALANCED_ENTRY',
        path: 'data',
        expected: 'debits equal to credits by rule shipment',
        found: 'debits 108.25 USD, credits 100.00 USD, difference 8.25 USD',
        message:
          'UNBALANCED_ENTRY: expected debits equal to credits by rule shipment, ' +
          'found debits 108.25 USD, credits 100.00 USD, difference 8.25 USD',
        company: 'US01',
        type: 'retail.shipment.confirmed.v1',
        currency: 'USD',
      },
    });
  });

  it('of lines that are each small enough may be too large for one', () => {
    const event = eventOf([
      ['receivableOwn', '6000000000000.00'],
      ['receivableOwn', '4000000000000.00'],
      ['net', '10000000000000.00'],
    ]);
    expect(deriveLines(event, DAY, rulebookOf(), () => US)).toMatchObject({
      refusal: {
        reason: 'SCHEMA',
        found: 'a line of 10000000000000.00',
        expected: 'amounts of at most 13 digits before the point',
      },
    });
  });

  it('must balance in each currency, not only across them', () => {
    const event = eventOf([
      ['receivableOwn', '10.00'],
      ['net', '10.00', '', 'EUR'],
    ]);
    expect(deriveLines(event, DAY, rulebookOf(), () => US)).toMatchObject({
      refusal: { found: 'debits 10.00 USD, credits 0.00 USD, difference 10.00 USD' },
    });
  });

  it('without a rate is refused as NO_RATE', () => {
    const euro = { ...US, currency: 'EUR' };
    expect(deriveLines(eventOf(SALE, { rates: { EUR: '1' } }), DAY, rulebookOf(), () => euro)).toMatchObject({
      kind: 'refused',
      refusal: { reason: 'NO_RATE', expected: 'a rate to EUR', found: 'USD' },
    });
  });

  it('takes the reference and ledger that the rule names', () => {
    const texts = changed('postings/shipment.yaml', 'reference: shipmentId', 'reference: orderId');
    expect(linesOf(eventOf(), US, rulebookOf(texts))[0]?.reference).toBe('O1');
  });
});

describe('other events', () => {
  it('can have a rule that says no entry, with its reason', () => {
    const event = eventOf([], { type: 'retail.transfer.shipped.v1' });
    expect(deriveLines(event, DAY, rulebookOf(), () => US)).toEqual({
      kind: 'none',
      rule: 'transfer',
      because: 'stock is kept per company here',
    });
  });

  it('of the lifecycle cause no accounting; of an unknown company are refused', () => {
    const order = eventOf([], { type: 'retail.order.created.v1' });
    expect(deriveLines(order, DAY, rulebookOf(), () => US).kind).toBe('lifecycle');
    expect(deriveLines(eventOf(), DAY, rulebookOf(), () => undefined)).toMatchObject({
      refusal: { reason: 'UNKNOWN_COMPANY' },
    });
  });
});

describe('a rule', () => {
  const SHIPMENT = 'postings/shipment.yaml';
  const account = '{ side: credit, account: revenue, amount: net, at: sellingLocation }';
  const narrowed = (by: string) =>
    rulebookOf(
      changed(
        SHIPMENT,
        account,
        `{ side: credit, account: { default: revenue, ${by} }, amount: net, at: sellingLocation }`,
      ),
    );

  it('may send a channel, a marketplace, a company or a location elsewhere', () => {
    const target = (by: string, over: Partial<BusinessEvent> = {}) =>
      linesOf(eventOf(SALE, over), US, narrowed(by))[1]?.account;
    expect(target('channels: { web: cogs }')).toBe('5000');
    expect(target('channels: { store: cogs }')).toBe('4000');
    expect(target('channels: { "marketplace:*": cogs }', { channel: 'marketplace:amazon' })).toBe('5000');
    expect(target('locations: { WEB1: cogs }')).toBe('5000');
    expect(target('locations: { W001: cogs }')).toBe('4000');
    expect(target('companies: { US01: rounding }, channels: { web: cogs }')).toBe('6900');
  });
});

const by = {
  businessDate: isoDate('2026-11-03'),
  source: '/oms',
  id: 'e2',
  accountingDate: isoDate('2026-11-03'),
  fiscalYear: '2026',
  period: '2026-11',
};

describe('a correction', () => {
  it('negates every line: places and reference stay, it bears its own dates and keeps the original day', () => {
    const lines = linesOf(eventOf());
    const negated = negateLines(lines, by);
    expect(short(negated)).toEqual([
      '1200 WEB1 -108.25 USD',
      '4000 WEB1 100.00 USD',
      '2200 W001 IL 8.25 USD',
      '5000 W001 -60.00 USD',
      '1400 W001 60.00 USD',
    ]);
    expect(negated[0]).toEqual({
      ...lines[0],
      amount: '-108.25',
      companyAmount: '-108.25',
      businessDate: '2026-11-03',
      accountingDate: '2026-11-03',
      period: '2026-11',
      eventId: 'e2',
      further: { ...lines[0]!.further, originalDate: lines[0]!.businessDate },
    });
  });

  it('that replaces has distinct keys for its negations and its new lines', () => {
    const lines = linesOf(eventOf(SALE, { id: 'e2' }));
    const numbered = numberLines([...negateLines(linesOf(eventOf()), by), ...lines]);
    expect(new Set(numbered.map(expectedKey)).size).toBe(numbered.length);
    expect(numbered.map((line) => line.ordinal)).toEqual([1, 1, 1, 1, 1, 2, 2, 2, 2, 2]);
  });

  it('leaves zero as it is', () => {
    const [line] = linesOf(eventOf());
    expect(negateLines([{ ...line!, amount: '0.00', companyAmount: null }], by)[0]).toMatchObject({
      amount: '0.00',
      companyAmount: null,
    });
  });
});

describe('a later tax revision', () => {
  const revision = (taxes: Figures, over: Partial<ExpectedLine> = {}) =>
    linesOf(eventOf([...taxes, ['receivableOwn', total(taxes)]])).map((line) => ({ ...line, ...over }));
  const total = (taxes: Figures) =>
    showTicks(
      taxes.reduce((sum, [, amount]) => sum + readTicks(amount), 0n),
      'USD',
    );

  it('books its difference to the one before, jurisdictions that went away included', () => {
    const earlier = revision([
      ['taxOwn', '5.00', 'IL'],
      ['taxOwn', '1.00', 'COOK'],
    ]);
    const current = revision([
      ['taxOwn', '5.50', 'IL'],
      ['taxOwn', '0.25', 'NY'],
    ]);
    const delta = deltaLines(current, earlier, { ...by, rates: { USD: '1' } });
    expect(short(delta)).toEqual([
      '1200 WEB1 -0.25 USD',
      '2200 W001 IL -0.50 USD',
      '2200 W001 NY -0.25 USD',
      '2200 W001 COOK 1.00 USD',
    ]);
    expect(delta.every((line) => line.eventId === 'e2' && line.period === '2026-11')).toBe(true);
    expect(deltaLines(current, current, { ...by, rates: { USD: '1' } })).toEqual([]);
  });

  it('dates all its lines by itself, those of a jurisdiction that went away too', () => {
    const earlier = revision([
      ['taxOwn', '5.00', 'IL'],
      ['taxOwn', '1.00', 'COOK'],
    ]);
    const current = revision([['taxOwn', '6.00', 'IL']], { businessDate: isoDate('2026-11-09') });
    const delta = deltaLines(current, earlier, { ...by, rates: { USD: '1' } });
    expect(delta.map(({ dimension, businessDate }) => `${dimension} ${businessDate}`)).toEqual([
      `IL ${by.businessDate}`,
      `COOK ${by.businessDate}`,
    ]);
  });

  it('balances in company currency at its own rate', () => {
    const earlier = revision([['taxOwn', '5.00', 'IL']], { companyCurrency: 'EUR' });
    const current = revision(
      [
        ['taxOwn', '5.01', 'IL'],
        ['taxOwn', '0.01', 'NY'],
      ],
      { companyCurrency: 'EUR' },
    );
    const delta = deltaLines(current, earlier, { ...by, rates: { USD: '0.6' } });
    expect(delta.map((line) => line.companyAmount)).toEqual(['0.01', '-0.01', '0.00']);
    expect(sumOf(delta, (line) => line.companyAmount)).toBe(0n);
  });
});

describe('for any figures', () => {
  const cents = fc.bigInt({ min: -1_000_000n, max: 1_000_000n });
  const figures = fc.record({
    net: cents,
    taxes: fc.array(cents, { maxLength: 6 }),
    gift: cents,
    cost: cents,
  });
  const rate = fc.integer({ min: 1, max: 3_000_000 }).map((millionths) => {
    const digits = String(millionths).padStart(7, '0');
    return `${digits.slice(0, -6)}.${digits.slice(-6)}`;
  });

  it('an entry balances in both currencies, its parts sum to the whole, and its negation sums to zero', () => {
    const rulebook = rulebookOf();
    fc.assert(
      fc.property(figures, rate, ({ net, taxes, gift, cost }, usdRate) => {
        const text = (minor: bigint) => showTicks(minor * 100n, 'USD');
        const total = taxes.reduce((sum, tax) => sum + tax, net);
        const event = eventOf(
          [
            ['receivableOwn', text(total - gift)],
            ['tender', text(gift), 'giftCard'],
            ['net', text(net)],
            ...taxes.map((tax, index) => ['taxOwn', text(tax), `J${index}`] as const),
            ['cost', text(cost), '', 'EUR'],
          ],
          { rates: { EUR: '1', USD: usdRate } },
        );
        const derived = deriveLines(event, DAY, rulebook, () => ({ ...US, currency: 'EUR' }));
        if (derived.kind === 'zero') return;
        if (derived.kind !== 'lines') throw new Error(JSON.stringify(derived));
        const { lines } = derived;
        expect(
          sumOf(
            lines.filter((line) => line.currency === 'USD'),
            (line) => line.amount,
          ),
        ).toBe(0n);
        expect(sumOf(lines, (line) => line.companyAmount)).toBe(0n);
        const sold = lines.filter((line) => line.account === '4000' || line.account === '2200');
        expect(-sumOf(sold, (line) => line.amount)).toBe(total * 100n);
        const both = [...lines, ...negateLines(lines, by)];
        expect(sumOf(both, (line) => line.amount)).toBe(0n);
        expect(sumOf(both, (line) => line.companyAmount)).toBe(0n);
        expect(lines.every((line) => readTicks(line.amount) !== 0n)).toBe(true);
      }),
    );
  });

  it('company amounts are whole minor units, and none is more than one of them from its own conversion', () => {
    const positive = fc.array(fc.bigInt({ min: 1n, max: 100_000_000n }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(positive, rate, fc.constantFrom(0, 2, 3), (debits, usdRate, minorUnits) => {
        const total = debits.reduce((sum, debit) => sum + debit, 0n);
        const converted = companyAmounts([...debits, -total], usdRate, minorUnits);
        const unit = 10n ** BigInt(4 - minorUnits);
        expect(converted.reduce((sum, amount) => sum + amount, 0n)).toBe(0n);
        const rateMillionths = BigInt(usdRate.replace('.', ''));
        for (const [index, debit] of debits.entries()) {
          const amount = converted[index]!;
          expect(amount % unit).toBe(0n);
          const apart = amount * 1_000_000n - debit * rateMillionths;
          expect(apart < unit * 1_000_000n && apart > -unit * 1_000_000n).toBe(true);
        }
      }),
    );
  });
});
