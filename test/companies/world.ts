// What a small retailer really did and what its ERP really holds, with the one thing that the engine is never told: which
// expected line each ledger line is. Amounts are whole cents, days are counted from 1 October 2026.
import { addDays, type IsoDate, isoDate } from '../../src/accounting/dates.ts';

/** Days after 1 October 2026. */
export type Day = number;

const FIRST = isoDate('2026-10-01');
export const dayText = (day: Day): IsoDate => addDays(FIRST, day);

/** A line that the ledger should hold because of a fact. */
export interface Entry {
  fact: Fact;
  account: string;
  location: string;
  dimension: string;
  cents: number;
  /** The line of an earlier fact that this one takes back. */
  negates?: Entry;
}

/** Something that happened, as one event tells it. */
export interface Fact {
  id: string;
  /** Its business key; also the reference that its lines carry. */
  reference: string;
  /** How the engine calls it: `SHP-1-1 (shipment)`. */
  kind: string;
  day: Day;
  /** The day on which its event is delivered; a late one long after its own. */
  arrives: Day;
  event: object;
  entries: Entry[];
  /** Store whose summary of the day should hold it. */
  till?: string;
}

export interface DocumentLine {
  account: string;
  location: string;
  dimension: string;
  currency: string;
  cents: number;
  reference: string;
  /** Entries that this line truly is, under whatever form. */
  holds: Entry[];
  /** Entries that it takes out of the ledger again. */
  takes: Entry[];
}

export interface Document {
  number: string;
  company: string;
  posted: Day;
  /** The day on which it was keyed in: a later extract shows it, whatever day it bears. */
  made: Day;
  reversalOf?: Document;
  /** False where the file does not say what it reverses. */
  saysReversal?: boolean;
  status?: string;
  journalSource?: string;
  lines: DocumentLine[];
}

/** An extract of everything up to a day, as the ERP knew it in that day's night. */
export interface Extract {
  to: Day;
}

/** What happens before a run: files that came in, and the day as of which it is made. */
export interface Step {
  eventsUntil: Day;
  extracts: Extract[];
  asOf: Day;
}

export interface Company {
  seed: string;
  assessed: boolean;
  facts: Fact[];
  documents: Document[];
  steps: Step[];
}

export const inExtract = (document: Document, { to }: Extract): boolean =>
  document.made <= to && document.posted <= to;

/** What has been delivered up to and with a step. */
export class Known {
  readonly facts: Set<Fact>;
  readonly documents: readonly Document[];

  constructor(company: Company, steps: number) {
    const done = company.steps.slice(0, steps);
    const until = Math.max(...done.map(({ eventsUntil }) => eventsUntil));
    this.facts = new Set(company.facts.filter(({ arrives }) => arrives <= until));
    const newest = Math.max(-1, ...done.flatMap(({ extracts }) => extracts.map(({ to }) => to)));
    this.documents = company.documents.filter((document) => inExtract(document, { to: newest }));
  }

  /** How often the ledger holds the entry, in documents dated until a day; what was taken back is gone. */
  held(entry: Entry, until: Day = Infinity): number {
    let times = 0;
    for (const { line, document } of this.lines(until)) {
      if (document.status === 'parked') continue;
      for (const held of line.holds) {
        if (held === entry) times += 1;
        // While nobody knows of the correction, its document takes back what it corrects.
        if (held.negates === entry && !this.facts.has(held.fact)) times -= 1;
      }
      if (line.takes.includes(entry)) times -= 1;
    }
    return times;
  }

  *lines(until: Day = Infinity): Generator<{ line: DocumentLine; document: Document }> {
    for (const document of this.documents) {
      if (document.posted > until) continue;
      for (const line of document.lines) yield { line, document };
    }
  }
}
