// Summaries that do not tie with their group: which one fact, or which one document, has to be left out so that every account
// of those documents ties at once. Pure: lines in, confirmed groups and items out. Facts are left out, never lines.
import { fewOf } from '../fewOf.ts';
import { showTicks } from '../matching/ticks.ts';
import type { Classified } from './model.ts';
import {
  type Group,
  groupsOf,
  isExactly,
  type Part,
  partsOf,
  type Store,
  storesOf,
  sum,
  type SummaryLine,
} from './summaryStores.ts';
import { lackingFacts } from './lackingFacts.ts';

/** Lines of one group of one pass that tie once something else is left out. */
export interface TiedGroup {
  part: number;
  pass: number;
  lines: SummaryLine[];
}

export interface SettledSummaries {
  tied: TiedGroup[];
  items: Classified[];
  /** Facts left out of a summary that ties without them, the document that does, and all facts that it could be; '' for one. */
  leftOut: { line: SummaryLine; document: string; twins: string }[];
}

/** Groups that have no ledger line: a summary at another place may be theirs. Each is taken once. */
type Waiting = Set<Group>;

/** Settles what can be settled; the rest is items that wait, or say what would make them tie. */
export function settleSummaries(lines: readonly SummaryLine[]): SettledSummaries {
  const settled: SettledSummaries = { tied: [], items: [], leftOut: [] };
  const groups = groupsOf(lines);
  const waiting: Waiting = new Set(groups.filter(({ L }) => L.length === 0));
  for (const store of storesOf(groups.filter(({ L }) => L.length > 0))) {
    if (isOver(store) && (withoutOneFact(store, settled) || withoutOneDocument(store, waiting, settled)))
      continue;
    const lacking = lackingFacts(store);
    for (const group of store.groups) if (group.E.length > 0) settled.items.push(untied(group, lacking));
  }
  return settled;
}

/** Nothing may still arrive for it. */
const isOver = ({ groups }: Store): boolean =>
  groups.every(({ E, L }) => [...E, ...L].every(({ graceOver }) => graceOver));

const isAlike = (one: Part, other: Part): boolean =>
  one.sums.size === other.sums.size && isExactly(one, other.sums, 1n);

const surplusOf = (store: Store): Part[] =>
  partsOf(store, 'L').filter((document) => isExactly(document, store.gaps, -1n));

/**
 * Confirms what ties without exactly one fact. Facts alike on all accounts are one: which of the twins the summary lacks
 * nobody can tell.
 */
function withoutOneFact(store: Store, settled: SettledSummaries): boolean {
  if (store.groups.some(({ E }) => E.length === 0)) return false;
  const twins = partsOf(store, 'E').filter(
    (one) => isExactly(one, store.gaps, 1n) && !one.lines.some(({ tiedElsewhere }) => tiedElsewhere),
  );
  const fact = twins.at(-1);
  if (fact === undefined || surplusOf(store).length > 0) return false;
  const document = fewOf([...new Set(store.groups.flatMap(({ L }) => L.map((line) => line.fact)))], 2);
  confirm(store, new Set(fact.lines), settled);
  const named = twins.length === 1 ? '' : fewOf(twins.map(nameOf).sort(), 6);
  for (const line of fact.lines) settled.leftOut.push({ line, document, twins: named });
  return true;
}

/** Confirms what ties without the documents that repeat another of the key, or without one that is another place's summary. */
function withoutOneDocument(store: Store, waiting: Waiting, settled: SettledSummaries): boolean {
  const documents = partsOf(store, 'L');
  const firstAlike = (document: Part): Part =>
    documents.find((other) => isAlike(other, document)) ?? document;
  const repeats = documents.filter((document) => firstAlike(document).name !== document.name);
  const surplus = (group: Group): bigint =>
    repeats.reduce((all, { sums }) => all + (sums.get(group) ?? 0n), 0n);
  if (repeats.length > 0 && [...store.gaps].every(([group, gap]) => surplus(group) === -gap)) {
    confirm(store, new Set(repeats.flatMap(({ lines }) => lines)), settled);
    for (const document of repeats) {
      const first = firstAlike(document).lines[0]?.fact ?? '';
      settled.items.push(...document.lines.map((line) => repeated(line, first)));
    }
    return true;
  }
  const last = surplusOf(store).at(-1);
  // All of a store that expects nothing, else the one document that is too much.
  const stranger = store.groups.every(({ E }) => E.length === 0) ? wholeOf(store) : last;
  const place = stranger === undefined ? undefined : placeOf(stranger, waiting);
  if (stranger === undefined || place === undefined) return false;
  confirm(store, new Set(stranger.lines), settled);
  for (const [group, own] of place) {
    waiting.delete(own);
    settled.items.push(
      elsewhere(
        stranger.lines.filter((line) => group.L.includes(line)),
        own,
      ),
    );
  }
  return true;
}

function wholeOf({ groups, gaps }: Store): Part {
  return {
    name: '',
    lines: groups.flatMap(({ L }) => L),
    sums: new Map([...gaps].map(([group, gap]) => [group, -gap])),
  };
}

/** Of each group of the document the group of another place that has its sum, where exactly one place has all of them. */
function placeOf(document: Part, waiting: Waiting): Map<Group, Group> | undefined {
  const [first] = document.lines;
  if (first === undefined) return undefined;
  const { from, to } = first.window ?? { from: 0, to: 0 };
  const places = new Map<string, Group[]>();
  for (const group of waiting) {
    const [line] = group.E;
    if (line === undefined || line.company !== first.company || line.ledger !== first.ledger) continue;
    if (group.E.some(({ graceOver }) => !graceOver) || line.location === first.location) continue;
    if (first.day - line.day < from || first.day - line.day > to) continue;
    const at = JSON.stringify([line.location, line.day]);
    places.set(at, [...(places.get(at) ?? []), group]);
  }
  const fitting = [...places.values()].flatMap((groups) => {
    const pairs = new Map<Group, Group>();
    for (const [group, amount] of document.sums) {
      const own = groups.find(({ cell, pass }) => cell === group.cell && pass === group.pass);
      if (own !== undefined && sum(own.E) === amount) pairs.set(group, own);
    }
    return pairs.size === document.sums.size ? [pairs] : [];
  });
  return fitting.length === 1 ? fitting[0] : undefined;
}

function confirm(store: Store, without: ReadonlySet<SummaryLine>, settled: SettledSummaries): void {
  for (const { part, pass, E, L } of store.groups) {
    const lines = [...E, ...L].filter((line) => !without.has(line));
    const sides = new Set(lines.map(({ side }) => side));
    if (sides.size === 2) settled.tied.push({ part, pass, lines });
  }
}

function repeated(line: SummaryLine, document: string): Classified {
  return {
    reason: 'DUPLICATE_POSTING',
    also: [],
    lines: [line],
    why: `${line.label} repeats document ${document}: the same amounts on every account for the same day, which ties without it`,
    detail: { duplicateOf: document, pass: line.passName },
  };
}

function elsewhere(L: SummaryLine[], { E, passName }: Group): Classified {
  return {
    reason: 'WRONG_LOCATION',
    also: [],
    lines: [...E, ...L],
    why: `posted at ${L[0]?.location || 'no location'} (${namesOf(L)}), expected at ${E[0]?.location || 'no location'}: the sum of ${E.length} expected ${E.length === 1 ? 'line' : 'lines'} (${namesOf(E)}), on every account`,
    detail: { pass: passName },
  };
}

/** A fact as its line in the group is named; none where it has no line there. */
const labelIn = ({ lines }: Part, { E }: Group): string[] =>
  lines
    .filter((line) => E.includes(line))
    .map(({ label }) => label)
    .slice(0, 1);

/** How people name a fact: its reference, the same on all its lines as a rule. */
const nameOf = ({ lines }: Part): string => lines[0]?.reference || (lines[0]?.label ?? '');

const namesOf = (lines: readonly SummaryLine[]): string =>
  fewOf([...new Set(lines.map(({ label }) => label))], 3);

/** One item that owns the summary and the group: it waits, or says what would make it tie. @param sets facts, a few sets */
function untied(group: Group, sets: readonly Part[][]): Classified {
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
  const lacking = sets.map((facts) => facts.flatMap((fact) => labelIn(fact, group)).join(' + '));
  if ([...E, ...L].some(({ graceOver }) => !graceOver))
    return item(
      'TIMING',
      `${words}; it is still inside its grace days`,
      lacking.length === 0 ? [] : ['SPLIT_INCOMPLETE'],
    );
  if (gap === 0n)
    return item(
      'REVIEW_MATCH',
      `${namesOf(L)} and ${namesOf(E)} agree in sum, and a pass has not confirmed it: its budget is spent, or a person took it apart`,
    );
  if (lacking.length === 0) return item('AMOUNT_VARIANCE', words);
  return item(
    'SPLIT_INCOMPLETE',
    `${namesOf(L)} equals the group without ${lacking.join(', or without ')} (${showTicks(-gap, currency)})`,
    ['AMOUNT_VARIANCE'],
    { lacking },
  );
}
