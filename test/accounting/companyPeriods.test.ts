// The calendars that a company may have, each as a table of days that an accountant can check against a wall calendar.
import { describe, expect, test } from 'vitest';
import { companyPeriods } from '../../src/accounting/companyPeriods.ts';
import { isoDate } from '../../src/accounting/dates.ts';
import { fiscalPeriod, type ComputedCalendar } from '../../src/accounting/fiscalPeriod.ts';
import { periodTemplate } from '../../src/accounting/periodTemplate.ts';
import { statedPeriod } from '../../src/intake/statedPeriod.ts';

const APRIL: ComputedCalendar = { monthly: { yearStarts: '04-01' } };
const UK_TAX: ComputedCalendar = { monthly: { yearStarts: '04-06' } };
const SAP_V3: ComputedCalendar = {
  monthly: { yearStarts: '04-01', names: periodTemplate('{startYear}-{nn}')! },
};
const NAMED: ComputedCalendar = {
  monthly: { yearStarts: '04-01', names: periodTemplate('FY{endYear}/{nn}')! },
};
const nrf = (week53?: number): ComputedCalendar => ({
  pattern: '4-5-4',
  yearStarts: isoDate('2026-02-01'),
  ...(week53 === undefined ? {} : { week53 }),
});

const show = (day: string, calendar: ComputedCalendar): string => {
  const { fiscalYear, period, from, to } = fiscalPeriod(isoDate(day), calendar);
  return `${fiscalYear} ${period} ${from} ${to}`;
};

describe('months of a year that starts in April are called by the year that ends', () => {
  test.each([
    ['2026-03-31', '2026 2026-12 2026-03-01 2026-03-31'],
    ['2026-04-01', '2027 2027-01 2026-04-01 2026-04-30'],
    ['2026-10-14', '2027 2027-07 2026-10-01 2026-10-31'],
    ['2026-12-31', '2027 2027-09 2026-12-01 2026-12-31'],
    ['2027-01-01', '2027 2027-10 2027-01-01 2027-01-31'],
    ['2028-02-29', '2028 2028-11 2028-02-01 2028-02-29'],
    ['2027-03-31', '2027 2027-12 2027-03-01 2027-03-31'],
  ])('%s lies in %s', (day, expected) => expect(show(day, APRIL)).toBe(expected));

  test('or by the year that begins, where the names say so', () => {
    expect(show('2026-10-14', SAP_V3)).toBe('2026 2026-07 2026-10-01 2026-10-31');
    expect(show('2027-01-01', SAP_V3)).toBe('2026 2026-10 2027-01-01 2027-01-31');
  });

  test.each([
    ['2026-04-05', '2026 2026-12 2026-03-06 2026-04-05'],
    ['2026-04-06', '2027 2027-01 2026-04-06 2026-05-05'],
    ['2027-01-05', '2027 2027-09 2026-12-06 2027-01-05'],
  ])('periods that begin on the 6th: %s lies in %s', (day, expected) =>
    expect(show(day, UK_TAX)).toBe(expected),
  );
});

describe('the 53rd week of the NRF year 2023', () => {
  test.each([
    // which period has it, a day of that year, its period
    [undefined, '2024-01-31', '2023 2023-12 2023-12-31 2024-02-03'],
    [12, '2024-01-31', '2023 2023-12 2023-12-31 2024-02-03'],
    [11, '2023-12-31', '2023 2023-11 2023-11-26 2024-01-06'],
    [11, '2024-01-07', '2023 2023-12 2024-01-07 2024-02-03'],
    [1, '2023-03-04', '2023 2023-01 2023-01-29 2023-03-04'],
    [1, '2023-03-05', '2023 2023-02 2023-03-05 2023-04-08'],
    // a year of 52 weeks has no such week
    [1, '2024-03-02', '2024 2024-01 2024-02-04 2024-03-02'],
    [1, '2024-03-03', '2024 2024-02 2024-03-03 2024-04-06'],
  ] as const)('in period %s: %s lies in %s', (week53, day, expected) =>
    expect(show(day, nrf(week53))).toBe(expected),
  );
});

describe('what a text means', () => {
  const means = (calendar: ComputedCalendar, text: string, fiscalYear: string, day: string) =>
    companyPeriods(calendar).readPeriod(text, fiscalYear, isoDate(day))?.period;

  test.each([
    // as delivered, fiscal year beside it, posting date, period
    ['10', '2026', '2026-10-14', '2026-10'],
    ['010', '2026', '2026-10-14', '2026-10'],
    ['2026-10', '', '2026-10-14', '2026-10'],
    ['2026010', '', '2026-10-14', '2026-10'],
    ['2026/10', '2026', '2026-10-14', '2026-10'],
    // without any year: the nearest of its number
    ['12', '', '2027-01-02', '2026-12'],
    ['1', '', '2026-12-30', '2027-01'],
    ['13', '', '2026-12-31', '2026-13'],
    // none of any calendar
    ['17', '2026', '2026-10-14', undefined],
    ['0', '2026', '2026-10-14', undefined],
    ['OCT-26', '2026', '2026-10-14', undefined],
    // two years that contradict each other
    ['2026-10', '2027', '2026-10-14', undefined],
  ])('calendar months: %s of "%s" on %s is %s', (text, year, day, period) =>
    expect(means('monthly', text, year, day)).toBe(period),
  );

  test.each([
    ['FY2027/07', '', '2027-07'],
    ['FY2027/07', '2027', '2027-07'],
    ['FY2027/07', '2026', undefined],
    ['7', '2027', '2027-07'],
    ['7', '', '2027-07'],
    ['FY2027-07', '', undefined],
  ])('names FY{endYear}/{nn}: %s of "%s" is %s', (text, year, period) =>
    expect(means(NAMED, text, year, '2026-10-14')).toBe(period),
  );

  test('a journal leaves under the name that the ERP reads', () => {
    expect(companyPeriods(NAMED).writtenPeriod({ fiscalYear: '2027', period: '2027-07' })).toBe('FY2027/07');
    expect(companyPeriods('monthly').writtenPeriod({ fiscalYear: '2027', period: '2027-07' })).toBe(
      '2027-07',
    );
  });
});

describe("the ERP's own list", () => {
  const row = (fiscalYear: string, period: string, from: string, to: string) => ({
    company: 'US01',
    ledger: 'GL',
    fiscalYear,
    period,
    from,
    to,
  });
  const TOLD = [
    row('2027', '2027-07', '2026-10-01', '2026-10-31'),
    row('2027', 'NOV-26', '2026-11-01', '2026-11-30'),
    row('2027', '2027-13', '2026-10-31', '2026-10-31'),
  ];

  test('holds days before the configured calendar does, special periods aside', () => {
    const periods = companyPeriods('monthly', TOLD);
    expect(periods.period(isoDate('2026-10-31'))).toEqual({ fiscalYear: '2027', period: '2027-07' });
    expect(periods.period(isoDate('2026-12-01'))).toEqual({ fiscalYear: '2026', period: '2026-12' });
  });

  test('explains names that nobody else could read', () => {
    const periods = companyPeriods('monthly', TOLD);
    expect(periods.readPeriod('NOV-26', '', isoDate('2026-11-14'))).toEqual({
      fiscalYear: '2027',
      period: 'NOV-26',
    });
    expect(periods.readPeriod('NOV-26', '2026', isoDate('2026-11-14'))).toBeUndefined();
  });

  test('is all that a company with `fiscalCalendar: erp` knows', () => {
    const periods = companyPeriods('erp', TOLD);
    const read = (text: string, year: string) =>
      periods.readPeriod(text, year, isoDate('2026-10-14'))?.period;
    expect(periods.period(isoDate('2026-12-01'))).toEqual({ fiscalYear: '', period: '' });
    expect(read('7', '2027')).toBe('2027-07');
    expect(read('9', '2027')).toBeUndefined();
    expect(read('14', '2027')).toBe('2027-14');
    expect(read('14', '2026')).toBeUndefined();
  });
});

describe('what a row says of its period', () => {
  const april = companyPeriods(APRIL);
  const row = (period: string, fiscalYear: string, day: string, kind: 'fiscal' | 'calendar' = 'fiscal') => {
    const stated = statedPeriod(april, { period, fiscalYear, day: isoDate(day), kind });
    return `${stated.fiscalYear} ${stated.period} ${stated.stated}`;
  };

  test.each([
    ['7', '2027', '2026-10-14', '2027 2027-07 agrees'],
    ['8', '2027', '2026-10-31', '2027 2027-08 contradicts'],
    ['', '', '2026-10-14', '2027 2027-07 nothing'],
    ['', '2026', '2026-10-14', '2026 2027-07 nothing'],
    ['13', '2026', '2026-03-31', '2026 2026-13 agrees'],
    ['OCT', '2027', '2026-10-14', '2027 OCT unknown'],
  ])('fiscal: period "%s" of "%s" on %s is %s', (period, year, day, expected) =>
    expect(row(period, year, day)).toBe(expected),
  );

  test.each([
    ['10', '2026', '2026-10-14', '2027 2027-07 agrees'],
    ['2026-10', '', '2026-10-14', '2027 2027-07 agrees'],
    ['10', '', '2026-10-14', '2027 2027-07 agrees'],
    // posted on the first of November into October
    ['10', '2026', '2026-11-01', '2027 2027-07 contradicts'],
    ['12', '2026', '2027-01-02', '2027 2027-09 contradicts'],
    ['12', '', '2027-01-02', '2027 2027-09 contradicts'],
    ['', '2026', '2026-10-14', '2027 2027-07 nothing'],
    ['13', '2026', '2026-12-31', '2026 13 unknown'],
  ])('calendar: month "%s" of "%s" on %s is %s', (period, year, day, expected) =>
    expect(row(period, year, day, 'calendar')).toBe(expected),
  );
});

test.each(['FY{endYear}', '{nn}', 'FY{year}/{nn}', '{startYear}{endYear}{nn}', '{endYear}/{nn}/{n}'])(
  '%s is no form of a period',
  (text) => expect(periodTemplate(text)).toBeUndefined(),
);

test('a form is read by the letter', () => {
  expect(periodTemplate('P{n}.{endYear}')!.read('P7.2027')).toEqual({ fiscalYear: '2027', number: 7 });
  expect(periodTemplate('P{n}.{endYear}')!.read('P7x2027')).toBeUndefined();
  expect(periodTemplate('P{n}.{endYear}')!.write({ fiscalYear: '2027', number: 7 })).toBe('P7.2027');
});
