// The picture of a case: each fact, the lines that it should have caused, the lines of the ledger beside them, and value by value
// what agrees. Lines that are not open are shown too: what is missing is seen best beside what is there.
import type pg from 'pg';
import { eventHistory } from '../../src/db/explain/histories.ts';
import { storyLines, type StoryLine } from '../../src/db/explain/lines.ts';
import { decimal } from '../../src/money/decimal.ts';
import { showAmount } from './statement.ts';

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
  const lines = new Map<string, StoryLine>();
  const add = (found: readonly StoryLine[]): void => {
    for (const line of found) if (LIVE.has(line.home)) lines.set(`${line.unit} ${line.line}`, line);
  };
  for (const { source, id } of eventIds.slice(0, MOST_FACTS)) {
    const fact = await eventHistory(client, source, id);
    if (fact !== undefined) facts.push(fact);
    add(await storyLines(client, 'event', [source, id]));
  }
  for (const id of exceptions.slice(0, MOST_PAIRS)) add(await storyLines(client, 'exception', [id]));
  const matches = new Set([...lines.values()].flatMap(({ match }) => match ?? []));
  for (const match of [...matches].slice(0, 20)) add(await storyLines(client, 'match', [match]));
  const pairs = pairsOf([...lines.values()]);
  return {
    facts: facts.map(factOf),
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

/** Lines of one match or item belong together; of those, the ones that resemble each other most are pairs. Open pairs come first. */
function pairsOf(lines: readonly StoryLine[]): PicturePair[] {
  const groups = new Map<string, StoryLine[]>();
  for (const line of lines) {
    const key = line.match === null ? `item ${line.exception ?? line.line}` : `match ${line.match}`;
    groups.set(key, [...(groups.get(key) ?? []), line]);
  }
  return [...groups.values()].flatMap(pairsOfGroup).toSorted((a, b) => Number(isOpen(b)) - Number(isOpen(a)));
}

const isOpen = ({ expected, ledger }: PicturePair): boolean =>
  expected?.open === true || ledger?.open === true;

function pairsOfGroup(lines: readonly StoryLine[]): PicturePair[] {
  const ledger = lines.filter(({ side }) => side === 'L');
  const pairs = lines
    .filter(({ side }) => side === 'E')
    .map((expected) => {
      const best = ledger.toSorted((a, b) => likeness(expected, b) - likeness(expected, a))[0];
      if (best !== undefined) ledger.splice(ledger.indexOf(best), 1);
      return pairOf(expected, best);
    });
  return [...pairs, ...ledger.map((line) => pairOf(undefined, line))];
}

/** The more of what a match rests on is the same, the likelier it is one business. */
function likeness(a: StoryLine, b: StoryLine): number {
  return (
    (a.account === b.account ? 4 : 0) +
    (a.amount === b.amount ? 3 : 0) +
    (a.reference !== '' && a.reference === b.reference ? 2 : 0) +
    (a.location === b.location ? 1 : 0)
  );
}

function pairOf(expected: StoryLine | undefined, ledger: StoryLine | undefined): PicturePair {
  return { expected: shown(expected), ledger: shown(ledger), values: valuesOf(expected, ledger) };
}

function shown(line: StoryLine | undefined): PictureLine | null {
  if (line === undefined) return null;
  const { label, reconciliation, account, currency, businessDate, document, documentLine } = line;
  return {
    line: line.line,
    label,
    reconciliation,
    account,
    amount: showAmount(line.amount, currency),
    currency,
    businessDate,
    document: document === null ? null : documentLine === null ? document : `${document}/${documentLine}`,
    home: line.match === null ? (line.reason ?? line.home) : `match ${line.match}`,
    open: line.home === 'exception',
  };
}

function valuesOf(expected: StoryLine | undefined, ledger: StoryLine | undefined): ComparedValue[] {
  const compared: [string, (line: StoryLine) => string][] = [
    ['account', (line) => line.account],
    ['amount', (line) => showAmount(line.amount, line.currency)],
    ['currency', (line) => line.currency],
    ['date', (line) => line.businessDate],
    ['reference', (line) => line.reference],
    ['location', (line) => line.location],
    ['dimension', (line) => line.dimension],
  ];
  return compared.flatMap(([name, valueOf]) => {
    const left = expected === undefined ? null : valueOf(expected);
    const right = ledger === undefined ? null : valueOf(ledger);
    if ((left ?? '') === '' && (right ?? '') === '') return [];
    const agrees =
      left !== null &&
      right !== null &&
      (name === 'amount' ? decimal(left).equals(decimal(right)) : left === right);
    return [{ name, expected: left, ledger: right, agrees }];
  });
}
