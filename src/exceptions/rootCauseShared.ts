// Causes that exceptions share as a thing: one file, one store's day, one document. A file or a day is only called the
// cause where nearly all of it is wrong in one way: a few mistakes among many right lines are not the day's fault.
import {
  byKey,
  type Cause,
  type CauseItem,
  type CauseLine,
  type CauseTotals,
  factsOf,
  FEWEST_FACTS,
  linesOf,
  only,
  storeDayKey,
  type Suspects,
} from './causeItem.ts';

/** Documents or events of one file before it is suspected. */
const FEWEST_OF_A_FILE = 5;
/** Share of a file or day that must be wrong in one way: nine tenths, and of what was posted twice nearly half. */
const NEARLY_ALL = 0.9;
const NEARLY_HALF = 0.45;

/** Reasons that can be a whole file's or day's, the side on which it shows, and what people say of it. */
const WHOLE: Readonly<Record<string, { side: 'E' | 'L'; share: number; words: string }>> = {
  MISSING_IN_LEDGER: { side: 'E', share: NEARLY_ALL, words: 'nothing of it is in the ledger' },
  MISSING_EVENT: { side: 'L', share: NEARLY_ALL, words: 'no event explains anything of it' },
  DUPLICATE_POSTING: { side: 'L', share: NEARLY_HALF, words: 'all of it was posted twice' },
};

/** What an item's lines share on the side on which its reason shows. */
function shared(item: CauseItem, of: (line: CauseLine) => string): string | undefined {
  const whole = WHOLE[item.reason];
  if (whole === undefined) return undefined;
  const value = only(linesOf(item, whole.side).map(of));
  return value === undefined ? undefined : `${item.reason}\u001e${value}`;
}

const lacks = (item: CauseItem, field: 'batch' | 'day' | 'location'): boolean =>
  linesOf(item, WHOLE[item.reason]?.side ?? 'E').some((line) => line[field] === '');
const fileKey = (item: CauseItem): string | undefined =>
  lacks(item, 'batch') ? undefined : shared(item, (line) => line.batch);
const dayKey = (item: CauseItem): string | undefined =>
  lacks(item, 'day') || lacks(item, 'location') ? undefined : shared(item, storeDayKey);

const valueOf = (key: string): string => key.slice(key.indexOf('\u001e') + 1);

/** Files and store-days with enough exceptions to be worth counting as a whole. */
export function suspects(items: readonly CauseItem[]): Suspects {
  const files = new Map<string, number>();
  for (const [key, group] of byKey(items, fileKey)) {
    const facts = factsOf(group, sideOf(group)).size;
    if (facts < FEWEST_OF_A_FILE) continue;
    // One more than could still be wrong as a whole, and one for the rounding of the share.
    const acquitted = Math.floor(facts / (WHOLE[group[0]?.reason ?? '']?.share ?? 1)) + 2;
    files.set(valueOf(key), Math.max(acquitted, files.get(valueOf(key)) ?? 0));
  }
  const days = byKey(items, dayKey).filter(([, group]) => factsOf(group, sideOf(group)).size >= FEWEST_FACTS);
  return { files, storeDays: [...new Set(days.map(([key]) => valueOf(key)))] };
}

const sideOf = (group: readonly CauseItem[]): 'E' | 'L' => WHOLE[group[0]?.reason ?? '']?.side ?? 'E';

/** One file wrong as a whole; a file that is no more than one store's day is called by the day. */
export function files(free: ReadonlySet<CauseItem>, totals: CauseTotals): Cause[] {
  return byKey(free, fileKey).flatMap(([key, items]) => {
    const whole = WHOLE[items[0]?.reason ?? ''];
    const file = totals.files.get(valueOf(key));
    if (whole === undefined || file === undefined) return [];
    const facts = factsOf(items, whole.side).size;
    const days = new Set(items.map((item) => dayKey(item) ?? item.id));
    if (facts < FEWEST_OF_A_FILE || days.size < 2 || facts < file.facts * whole.share) return [];
    return [{ label: `file ${file.path}: ${whole.words}`, items }];
  });
}

/** One store's day wrong as a whole: all of it, or all of it on the accounts that one document would have held. */
export function storeDays(free: ReadonlySet<CauseItem>, totals: CauseTotals): Cause[] {
  return byKey(free, dayKey).flatMap(([key, items]) => {
    const whole = WHOLE[items[0]?.reason ?? ''];
    const total = totals.storeDays.get(valueOf(key));
    if (whole === undefined || total === undefined) return [];
    const mine = items.flatMap((item) => linesOf(item, whole.side)).filter((line) => line.placed);
    const accounts = [...new Set(mine.map((line) => line.account))].sort();
    const all = accounts.reduce((sum, account) => sum + (total.get(account)?.[whole.side] ?? 0), 0);
    if (
      factsOf(items, whole.side).size < FEWEST_FACTS ||
      mine.length === 0 ||
      mine.length < all * whole.share
    )
      return [];
    const [, location = '', day = ''] = valueOf(key).split('\u001f');
    const others = [...total].some(
      ([account, lines]) => lines[whole.side] > 0 && !accounts.includes(account),
    );
    const on = others ? ` (accounts ${accounts.join(', ')})` : '';
    return [{ label: `location ${location}, ${day}${on}: ${whole.words}`, items }];
  });
}

const ONE = 'one ';

/** A cause that is no more than one event or document. */
export const isOneDocument = (label: string): boolean => label.startsWith(ONE);

/** Exceptions with one reason on lines of one event, or of one ledger document. */
export function documents(free: ReadonlySet<CauseItem>): Cause[] {
  const causes: Cause[] = [];
  const left = new Set(free);
  for (const [side, word] of [
    ['E', 'event'],
    ['L', 'ledger document'],
  ] as const) {
    const factOf = (item: CauseItem): string | undefined => {
      const fact = only(linesOf(item, side).map((line) => line.fact));
      return fact === undefined ? undefined : `${item.reason}\u001e${fact}`;
    };
    for (const [, items] of byKey(left, factOf)) {
      if (items.length < 2) continue;
      for (const item of items) left.delete(item);
      const name = items.flatMap((item) => linesOf(item, side))[0]?.name ?? '';
      causes.push({ label: `${ONE}${word}: ${name}`, items });
    }
  }
  return causes;
}
