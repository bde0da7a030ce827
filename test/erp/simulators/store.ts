// What a simulated ERP has booked, in an append-only file: a record counts when its line is on disk (fsync), so that a
// simulator killed at any moment comes back with exactly what it had acknowledged, or a little more.
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';

/** One line of a document. Amounts are decimal text, signed, debit positive. */
export interface StoredLine {
  account: string;
  location: string;
  dimension: string;
  currency: string;
  amount: string;
  companyAmount: string;
  /** The ERP's own text fields of a line, whatever it has. */
  text: string;
  assignment: string;
}

/** A document, or a draft of one. */
export interface StoredDocument {
  id: number;
  /** Empty while a draft. */
  number: string;
  reference: string;
  company: string;
  postingDate: string;
  documentDate: string;
  posted: boolean;
  /** When it became visible as posted, ms. */
  postedAt: number;
  header: string;
  lines: StoredLine[];
}

/** A change that is appended: the whole document as it is now, or its deletion, or any other named record. */
type Change =
  | { kind: 'document'; document: StoredDocument }
  | { kind: 'deleted'; id: number }
  | { kind: 'other'; key: string; value: unknown };

export class Store {
  readonly documents = new Map<number, StoredDocument>();
  readonly others = new Map<string, unknown>();
  private readonly file: number;
  private lastId = 0;

  constructor(path: string) {
    const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
    // A line without its end was being written when the process was killed: it was never acknowledged.
    for (const line of text.split('\n').slice(0, -1)) this.take(JSON.parse(line) as Change);
    this.file = openSync(path, 'a');
    if (text !== '' && !text.endsWith('\n')) writeSync(this.file, '\n');
  }

  nextId(): number {
    return (this.lastId += 1);
  }

  /** On disk when it returns. */
  commit(...changes: readonly Change[]): void {
    writeSync(this.file, changes.map((change) => `${JSON.stringify(change)}\n`).join(''));
    fsyncSync(this.file);
    for (const change of changes) this.take(change);
  }

  save(document: StoredDocument): void {
    this.commit({ kind: 'document', document });
  }

  remove(id: number): void {
    this.commit({ kind: 'deleted', id });
  }

  note(key: string, value: unknown): void {
    this.commit({ kind: 'other', key, value });
  }

  close(): void {
    closeSync(this.file);
  }

  private take(change: Change): void {
    if (change.kind === 'document') {
      this.documents.set(change.document.id, change.document);
      this.lastId = Math.max(this.lastId, change.document.id);
    } else if (change.kind === 'deleted') this.documents.delete(change.id);
    else this.others.set(change.key, change.value);
  }
}
