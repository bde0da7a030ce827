// Whether documents in the ledger already explain an entry that is about to be proposed or sent: one *can be it* by name, in
// whatever company, account or unit; else open documents hold it by their sums. Refusing a missing entry costs a question;
// booking it a second time is what users of such systems fear most.
import type { IsoDate } from '../accounting/dates.ts';
import type { OpenDocument, OpenEntry } from '../matching/cover.ts';
import { CoverSearch } from '../matching/cover.ts';
import { fewOf } from '../fewOf.ts';
import { documentId, NamedLines } from './canBeIt.ts';

/** A live line of the ledger in no match and in no item by name. */
export interface UnmatchedLine {
  company: string;
  ledger: string;
  fiscalYear: string;
  document: string;
  account: string;
  location: string;
  currency: string;
  /** Signed decimal text. */
  amount: string;
  scope: string;
  reference: string;
  assignment: string;
  businessDate: IsoDate;
  /** Ids (as of entries) of the facts of its own company and ledger whose own id its reference is. */
  names: readonly string[];
  /** Of a unit that was asked about: the others count by their names only. */
  isNear: boolean;
}

/** What is to be explained: an event's lines in one company and ledger. */
export interface ToExplain extends OpenEntry {
  company: string;
  ledger: string;
  /** References that its rule gave its lines. */
  ownIds: readonly string[];
  /** Ids that other events may carry as well: order, shipment, payout, session. */
  sharedIds: readonly string[];
}

/** The documents found, and how a sentence tells it. `searched: false`: more could fit than was tried; a person should look. */
export interface Explanation {
  by: 'reference' | 'amounts' | 'nothing';
  documents: readonly string[];
  why: string;
  searched: boolean;
  /** Documents that agree in one amount alone: shown, and they stop nothing. */
  couldBe: readonly string[];
}

/** Open entries and unmatched ledger lines, indexed once for any number of questions. */
export class Explaining {
  readonly #named: NamedLines;
  readonly #cover: CoverSearch;

  constructor(entries: readonly OpenEntry[], lines: readonly UnmatchedLine[]) {
    this.#named = new NamedLines(lines);
    this.#cover = new CoverSearch(entries, documentsOf(lines.filter(({ isNear }) => isNear)));
  }

  /** What explains an entry, leaving out documents that a person has said do not. */
  explain(entry: ToExplain, overridden: ReadonlySet<string> = new Set()): Explanation {
    const named = this.#named.canBe(entry).filter((name) => !overridden.has(name));
    const nothing = { searched: true, couldBe: [] };
    if (named.length > 0) {
      const why = `${named.join(', ')} ${plural(named, 'bears', 'bear')} its name and ${plural(named, 'has', 'have')} no match`;
      return { ...nothing, by: 'reference', documents: named, why };
    }
    const cover = this.#cover.of(entry.id, overridden);
    if (cover.kind === 'none') {
      const { couldBe, searched } = cover;
      return { by: 'nothing', documents: [], why: '', couldBe, searched };
    }
    const { documents } = cover;
    const others = cover.kind === 'together' ? `, together with ${fewOf(cover.with, 4)},` : '';
    const why = `${documents.join(', ')} ${plural(documents, 'covers', 'cover')} it${others} exactly and ${plural(documents, 'has', 'have')} no match`;
    return { ...nothing, by: 'amounts', documents, why };
  }
}

const plural = (all: readonly string[], one: string, more: string): string => (all.length === 1 ? one : more);

function documentsOf(lines: readonly UnmatchedLine[]): OpenDocument[] {
  const documents = new Map<string, { first: UnmatchedLine; lines: UnmatchedLine[]; names: Set<string> }>();
  for (const line of lines) {
    const id = documentId(line);
    const there = documents.get(id) ?? { first: line, lines: [], names: new Set() };
    documents.set(id, there);
    there.lines.push(line);
    for (const name of line.names) there.names.add(name);
  }
  return [...documents].map(([id, { first, lines: held, names }]) => ({
    id,
    name: first.document,
    businessDate: first.businessDate,
    lines: held,
    names: [...names],
  }));
}
