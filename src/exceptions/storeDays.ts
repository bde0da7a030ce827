// A store-day is what one source says of one store and business day. Until its day close is here and every receipt that the
// close names has come, what is missing may only be late: its lines wait, and after its hour the day itself is the item.
import { addDays, type IsoDate, isoDate } from '../accounting/dates.ts';
import { fewOf } from '../fewOf.ts';
import type { ControlItem } from './control.ts';

/** What has come of a store-day. */
export interface StoreDayFacts {
  source: string;
  location: string;
  day: string;
  company: string;
  /** Receipts that came. */
  receipts: number;
  /** Whether its day close is here. */
  closed: boolean;
  /** Receipts that the close names and that are not here: the first 200 of `missing`, in order of till and number. */
  gaps: readonly { till: string; number: number }[];
  missing: number;
}

export type StoreDayState = 'expected' | 'loading' | 'complete' | 'late';

/** @param lastDue the last business day whose hour is over */
export function stateOf({ closed, missing, receipts, day }: StoreDayFacts, lastDue: IsoDate): StoreDayState {
  if (closed && missing === 0) return 'complete';
  if (day <= lastDue) return 'late';
  return closed || receipts > 0 ? 'loading' : 'expected';
}

/** A run looks at whole days: the day after a business day is its last to come in. */
export function lastDueOf(asOf: IsoDate): IsoDate {
  return addDays(asOf, -2);
}

/** What is missing of a store-day, as a sentence without its end. */
export function lackOf({ closed, missing, gaps, receipts }: StoreDayFacts): string {
  if (!closed)
    return receipts === 0
      ? 'nothing came, not even a day close'
      : `its day close is not here; ${receipts} ${receipts === 1 ? 'receipt' : 'receipts'} came`;
  const more = missing - gaps.length;
  return `${missing} of its receipts ${missing === 1 ? 'is' : 'are'} not here: ${gapsInWords(gaps)}${more > 0 ? ` and ${more} more` : ''}`;
}

/** The item of each store-day that is late. */
export function storeDayItems(days: readonly StoreDayFacts[], asOf: IsoDate): ControlItem[] {
  const lastDue = lastDueOf(asOf);
  return days
    .filter((each) => stateOf(each, lastDue) === 'late')
    .map((each) => ({
      reason: 'BATCH_INCOMPLETE',
      subject: [each.source, each.location, each.day].join('\u001f'),
      company: each.company,
      why: `store-day ${each.location} of ${each.day} from ${each.source}: ${lackOf(each)}`,
      detail: { source: each.source, location: each.location, businessDate: each.day },
      exposure: null,
      currency: '',
      businessDate: each.day,
    }));
}

/** A store-day whose lines wait. */
export interface HeldStoreDay {
  source: string;
  location: string;
  day: string;
  why: string;
}

/**
 * The store-days whose lines wait.
 * @param holdAtMost days of a source, undefined where its lines do not wait
 */
export function heldStoreDays(
  days: readonly StoreDayFacts[],
  asOf: IsoDate,
  holdAtMost: (source: string) => number | undefined,
): HeldStoreDay[] {
  return days.flatMap((each) => {
    const most = holdAtMost(each.source);
    if (most === undefined || stateOf(each, lastDueOf(asOf)) === 'complete') return [];
    const until = addDays(isoDate(each.day), most);
    if (until < asOf) return [];
    const why = `waits until ${until} for store-day ${each.location} of ${each.day} from ${each.source}: ${lackOf(each)}`;
    return [{ source: each.source, location: each.location, day: each.day, why }];
  });
}

/** `till 1: 47, 51 to 53; till 2: 8`. */
export function gapsInWords(gaps: StoreDayFacts['gaps']): string {
  const runs: { till: string; from: number; to: number }[] = [];
  for (const { till, number } of gaps) {
    const last = runs.at(-1);
    if (last !== undefined && last.till === till && last.to === number - 1) last.to = number;
    else runs.push({ till, from: number, to: number });
  }
  const tills = new Map<string, string[]>();
  for (const { till, from, to } of runs) {
    const text = from === to ? `${from}` : `${from} to ${to}`;
    tills.set(till, [...(tills.get(till) ?? []), text]);
  }
  return [...tills].map(([till, texts]) => `till ${till}: ${fewOf(texts, 8)}`).join('; ');
}
