// Business dates by time zone, day cut-off and the location that counts for each type; the machine's own zone never does.
import { afterEach, describe, expect, test } from 'vitest';
import { parseInstant } from '../../src/events/businessDate.ts';
import { SHIPMENT, eventOf, read } from './context.ts';

const ownZone = process.env.TZ;
afterEach(() => {
  if (ownZone === undefined) delete process.env.TZ;
  else process.env.TZ = ownZone;
});

const dateOf = (type: string, time: string, data: Record<string, unknown> = {}): string =>
  read(eventOf(type, data, { time })).businessDate;

describe.each(['UTC', 'Asia/Tokyo', 'America/Los_Angeles', 'Pacific/Kiritimati', 'Asia/Kolkata'])(
  'on a machine in %s',
  (zone) => {
    test.each([
      // location, time, business date
      ['W100', '2026-10-15T04:59:59Z', '2026-10-14', 'company zone, Chicago 23:59:59'],
      ['W100', '2026-10-15T05:00:00Z', '2026-10-15', 'Chicago midnight'],
      ['S001', '2026-10-15T03:59:00-04:00', '2026-10-14', 'New York, before the cut-off at 04:00'],
      ['S001', '2026-10-15T04:00:00-04:00', '2026-10-15', 'New York, at the cut-off'],
      ['S001', '2026-11-01T04:30:00Z', '2026-10-31', 'New York 00:30 in the night clocks go back'],
      ['S001', '2026-03-08T08:30:00Z', '2026-03-08', 'New York 04:30 on the day clocks go forward'],
      ['S001', '2027-01-01T03:00:00-05:00', '2026-12-31', 'new year, before the cut-off'],
      ['TYO', '2026-10-14T23:52:11-05:00', '2026-10-15', 'Tokyo is already in the next day'],
      ['unknown', '2026-10-15T04:59:59Z', '2026-10-14', 'a location without configuration: the company zone'],
      ['TYO', '1969-12-31T15:00:00Z', '1970-01-01', 'before offsets were whole minutes'],
    ])('%s %s -> %s (%s)', (location, time, expected) => {
      process.env.TZ = zone;
      expect(dateOf(SHIPMENT, time, { location })).toBe(expected);
    });
  },
);

test('a given business date wins over zone and cut-off', () => {
  const event = read(eventOf(SHIPMENT, { businessDate: '2026-09-30' }));
  expect([event.businessDate, event.businessDateGiven]).toEqual(['2026-09-30', true]);
});

test('shipped counts at the sender, received at the receiver', () => {
  const places = { fromLocation: 'W100', toLocation: 'TYO' };
  const time = '2026-10-14T20:00:00Z'; // 15:00 in Chicago, 05:00 of the next day in Tokyo
  expect(dateOf('retail.transfer.shipped.v1', time, places)).toBe('2026-10-14');
  expect(dateOf('retail.transfer.received.v1', time, places)).toBe('2026-10-15');
});

test('selling location has no say in the day', () => {
  expect(dateOf(SHIPMENT, '2026-10-14T20:00:00Z', { sellingLocation: 'TYO' })).toBe('2026-10-14');
});

test.each([
  ['2026-10-14T23:52:11-05:00', '2026-10-15T04:52:11.000Z'],
  ['2026-10-14t23:52:11.1z', '2026-10-14T23:52:11.100Z'],
  ['2026-10-14T23:52:11.123999999+00:00', '2026-10-14T23:52:11.123Z'],
  ['2026-10-14T23:52:11.029Z', '2026-10-14T23:52:11.029Z'],
  ['2024-02-29T00:00:00+05:45', '2024-02-28T18:15:00.000Z'],
])('%s is the instant %s', (text, instant) => {
  expect(new Date(parseInstant(text) ?? Number.NaN).toISOString()).toBe(instant);
});

test('every millisecond survives', () => {
  for (let ms = 0; ms < 1000; ms++) {
    const text = `2026-10-14T23:52:11.${String(ms).padStart(3, '0')}Z`;
    expect(parseInstant(text)).toBe(Date.parse(text));
  }
});
