// The day numbers of SQL are those of the process, on any calendar and any day that a line can bear.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addDays, daysBetween, isoDate } from '../../src/accounting/dates.ts';
import { dayNumbers, dayNumberSql } from '../../src/matching/dayNumber.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());

const FIRST = isoDate('1900-01-01');
const DAYS = daysBetween(FIRST, isoDate('2199-12-31'));
const randomDay = fc.integer({ min: 0, max: DAYS }).map((days) => addDays(FIRST, days));
const randomCalendar = fc.record({
  weekend: fc.subarray([0, 1, 2, 3, 4, 5, 6], { maxLength: 6 }).map((days) => new Set(days)),
  holidays: fc.array(randomDay, { maxLength: 20 }).map((days) => new Set(days)),
});

describe('numbers of days', () => {
  test('are the same in SQL and in the process', async () => {
    await fc.assert(
      fc.asyncProperty(randomCalendar, fc.array(randomDay, { minLength: 1 }), async (calendar, some) => {
        const days = [...some, ...calendar.holidays];
        const calendars = new Map([['one', calendar]]);
        for (const name of [undefined, 'one']) {
          const values: unknown[] = [days];
          const number = dayNumberSql(calendars, name, 'd.day', values);
          const { rows } = await database.db.pool.query<{ n: number }>(
            `select ${number} as n from unnest($1::date[]) with ordinality d (day, place) order by place`,
            values,
          );
          const wanted = dayNumbers(calendars);
          expect(rows.map(({ n }) => n)).toEqual(days.map((day) => wanted(name, day)));
        }
      }),
      { numRuns: 60 },
    );
  });

  test('count business days, and a day of the weekend as the one before it', () => {
    const calendars = new Map([
      ['us', { weekend: new Set([0, 6]), holidays: new Set([isoDate('2026-10-12')]) }],
    ]);
    const from = dayNumbers(calendars)('us', '2026-10-09');
    const after = ['10', '11', '12', '13', '16', '19'].map(
      (day) => dayNumbers(calendars)('us', `2026-10-${day}`) - from,
    );
    expect(after).toEqual([0, 0, 0, 1, 4, 5]);
  });
});
