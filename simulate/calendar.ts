// Days and moments of the simulated month. A moment is a local minute of a place, printed with the offset that its zone
// has on that day; nothing reads the machine's clock or zone.
import { addDays, isoDate, type IsoDate } from '../src/accounting/dates.ts';

/** A second of a local day in a zone. */
export interface Moment {
  /** Calendar day on the wall of the place. */
  day: IsoDate;
  /** Minute of that day, 0 to 1439. */
  minute: number;
  second: number;
  zone: string;
}

/** The month that is simulated, and the days around it that matter. */
export interface Month {
  /** `2026-10`. */
  name: string;
  days: readonly IsoDate[];
  first: IsoDate;
  last: IsoDate;
  next: string;
  before: string;
  /** Returns, late shipments and receipts go on until here. */
  tailEnds: IsoDate;
  /** The cut at which everything that is not itself a mistake has settled. */
  asOf: IsoDate;
}

const TAIL_DAYS = 3;
/** Tail + the longest grace of the example's rulebook (10 days) + 1: earlier, honest documents would still be TIMING. */
const SETTLED_DAYS = 14;

export function monthOf(name: string): Month {
  const first = isoDate(`${name}-01`);
  const days: IsoDate[] = [];
  for (let day = first; day.startsWith(name); day = addDays(day, 1)) days.push(day);
  const last = days.at(-1) ?? first;
  return {
    name,
    days,
    first,
    last,
    next: addDays(last, 1).slice(0, 7),
    before: addDays(first, -1).slice(0, 7),
    tailEnds: addDays(last, TAIL_DAYS),
    asOf: addDays(last, SETTLED_DAYS),
  };
}

/** 0 Sunday to 6 Saturday. */
export function weekday(day: IsoDate): number {
  return new Date(`${day}T00:00:00Z`).getUTCDay();
}

const offsets = new Map<string, string>();

/** `-05:00`: the offset after the night's clock change, which is why `moment` keeps out of the first hours of a day. */
export function offsetOf(zone: string, day: IsoDate): string {
  const key = `${zone} ${day}`;
  let offset = offsets.get(key);
  if (offset === undefined) {
    const parts = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      timeZoneName: 'longOffset',
    }).formatToParts(new Date(`${day}T18:00:00Z`));
    const name = parts.find((part) => part.type === 'timeZoneName')?.value.slice(3) ?? '';
    offset = name === '' ? '+00:00' : name;
    offsets.set(key, offset);
  }
  return offset;
}

/** `2026-10-14T23:52:11-05:00`, or with `Z` where `utc` is asked for. */
export function momentText(moment: Moment, utc = false): string {
  const local = `${moment.day}T${two(Math.floor(moment.minute / 60))}:${two(moment.minute % 60)}:${two(moment.second)}`;
  const text = `${local}${offsetOf(moment.zone, moment.day)}`;
  return utc ? `${new Date(text).toISOString().slice(0, 19)}Z` : text;
}

/** The same moment later by whole minutes, on the wall of the same place. */
export function later(moment: Moment, minutes: number): Moment {
  const whole = moment.minute + minutes;
  return {
    ...moment,
    day: addDays(moment.day, Math.floor(whole / 1440)),
    minute: ((whole % 1440) + 1440) % 1440,
  };
}

/** The business day of a moment: the day before where the place closes its day after midnight. */
export function businessDay(moment: Moment, dayEnds = 0): IsoDate {
  return moment.minute < dayEnds ? addDays(moment.day, -1) : moment.day;
}

function two(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}
