// Summaries that do not tie with their group: which one fact, or which one document, has to be left out so that every account
// of those documents ties at once. Pure: lines in, confirmed groups and items out. Facts are left out, never lines.
import { fewOf } from '../fewOf.ts';
import { showTicks } from '../money/ticks.ts';
import { duplicateOf } from './duplicate.ts';
import type { Classified } from './model.ts';
import {
  elsewhere,
  heldElsewhere,
  type HeldLine,
  namesOf,
  placeOf,
  together,
  type Waiting,
  wholeOf,
} from './summaryElsewhere.ts';
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
  /** Lines of another place that a summary which is too much may hold, and the sentence that says so. */
  held: HeldLine[];
}

/** Settles what can be settled; the rest is items that wait, or say what would make them tie. */
export function settleSummaries(lines: readonly SummaryLine[]): SettledSummaries {
  const settled: SettledSummaries = { tied: [], items: [], leftOut: [], held: [] };
  const groups = groupsOf(lines);
  const waiting: Waiting = new Set(groups.filter(({ L }) => L.length === 0));
  for (const store of storesOf(groups.filter(({ L }) => L.length > 0))) settle(store, waiting, settled);
  return settled;
}

function settle(store: Store, waiting: Waiting, settled: SettledSummaries): void {
  if (isOver(store)) {
    if (withoutOneFact(store, settled) || withoutOneDocument(store, waiting, settled)) return;
    const rest = withoutStranger(store, waiting, settled);
    if (rest !== undefined) {
      for (const own of storesOf(rest)) {
        if ([...own.gaps.values()].every((gap) => gap === 0n)) confirm(own, new Set(), settled);
        else settle(own, waiting, settled);
      }
      return;
    }
  }
  const lacking = lackingFacts(store);
  for (const group of store.groups) if (group.E.length > 0) settled.items.push(untied(group, lacking));
  settled.held.push(...heldElsewhere(store, waiting));
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
      const first = firstAlike(document).lines;
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
  tellElsewhere(stranger, place, waiting, settled);
  return true;
}

function tellElsewhere(
  stranger: Part,
  place: ReadonlyMap<Group, Group>,
  waiting: Waiting,
  settled: SettledSummaries,
): void {
  for (const [group, own] of place) {
    waiting.delete(own);
    const lines = stranger.lines.filter((line) => group.L.includes(line));
    settled.items.push(elsewhere(lines, own));
  }
}

/**
 * Takes out one document (or two: two sessions) that is another place's summary on every account, where the store does not tie
 * without it either: its own summary is wrong too, or a second stranger lies there. Else that place's sales were called missing.
 * @returns what is left of the store
 */
function withoutStranger(store: Store, waiting: Waiting, settled: SettledSummaries): Group[] | undefined {
  const documents = partsOf(store, 'L').filter(({ sums }) => sums.size > 1);
  const pairs = documents.flatMap((one, i) => documents.slice(i + 1).map((other) => together(one, other)));
  for (const stranger of [...documents, ...pairs]) {
    const place = placeOf(stranger, waiting);
    if (place === undefined) continue;
    tellElsewhere(stranger, place, waiting, settled);
    const taken = new Set(stranger.lines);
    return store.groups.flatMap((group) => {
      const L = group.L.filter((line) => !taken.has(line));
      return L.length > 0 ? [{ ...group, L }] : [];
    });
  }
  return undefined;
}

function confirm(store: Store, without: ReadonlySet<SummaryLine>, settled: SettledSummaries): void {
  for (const { part, pass, E, L } of store.groups) {
    const lines = [...E, ...L].filter((line) => !without.has(line));
    const sides = new Set(lines.map(({ side }) => side));
    if (sides.size === 2) settled.tied.push({ part, pass, lines });
  }
}

/** Of one reference it is said in the words that a later run has for it, when the first is long matched. */
function repeated(line: SummaryLine, first: readonly SummaryLine[]): Classified {
  const twin = first.find(
    ({ unit, account, reference, amount }) =>
      unit === line.unit &&
      account === line.account &&
      reference === line.reference &&
      amount === line.amount,
  );
  const document = first[0]?.fact ?? '';
  if (twin !== undefined) return duplicateOf(line, twin.label);
  return {
    reason: 'DUPLICATE_POSTING',
    also: [],
    lines: [line],
    why: `${line.label} repeats document ${document}: the same amounts on every account for the same day, which ties without it`,
    detail: { duplicateOf: document, pass: line.passName },
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
