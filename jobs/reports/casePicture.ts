// The picture of a case: each fact, the lines that it should have caused, the lines of the ledger beside them, and value by value
// what agrees. Lines that are not open are shown too: what is missing is seen best beside what is there.
import type pg from 'pg';
import { eventHistory } from '../../src/db/explain/histories.ts';
import { storyLines, type StoryLine } from '../../src/db/explain/lines.ts';
import { decimal, sum } from '../../src/money/decimal.ts';
import { showAmount } from '../../src/money/showAmount.ts';

/** One value on both sides; null where that side has no line. */
export interface ComparedValue {
  name: string;
  expected: string | null;
  ledger: string | null;
  agrees: boolean;
}

export interface PictureLine {
  line: string;
  label: string;
  reconciliation: string;
  account: string;
  amount: string;
  currency: string;
  businessDate: string;
  document: string | null;
  /** More than one: it stands for the sum of so many. */
  lines: number;
  /** Where it lives now: `match 12`, or the reason why it is open. */
  home: string;
  open: boolean;
}

/** An expected line and the ledger line that belongs to it, or would. */
export interface PicturePair {
  expected: PictureLine | null;
  ledger: PictureLine | null;
  values: ComparedValue[];
}

export interface PictureFact {
  source: string;
  id: string;
  type: string;
  time: string;
  businessDate: string;
  company: string;
  corrects: string | null;
  correctedBy: string | null;
}

export interface CasePicture {
  facts: PictureFact[];
  /** Facts beyond those shown. */
  otherFacts: number;
  pairs: PicturePair[];
  /** Lines beyond those shown. */
  more: number;
}

/** Homes of lines that count now. */
const LIVE: ReadonlySet<string> = new Set(['match', 'exception', 'not due or not run yet']);
const MOST_FACTS = 5;
const MOST_PAIRS = 60;

/**
 * @param eventIds facts that the case is about; @param exceptions ids of its open items
 */
export async function casePicture(
  client: pg.ClientBase,
  {
    eventIds,
    exceptions,
  }: { eventIds: readonly { source: string; id: string }[]; exceptions: readonly string[] },
): Promise<CasePicture> {
  const facts: PictureFact[] = [];
  const told = eventIds.slice(0, MOST_FACTS);
  for (const { source, id } of told) {
    const fact = await eventHistory(client, source, id);
    if (fact !== undefined) facts.push(fact);
  }
  const lines = new Map<string, StoryLine>();
  const add = (found: readonly StoryLine[]): void => {
    for (const line of found) if (LIVE.has(line.home)) lines.set(`${line.unit} ${line.line}`, line);
  };
  add(await storyLines(client, 'exceptions', [exceptions]));
  add(await storyLines(client, 'events', [told.map(({ source }) => source), told.map(({ id }) => id)]));
  const matched = [...lines.values()].filter((line) => line.match !== null);
  add(
    await storyLines(client, 'matches', [
      matched.map(({ unit }) => unit),
      matched.map(({ match }) => match!),
    ]),
  );
  const pairs = pairsOf([...lines.values()]);
  return {
    facts: facts.map(factOf),
    otherFacts: eventIds.length - told.length,
    pairs: pairs.slice(0, MOST_PAIRS),
    more: Math.max(0, pairs.length - MOST_PAIRS),
  };
}

const factOf = ({
  source,
  id,
  type,
  time,
  businessDate,
  company,
  corrects,
  correctedBy,
}: PictureFact): PictureFact => ({
  source,
  id,
  type,
  time,
  businessDate,
  company,
  corrects,
  correctedBy,
});

/** Lines of one match or item belong together. Open pairs come first. */
export function pairsOf(lines: readonly StoryLine[]): PicturePair[] {
  const groups = new Map<string, StoryLine[]>();
  for (const line of lines) {
    const key = line.match === null ? `item ${line.exception ?? line.line}` : `match ${line.match}`;
    groups.set(key, [...(groups.get(key) ?? []), line]);
  }
  return [...groups.values()].flatMap(pairsOfGroup).toSorted((a, b) => Number(isOpen(b)) - Number(isOpen(a)));
}

const isOpen = ({ expected, ledger }: PicturePair): boolean =>
  expected?.open === true || ledger?.open === true;

/** Account by account: equal amounts are pairs; what is left on both sides is compared as sums, as summaries are booked. */
function pairsOfGroup(lines: readonly StoryLine[]): PicturePair[] {
  const cells = new Map<string, StoryLine[]>();
  for (const line of lines) {
    const cell = `${line.account} ${line.currency}`;
    cells.set(cell, [...(cells.get(cell) ?? []), line]);
  }
  const pairs = [...cells.values()].flatMap(pairsOfCell);
  const [left, right] = [pairs.filter(onlyExpected), pairs.filter(onlyLedger)];
  // On the wrong account or in the wrong currency: what stands alone on either side belongs together.
  if (left.length !== 1 || right.length !== 1)
    return pairs.map(({ expected, ledger }) => pairOf(expected, ledger));
  const rest = pairs.filter((pair) => pair !== left[0] && pair !== right[0]);
  return [...rest, { expected: left[0]!.expected, ledger: right[0]!.ledger }].map(({ expected, ledger }) =>
    pairOf(expected, ledger),
  );
}

interface Sides {
  expected: readonly StoryLine[];
  ledger: readonly StoryLine[];
}

const onlyExpected = ({ expected, ledger }: Sides): boolean => expected.length > 0 && ledger.length === 0;
const onlyLedger = ({ expected, ledger }: Sides): boolean => ledger.length > 0 && expected.length === 0;

function pairsOfCell(lines: readonly StoryLine[]): Sides[] {
  const ledger = lines.filter(({ side }) => side === 'L');
  const pairs: Sides[] = [];
  const expected = lines.filter((line) => {
    if (line.side !== 'E') return false;
    const best = ledger
      .filter(({ amount }) => decimal(amount).equals(decimal(line.amount)))
      .toSorted((a, b) => likeness(line, b) - likeness(line, a))[0];
    if (best === undefined) return true;
    ledger.splice(ledger.indexOf(best), 1);
    pairs.push({ expected: [line], ledger: [best] });
    return false;
  });
  if (expected.length > 0 && ledger.length > 0) return [...pairs, { expected, ledger }];
  return [
    ...pairs,
    ...expected.map((line) => ({ expected: [line], ledger: [] })),
    ...ledger.map((line) => ({ expected: [], ledger: [line] })),
  ];
}

/** The more of what a match rests on is the same, the likelier it is one business. */
function likeness(a: StoryLine, b: StoryLine): number {
  return (a.reference !== '' && a.reference === b.reference ? 2 : 0) + (a.location === b.location ? 1 : 0);
}

function pairOf(expected: readonly StoryLine[], ledger: readonly StoryLine[]): PicturePair {
  return { expected: shown(expected), ledger: shown(ledger), values: valuesOf(expected, ledger) };
}

function shown(lines: readonly StoryLine[]): PictureLine | null {
  const [line] = lines;
  if (line === undefined) return null;
  const { label, reconciliation, account, currency, businessDate, document, documentLine } = line;
  return {
    line: line.line,
    label,
    reconciliation,
    account,
    amount: total(lines),
    currency,
    businessDate,
    document: document === null ? null : documentLine === null ? document : `${document}/${documentLine}`,
    lines: lines.length,
    home: line.match === null ? (line.reason ?? line.home) : `match ${line.match}`,
    open: lines.some(({ home }) => home === 'exception'),
  };
}

const total = (lines: readonly StoryLine[]): string =>
  showAmount(sum(lines.map(({ amount }) => decimal(amount))).toFixed(), lines[0]?.currency ?? '');

const COMPARED = ['account', 'amount', 'currency', 'date', 'reference', 'location', 'dimension'] as const;

function valueOf(name: (typeof COMPARED)[number], lines: readonly StoryLine[]): string | null {
  const [first] = lines;
  if (first === undefined) return null;
  if (name === 'amount') return total(lines);
  const values = [...new Set(lines.map((line) => (name === 'date' ? line.businessDate : line[name])))];
  return values.length === 1 ? values[0]! : `${values.length} different`;
}

function valuesOf(expected: readonly StoryLine[], ledger: readonly StoryLine[]): ComparedValue[] {
  return COMPARED.flatMap((name) => {
    const left = valueOf(name, expected);
    const right = valueOf(name, ledger);
    if ((left ?? '') === '' && (right ?? '') === '') return [];
    return [{ name, expected: left, ledger: right, agrees: left !== null && left === right }];
  });
}
