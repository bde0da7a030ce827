// What each pass means, slowly and obviously, in memory: the oracle that the SQL of compile.ts is held against.
// One idea runs through all types: form candidates, keep only those that are best for both ends, confirm a candidate
// that stands alone, and call the rest undecided. No order of input, id or clock enters.
import type { Pass } from '../rulebook/model.ts';
import { type FilterFacts, seesExpected, seesLedger } from '../rulebook/passFilter.ts';
import { pairDays } from './dayGroups.ts';
import type { Found, OpenLine, PassAnswer, Undecided } from './model.ts';
import type { Tick } from '../money/ticks.ts';
import { compareText, poolOf } from './model.ts';
import { keyTexts } from './normalise.ts';
import { withinTolerance } from './tolerance.ts';

/** Number of a day on a business calendar (or of the plain calendar): windows are differences of these. */
export type DayNumber = (calendar: string | undefined, day: string) => number;

/** Applies one pass to open lines. Lines that no key fits are simply not in the answer. */
export function applyPass(pass: Pass, lines: readonly OpenLine[], dayNumber: DayNumber): PassAnswer {
  const answer: PassAnswer = { found: [], undecided: [] };
  if (!pass.active) return answer;
  const seen = lines.filter((line) => sees(pass, line));
  for (const group of groupsByKey(pass, seen).values()) {
    switch (pass.type) {
      case 'one-to-one':
        oneToOne(pass, group, dayNumber, answer);
        break;
      case 'net':
        net(pass, group, answer);
        break;
      case 'many-to-one':
      case 'one-to-many':
      case 'many-to-many':
        if (pass.perDay) groupedByDay(pass, group, dayNumber, answer);
        else grouped(pass, group, dayNumber, answer);
        break;
    }
  }
  return answer;
}

const NOTHING_SAID: FilterFacts = {
  channel: '',
  eventType: '',
  brand: '',
  documentType: '',
  journalSource: '',
  reference: '',
  text: '',
};

function sees(pass: Pass, line: OpenLine): boolean {
  const facts = { ...NOTHING_SAID, ...line.facts };
  return line.side === 'E' ? seesExpected(pass.where, facts) : seesLedger(pass.where, facts);
}

/** Lines by pool and key texts; where sides are separate, also by the sign of the amount. */
function groupsByKey(pass: Pass, lines: readonly OpenLine[]): Map<string, OpenLine[]> {
  const groups = new Map<string, OpenLine[]>();
  for (const line of lines) {
    const texts = keyTexts(line.columns, pass.keys, line.side);
    if (texts === undefined) continue;
    const sign =
      pass.type !== 'one-to-one' && pass.sides === 'separate' ? (line.amount < 0n ? 'C' : 'D') : '';
    const key = JSON.stringify([poolOf(line, pass), sign, texts]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [line]);
    else group.push(line);
  }
  return groups;
}

/** Twins: lines of one side alike in every compared value (the date only where the pass has a window). */
interface Twins {
  lines: OpenLine[];
  amount: Tick;
  day: number;
}

function twinsOf(pass: Pass, lines: OpenLine[], dayNumber: DayNumber): Twins[] {
  const classes = new Map<string, Twins>();
  for (const line of lines) {
    const day = pass.window === undefined ? 0 : dayNumber(pass.window.calendar, line.businessDate);
    const key = `${line.amount}|${day}`;
    const twins = classes.get(key);
    if (twins === undefined) classes.set(key, { lines: [line], amount: line.amount, day });
    else twins.lines.push(line);
  }
  for (const twins of classes.values()) twins.lines.sort((a, b) => compareText(a.ext, b.ext));
  return [...classes.values()];
}

/**
 * Candidates are pairs of twin classes inside tolerance and window. A candidate is preferred where no other leaves a
 * smaller difference for either end. Preferred and alone on both ends: min(n, m) pairs in the order of external keys.
 * Preferred but tied: the connected group is undecided (law 3).
 */
function oneToOne(pass: Pass, group: OpenLine[], dayNumber: DayNumber, answer: PassAnswer): void {
  const expected = twinsOf(
    pass,
    group.filter((line) => line.side === 'E'),
    dayNumber,
  );
  const ledger = twinsOf(
    pass,
    group.filter((line) => line.side === 'L'),
    dayNumber,
  );
  const candidates: { e: Twins; l: Twins; gap: Tick }[] = [];
  const least = new Map<Twins, Tick>();
  for (const e of expected) {
    for (const l of ledger) {
      if (!inWindow(pass, e.day, l.day)) continue;
      const currency = e.lines[0]?.currency ?? '';
      if (!withinTolerance(pass.tolerance, currency, e.amount, l.amount)) continue;
      const gap = l.amount < e.amount ? e.amount - l.amount : l.amount - e.amount;
      candidates.push({ e, l, gap });
      for (const end of [e, l]) if (gap <= (least.get(end) ?? gap)) least.set(end, gap);
    }
  }
  const preferred = candidates.filter(({ e, l, gap }) => gap === least.get(e) && gap === least.get(l));
  const degree = new Map<Twins, number>();
  for (const { e, l } of preferred) for (const end of [e, l]) degree.set(end, (degree.get(end) ?? 0) + 1);
  const tied: { e: Twins; l: Twins }[] = [];
  for (const { e, l } of preferred) {
    if (degree.get(e) !== 1 || degree.get(l) !== 1) {
      tied.push({ e, l });
      continue;
    }
    for (let i = 0; i < Math.min(e.lines.length, l.lines.length); i += 1) {
      answer.found.push(foundOf(pass, [e.lines[i] as OpenLine], [l.lines[i] as OpenLine]));
    }
  }
  answer.undecided.push(...connected(tied, pass));
}

/** The connected groups of tied candidates, each with all its lines. */
function connected(tied: { e: Twins; l: Twins }[], pass: Pass): Undecided[] {
  const groupOf = new Map<Twins, Set<Twins>>();
  for (const { e, l } of tied) {
    const merged = new Set<Twins>([e, l, ...(groupOf.get(e) ?? []), ...(groupOf.get(l) ?? [])]);
    for (const member of merged) groupOf.set(member, merged);
  }
  return [...new Set(groupOf.values())].map((members) => ({
    pass: pass.name,
    kind: 'tie' as const,
    lines: [...members].flatMap((twins) => twins.lines),
  }));
}

function inWindow(pass: Pass, expectedDay: number, ledgerDay: number): boolean {
  if (pass.window === undefined) return true;
  const days = ledgerDay - expectedDay;
  return days >= pass.window.from && days <= pass.window.to;
}

/**
 * Sums against sums: all expected lines of the key against all its ledger lines, one or several (two till sessions of a
 * day). one-to-many takes exactly one expected line; several there are undecided. The window compares dates `before`
 * grouping (lines of the many outside it stay out, by the latest date of the other side) or `after` (latest date of each
 * side).
 */
function grouped(pass: Pass, group: OpenLine[], dayNumber: DayNumber, answer: PassAnswer): void {
  let expected = group.filter((line) => line.side === 'E');
  let ledger = group.filter((line) => line.side === 'L');
  if (expected.length === 0 || ledger.length === 0) return;
  const day = (line: OpenLine): number => dayNumber(pass.window?.calendar, line.businessDate);
  if (pass.type === 'one-to-many' && expected.length > 1) {
    answer.undecided.push({ pass: pass.name, kind: 'many', lines: group });
    return;
  }
  if (pass.window !== undefined && pass.window.when === 'before') {
    const at = Math.max(...(pass.type === 'one-to-many' ? expected : ledger).map(day));
    if (pass.type === 'one-to-many') ledger = ledger.filter((line) => inWindow(pass, at, day(line)));
    else expected = expected.filter((line) => inWindow(pass, day(line), at));
    if (expected.length === 0 || ledger.length === 0) return;
  } else if (!inWindow(pass, Math.max(...expected.map(day)), Math.max(...ledger.map(day)))) return;
  const currency = group[0]?.currency ?? '';
  if (!withinTolerance(pass.tolerance, currency, total(expected), total(ledger))) return;
  answer.found.push(foundOf(pass, expected, ledger));
}

/** Summaries dated otherwise: a group is a business day, and takes the ledger lines of one day inside the window. */
function groupedByDay(pass: Pass, group: OpenLine[], dayNumber: DayNumber, answer: PassAnswer): void {
  const days = (side: OpenLine['side']): Map<number, OpenLine[]> => {
    const byDay = new Map<number, OpenLine[]>();
    for (const line of group) {
      if (line.side !== side) continue;
      const day = dayNumber(pass.window?.calendar, line.businessDate);
      byDay.set(day, [...(byDay.get(day) ?? []), line]);
    }
    return byDay;
  };
  const [expected, ledger] = [days('E'), days('L')];
  const sums = (byDay: Map<number, OpenLine[]>) =>
    [...byDay].map(([day, lines]) => ({ day, sum: total(lines) }));
  for (const pair of pairDays(pass, group[0]?.currency ?? '', sums(expected), sums(ledger)))
    answer.found.push(foundOf(pass, expected.get(pair.expected) ?? [], ledger.get(pair.ledger) ?? []));
}

/** Plus and minus on one side that come to zero, at least one of each. */
function net(pass: Pass, group: OpenLine[], answer: PassAnswer): void {
  for (const side of ['E', 'L'] as const) {
    const lines = group.filter((line) => line.side === side);
    const both = lines.some((line) => line.amount > 0n) && lines.some((line) => line.amount < 0n);
    if (!both || total(lines) !== 0n) continue;
    answer.found.push(foundOf(pass, side === 'E' ? lines : [], side === 'L' ? lines : []));
  }
}

/** Sum of signed amounts. */
export function total(lines: readonly OpenLine[]): Tick {
  return lines.reduce((sum, line) => sum + line.amount, 0n);
}

function foundOf(pass: Pass, expected: OpenLine[], ledger: OpenLine[]): Found {
  return {
    pass: pass.name,
    version: pass.version,
    expected,
    ledger,
    variance: total(ledger) - total(expected),
  };
}
