// The due times of a daily schedule as instants. One definition holds for every day and zone: a slot is the first instant
// of the day's search window at which local clocks show the wanted time or later, so a gap gives the first valid instant
// after it, an overlap its first pass, and no day is skipped or doubled.
import { addDays, type IsoDate, localDate } from './dates.ts';

/** When a schedule is due: `HH:MM` in an IANA zone. */
export interface Daily {
  readonly at: string;
  readonly timeZone: string;
}

/** One due time. */
export interface Slot {
  /** The local day that it belongs to. */
  readonly day: IsoDate;
  /** Milliseconds since 1970, UTC; a whole minute. */
  readonly dueMs: number;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const formats = new Map<string, Intl.DateTimeFormat>();

/** What local clocks show, read as if it were UTC. */
function wallMs(instantMs: number, timeZone: string): number {
  let format = formats.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-CA', {
      timeZone,
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      hourCycle: 'h23',
    });
    formats.set(timeZone, format);
  }
  const part: Record<string, number> = {};
  for (const { type, value } of format.formatToParts(instantMs)) part[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0 } = part;
  return Date.UTC(year, month - 1, day, hour, minute);
}

/** The instant of the slot of a local day. */
export function slotOf(day: IsoDate, { at, timeZone }: Daily): Slot {
  const wanted = Date.parse(`${day}T${at}:00Z`);
  // Zones lie between UTC-12 and UTC+14, so both ends surely stand on their side of the wanted time.
  const from = wanted - 15 * HOUR_MS;
  const to = wanted + 13 * HOUR_MS;
  const exact = [...offsetsBetween(from, to, timeZone)]
    .map((offset) => wanted - offset)
    .filter((instant) => wallMs(instant, timeZone) === wanted)
    .toSorted((a, b) => a - b)[0];
  return { day, dueMs: exact ?? firstAtOrAfter(wanted, from, to, timeZone) };
}

function offsetsBetween(from: number, to: number, timeZone: string): Set<number> {
  const offsets = new Set<number>();
  for (let instant = from; instant <= to; instant += HOUR_MS)
    offsets.add(wallMs(instant, timeZone) - instant);
  return offsets;
}

/** The wanted time does not occur: clocks pass over it in one step, which halving finds to the minute. */
function firstAtOrAfter(wanted: number, from: number, to: number, timeZone: string): number {
  let before = from;
  let after = to;
  while (after - before > MINUTE_MS) {
    const middle = before + Math.floor((after - before) / 2 / MINUTE_MS) * MINUTE_MS;
    if (wallMs(middle, timeZone) >= wanted) after = middle;
    else before = middle;
  }
  return after;
}

/** Slots after `fromMs` up to and including `toMs`, in order. A day that a zone leaves out shares the next day's instant. */
export function slotsBetween(daily: Daily, fromMs: number, toMs: number): Slot[] {
  const slots: Slot[] = [];
  const last = addDays(localDate(toMs, daily.timeZone), 1);
  for (let day = addDays(localDate(fromMs, daily.timeZone), -1); day <= last; day = addDays(day, 1)) {
    const slot = slotOf(day, daily);
    if (slot.dueMs <= fromMs || slot.dueMs > toMs) continue;
    if (slots.at(-1)?.dueMs === slot.dueMs) slots.pop();
    slots.push(slot);
  }
  return slots;
}

/** The first slot after an instant. */
export function nextSlot(daily: Daily, afterMs: number): Slot {
  const [slot] = slotsBetween(daily, afterMs, afterMs + 50 * HOUR_MS);
  if (slot === undefined) throw new RangeError(`no slot within two days at ${daily.at} ${daily.timeZone}`);
  return slot;
}
