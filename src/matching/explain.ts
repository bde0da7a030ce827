// Why a pass refused a candidate, in words: each of its conditions, held against a pair of lines (or a group and its sum),
// and of all candidates the one that came nearest. The conditions are those of definition.ts, asked one by one.
import { fewOfMany } from '../fewOf.ts';
import type { Key, Pass } from '../rulebook/model.ts';
import type { DayNumber } from './definition.ts';
import { compareText, type OpenLine } from './model.ts';
import type { Tick } from '../money/ticks.ts';
import { keyText, keyTexts } from './normalise.ts';
import { showTicks } from '../money/ticks.ts';
import { boundsFor, withinTolerance } from './tolerance.ts';

/** A line as people know it. */
export interface NamedLine extends OpenLine {
  label: string;
  company: string;
  ledger: string;
  location: string;
  dimension: string;
  /** The match that holds it; '' while it is open. */
  takenBy: string;
}

/** One side of the open lines that a grouping pass puts together. */
export interface GroupSide {
  count: number;
  sum: Tick;
  /** The first three, by external key. */
  labels: string[];
}

/** The group that a line falls into under the pass at `place`; both sides have lines. */
export interface OpenGroup {
  place: number;
  E: GroupSide;
  L: GroupSide;
}

/** A candidate and what a pass had against it. */
export interface Refusal {
  pass: string;
  version: string;
  candidate: string;
  side: 'E' | 'L';
  agrees: string[];
  fails: string[];
  /** All of it as one sentence. */
  words: string;
}

/** What became of one line of an item: its nearest candidate. */
export interface NearestCandidate extends Refusal {
  /** The line, as people know it. */
  line: string;
}

interface Weighed {
  refusal: Refusal;
  keysFail: number;
  gap: Tick;
  days: number;
  /** Place of the pass: an earlier one is surer. */
  place: number;
  order: string;
}

/**
 * The nearest candidate over all passes; undefined where none has the keys or about the amount of the line.
 * @param candidates lines of the other side
 * @param groups the open lines of both sides that share the line's keys, one for each pass that groups and has some
 */
export function bestRefused(
  passes: readonly Pass[],
  line: NamedLine,
  candidates: readonly NamedLine[],
  groups: readonly OpenGroup[],
  dayNumber: DayNumber,
): Refusal | undefined {
  const weighed: Weighed[] = [];
  for (const [place, pass] of passes.entries()) {
    if (!pass.active || pass.type === 'net') continue;
    const found =
      pass.type === 'one-to-one'
        ? candidates.map((candidate) => pairRefusal(pass, line, candidate, dayNumber))
        : groups.filter((group) => group.place === place).map((group) => groupRefusal(pass, line, group));
    for (const one of found) if (one !== undefined) weighed.push({ ...one, place });
  }
  return weighed.toSorted(nearer)[0]?.refusal;
}

function nearer(a: Weighed, b: Weighed): number {
  const counts = a.refusal.fails.length - b.refusal.fails.length || a.keysFail - b.keysFail;
  if (counts !== 0) return counts;
  if (a.gap !== b.gap) return a.gap < b.gap ? -1 : 1;
  return a.days - b.days || a.place - b.place || compareText(a.order, b.order);
}

const size = (ticks: Tick): Tick => (ticks < 0n ? -ticks : ticks);

function pairRefusal(
  pass: Pass,
  line: NamedLine,
  candidate: NamedLine,
  dayNumber: DayNumber,
): Omit<Weighed, 'place'> | undefined {
  const [e, l] = line.side === 'E' ? [line, candidate] : [candidate, line];
  const agrees: string[] = [];
  const fails = placeFails(pass, line, candidate);
  const before = fails.length;
  for (const key of pass.keys) compareKey(key, e, l, agrees, fails);
  const keysFail = fails.length - before;
  const gap = size(l.amount - e.amount);
  // What shares neither the keys nor about the amount is no candidate, only another line.
  if (keysFail > 0 && gap * 100n > size(e.amount)) return undefined;
  compareAmount(pass, e, l, agrees, fails);
  const days = compareDays(pass, e, l, dayNumber, agrees, fails);
  // Nor is one that differs in three things, or that another line has taken and that would not fit anyway.
  if (fails.length > (candidate.takenBy === '' ? 2 : 0)) return undefined;
  if (candidate.takenBy !== '') fails.push(`already in ${candidate.takenBy}`);
  const refusal = told(pass, candidate.label, candidate.side, agrees, fails);
  return { refusal, keysFail, gap, days: Math.abs(days), order: candidate.ext };
}

function placeFails(pass: Pass, line: NamedLine, candidate: NamedLine): string[] {
  const places: string[] = [];
  for (const place of ['company', 'ledger', 'location', 'dimension'] as const) {
    if (line.unit === candidate.unit || line[place] === candidate[place]) continue;
    places.push(`${place} ${candidate[place] || 'none'} instead of ${line[place] || 'none'}`);
  }
  const fails = places.length === 0 ? [] : [places.join(' and ')];
  if (!pass.acrossAccounts && line.account !== candidate.account)
    fails.push(`account ${candidate.account} instead of ${line.account}`);
  if (line.currency !== candidate.currency)
    fails.push(`currency ${candidate.currency} instead of ${line.currency}`);
  return fails;
}

/** `businessDate` as people write it. */
function keyName(key: Key): string {
  const names = [...new Set([...key.expected, ...key.ledger])];
  return names.map((name) => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)).join(' or ');
}

function compareKey(key: Key, e: OpenLine, l: OpenLine, agrees: string[], fails: string[]): void {
  const [expected, ledger] = [keyText(e.columns, key, 'E'), keyText(l.columns, key, 'L')];
  const name = keyName(key);
  if (expected === '' || ledger === '') {
    const who =
      expected === '' && ledger === ''
        ? 'neither side has'
        : `the ${expected === '' ? 'expected' : 'ledger'} line has`;
    fails.push(`${who} ${expected === '' && ledger === '' ? 'a' : 'no'} ${name}`);
  } else if (expected === ledger) agrees.push(`${name} agrees`);
  else fails.push(`${name} differs (expected ${expected}, ledger ${ledger})`);
}

function compareAmount(pass: Pass, e: OpenLine, l: OpenLine, agrees: string[], fails: string[]): void {
  const gap = l.amount - e.amount;
  if (gap === 0n) agrees.push('same amount');
  else if (withinTolerance(pass.tolerance, e.currency, e.amount, l.amount))
    agrees.push(
      `amount ${showTicks(size(gap), e.currency)} apart, inside ${toleranceWords(pass, e.currency, e.amount)}`,
    );
  else
    fails.push(
      `amount ${showTicks(size(gap), e.currency)} apart, ${toleranceWords(pass, e.currency, e.amount)}`,
    );
}

function toleranceWords(pass: Pass, currency: string, expected: Tick): string {
  if (pass.tolerance === undefined) return 'must be equal';
  const bounds = boundsFor(pass.tolerance, currency, expected);
  if (bounds === undefined) return `no tolerance in ${currency}`;
  const { from, to } = bounds;
  return from === -to
    ? `tolerance ${showTicks(to, currency)}`
    : `tolerance ${showTicks(from, currency)} to ${showTicks(to, currency)}`;
}

function compareDays(
  pass: Pass,
  e: OpenLine,
  l: OpenLine,
  dayNumber: DayNumber,
  agrees: string[],
  fails: string[],
): number {
  const { window } = pass;
  const days = dayNumber(window?.calendar, l.businessDate) - dayNumber(window?.calendar, e.businessDate);
  if (window === undefined) return days;
  const unit = `${window.calendar === undefined ? '' : 'business '}${Math.abs(days) === 1 ? 'day' : 'days'}`;
  const words =
    days === 0
      ? 'same day'
      : `${Math.abs(days)} ${unit} ${days > 0 ? 'later in the ledger' : 'earlier in the ledger'}`;
  if (days >= window.from && days <= window.to) agrees.push(words);
  else fails.push(`${words}, window ${window.from}..${window.to}`);
  return days;
}

/** The line's own group under a pass that sums: who else is in it, and what the sum lacks. */
function groupRefusal(pass: Pass, line: NamedLine, { E, L }: OpenGroup): Omit<Weighed, 'place'> | undefined {
  const key = keyTexts(line.columns, pass.keys, line.side);
  if (key === undefined) return undefined;
  const names = [...pass.keys.map(keyName), ...(pass.perDay ? ['business date'] : [])];
  const texts = [...key, ...(pass.perDay ? [line.businessDate] : [])];
  const agrees = [`${names.join(' and ')} ${texts.join(', ')} agrees`];
  const fails: string[] = [];
  if (pass.type === 'one-to-many' && E.count > 1)
    fails.push(`${E.count} expected lines share it, the pass takes one`);
  const gap = size(L.sum - E.sum);
  if (!withinTolerance(pass.tolerance, line.currency, E.sum, L.sum))
    fails.push(
      `${E.count} expected sum to ${showTicks(E.sum, line.currency)}, ${L.count} in the ledger to ${showTicks(L.sum, line.currency)}: ` +
        `${showTicks(gap, line.currency)} apart, ${toleranceWords(pass, line.currency, E.sum)}`,
    );
  const other = line.side === 'E' ? L : E;
  const named = fewOfMany(other.labels, other.count);
  const refusal = told(pass, named, line.side === 'E' ? 'L' : 'E', agrees, fails);
  return { refusal, keysFail: 0, gap, days: 0, order: named };
}

function told(pass: Pass, label: string, side: 'E' | 'L', agrees: string[], fails: string[]): Refusal {
  const conditions =
    fails.length === 0
      ? [
          ...agrees,
          pass.result === 'suggested' || pass.acrossAccounts
            ? 'all of it fits, but this pass only suggests'
            : 'all of it fits: others fit as well, it came after the run, its budget is spent, or a person took this match apart',
        ]
      : [...agrees, ...fails];
  return {
    pass: pass.name,
    version: pass.version,
    candidate: label,
    side,
    agrees,
    fails,
    words: `${side === 'L' ? 'ledger' : 'expected'} ${label}, pass ${pass.name}: ${conditions.join(', ')}`,
  };
}
