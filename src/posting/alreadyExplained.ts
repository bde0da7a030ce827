// Whether documents in the ledger already explain an entry that is about to be proposed or sent: one *can be it* by name, in
// whatever company, account or unit; else open documents hold it by their sums. Refusing a missing entry costs a question;
// booking it a second time is what users of such systems fear most.
import type { UnmatchedLine, ToExplain } from './toExplain.ts';
import type { OpenDocument, OpenEntry } from '../matching/cover.ts';
import { CoverSearch } from '../matching/cover.ts';
import { fewOf } from '../fewOf.ts';
import { documentId, NamedLines } from './canBeIt.ts';

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
