// Fiscal periods and business days: every day has one period, periods follow each other without gap, 53-week years are
// those of the National Retail Federation.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addBusinessDays,
  businessDaysBetween,
  isBusinessDay,
  weekday,
} from '../../src/accounting/businessDays.ts';
import { addDays, daysBetween, isoDate } from '../../src/accounting/dates.ts';
import type { IsoDate } from '../../src/accounting/dates.ts';
import { fiscalPeriod } from '../../src/accounting/fiscalPeriod.ts';
import type { ComputedCalendar } from '../../src/accounting/fiscalPeriod.ts';

const anyDay = fc.integer({ min: 0, max: 20_000 }).map((days) => addDays(isoDate('2000-01-01'), days));
const RETAIL = { pattern: '4-5-4', yearStarts: isoDate('2026-02-01') } as const;

const show = (day: string, calendar: ComputedCalendar): string => {
  const { fiscalYear, period, from, to } = fiscalPeriod(isoDate(day), calendar);
  return `${fiscalYear} ${period} ${from} ${to}`;
};

test.each([
  ['2026-10-14', '2026 2026-10 2026-10-01 2026-10-31'],
  ['2028-02-29', '2028 2028-02 2028-02-01 2028-02-29'],
  ['2026-12-31', '2026 2026-12 2026-12-01 2026-12-31'],
])('monthly %s: %s', (day, expected) => {
  expect(show(day, 'monthly')).toBe(expected);
});

test.each([
  // pattern, year starts, day, period
  ['4-5-4', '2026-02-01', '2026-02-01', '2026 2026-01 2026-02-01 2026-02-28'],
  ['4-5-4', '2026-02-01', '2026-03-01', '2026 2026-02 2026-03-01 2026-04-04'],
  ['4-5-4', '2026-02-01', '2026-01-31', '2025 2025-12 2026-01-04 2026-01-31'],
  ['4-4-5', '2026-02-01', '2026-04-30', '2026 2026-03 2026-03-29 2026-05-02'],
  ['5-4-4', '2026-02-01', '2026-03-05', '2026 2026-01 2026-02-01 2026-03-07'],
  ['4-4-5', '2025-12-28', '2025-12-28', '2026 2026-01 2025-12-28 2026-01-24'],
] as const)('%s from %s: %s lies in %s', (pattern, yearStarts, day, expected) => {
  expect(show(day, { pattern, yearStarts: isoDate(yearStarts) })).toBe(expected);
});

test('the 53-week years of the retail calendar are those of the NRF: 2006, 2012, 2017, 2023', () => {
  const long: string[] = [];
  for (let year = 2004; year <= 2027; year++) {
    const first = fiscalPeriod(isoDate(`${year}-03-01`), RETAIL).fiscalYear;
    const inLast = fiscalPeriod(addDays(isoDate(`${year + 1}-02-01`), -4), RETAIL);
    expect(inLast.period).toBe(`${first}-12`);
    if (daysBetween(inLast.from, inLast.to) + 1 === 35) long.push(first);
  }
  expect(long).toEqual(['2006', '2012', '2017', '2023']);
  expect(show('2024-02-03', RETAIL)).toBe('2023 2023-12 2023-12-31 2024-02-03');
  expect(show('2024-02-04', RETAIL)).toBe('2024 2024-01 2024-02-04 2024-03-02');
});

test.each<ComputedCalendar>([
  'monthly',
  RETAIL,
  { pattern: '4-4-5', yearStarts: isoDate('2025-12-28') },
  { pattern: '5-4-4', yearStarts: isoDate('2024-07-01') },
  { pattern: '4-4-5', yearStarts: isoDate('2027-01-03') },
  { pattern: '4-4-5', yearStarts: isoDate('2024-02-29') },
  { ...RETAIL, week53: 1 },
  { monthly: { yearStarts: '04-01' } },
  { monthly: { yearStarts: '04-06' } },
  { monthly: { yearStarts: '12-28' } },
])('property: every day lies in one period and periods join without gap (%j)', (calendar) => {
  fc.assert(
    fc.property(anyDay, (day) => {
      const { from, to, period, fiscalYear } = fiscalPeriod(day, calendar);
      expect(from <= day && day <= to).toBe(true);
      expect(fiscalPeriod(from, calendar).period).toBe(period);
      expect(fiscalPeriod(to, calendar).period).toBe(period);
      const next = fiscalPeriod(addDays(to, 1), calendar);
      expect(next.from).toBe(addDays(to, 1));
      const [year, month] = period.split('-').map(Number) as [number, number];
      expect(String(year)).toBe(fiscalYear);
      expect(next.period).toBe(
        month === 12 ? `${year + 1}-01` : `${year}-${String(month + 1).padStart(2, '0')}`,
      );
    }),
    { numRuns: 300 },
  );
});

const BANKING = {
  weekend: new Set([0, 6]),
  holidays: new Set(['2026-11-26', '2026-12-25', '2026-12-26', '2027-01-01'].map(isoDate)),
};
const FRIDAY_OFF = { weekend: new Set([5]), holidays: new Set<IsoDate>() };

describe('business days', () => {
  test.each([
    // from, count, to
    ['2026-11-25', 1, '2026-11-27'], // over Thanksgiving
    ['2026-11-27', 1, '2026-11-30'], // Friday to Monday
    ['2026-11-28', 1, '2026-11-30'], // from a Saturday
    ['2026-11-28', 0, '2026-11-28'],
    ['2026-11-30', -1, '2026-11-27'],
    ['2026-12-24', 5, '2027-01-04'], // 28, 29, 30, 31, 4 January
  ])('%s plus %i is %s', (from, count, to) => {
    expect(addBusinessDays(isoDate(from), count, BANKING)).toBe(to);
  });

  test('a holiday from which is counted, or up to which, is counted once', () => {
    expect(businessDaysBetween(isoDate('2026-11-26'), isoDate('2026-11-27'), BANKING)).toBe(1);
    expect(businessDaysBetween(isoDate('2026-11-25'), isoDate('2026-11-26'), BANKING)).toBe(0);
  });

  test('weekdays', () => {
    expect(
      ['2026-11-22', '2026-11-23', '2026-11-28', '1969-12-31'].map((day) => weekday(isoDate(day))),
    ).toEqual([0, 1, 6, 3]);
  });

  test('a week without working days is refused, not counted for ever', () => {
    const never = { weekend: new Set([0, 1, 2, 3, 4, 5, 6]), holidays: new Set<IsoDate>() };
    expect(() => addBusinessDays(isoDate('2026-01-01'), 1, never)).toThrow('a calendar without working days');
  });

  test.each([
    ['banking', BANKING],
    ['Friday off', FRIDAY_OFF],
  ])('property (%s): counting is what walking day by day finds, either way', (_name, calendar) => {
    fc.assert(
      fc.property(fc.integer({ min: -400, max: 400 }), fc.integer({ min: 0, max: 120 }), (start, length) => {
        const from = addDays(isoDate('2026-11-01'), start);
        const to = addDays(from, length);
        let forward = 0;
        for (let day = addDays(from, 1); day <= to; day = addDays(day, 1))
          if (isBusinessDay(day, calendar)) forward++;
        let back = 0;
        for (let day = from; day < to; day = addDays(day, 1)) if (isBusinessDay(day, calendar)) back--;
        expect(businessDaysBetween(from, to, calendar)).toBe(forward);
        expect(businessDaysBetween(to, from, calendar)).toBe(back);
      }),
    );
  });

  test('property: adding and counting are inverse on business days', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 400 }), fc.integer({ min: -40, max: 40 }), (start, count) => {
        const from = addDays(isoDate('2026-06-01'), start);
        fc.pre(isBusinessDay(from, BANKING));
        expect(businessDaysBetween(from, addBusinessDays(from, count, BANKING), BANKING)).toBe(count);
      }),
    );
  });
});
