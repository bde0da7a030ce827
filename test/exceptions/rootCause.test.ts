// Root causes: what is grouped and why, and above all the look-alikes that must not be.
import { describe, expect, it } from 'vitest';
import type { CauseItem, CauseLine, CauseTotals } from '../../src/exceptions/causeItem.ts';
import { storeDayKey } from '../../src/exceptions/causeItem.ts';
import { rootCauses } from '../../src/exceptions/rootCause.ts';
import { suspects } from '../../src/exceptions/rootCauseShared.ts';
import { readTicks } from '../../src/money/ticks.ts';

type Told = Partial<Omit<CauseLine, 'amount'>> & { amount?: string };
let next = 0;

function line(side: 'E' | 'L', told: Told): CauseLine {
  const { amount = '10.00', name = `X${(next += 1)}`, ...rest } = told;
  return {
    side,
    fact: name,
    name,
    company: 'US01',
    account: '1200',
    location: '114',
    dimension: '',
    taxCode: '',
    currency: 'USD',
    day: '2026-10-12',
    batch: '1',
    placed: true,
    ...rest,
    amount: readTicks(amount),
  };
}

const item = (reason: string, ...lines: CauseLine[]): CauseItem => ({
  id: `id-${(next += 1)}`,
  reason,
  lines,
});
/** Expected and ledger line of one fact, each with what it says. */
const pair = (reason: string, name: string, expected: Told, ledger: Told): CauseItem =>
  item(reason, line('E', { name, ...expected }), line('L', { name: `D-${name}`, ...ledger }));
const missing = (name: string, told: Told = {}): CauseItem =>
  item('MISSING_IN_LEDGER', line('E', { name, ...told }));

const NOTHING: CauseTotals = { files: new Map(), storeDays: new Map() };
/** Labels with how many items have them; the same in reverse order. */
function causes(items: readonly CauseItem[], totals = NOTHING): Record<string, number> {
  const found = (list: readonly CauseItem[]): Record<string, number> =>
    Object.fromEntries(rootCauses(list, totals).map(({ label, items: group }) => [label, group.length]));
  expect(found(items.toReversed())).toEqual(found(items));
  return found(items);
}

/** Totals of one store's day: lines on account 1200. */
const dayOf = (lines: number, side: 'E' | 'L' = 'E'): CauseTotals => ({
  files: new Map(),
  storeDays: new Map([
    [
      storeDayKey(line('E', {})),
      new Map([['1200', { E: side === 'E' ? lines : 0, L: side === 'L' ? lines : 0 }]]),
    ],
  ]),
});

describe('one document', () => {
  it('differences of one event with one reason', () => {
    expect(causes([missing('S1'), missing('S1', { account: '4000' }), missing('S2')])).toEqual({
      'one event: S1': 2,
    });
  });
  it('lines of one ledger document that no event explains', () => {
    const lines = [line('L', { name: '1900' }), line('L', { name: '1900', account: '4000' })];
    expect(causes(lines.map((each) => item('MISSING_EVENT', each)))).toEqual({
      'one ledger document: 1900': 2,
    });
  });
  it('not two reasons of one event', () => {
    expect(causes([missing('S1'), pair('WRONG_ACCOUNT', 'S1', {}, { account: '4100' })])).toEqual({});
  });
});

describe("a store's day", () => {
  const day = ['S1', 'S2', 'S3'].map((name) => missing(name));
  it('is missing as a whole', () => {
    expect(suspects(day).storeDays).toEqual([storeDayKey(line('E', {}))]);
    expect(causes(day, dayOf(3))).toEqual({ 'location 114, 2026-10-12: nothing of it is in the ledger': 3 });
  });
  it('was posted twice', () => {
    const twice = ['D1', 'D2', 'D3'].map((name) => item('DUPLICATE_POSTING', line('L', { name })));
    expect(causes(twice, dayOf(6, 'L'))).toEqual({
      'location 114, 2026-10-12: all of it was posted twice': 3,
    });
  });
  it('not three missing among two hundred that were posted', () => {
    expect(causes(day, dayOf(200))).toEqual({});
  });
  it('not opening items, whose day is only that of the start', () => {
    expect(
      causes(
        ['S1', 'S2', 'S3'].map((name) => missing(name, { day: '', batch: '' })),
        dayOf(3),
      ),
    ).toEqual({});
  });
  it('not two documents, be they all there was', () => {
    expect(causes(day.slice(0, 2), dayOf(2))).toEqual({});
  });
});

describe('one file', () => {
  const items = [1, 2, 3, 4, 5, 6].map((n) =>
    missing(`S${n}`, { batch: '7', location: `${n % 3}`, day: `2026-10-0${n}` }),
  );
  const file = (facts: number): CauseTotals => ({
    ...NOTHING,
    files: new Map([['7', { path: 'events/oms-07.ndjson', facts }]]),
  });
  it('nothing of it is in the ledger', () => {
    // Six missing can be nine tenths of six; with eight documents the file is not to blame, and need not be read further.
    expect([...suspects(items).files]).toEqual([['7', 8]]);
    expect(causes(items, file(6))).toEqual({
      'file events/oms-07.ndjson: nothing of it is in the ledger': 6,
    });
  });
  it('not a file of which most was posted', () => {
    expect(causes(items, file(60))).toEqual({});
  });
  it('not four documents', () => {
    expect(causes(items.slice(0, 4), file(4))).toEqual({});
  });
});

describe('an exchange', () => {
  const tax = (name: string, found = 'US-TX', location = '114'): CauseItem =>
    pair(
      'WRONG_LOCATION',
      name,
      { account: '2200', dimension: 'US-NY', location },
      { account: '2200', dimension: found, location },
    );
  it('of tax codes at one store', () => {
    expect(causes(['S1', 'S2', 'S3'].map((name) => tax(name)))).toEqual({
      'location 114, wrong tax code: US-TX posted for US-NY': 3,
    });
  });
  it('of accounts, in all stores', () => {
    const wrong = ['1', '2', '3'].map((n) =>
      pair('WRONG_ACCOUNT', `S${n}`, { account: '4000', location: n }, { account: '4100', location: n }),
    );
    expect(causes(wrong)).toEqual({ 'company US01, account 4100 posted for account 4000': 3 });
  });
  it('of companies and of currencies', () => {
    const all = [1, 2, 3].flatMap((n) => [
      pair('WRONG_COMPANY', `C${n}`, {}, { company: 'DE01' }),
      pair('CURRENCY_MISMATCH', `K${n}`, {}, { currency: 'EUR' }),
    ]);
    expect(causes(all)).toEqual({
      'location 114, company DE01 posted for company US01': 3,
      'location 114, currency EUR posted for USD': 3,
    });
  });
  it('not of two documents, nor of three lines of one', () => {
    expect(causes(['S1', 'S2'].map((name) => tax(name)))).toEqual({});
    expect(causes(['S1', 'S1', 'S1'].map((name) => tax(name)))).toEqual({ 'one event: S1': 3 });
  });
  it('not of three different codes', () => {
    expect(causes([tax('S1', 'US-TX'), tax('S2', 'US-IL'), tax('S3', 'US-CA')])).toEqual({});
  });
});

describe('an offset', () => {
  const off = (name: string, expected: string, ledger: string, told: Told = {}): CauseItem =>
    pair('AMOUNT_VARIANCE', name, { amount: expected, ...told }, { amount: ledger, ...told });
  it('of one amount on different sales, both sides of the entry together', () => {
    const items = [
      ['S1', '10.00', '14.95'],
      ['S2', '22.00', '26.95'],
      ['S3', '31.50', '36.45'],
    ].flatMap(([name = '', expected = '', ledger = '']) => [
      off(name, expected, ledger),
      off(name, `-${expected}`, `-${ledger}`, { account: '4000' }),
    ]);
    expect(causes(items)).toEqual({
      'company US01, account 1200: each time 4.95 USD more than expected': 6,
    });
  });
  it('not of three sales of one amount', () => {
    const items = ['S1', 'S2', 'S3'].map((name) => off(name, '10.00', '14.95'));
    expect(causes(items)).toEqual({});
  });
  it('not of a few cents, which meet by chance', () => {
    expect(
      causes([off('S1', '10.00', '10.02'), off('S2', '22.00', '22.02'), off('S3', '31.50', '31.52')]),
    ).toEqual({});
  });
  it('not of different gaps, nor across currencies', () => {
    expect(
      causes([off('S1', '10.00', '14.95'), off('S2', '22.00', '26.94'), off('S3', '31.50', '36.40')]),
    ).toEqual({});
    expect(
      causes([
        off('S1', '10.00', '14.95'),
        off('S2', '22.00', '26.95'),
        off('S3', '31.50', '36.45', { currency: 'EUR' }),
      ]),
    ).toEqual({});
  });
});

describe('a ratio', () => {
  const times = (
    reason: string,
    name: string,
    expected: string,
    ledger: string,
    told: Told = {},
  ): CauseItem =>
    pair(reason, name, { amount: expected, ...told }, { amount: ledger, taxCode: 'X1', ...told });
  it('to the cent, the decimal point moved', () => {
    expect(
      causes([
        times('AMOUNT_VARIANCE', 'S1', '10.00', '1000.00'),
        times('AMOUNT_VARIANCE', 'S2', '22.17', '2217.00'),
        times('AMOUNT_VARIANCE', 'S3', '31.50', '3150.00'),
      ]),
    ).toEqual({ 'company US01, account 1200: posted at 100 times what is expected': 3 });
  });
  it('of a tax rate at one store', () => {
    const place = { account: '2200', dimension: 'US-NY', placed: false };
    expect(
      causes([
        times('TAX_VARIANCE', 'S1', '-8.88', '-8.25', place),
        times('TAX_VARIANCE', 'S2', '-17.75', '-16.50', place),
        times('TAX_VARIANCE', 'S3', '-44.38', '-41.25', place),
      ]),
    ).toEqual({
      'location 114, wrong tax code or rate: US-NY, code X1, posted at 0.9295 times what is expected': 3,
    });
  });
  it('not of amounts that miss it by more than a cent', () => {
    expect(
      causes([
        times('AMOUNT_VARIANCE', 'S1', '100.00', '119.00'),
        times('AMOUNT_VARIANCE', 'S2', '220.00', '261.77'),
        times('AMOUNT_VARIANCE', 'S3', '315.00', '374.85'),
      ]),
    ).toEqual({});
  });
  it('not of amounts so small that anything fits', () => {
    expect(
      causes([
        times('AMOUNT_VARIANCE', 'S1', '0.10', '0.30'),
        times('AMOUNT_VARIANCE', 'S2', '0.11', '0.33'),
        times('AMOUNT_VARIANCE', 'S3', '0.12', '0.36'),
      ]),
    ).toEqual({});
  });
});

it('an exception has one cause: the widest', () => {
  const items = ['S1', 'S2', 'S3'].flatMap((name) => [missing(name), missing(name)]);
  expect(causes(items, dayOf(6))).toEqual({ 'location 114, 2026-10-12: nothing of it is in the ledger': 6 });
});
