// What counts as the same event: content by canonical JSON, instants, corrections; and that nothing a source may write
// breaks the reading.
import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MAX_EVENT_BYTES, readEvent } from '../../src/events/read.ts';
import { CONTEXT, SHIPMENT, eventOf, read, refusal } from './context.ts';

const LINE = { lineId: '1', sku: 'A', quantity: '1', net: '5', cost: '2.5' };
const hashOf = (event: unknown): string => read(event).contentHash;

describe('content', () => {
  const event = eventOf(SHIPMENT, { lines: [LINE], total: '5' });

  test.each<[string, unknown]>([
    ['5.00 for 5', eventOf(SHIPMENT, { lines: [{ ...LINE, net: '5.00' }], total: '5.0' })],
    ['the integer 5 for "5"', eventOf(SHIPMENT, { lines: [{ ...LINE, net: 5, quantity: 1 }], total: 5 })],
    [
      'other zeros in a quantity',
      eventOf(SHIPMENT, { lines: [{ ...LINE, quantity: '1.000000' }], total: '5' }),
    ],
    ['the same instant in another zone', { ...event, time: '2026-10-14T17:00:00.000Z' }],
    ['other attributes', { ...event, id: 'e9', source: '/other', traceparent: '00-1' }],
    ['other key order', Object.fromEntries(Object.entries(event).reverse())],
  ])('is the same with %s', (_change, other) => {
    expect(hashOf(other)).toBe(hashOf(event));
  });

  test.each<[string, unknown]>([
    ['another amount', eventOf(SHIPMENT, { lines: [{ ...LINE, net: '5.01' }], total: '5.01' })],
    ['another time', { ...event, time: '2026-10-14T12:00:01-05:00' }],
    ['another subject', { ...event, subject: 'SHP-1' }],
    ['an unknown field', eventOf(SHIPMENT, { lines: [LINE], total: '5', note: 'x' })],
    [
      'text that only looks like the same amount',
      eventOf(SHIPMENT, { lines: [LINE], total: '5', orderId: '1.0' }),
    ],
  ])('is another with %s', (_change, other) => {
    expect(hashOf(other)).not.toBe(hashOf(event));
  });

  test('unknown fields are kept as they came, fractions included', () => {
    const kept = read(
      eventOf(SHIPMENT, { lines: [LINE], total: '5', extra: { weight: 1.25, tags: ['b', 'a'], none: null } }),
    );
    expect(kept.data.extra).toEqual({ weight: 1.25, tags: ['b', 'a'], none: null });
    expect(kept.canonical).toContain('"extra":{"none":null,"tags":["b","a"],"weight":1.25}');
  });

  test('amounts in data are text at fixed scale', () => {
    expect(read(event).data).toMatchObject({
      total: '5.0000',
      lines: [{ net: '5.0000', quantity: '1.000000' }],
    });
  });

  test('minus zero is zero', () => {
    const zero = (quantity: string): unknown =>
      eventOf('retail.inventory.adjusted.v1', { lines: [{ sku: 'A', quantity, cost: '0' }], total: '0' });
    expect(hashOf(zero('-0.00'))).toBe(hashOf(zero('0')));
  });
});

test('property: the order of keys and the zeros of amounts never change the content; reading twice is stable', () => {
  const cents = fc.bigInt({ min: 1n, max: 10n ** 14n });
  fc.assert(
    fc.property(
      fc.array(cents, { minLength: 1, maxLength: 8 }),
      fc.integer({ min: 0, max: 2 }),
      (nets, zeros) => {
        const money = (units: bigint): string => `${units / 100n}.${String(units % 100n).padStart(2, '0')}`;
        const total = nets.reduce((sum, net) => sum + net, 0n);
        const plain = nets.map((net, i) => ({
          lineId: `${i}`,
          sku: 'A',
          quantity: '1',
          net: money(net),
          cost: '1',
        }));
        const padded = plain.map((line) =>
          Object.fromEntries(Object.entries({ ...line, net: line.net + '0'.repeat(zeros) }).reverse()),
        );
        const first = read(eventOf(SHIPMENT, { lines: plain, total: money(total) }));
        const second = read(eventOf(SHIPMENT, { lines: padded, total: money(total) }));
        expect(second.contentHash).toBe(first.contentHash);
        expect(read(first.canonical)).toEqual(first);
        expect(first.measures.find(({ name }) => name === 'net')?.amount.toFixed(2)).toBe(money(total));
      },
    ),
    { numRuns: 200 },
  );
});

describe('corrections', () => {
  const corrects = { source: '/oms/us', id: 'e0' };

  test('a void needs its key only', () => {
    const data = { company: 'US01', shipmentId: 'SHP-1', corrects, correction: 'void' };
    const event = read({ ...eventOf(SHIPMENT), data });
    expect(event).toMatchObject({
      corrects,
      correction: 'void',
      businessKey: 'SHP-1',
      measures: [],
      rates: {},
    });
  });

  test('a void may carry the common fields', () => {
    const { company, currency, channel, location } = read(eventOf(SHIPMENT)).data;
    const data = {
      company,
      currency,
      channel,
      location,
      brand: 'X',
      shipmentId: 'SHP-1',
      corrects,
      correction: 'void',
    };
    expect(read({ ...eventOf(SHIPMENT), data })).toMatchObject({ brand: 'X', measures: [] });
  });

  test('a void of an assessment names its revision', () => {
    const data = { company: 'US01', assessmentId: 'T-1', revision: 3, corrects, correction: 'void' };
    expect(read({ ...eventOf('retail.tax.assessed.v1'), data }).businessKey).toBe('T-1\u001f3');
  });

  test('a replacement is a whole event', () => {
    const event = read(eventOf(SHIPMENT, { corrects, correction: 'replace' }));
    expect(event).toMatchObject({ correction: 'replace', businessDateGiven: false });
    expect(event.measures.length).toBeGreaterThan(0);
    expect(refusal(eventOf(SHIPMENT, { corrects, correction: 'replace', total: undefined })).path).toBe(
      'data.total',
    );
  });
});

const NAUGHTY = '../shared/data/blns/blns.json';
test.skipIf(!existsSync(NAUGHTY))(
  `hostile strings (skipped where ${NAUGHTY} is absent): kept unchanged, or refused with words`,
  () => {
    const strings = JSON.parse(readFileSync(NAUGHTY, 'utf8')) as string[];
    expect(strings.length).toBeGreaterThan(400);
    for (const hostile of strings) {
      const extra = eventOf(SHIPMENT, { note: hostile, [hostile === '' ? 'empty' : hostile]: 1 });
      const whole = read(extra);
      expect(whole.data.note).toBe(hostile);
      expect(read(whole.canonical).contentHash).toBe(whole.contentHash);
      for (const [field, asId] of [
        ['data.shipmentId', eventOf(SHIPMENT, { shipmentId: hostile })],
        ['id', eventOf(SHIPMENT, {}, { id: hostile })],
      ] as const) {
        const outcome = readEvent(JSON.stringify(asId), CONTEXT);
        const kept = outcome.ok && [outcome.event.id, outcome.event.businessKey].includes(hostile);
        const named =
          !outcome.ok &&
          /^(?:SCHEMA|BAD_KEY)$/.test(outcome.refusal.reason) &&
          outcome.refusal.path === field;
        expect({ hostile, keptOrNamed: kept || named }).toEqual({ hostile, keptOrNamed: true });
      }
      expect(refusal(eventOf(SHIPMENT, { company: hostile })).reason).toMatch(
        /^(SCHEMA|BAD_KEY|UNKNOWN_COMPANY)$/,
      );
      expect(readEvent(hostile, CONTEXT).ok).toBe(false);
    }
  },
);

test('property: any text ends as an event or a refusal with its sentence, never a throw', () => {
  const base = JSON.stringify(eventOf(SHIPMENT));
  const ends = (text: string): boolean => {
    const outcome = readEvent(text, CONTEXT);
    return outcome.ok
      ? outcome.event.contentHash.length === 64
      : outcome.refusal.message.includes('expected ');
  };
  fc.assert(
    fc.property(
      fc.nat(base.length),
      fc.nat(12),
      fc.string({ unit: 'binary', maxLength: 6 }),
      (at, cut, inserted) => {
        expect(ends(base.slice(0, at) + inserted + base.slice(at + cut))).toBe(true);
      },
    ),
    { numRuns: 2000 },
  );
  fc.assert(
    fc.property(fc.json({ maxDepth: 6 }), fc.json(), (whole, data) => {
      expect(ends(whole)).toBe(true);
      expect(ends(`${base.slice(0, base.indexOf('"data":') + 7)}${data}}`)).toBe(true);
    }),
    { numRuns: 500 },
  );
});

test('names of JavaScript are only names', () => {
  for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
    const text = JSON.stringify(eventOf(SHIPMENT)).replace('"data":{', `"data":{"${name}":{"total":"1"},`);
    expect(read(text).canonical).toContain(`"${name}":{"total":"1"}`);
    expect(refusal(eventOf(name)).reason).toBe('UNKNOWN_TYPE');
    expect(refusal(eventOf(SHIPMENT, { company: name })).reason).toBe('UNKNOWN_COMPANY');
    const sku = eventOf(SHIPMENT, {
      lines: [{ ...LINE, taxes: [{ jurisdiction: name, amount: '1.00' }] }],
      total: '6.00',
    });
    expect(read(sku).measures.some(({ member }) => member === name)).toBe(true);
  }
});

test('a large event of 2,000 lines is read; one beyond the limit is not parsed', () => {
  const lines = Array.from({ length: 2000 }, (_, i) => ({ ...LINE, lineId: `${i}` }));
  expect(read(eventOf(SHIPMENT, { lines, total: '10000' })).measures[0]?.amount.toFixed(0)).toBe('10000');
  expect(refusal(`{${' '.repeat(MAX_EVENT_BYTES)}`).reason).toBe('TOO_LARGE');
  expect(refusal(`"${'\u00e9'.repeat(MAX_EVENT_BYTES / 2)}"`).reason).toBe('TOO_LARGE');
});
