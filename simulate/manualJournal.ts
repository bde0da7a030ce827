// A journal that a person keyed in: a number of its own, and nothing to do with any event.
import type { Desk } from './desk.ts';
import type { DocumentLine, LedgerDocument } from './documents.ts';

/** A manual journal of a day, not yet written, with the lines given. */
export function manualJournal(
  desk: Desk,
  like: LedgerDocument,
  lines: readonly DocumentLine[],
  text: string,
): LedgerDocument {
  return {
    ...desk.books.copyOf(like),
    type: 'SA',
    journalSource: 'Manual',
    reference: `MAN-${like.document}`,
    text,
    lines: lines.map((line) => ({ ...line })),
  };
}

/** Lines of several documents as one entry: one line for each account, place and dimension. */
export function summed(documents: readonly LedgerDocument[]): DocumentLine[] {
  const byPlace = new Map<string, DocumentLine>();
  for (const line of documents.flatMap((document) => document.lines)) {
    const key = `${line.account} ${line.location} ${line.dimension} ${line.currency}`;
    const known = byPlace.get(key);
    if (known === undefined) byPlace.set(key, { ...line });
    else {
      known.cents += line.cents;
      known.companyCents += line.companyCents;
    }
  }
  return [...byPlace.values()];
}
