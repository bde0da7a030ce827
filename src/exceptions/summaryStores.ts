// The groups of summary passes that do not tie, and the stores that they hang together in: what one summary document books over
// all accounts, with what each fact and each document has in every group.
import { compareText } from '../matching/model.ts';
import type { Tick } from '../money/ticks.ts';
import type { ResidueLine } from './model.ts';

/** A line that a confirming summary pass sees and has not matched. */
export interface SummaryLine extends ResidueLine {
  /** Place of its reconciliation in the run, and of the pass in it. */
  part: number;
  pass: number;
  passName: string;
  /** Key of the pass; lines of one key, and of one day where the pass groups by day, are a group. */
  key: string;
  /** Day number; 0 where the pass does not group by day. */
  day: number;
  /** Days after the business day that a ledger line of the group may bear; absent: one group a key. */
  window?: { from: number; to: number };
  /** Event of an expected line, document of a ledger line. */
  fact: string;
  /** The event has a line in a summary that ties. */
  tiedElsewhere: boolean;
}

/** Expected and ledger lines of one key and day under one pass. */
export interface Group {
  part: number;
  pass: number;
  passName: string;
  /** What groups of different places have in common: reconciliation, account, currency, dimension. */
  cell: string;
  E: SummaryLine[];
  L: SummaryLine[];
}

/** Groups that hang together by their documents: what one summary document books over all accounts. */
export interface Store {
  groups: Group[];
  /** Expected minus ledger, by group. */
  gaps: Map<Group, Tick>;
}

export const sum = (lines: readonly ResidueLine[]): Tick =>
  lines.reduce((all, { amount }) => all + amount, 0n);
const byExt = (a: ResidueLine, b: ResidueLine): number => compareText(a.ext, b.ext);

/** Expected lines of a key and day, with the ledger lines of one day: its own, else the oldest inside the window. */
export function groupsOf(lines: readonly SummaryLine[]): Group[] {
  const keys = new Map<string, SummaryLine[]>();
  for (const line of lines.toSorted(byExt)) {
    const at = `${line.part}|${line.pass}|${line.unit}|${line.key}`;
    keys.set(at, [...(keys.get(at) ?? []), line]);
  }
  return [...keys.values()].flatMap((own) => {
    const days = (side: 'E' | 'L'): Map<number, SummaryLine[]> => {
      const byDay = new Map<number, SummaryLine[]>();
      for (const line of own)
        if (line.side === side) byDay.set(line.day, [...(byDay.get(line.day) ?? []), line]);
      return new Map([...byDay].sort(([a], [b]) => a - b));
    };
    const [E, L] = [days('E'), days('L')];
    const { from, to } = own[0]?.window ?? { from: 0, to: 0 };
    const pairs = new Map<number, number>();
    // A day whose summary is there among others (booked twice, or beside a stranger's) has that one; else its own date, else
    // the oldest that is left.
    for (const [day, expected] of E) {
      const wanted = sum(expected);
      const used = new Set(pairs.values());
      for (const [at, ledger] of L) {
        if (used.has(at) || at - day < from || at - day > to) continue;
        if (!ledger.some(({ amount }) => amount === wanted)) continue;
        pairs.set(day, at);
        break;
      }
    }
    for (const day of E.keys()) {
      const free = L.has(day) && ![...pairs.values()].includes(day);
      if (!pairs.has(day) && free && from <= 0 && to >= 0) pairs.set(day, day);
    }
    for (const day of E.keys()) {
      if (pairs.has(day)) continue;
      const used = new Set(pairs.values());
      const oldest = [...L.keys()].find((at) => !used.has(at) && at - day >= from && at - day <= to);
      if (oldest !== undefined) pairs.set(day, oldest);
    }
    const used = new Set(pairs.values());
    return [
      ...[...E].map(([day, expected]) => groupOf(expected, L.get(pairs.get(day) ?? NaN) ?? [])),
      ...[...L].filter(([day]) => !used.has(day)).map(([, ledger]) => groupOf([], ledger)),
    ];
  });
}

function groupOf(E: SummaryLine[], L: SummaryLine[]): Group {
  const { part, pass, passName, reconciliation, account, currency, dimension } = (E[0] ??
    L[0]) as SummaryLine;
  return { part, pass, passName, cell: JSON.stringify([reconciliation, account, currency, dimension]), E, L };
}

export function storesOf(groups: readonly Group[]): Store[] {
  const storeOf = new Map<string, Set<Group>>();
  for (const group of groups) {
    const documents = new Set(group.L.map(documentOf));
    const merged = new Set<Group>([group]);
    for (const document of documents) for (const other of storeOf.get(document) ?? []) merged.add(other);
    for (const member of merged) for (const line of member.L) storeOf.set(documentOf(line), merged);
  }
  return [...new Set(storeOf.values())].map((members) => ({
    groups: [...members],
    gaps: new Map([...members].map((group) => [group, sum(group.E) - sum(group.L)])),
  }));
}

const documentOf = ({ company, ledger, fact }: SummaryLine): string =>
  JSON.stringify([company, ledger, fact]);

/** A fact or a document with what it has in each group of the store. */
export interface Part {
  name: string;
  lines: SummaryLine[];
  sums: Map<Group, Tick>;
}

export function partsOf(store: Store, side: 'E' | 'L'): Part[] {
  const parts = new Map<string, Part>();
  for (const group of store.groups) {
    for (const line of group[side]) {
      const name = side === 'E' ? line.fact : documentOf(line);
      const part: Part = parts.get(name) ?? { name, lines: [], sums: new Map() };
      part.lines.push(line);
      part.sums.set(group, (part.sums.get(group) ?? 0n) + line.amount);
      parts.set(name, part);
    }
  }
  return [...parts.values()];
}

/** True where the part has exactly these amounts in every group. */
export function isExactly({ sums }: Part, wanted: ReadonlyMap<Group, Tick>, sign: 1n | -1n): boolean {
  return [...wanted].every(([group, gap]) => (sums.get(group) ?? 0n) === sign * gap);
}
