// The business date of an event: given, or the local day of its instant at the right location. Remembered per minute,
// because a zone conversion costs 2 us and events of one store and minute come in crowds.
import { addDays, localDate, parseIsoDate } from '../accounting/dates.ts';
import type { IsoDate } from '../accounting/dates.ts';

const MINUTE_MS = 60_000;
/** Before 1972 some zones had offsets with seconds, so a minute could hold two days. */
const WHOLE_MINUTES_SINCE_MS = 63_072_000_000;
const REMEMBERED = 20_000;

const remembered = new Map<string, IsoDate>();

/**
 * Local business day of an instant.
 * @param dayEnds `HH:MM`; local times before it belong to the day before
 */
export function businessDay(instantMs: number, zone: string, dayEnds: string): IsoDate {
  if (instantMs < WHOLE_MINUTES_SINCE_MS) return localDate(instantMs, zone, dayEnds);
  const key = `${Math.floor(instantMs / MINUTE_MS)} ${zone} ${dayEnds}`;
  let day = remembered.get(key);
  if (day === undefined) {
    day = localDate(instantMs, zone, dayEnds);
    if (remembered.size >= REMEMBERED) remembered.clear();
    remembered.set(key, day);
  }
  return day;
}

const INSTANT =
  /^(\d{4}-\d\d-\d\d)[Tt]([01]\d|2[0-3]):([0-5]\d):([0-5]\d)(\.\d+)?([Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

/**
 * Milliseconds since 1970 of an RFC 3339 time with its offset; what is finer than a millisecond is cut.
 * @returns undefined for a time without offset, a day that does not exist, or a leap second
 */
export function parseInstant(text: string): number | undefined {
  const parts = INSTANT.exec(text);
  if (parts === null) return undefined;
  const midnight = midnightOf(parts[1]!);
  if (midnight === undefined) return undefined;
  const ms = Math.trunc(Number(`${parts[5] ?? '.0'}e3`));
  const zone = parts[6]!;
  const sign = zone.startsWith('-') ? -1 : 1;
  const offset = zone.length === 1 ? 0 : sign * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4, 6)));
  const minutes = Number(parts[2]) * 60 + Number(parts[3]) - offset;
  return midnight + minutes * MINUTE_MS + Number(parts[4]) * 1000 + ms;
}

const midnights = new Map<string, number>();

/** Milliseconds at 00:00 UTC of a day, undefined where it does not exist; remembered, as one file has few days. */
function midnightOf(day: string): number | undefined {
  const known = midnights.get(day);
  if (known !== undefined) return known;
  if (parseIsoDate(day) === undefined) return undefined;
  // By offset and zone the business day may be two days from the one written; it must be a day as well.
  if ([-2, 2].some((away) => parseIsoDate(addDays(day as IsoDate, away)) === undefined)) return undefined;
  const midnight = Date.parse(`${day}T00:00:00Z`);
  if (midnights.size >= REMEMBERED) midnights.clear();
  midnights.set(day, midnight);
  return midnight;
}
