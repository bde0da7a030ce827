// Business slots against dates known by hand, in seven zones, and the same answers under five values of TZ.
import { afterAll, describe, expect, test } from 'vitest';
import { isoDate } from '../../src/accounting/dates.ts';
import { catchUp } from '../../src/worker/catchUp.ts';
import { nextSlot, slotOf, slotsBetween } from '../../src/accounting/slots.ts';

const due = (timeZone: string, at: string, day: string): string =>
  new Date(slotOf(isoDate(day), { at, timeZone }).dueMs).toISOString();

// zone, time, day, instant
const KNOWN = [
  ['Europe/Berlin', '02:30', '2026-03-28', '2026-03-28T01:30:00.000Z'],
  ['Europe/Berlin', '02:30', '2026-03-29', '2026-03-29T01:00:00.000Z'], // gap: 03:00 is the first valid instant
  ['Europe/Berlin', '02:30', '2026-10-25', '2026-10-25T00:30:00.000Z'], // overlap: first pass
  ['America/Chicago', '02:30', '2026-03-08', '2026-03-08T08:00:00.000Z'],
  ['America/Chicago', '01:30', '2026-11-01', '2026-11-01T06:30:00.000Z'],
  ['America/Chicago', '02:30', '2026-11-01', '2026-11-01T08:30:00.000Z'],
  ['Australia/Lord_Howe', '02:15', '2026-10-04', '2026-10-03T15:30:00.000Z'], // half an hour of gap
  ['Australia/Lord_Howe', '01:45', '2026-04-05', '2026-04-04T14:45:00.000Z'], // half an hour of overlap
  ['Asia/Kathmandu', '02:30', '2026-03-29', '2026-03-28T20:45:00.000Z'],
  ['America/Sao_Paulo', '00:00', '2018-11-04', '2018-11-04T03:00:00.000Z'], // midnight itself is skipped
  ['Africa/Cairo', '00:30', '2026-04-24', '2026-04-23T22:00:00.000Z'],
  ['Pacific/Apia', '02:30', '2011-12-30', '2011-12-30T10:00:00.000Z'], // a whole day is left out
  ['America/St_Johns', '02:30', '2026-03-08', '2026-03-08T05:30:00.000Z'],
] as const;

const ZONES = [
  'Europe/Berlin',
  'America/Chicago',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'America/Sao_Paulo',
  'Africa/Cairo',
  'America/St_Johns',
];

const before = process.env['TZ'];
afterAll(() => {
  if (before === undefined) delete process.env['TZ'];
  else process.env['TZ'] = before;
});

describe.each(['UTC', 'America/Los_Angeles', 'Europe/Berlin', 'Pacific/Kiritimati', 'Asia/Kolkata'])(
  'TZ=%s',
  (tz) => {
    test('slots around clock changes', () => {
      process.env['TZ'] = tz;
      expect(KNOWN.map(([zone, at, day]) => due(zone, at, day))).toEqual(
        KNOWN.map(([, , , instant]) => instant),
      );
    });

    test.each(ZONES)('%s: one slot a day all year, whatever pieces the year is asked in', (timeZone) => {
      process.env['TZ'] = tz;
      for (const at of ['02:30']) {
        const from = Date.parse('2026-01-01T12:00:00Z');
        const to = Date.parse('2027-01-01T12:00:00Z');
        const whole = slotsBetween({ at, timeZone }, from, to);
        expect(whole).toHaveLength(365);
        expect(new Set(whole.map((slot) => slot.day)).size).toBe(365);
        const pieces = [];
        for (let t = from; t < to; t += 61.3 * 3_600_000)
          pieces.push(...slotsBetween({ at, timeZone }, t, Math.min(to, t + 61.3 * 3_600_000)));
        expect(pieces).toEqual(whole);
      }
    });
  },
);

test('the next slot follows the last one, also over a gap', () => {
  const berlin = { at: '02:30', timeZone: 'Europe/Berlin' };
  const gap = nextSlot(berlin, Date.parse('2026-03-28T12:00:00Z'));
  expect(gap).toEqual({ day: '2026-03-29', dueMs: Date.parse('2026-03-29T01:00:00Z') });
  expect(nextSlot(berlin, gap.dueMs).day).toBe('2026-03-30');
});

describe('catching up', () => {
  const owed = slotsBetween(
    { at: '02:30', timeZone: 'UTC' },
    Date.parse('2026-10-01T00:00Z'),
    Date.parse('2026-10-03T03:00Z'),
  );
  const days = (slots: readonly { day: string }[]): string[] => slots.map(({ day }) => day);
  const startedAt = (instant: string): number => Date.parse(instant);

  test('all: every slot in order', () => {
    expect(days(catchUp(owed, 'all', startedAt('2026-10-03T03:00Z')).run)).toEqual([
      '2026-10-01',
      '2026-10-02',
      '2026-10-03',
    ]);
  });
  test('latest: the newest, the others passed over', () => {
    const { run, passOver } = catchUp(owed, 'latest', startedAt('2026-10-03T03:00Z'));
    expect([days(run), days(passOver)]).toEqual([['2026-10-03'], ['2026-10-01', '2026-10-02']]);
  });
  test('none: nothing that was missed; what falls due while watching, or just before, is run', () => {
    expect(days(catchUp(owed, 'none', startedAt('2026-10-03T03:00Z')).run)).toEqual([]);
    expect(days(catchUp(owed, 'none', startedAt('2026-10-03T02:40Z')).run)).toEqual(['2026-10-03']);
  });
});
