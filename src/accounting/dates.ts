// Accounting dates are calendar days without a time, kept as `YYYY-MM-DD` text with a brand: text sorts, compares and
// travels to the database unchanged, and no time zone can shift it.

/** A calendar day, `YYYY-MM-DD`, known to exist. */
export type IsoDate = string & { readonly __brand: 'IsoDate' };

const ISO_DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const DAY_MS = 86_400_000;

/**
 * The days that are read. Beyond them lie fillers (0000-00-00, 9999-12-31) and slips of the hand; and the day after grace
 * of 9999-12-31 is none that can be written, so that one such line would stop every run.
 */
const [FIRST_DAY, LAST_DAY] = ['1900-01-01', '2199-12-31'];

/** How a day is written, for messages. */
export const DAY_FORM = 'YYYY-MM-DD, from 1900 to 2199';

/** Reads `YYYY-MM-DD`; undefined where the text has another form or the day does not exist (2026-02-30), or is none to read. */
export function parseIsoDate(text: string): IsoDate | undefined {
  const parts = ISO_DATE.exec(text);
  if (parts === null || text < FIRST_DAY || text > LAST_DAY) return undefined;
  const at = new Date(Date.UTC(Number(parts[1]), Number(parts[2]) - 1, Number(parts[3])));
  return at.toISOString().startsWith(text) ? (text as IsoDate) : undefined;
}

/** `parseIsoDate` for text of our own: anything else is a fault. */
export function isoDate(text: string): IsoDate {
  const day = parseIsoDate(text);
  if (day === undefined) throw new RangeError(`not a date: ${JSON.stringify(text)}`);
  return day;
}

/** The day `days` after (before, where negative). */
export function addDays(day: IsoDate, days: number): IsoDate {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10) as IsoDate;
}

/** Signed whole days from one day to another: 2 from 1 March to 3 March. */
export function daysBetween(from: IsoDate, to: IsoDate): number {
  return (Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY_MS;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** True where the runtime knows the IANA zone. */
export function isTimeZone(zone: string): boolean {
  try {
    zoneFormat(zone);
    return true;
  } catch {
    return false;
  }
}

function zoneFormat(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-CA', {
      timeZone: zone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
    formats.set(zone, format);
  }
  return format;
}

/**
 * The business day of an instant: its local date in `zone`, or the day before where the local time is earlier than
 * `dayEnds` (`HH:MM`; a bar that closes at 04:00 books its night to the day before).
 * @param instantMs milliseconds since 1970, UTC
 */
export function localDate(instantMs: number, zone: string, dayEnds = '00:00'): IsoDate {
  const part: Record<string, string> = {};
  for (const { type, value } of zoneFormat(zone).formatToParts(instantMs)) part[type] = value;
  const day = `${part.year}-${part.month}-${part.day}` as IsoDate;
  return `${part.hour}:${part.minute}` < dayEnds ? addDays(day, -1) : day;
}
