// What a retailer's documents hold beside lines with a net: prices with the tax inside, tax known for the receipt only, tips,
// what is passed on, rounding, refunds by amount; the figures were worked out by hand.
import { describe, expect, test } from 'vitest';
import { readEvent } from '../../src/events/read.ts';
import { CONTEXT, eventOf, measuresOf, read, refusal } from './context.ts';

const SALE = 'retail.shipment.confirmed.v1';
const REFUND = 'retail.refund.issued.v1';
const line = (lineId: string, over: object): object => ({
  lineId,
  sku: 'A',
  quantity: '1',
  cost: '1.00',
  ...over,
});
const de = (rate: string, amount: string): object => ({ jurisdiction: 'DE', rate, amount });
/** Members of `net` as kind, category, tax rate, amount. */
const netParts = (event: ReturnType<typeof read>): string[] =>
  event.measures
    .filter(({ name }) => name === 'net')
    .map(({ member, parts, amount }) =>
      [member, parts?.['category'], parts?.['taxRate'], amount.toFixed(2)].join(' '),
    );

test('a gross price is net and the tax of the line that we owe; a marketplace tax is not in it', () => {
  const event = read(
    eventOf(SALE, {
      lines: [
        line('1', { gross: '119.00', category: 'shoes', taxes: [de('0.19', '19.00')] }),
        line('2', { gross: '10.70', category: 'food', taxes: [de('0.07', '0.70')] }),
        line('3', {
          gross: '50.00',
          taxes: [{ jurisdiction: 'TX', amount: '4.00', remittedBy: 'marketplace' }],
        }),
      ],
      total: '183.70',
    }),
  );
  expect(netParts(event)).toEqual(['goods shoes 0.19 100.00', 'goods food 0.07 10.00', 'goods   50.00']);
  expect(measuresOf(event)).toContain('taxOwn DE 19.70 USD');
  expect(measuresOf(event)).toContain('receivableOwn 179.70 USD');
});

test('tax known for the receipt is shared over the lines of its rate by largest remainder, to the cent', () => {
  const event = read(
    eventOf(SALE, {
      lines: [
        line('1', { gross: '1.00', taxRate: '0.19' }),
        line('2', { gross: '1.00', taxRate: '0.19' }),
        line('3', { gross: '1.00', taxRate: '0.190' }),
        line('4', { gross: '2.14', taxRate: '0.07' }),
      ],
      taxes: [de('0.19', '0.47'), de('0.07', '0.14')],
      total: '5.14',
    }),
  );
  // 0.47 over three equal lines: 0.16, 0.16, 0.15.
  expect(netParts(event)).toEqual(['goods  0.19 2.53', 'goods  0.07 2.00']);
  expect(measuresOf(event)).toContain('taxOwn DE 0.61 USD');
});

test('tax of the receipt whose rate no line names goes over all lines', () => {
  const event = read(
    eventOf(SALE, {
      lines: [line('1', { gross: '3.00' }), line('2', { gross: '1.00' })],
      taxes: [de('0.08', '0.30')],
      total: '4.00',
    }),
  );
  expect(netParts(event)).toEqual(['goods  0.08 3.70']);
});

test.each([
  [{ lines: [line('1', {})] }, 'data.lines[0].net'],
  [{ lines: [line('1', { gross: '1.00', taxes: [de('0.19', '1.01')] })] }, 'data.lines[0].gross'],
  [{ lines: [line('1', { net: '1.00', gross: '1.19', taxes: [de('0.19', '0.18')] })] }, 'data.lines[0].net'],
])('neither net nor gross, tax above the gross, both that disagree: refused', (data, path) => {
  expect(refusal(eventOf(SALE, { ...data, total: '1.00' })).path).toBe(path);
});

test('tips, what is passed on and rounding are part of the total and not of net', () => {
  const event = read(
    eventOf(SALE, {
      lines: [
        line('1', { net: '9.98' }),
        { lineId: '2', sku: 'TIP', quantity: '1', kind: 'tip', net: '2.00' },
        { lineId: '3', sku: 'PFAND', quantity: '1', kind: 'pass', category: 'bottle', net: '0.25' },
        { lineId: '4', sku: 'WWF', quantity: '1', kind: 'pass', category: 'donation', net: '1.00' },
      ],
      rounding: '0.02',
      tenders: [
        { type: 'cash', amount: '3.25' },
        { type: 'wallet', amount: '5.00', scheme: 'visa', processor: 'adyen' },
        { type: 'bnpl', amount: '5.00' },
      ],
      total: '13.25',
    }),
  );
  expect(measuresOf(event)).toEqual([
    'total 13.25 USD',
    'net goods 9.98 USD',
    'tips 2.00 USD',
    'pass bottle 0.25 USD',
    'pass donation 1.00 USD',
    'rounding 0.02 USD',
    'tender cash 3.25 USD',
    'tender wallet 5.00 USD',
    'tender bnpl 5.00 USD',
    'receivableOwn 13.25 USD',
    'cost 1.00 USD',
  ]);
});

describe('refund', () => {
  test('by amount only; with lines as well it is refused', () => {
    const amount = { net: '10.00', taxes: [de('0.19', '1.90')] };
    expect(measuresOf(read(eventOf(REFUND, { lines: [], amount, total: '11.90' })))).toEqual([
      'total 11.90 USD',
      'net goods 10.00 USD',
      'taxOwn DE 1.90 USD',
      'receivableOwn 11.90 USD',
    ]);
    expect(refusal(eventOf(REFUND, { amount })).path).toBe('data.amount');
  });

  test('a concession on price returns no piece', () => {
    const lines = [{ lineId: '1', sku: 'A', quantity: '0', net: '5.00', restocked: false }];
    expect(measuresOf(read(eventOf(REFUND, { lines, total: '5.00' })))).toContain('net goods 5.00 USD');
  });
});

test('where the ERP values sales no cost is needed, and one that comes books nothing', () => {
  const context = {
    ...CONTEXT,
    company: () => ({
      currency: 'USD',
      timeZone: 'UTC',
      inventoryMethod: 'cost' as const,
      costOfSales: 'erp' as const,
    }),
  };
  const lines = [{ lineId: '1', sku: 'A', quantity: '1', net: '1.00' }, line('2', { net: '1.00' })];
  const outcome = readEvent(JSON.stringify(eventOf(SALE, { lines, total: '2.00' })), context);
  expect(outcome.ok && outcome.event.measures.map(({ name }) => name)).not.toContain('cost');
  expect(refusal(eventOf(SALE, { lines, total: '2.00' })).path).toBe('data.lines[0].cost');
});

test('goods received from a vendor, and a receipt taken back', () => {
  expect(measuresOf(read(eventOf('retail.goods.received.v1')))).toEqual(['cost 60.00 USD']);
  expect(measuresOf(read(eventOf('retail.goods.received.v1', { reversed: true })))).toEqual([
    'cost -60.00 USD',
  ]);
});

test.each([
  ['issue', '-1', '-2.00', undefined],
  ['issue', '1', '2.00', 'data.lines[0].quantity'],
  ['initial', '1', '2.00', undefined],
  ['initial', '-1', '-2.00', 'data.lines[0].quantity'],
])('stock adjusted for %s by %s', (reason, quantity, cost, path) => {
  const event = eventOf('retail.inventory.adjusted.v1', {
    reason,
    lines: [{ sku: 'A', quantity, cost }],
    total: cost,
  });
  const outcome = readEvent(JSON.stringify(event), CONTEXT);
  expect(outcome.ok ? undefined : outcome.refusal.path).toBe(path);
});
