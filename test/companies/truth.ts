// What the truth of a company says to an outcome: nothing called missing is in the ledger under any form, nothing proposed is
// booked, and what is truly missing is proposed or held back by something that is really there.
import type { Line, Outcome } from './live.ts';
import { type Company, type Day, dayText, type Entry, type Fact, Known } from './world.ts';

/** The company as known at a step, with ways to get from what is stored to what is true. */
export class Truth {
  readonly known: Known;
  readonly asOf: Day;
  readonly #entries = new Map<string, Entry>();
  readonly #facts = new Map<string, Fact>();

  /** @param step number of the step whose run is judged */
  constructor(company: Company, step: number) {
    this.known = new Known(company, step + 1);
    this.asOf = company.steps[step]?.asOf ?? 0;
    for (const fact of this.known.facts) {
      this.#facts.set(fact.id, fact);
      for (const entry of fact.entries) this.#entries.set(keyOf(fact.id, entry), entry);
    }
  }

  entryOf(line: Line): Entry {
    const entry = this.#entries.get(keyOf(line.event, line));
    if (entry === undefined) throw new Error(`an expected line that no fact has: ${JSON.stringify(line)}`);
    return entry;
  }

  factOf(event: string): Fact {
    const fact = this.#facts.get(event);
    if (fact === undefined) throw new Error(`no such event: ${event}`);
    return fact;
  }

  /** Facts of a store's tills that nobody can tell apart: which of them a summary lacks is no question. */
  twinsOf(fact: Fact): Fact[] {
    if (fact.till === undefined) return [fact];
    return [...this.known.facts].filter(
      (other) => other.till === fact.till && likeness(other) === likeness(fact),
    );
  }
}

const keyOf = (
  event: string,
  line: { account: string; location: string; dimension: string; cents: number },
): string => [event, line.account, line.location, line.dimension, line.cents].join('|');

export const likeness = ({ day, entries }: Fact): string =>
  JSON.stringify([day, entries.map((entry) => keyOf('', entry)).sort()]);

/** (a) Called missing, and in the ledger as far as the run knows it. */
export function calledMissing({ items }: Outcome, truth: Truth): string[] {
  const called = new Map<Fact, Map<string, { line: Line; entry: Entry }>>();
  for (const line of items
    .filter(({ reason }) => reason === 'MISSING_IN_LEDGER')
    .flatMap(({ lines }) => lines)) {
    const entry = truth.entryOf(line);
    const of = called.get(entry.fact) ?? new Map();
    of.set(keyOf('', entry), { line, entry });
    called.set(entry.fact, of);
  }
  const wrong: string[] = [];
  for (const [fact, lines] of called) {
    for (const [key, { line, entry }] of lines) {
      if (hasOpposite(entry, truth)) continue;
      const twins = truth.twinsOf(fact);
      const missing = twins.filter((twin) => !isHeld(twin, key, truth)).length;
      const said = twins.filter((twin) => called.get(twin)?.has(key) === true).length;
      if (said > missing)
        wrong.push(
          `called missing, and in the ledger: ${line.label} ${entry.account} ${entry.location} ${entry.cents}`,
        );
    }
  }
  return wrong;
}

/**
 * Of a transfer that leaves and arrives, of a tax captured and assessed, the lines on one account are each other's opposite
 * under one reference: which of the two a line is, only its sign says, and one booked the wrong way round is the other.
 */
const hasOpposite = ({ fact, account, cents }: Entry, { known }: Truth): boolean =>
  [...known.facts].some(
    (other) =>
      other !== fact &&
      other.kind !== fact.kind &&
      other.reference === fact.reference &&
      other.entries.some((entry) => entry.account === account && entry.cents === -cents),
  );

function isHeld(fact: Fact, key: string, { known, asOf }: Truth): boolean {
  const entry = fact.entries.find((one) => keyOf('', one) === key);
  return entry !== undefined && known.held(entry, asOf) > 0;
}

/** (b) Proposed, and booked in whatever has been delivered. */
export function proposedThoughBooked({ proposed }: Outcome, truth: Truth): string[] {
  return proposed.flatMap((event) => {
    const fact = truth.factOf(event);
    const twins = truth.twinsOf(fact);
    const free = twins.filter((twin) => twin.entries.every((entry) => truth.known.held(entry) <= 0)).length;
    const said = twins.filter((twin) => proposed.includes(twin.id)).length;
    const part = fact.entries.filter((entry) => truth.known.held(entry) > 0);
    return said > free && (part.length > 0 || twins.length > 1)
      ? [`proposed, and booked: ${fact.reference} (${part.map(({ account }) => account).join(', ')})`]
      : [];
  });
}

/** How truly missing entries came out. */
export interface Missed {
  proposed: number;
  /** Held back by something that is really there: an open document that its sentence names, or lines that come to nothing. */
  held: number;
  /** Neither, in words. */
  lost: string[];
}

/**
 * What becomes of facts of which nothing is in the ledger, once their grace days are over and the ledger is complete beyond
 * them. A fact and its correction that are both absent come to nothing.
 */
export function trulyMissing(outcome: Outcome, truth: Truth): Missed {
  const missed: Missed = { proposed: 0, held: 0, lost: [] };
  const corrected = new Set(
    [...truth.known.facts].flatMap(({ entries }) => entries.flatMap(({ negates }) => negates?.fact ?? [])),
  );
  for (const fact of truth.known.facts) {
    if (fact.entries.length === 0 || fact.entries.some((entry) => truth.known.held(entry) > 0)) continue;
    if (corrected.has(fact) || fact.entries.some(({ negates }) => negates !== undefined)) continue;
    const end = dayText(fact.day + GRACE);
    if (end >= outcome.asOf || end >= outcome.reach) continue;
    if (truth.twinsOf(fact).some((twin) => outcome.proposed.includes(twin.id))) missed.proposed += 1;
    else if (isHeldBack(fact, outcome)) missed.held += 1;
    else missed.lost.push(`${fact.reference} (${fact.kind})`);
  }
  return missed;
}

const GRACE = 5;

/** Something stands in the way of proposing it that truth confirms; the sentences themselves are checked elsewhere. */
function isHeldBack(fact: Fact, { items, lines, verdicts }: Outcome): boolean {
  const own = lines.filter(({ side, event }) => side === 'E' && event === fact.id);
  const open = (label: string): boolean =>
    lines.some(
      (line) => line.side === 'L' && line.match === null && [line.label, line.document].includes(label),
    );
  const verdict = verdicts.find(({ event }) => event === fact.id);
  if (verdict?.verdict === 'explained') return verdict.documents.every(open);
  // A document of its own that was taken back: what takes it back lies open and names it.
  if (lines.some((line) => line.side === 'L' && line.match === null && line.reference === fact.reference))
    return true;
  return own.some((line) => {
    if (line.match !== null)
      return lines.every(
        (other) => other.match !== line.match || other.unit !== line.unit || other.side === 'E',
      );
    const item = items.find((each) => each.lines.includes(line));
    if (item === undefined || item.reason === 'MISSING_IN_LEDGER') return false;
    return item.lines.some(({ side }) => side === 'L') || item.why.split(/[ ,]+/).some(open);
  });
}
