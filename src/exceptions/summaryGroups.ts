// Summaries that do not tie with their group: which one fact, or which one document, has to be left out so that every account
// of those documents ties at once. Pure: lines in, confirmed groups and items out. Facts are left out, never lines.
import { fewOf } from '../fewOf.ts';
import { compareText, type Tick } from '../matching/model.ts';
import { findSubset } from '../matching/subset.ts';
import { showTicks } from '../matching/ticks.ts';
import type { Classified, ResidueLine } from './model.ts';

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

/** Lines of one group of one pass that tie once something else is left out. */
export interface TiedGroup {
  part: number;
  pass: number;
  lines: SummaryLine[];
}

export interface SettledSummaries {
  tied: TiedGroup[];
  items: Classified[];
  /** Facts left out of a summary that ties without them, and the document that does. */
  leftOut: { line: SummaryLine; document: string }[];
}

interface Group {
  part: number;
  pass: number;
  passName: string;
  /** What groups of different places have in common: reconciliation, account, currency, dimension. */
  cell: string;
  E: SummaryLine[];
  L: SummaryLine[];
}

/** Groups that hang together by their documents: what one summary document books over all accounts. */
interface Store {
  groups: Group[];
  /** Expected minus ledger, by group. */
  gaps: Map<Group, Tick>;
}

const sum = (lines: readonly ResidueLine[]): Tick => lines.reduce((all, { amount }) => all + amount, 0n);
const byExt = (a: ResidueLine, b: ResidueLine): number => compareText(a.ext, b.ext);

/** Settles what can be settled; the rest is items that wait, or say what would make them tie. */
export function settleSummaries(lines: readonly SummaryLine[]): SettledSummaries {
  const settled: SettledSummaries = { tied: [], items: [], leftOut: [] };
  const groups = groupsOf(lines.toSorted(byExt));
  const waitingElsewhere = groups.filter(({ L }) => L.length === 0);
  const taken = new Set<Group>();
  for (const store of storesOf(groups.filter(({ L }) => L.length > 0))) {
    if (isSettled(store, settled) || isElsewhere(store, waitingElsewhere, taken, settled)) continue;
    for (const group of store.groups) if (group.E.length > 0) settled.items.push(untied(group));
  }
  return settled;
}

/** Expected lines of a key and day, with the ledger lines of one day: its own, else the oldest inside the window. */
function groupsOf(lines: readonly SummaryLine[]): Group[] {
  const keys = new Map<string, SummaryLine[]>();
  for (const line of lines) {
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
    for (const day of E.keys()) if (L.has(day) && from <= 0 && to >= 0) pairs.set(day, day);
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

function storesOf(groups: readonly Group[]): Store[] {
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
interface Part {
  name: string;
  lines: SummaryLine[];
  sums: Map<Group, Tick>;
}

function partsOf(store: Store, side: 'E' | 'L'): Part[] {
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
function isExactly({ sums }: Part, wanted: ReadonlyMap<Group, Tick>, sign: 1n | -1n): boolean {
  return [...wanted].every(([group, gap]) => (sums.get(group) ?? 0n) === sign * gap);
}

/** Confirms what ties without exactly one fact, or without one document that repeats another of the key. */
function isSettled(store: Store, settled: SettledSummaries): boolean {
  if (store.groups.some(({ E, L }) => E.length === 0 || [...E, ...L].some(({ graceOver }) => !graceOver)))
    return false;
  const facts = partsOf(store, 'E').filter(
    (fact) => isExactly(fact, store.gaps, 1n) && !fact.lines.some(({ tiedElsewhere }) => tiedElsewhere),
  );
  const documents = partsOf(store, 'L');
  const surplus = documents.filter((document) => isExactly(document, store.gaps, -1n));
  if (facts.length > 0 && surplus.length > 0) return false;
  // Facts alike on all accounts are one: which of the twins the summary lacks nobody can tell.
  const fact = facts.at(-1);
  if (fact !== undefined) {
    const document = fewOf([...new Set(store.groups.flatMap(({ L }) => L.map((line) => line.fact)))], 2);
    confirm(store, new Set(fact.lines), settled);
    for (const line of fact.lines) settled.leftOut.push({ line, document });
    return true;
  }
  const last = surplus.at(-1);
  if (last === undefined || documents.length < 2) return false;
  const twin = documents.find(
    (other) => other !== last && isExactly(other, last.sums, 1n) && sizeOf(other) === sizeOf(last),
  );
  if (twin === undefined) return false;
  confirm(store, new Set(last.lines), settled);
  const label = twin.lines[0]?.fact ?? '';
  for (const line of last.lines)
    settled.items.push({
      reason: 'DUPLICATE_POSTING',
      also: [],
      lines: [line],
      why: `${line.label} repeats document ${label}: the same amounts on every account for the same day, which ties without it`,
      detail: { duplicateOf: label, pass: line.passName },
    });
  return true;
}

const sizeOf = ({ sums }: Part): number => sums.size;

function confirm(store: Store, without: ReadonlySet<SummaryLine>, settled: SettledSummaries): void {
  for (const { part, pass, E, L } of store.groups) {
    const lines = [...E, ...L].filter((line) => !without.has(line));
    const sides = new Set(lines.map(({ side }) => side));
    if (sides.size === 2) settled.tied.push({ part, pass, lines });
  }
}

/** `WRONG_LOCATION` of a whole summary: a document whose amounts are, on every account, those of another place's group. */
function isElsewhere(
  store: Store,
  waiting: readonly Group[],
  taken: Set<Group>,
  settled: SettledSummaries,
): boolean {
  if (store.groups.some(({ E }) => E.length > 0)) return false;
  const [first] = store.groups[0]?.L ?? [];
  if (first === undefined) return false;
  const places = new Map<string, Group[]>();
  for (const group of waiting) {
    const [line] = group.E;
    if (
      taken.has(group) ||
      line === undefined ||
      line.company !== first.company ||
      line.ledger !== first.ledger
    )
      continue;
    if (group.E.some(({ graceOver }) => !graceOver)) continue;
    const { from, to } = first.window ?? { from: 0, to: 0 };
    if (first.day - line.day < from || first.day - line.day > to) continue;
    const at = JSON.stringify([line.location, line.day]);
    places.set(at, [...(places.get(at) ?? []), group]);
  }
  const fitting = [...places.values()].filter((groups) => fitsPlace(store, groups));
  const [only] = fitting;
  if (only === undefined || fitting.length > 1) return false;
  for (const group of store.groups) {
    const other = only.find(({ cell, pass }) => cell === group.cell && pass === group.pass) as Group;
    taken.add(other);
    const lines = [...other.E, ...group.L];
    const [e] = other.E;
    settled.items.push({
      reason: 'WRONG_LOCATION',
      also: [],
      lines,
      why: `posted at ${first.location || 'no location'} (${namesOf(group.L)}), expected at ${e?.location || 'no location'}: the sum of ${other.E.length} expected lines (${namesOf(other.E)}), on every account`,
      detail: { pass: group.passName },
    });
  }
  return true;
}

function fitsPlace({ groups, gaps }: Store, place: readonly Group[]): boolean {
  return (
    groups.length === place.length &&
    groups.every((group) => {
      const other = place.find(({ cell, pass }) => cell === group.cell && pass === group.pass);
      return other !== undefined && sum(other.E) === -(gaps.get(group) ?? 0n);
    })
  );
}

const namesOf = (lines: readonly SummaryLine[]): string =>
  fewOf([...new Set(lines.map(({ label }) => label))], 3);

/** One item that owns the summary and the group: it waits, or says what would make it tie. */
function untied(group: Group): Classified {
  const { E, L } = group;
  const gap = sum(L) - sum(E);
  const currency = E[0]?.currency ?? '';
  const words = `the summary and its group do not tie: ledger ${showTicks(sum(L), currency)} (${namesOf(L)}), expected ${showTicks(sum(E), currency)} (${E.length === 1 ? namesOf(E) : `${E.length} lines`}), difference ${showTicks(gap, currency)}`;
  const item = (
    reason: Classified['reason'],
    why: string,
    also: Classified['also'] = [],
    detail: Record<string, unknown> = {},
  ): Classified => ({
    reason,
    also,
    lines: [...E, ...L],
    why,
    detail: { pass: group.passName, difference: showTicks(gap, currency), ...detail },
  });
  if (gap === 0n)
    return item(
      'REVIEW_MATCH',
      `${namesOf(L)} and ${namesOf(E)} agree in sum, and were not confirmed: others fit as well`,
    );
  const lacking = lackingFacts(group);
  if ([...E, ...L].some(({ graceOver }) => !graceOver))
    return item(
      'TIMING',
      `${words}; it is still inside its grace days`,
      lacking.length === 0 ? [] : ['SPLIT_INCOMPLETE'],
    );
  if (lacking.length === 0) return item('AMOUNT_VARIANCE', words);
  return item(
    'SPLIT_INCOMPLETE',
    `${namesOf(L)} equals the group without ${lacking.join(', or without ')} (${showTicks(-gap, currency)})`,
    ['AMOUNT_VARIANCE'],
    { lacking },
  );
}

/** Up to two sets of at most three facts of the group without which it would tie, the smallest first. */
function lackingFacts({ E, L }: Group): string[] {
  const missing = sum(E) - sum(L);
  if (E.length < 2) return [];
  const answer = findSubset(
    missing,
    E.map(({ amount }) => amount),
    { maxSize: 3, maxSteps: 200_000 },
  );
  const picks =
    answer.verdict === 'unique' ? [answer.picks] : answer.verdict === 'several' ? answer.examples : [];
  return picks
    .filter((pick) => pick.length < E.length)
    .map((pick) => pick.map((i) => E[i]?.label ?? '').join(' + '));
}
