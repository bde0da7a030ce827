// Days are text: they exist or are refused, and no machine's zone shifts them.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  addDays,
  daysBetween,
  isTimeZone,
  isoDate,
  localDate,
  parseIsoDate,
} from '../../src/accounting/dates.ts';
import { expectedKey, ledgerKey } from '../../src/accounting/line.ts';

test.each([
  ['2026-02-28', true],
  ['2024-02-29', true],
  ['2026-02-29', false],
  ['2026-02-30', false],
  ['2026-13-01', false],
  ['2026-00-10', false],
  ['2026-1-1', false],
  ['20261014', false],
  ['2026-10-14T00:00:00Z', false],
  [' 2026-10-14', false],
  ['0001-01-01', false], // the default date of other systems, never a business day
  ['1899-12-31', false],
  ['1900-01-01', true],
  ['2199-12-31', true],
  ['9999-12-31', false], // "without end"; nothing can be counted from it
  ['', false],
])('%j is a day: %s', (text, exists) => {
  expect(parseIsoDate(text) !== undefined).toBe(exists);
});

test('property: adding days and counting them are inverse', () => {
  const days = fc.integer({ min: -20_000, max: 20_000 });
  fc.assert(
    fc.property(days, days, (start, count) => {
      const from = addDays(isoDate('2026-01-01'), start);
      expect(daysBetween(from, addDays(from, count))).toBe(count);
      expect(addDays(addDays(from, count), -count)).toBe(from);
    }),
  );
});

test.each([
  ['2026-10-14T23:59:59Z', 'UTC', '00:00', '2026-10-14'],
  ['2026-10-14T23:59:59Z', 'Pacific/Kiritimati', '00:00', '2026-10-15'],
  ['2026-10-14T11:59:59Z', 'Pacific/Pago_Pago', '00:00', '2026-10-14'],
  ['2026-10-14T10:59:59Z', 'Pacific/Pago_Pago', '00:00', '2026-10-13'],
  ['2026-03-29T00:30:00Z', 'Europe/Berlin', '02:00', '2026-03-28'],
  ['2026-03-29T01:00:00Z', 'Europe/Berlin', '02:00', '2026-03-29'],
])('%s in %s, day ends %s: %s', (instant, zone, dayEnds, day) => {
  expect(localDate(Date.parse(instant), zone, dayEnds)).toBe(day);
});

test('time zones are those of the runtime', () => {
  expect([isTimeZone('America/Chicago'), isTimeZone('Mars/Olympus')]).toEqual([true, false]);
});

test('external keys hold every part in its place, empty ones too', () => {
  const expected = {
    eventSource: '/oms',
    eventId: 'e1',
    account: '4000',
    location: '',
    dimension: '',
    currency: 'USD',
    ordinal: 2,
  };
  expect(expectedKey(expected).split('\u001f')).toEqual(['E', '/oms', 'e1', '4000', '', '', 'USD', '2']);
  const ledger = { company: 'US01', ledger: 'GL', fiscalYear: '2026', document: '100', line: '1' };
  expect(ledgerKey(ledger).split('\u001f')).toEqual(['L', 'US01', 'GL', '2026', '100', '1']);
});
