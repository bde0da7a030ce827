// Which open documents hold an open entry: alone, two or three of them, or one together with other entries. Each group of
// tests begins with an ordinary situation in which a looser rule would say something false.
import { describe, expect, it } from 'vitest';

import { addDays, isoDate } from '../../src/accounting/dates.ts';
import type { Cover, CoverLine, OpenDocument, OpenEntry } from '../../src/matching/cover.ts';
import { CoverSearch } from '../../src/matching/cover.ts';

const DAY = isoDate('2026-10-12');

/** `1200 S001 33.00, 4000 S001 -33.00` */
const lines = (text: string): CoverLine[] =>
  text.split(', ').map((line) => {
    const [account = '', location = '', amount = ''] = line.split(' ');
    return { company: 'US01', ledger: 'GL', currency: 'USD', account, location, amount };
  });
const entry = (name: string, text: string, more: Partial<OpenEntry> = {}): OpenEntry => ({
  id: name,
  name,
  businessDate: DAY,
  groups: [`day ${more.businessDate ?? DAY}`],
  lines: lines(text),
  ...more,
});
const sale = (name: string, net: string, cost: string, more: Partial<OpenEntry> = {}): OpenEntry =>
  entry(name, `1200 S001 ${net}, 4000 S001 -${net}, 5000 S001 ${cost}, 1400 S001 -${cost}`, more);
const document = (name: string, text: string, more: Partial<OpenDocument> = {}): OpenDocument => ({
  id: name,
  name,
  businessDate: DAY,
  names: [],
  lines: lines(text),
  ...more,
});
const booked = (name: string, net: string, cost: string, more: Partial<OpenDocument> = {}): OpenDocument =>
  document(name, `1200 S001 ${net}, 4000 S001 -${net}, 5000 S001 ${cost}, 1400 S001 -${cost}`, more);
const ask = (entries: OpenEntry[], documents: OpenDocument[], id: string, not: string[] = []): Cover =>
  new CoverSearch(entries, documents).of(id, new Set(not));
const NOTHING: Cover = { kind: 'none', couldBe: [], searched: true };

describe('documents that hold an entry', () => {
  it('do so alone, whatever else they hold (the bank, a fee)', () => {
    const paid = document(
      'D1',
      '1200 S001 50.00, 4000 S001 -50.00, 5000 S001 20.00, 1400 S001 -20.00, 6900 S001 1.00',
    );
    expect(ask([sale('A', '50.00', '20.00')], [paid], 'A')).toEqual({ kind: 'documents', documents: ['D1'] });
  });

  it('agree on every account and location: a manual journal over the same revenue could be it, and stops nothing', () => {
    const manual = document('D1', '1200 S001 50.00, 4000 S001 -50.00');
    expect(ask([sale('A', '50.00', '20.00')], [manual], 'A')).toEqual({ ...NOTHING, couldBe: ['D1'] });
    const elsewhere = document('D2', '1200 S002 50.00, 4000 S002 -50.00, 5000 S002 20.00, 1400 S002 -20.00');
    expect(ask([sale('A', '50.00', '20.00')], [elsewhere], 'A')).toEqual(NOTHING);
  });

  it('are of its currency: the same figures in euros are other money', () => {
    const dollars = booked('D1', '50.00', '20.00');
    const euros = { ...dollars, lines: dollars.lines.map((line) => ({ ...line, currency: 'EUR' })) };
    expect(ask([sale('A', '50.00', '20.00')], [euros], 'A')).toEqual(NOTHING);
  });

  it('are at most three, within a month, none that a person has put aside', () => {
    const a = sale('A', '50.00', '20.00');
    const parts = [
      document('D1', '1200 S001 50.00, 4000 S001 -50.00'),
      document('D2', '5000 S001 20.00, 1400 S001 -20.00'),
    ];
    expect(ask([a], parts, 'A')).toEqual({ kind: 'documents', documents: ['D1', 'D2'] });
    expect(ask([a], parts, 'A', ['D2'])).toMatchObject({ kind: 'none' });
    const late = parts.map((one) => ({ ...one, businessDate: addDays(DAY, 32) }));
    expect(ask([a], late, 'A')).toEqual(NOTHING);
  });

  it('are not pieced together of documents that name other facts', () => {
    const parts = [
      document('D1', '1200 S001 50.00, 4000 S001 -50.00', { names: ['B'] }),
      document('D2', '5000 S001 20.00, 1400 S001 -20.00'),
    ];
    expect(ask([sale('A', '50.00', '20.00')], parts, 'A').kind).toBe('none');
  });

  it('are tried nearest day first; where more could fit than are tried, it says so', () => {
    const part = (n: number): OpenDocument => document(`F${n}`, '1200 S001 0.01, 4000 S001 -0.01');
    const many = Array.from({ length: 60 }, (_, n) => part(n));
    expect(ask([sale('A', '50.00', '20.00')], many, 'A')).toEqual({ ...NOTHING, searched: false });
  });
});

describe('a document that holds several entries', () => {
  const payout = document('7001', '1200 W001 33.00, 4000 W001 -33.00, 5000 W001 11.00, 1400 W001 -11.00');
  const web = (name: string, net: string, cost: string, day = DAY): OpenEntry =>
    entry(name, `1200 W001 ${net}, 4000 W001 -${net}, 5000 W001 ${cost}, 1400 W001 -${cost}`, {
      businessDate: day,
      groups: [`day ${day}`],
    });

  it('is a payout over two days', () => {
    const two = [web('PAY-1', '11.00', '4.00'), web('PAY-2', '22.00', '7.00', addDays(DAY, 1))];
    expect(ask(two, [payout], 'PAY-1')).toEqual({ kind: 'together', documents: ['7001'], with: ['PAY-2'] });
    expect(ask(two, [payout], 'PAY-2')).toEqual({ kind: 'together', documents: ['7001'], with: ['PAY-1'] });
    expect(ask(two, [payout], 'PAY-1', ['7001'])).toEqual(NOTHING);
  });

  it('agrees by the same set on every cell: revenue of one pair and cost of another is no cover', () => {
    const three = [web('A', '11.00', '4.00'), web('B', '22.00', '9.00'), web('C', '12.00', '7.00')];
    expect(ask(three, [payout], 'A').kind).toBe('none');
  });

  it('is the summary of a long day, also where one or two of its sales are not in it', () => {
    const day = Array.from({ length: 40 }, (_, n) => sale(`S${n}`, `${n + 10}.0${n % 7}`, `${n + 3}.00`));
    const total = (from: number): OpenDocument => {
      const held = day.slice(from).flatMap((one) => one.lines);
      return { ...document('Z1', '1200 S001 0.00'), lines: held };
    };
    for (const without of [0, 1, 2]) {
      expect(ask(day, [total(without)], 'S39')).toMatchObject({ kind: 'together', documents: ['Z1'] });
      if (without > 0) expect(ask(day, [total(without)], 'S0').kind).toBe('none');
    }
    expect(ask(day, [total(3)], 'S39')).toEqual({ ...NOTHING, searched: false });
  });

  it('nets a return against the sales of its day', () => {
    const refund = entry('R', '1200 S001 -5.00, 4000 S001 5.00, 5000 S001 -2.00, 1400 S001 2.00');
    const net = booked('Z', '25.00', '8.00');
    expect(ask([sale('A', '30.00', '10.00'), refund], [net], 'R')).toEqual({
      kind: 'together',
      documents: ['Z'],
      with: ['A'],
    });
  });

  it('speaks only for facts that it names, where it names any', () => {
    const two = [sale('A', '10.00', '4.00'), sale('B', '20.00', '7.00')];
    expect(ask(two, [booked('D', '30.00', '11.00', { names: ['C'] })], 'A').kind).toBe('none');
    expect(ask(two, [booked('D', '30.00', '11.00', { names: ['A'] })], 'B').kind).toBe('together');
  });

  it('is held by the two or three sessions of a day, of which nobody says which receipt lies where', () => {
    const day = Array.from({ length: 30 }, (_, n) =>
      sale(`S${n}`, `${100 + ((n * n * 37) % 211)}.${10 + n}`, `${20 + ((n ** 3 * 11) % 97)}.${40 + n}`),
    );
    const total = (name: string, all: OpenEntry[], more: Partial<OpenDocument> = {}): OpenDocument => {
      const sum = (account: string): string => {
        const amounts = all.flatMap(({ lines: own }) => own.filter((one) => one.account === account));
        return (
          amounts.reduce((cents, { amount }) => cents + Math.round(Number(amount) * 100), 0) / 100
        ).toFixed(2);
      };
      return booked(name, sum('1200'), sum('5000'), more);
    };
    const late = { businessDate: addDays(DAY, 1) };
    const two = [total('D1', day.slice(0, 15)), total('D2', day.slice(15), late)];
    expect(ask(day, two, 'S0')).toMatchObject({ kind: 'together', documents: ['D1', 'D2'] });
    const three = [
      total('D1', day.slice(0, 9)),
      total('D2', day.slice(9, 19)),
      total('D3', day.slice(19), late),
    ];
    expect(ask(day, three, 'S29')).toMatchObject({ kind: 'together', documents: ['D1', 'D2', 'D3'] });
    // One sale in neither: the others are held without it.
    const short = [total('D1', day.slice(0, 15)), total('D2', day.slice(16), late)];
    expect(ask(day, short, 'S0')).toMatchObject({ kind: 'together', documents: ['D1', 'D2'] });
    expect(ask(day, short, 'S15')).toMatchObject({ kind: 'none' });
    // Two in neither: that is more than sums can say of so many.
    const shorter = [total('D1', day.slice(0, 14)), total('D2', day.slice(16), late)];
    expect(ask(day, shorter, 'S0').kind).toBe('none');
  });

  it('says nothing of a sale and its void, with which anything sums up as well as without', () => {
    const entries = [
      sale('A', '10.00', '4.00'),
      sale('B', '20.00', '7.00'),
      sale('V', '33.00', '9.00'),
      entry('void', '1200 S001 -33.00, 4000 S001 33.00, 5000 S001 -9.00, 1400 S001 9.00', { name: 'V' }),
    ];
    const day = [booked('D', '30.00', '11.00')];
    expect(ask(entries, day, 'A')).toEqual({ kind: 'together', documents: ['D'], with: ['B'] });
    for (const id of ['V', 'void']) expect(ask(entries, day, id).kind).toBe('none');
    // A sale that the summary holds, and a void that the ledger lacks.
    const before = [booked('D', '63.00', '20.00')];
    expect(ask(entries, before, 'V')).toEqual({ kind: 'together', documents: ['D'], with: ['A', 'B'] });
    expect(ask(entries, before, 'void').kind).toBe('none');
  });

  it('is found whatever the order of entries and documents', () => {
    const entries = [sale('A', '10.00', '4.00'), sale('B', '20.00', '7.00'), sale('C', '20.00', '7.00')];
    const documents = [booked('D', '30.00', '11.00'), booked('E', '30.00', '11.00')];
    const there = ['A', 'B', 'C'].map((id) => ask(entries, documents, id));
    const back = ['A', 'B', 'C'].map((id) => ask(entries.toReversed(), documents.toReversed(), id));
    expect(back).toEqual(there);
  });
});

describe('the search', () => {
  it('stays cheap where thousands are open on either side', () => {
    const entries = Array.from({ length: 2_000 }, (_, n) =>
      sale(`E${n}`, `${(n * 7919) % 9_000}.${10 + (n % 89)}`, `${(n * 31) % 500}.05`, {
        businessDate: addDays(DAY, n % 30),
        groups: [`day ${n % 30}`],
      }),
    );
    const documents = Array.from({ length: 1_000 }, (_, n) =>
      booked(`D${n}`, `${(n * 6007) % 9_000}.${10 + (n % 79)}`, `${(n * 37) % 500}.03`, {
        businessDate: addDays(DAY, n % 30),
      }),
    );
    const before = process.cpuUsage();
    const search = new CoverSearch(entries, documents);
    for (const { id } of entries) search.of(id);
    // Of processor time, which another test beside it does not use up: some 2 s.
    expect(process.cpuUsage(before).user / 1e6).toBeLessThan(40);
  });
});
