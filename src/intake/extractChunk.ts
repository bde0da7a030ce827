// Some rows of a ledger extract. First each says only who it is; when it is known what is stored of their documents, they
// are sorted: the same again (not even read), new (directly), to be compared (into the stage), refused.
import type { DocumentKey, KnownDocuments } from '../db/intake/knownDocuments.ts';
import { readyLine } from '../db/intake/readyLine.ts';
import type { ReadyLine } from '../db/intake/readyLine.ts';
import type { SameRow } from '../db/intake/stageLedger.ts';
import type { RefusedRecord } from '../db/intake/stageRefused.ts';
import { AMOUNT_SCALE, printScaled } from '../money/scaled.ts';
import type { LedgerRecord } from '../feeds/feed.ts';
import { isPostingReference } from '../posting/key.ts';
import { reconciliationOf, scopeOf, unitOf } from '../rulebook/unit.ts';
import type { IntakeContext } from './context.ts';
import type { ExtractTotals } from './extractTotals.ts';
import type { LineReader } from './ledgerLine.ts';
import type { LedgerRow } from './ledgerRow.ts';
import { notePeriod } from './statedPeriods.ts';

/** What all chunks of an extract share. */
export interface Reading {
  reader: LineReader;
  context: IntakeContext;
  totals: ExtractTotals;
  /** Documents with a refused line so far: their other lines may not go in. */
  refusedDocuments: Set<string>;
  /** Most rows were new of late: the next are read at once, since a row that waits as objects costs twice its reading. */
  expectNew: boolean;
}

/** Rows by what has to happen with them. */
export interface SortedRows {
  direct: ReadyLine[];
  staged: ReadyLine[];
  same: SameRow[];
  refused: RefusedRecord[];
}

/** A row that waits: read (ready to be stored, or refused), or as it came. */
interface Waiting {
  position: number;
  rowHash: string;
  /** Index in `documents`. */
  document: number;
  read: ReadyLine | 'refused' | undefined;
  came: { record: LineRecord; row: LedgerRow } | undefined;
}

type LineRecord = Extract<LedgerRecord, { outcome: 'line' }>;

const NO_RECONCILIATION = { scope: {} };
/** Rows at a time that wait as bytes: with 2,000 the server waits for the next ones (21.8 s instead of 20.5 s a million). */
const ROWS = 8_000;
/** Rows at a time that wait as objects: with 2,000 collecting the garbage takes a third more processor and 70 MB. */
const ROWS_AS_OBJECTS = 500;

export class ExtractChunk {
  readonly documents: DocumentKey[] = [];
  readonly #reading: Reading;
  readonly #rows: Waiting[] = [];
  readonly #refused: RefusedRecord[] = [];
  readonly #indexes = new Map<string, number>();

  constructor(reading: Reading) {
    this.#reading = reading;
  }

  /** Rows that wait. */
  get size(): number {
    return this.#rows.length;
  }

  get isFull(): boolean {
    const full = this.#reading.expectNew ? ROWS : ROWS_AS_OBJECTS;
    return this.#rows.length >= full || this.#refused.length >= full;
  }

  take(record: LedgerRecord): void {
    const { reader, totals, expectNew } = this.#reading;
    totals.received += 1;
    if (record.outcome === 'skipped') {
      totals.skipped += 1;
    } else if (record.outcome === 'refused') {
      const { position, byteOffset, refusal, of } = record;
      const { ledger = '', document = '', account = '' } = of ?? {};
      const { refusedDocuments } = this.#reading;
      if (document !== '') refusedDocuments.add(keyOf({ company: refusal.company ?? '', ledger, document }));
      if (account !== '') totals.refusedAccounts.add(account);
      const accounts = account === '' ? [] : [account];
      this.#refused.push({ position, byteOffset, refusal, raw: record.raw(), ledger, document, accounts });
    } else {
      const row = reader.look(record.fields, record.plain === true);
      const { rowHash } = row;
      if (row.trimmed) totals.trimmed += 1;
      if (row.unread) totals.unread += 1;
      totals.debit += row.debit ?? 0n;
      totals.credit += row.credit ?? 0n;
      const document = this.#documentOf(row);
      const read = expectNew ? this.#read(record, row) : undefined;
      const came = expectNew ? undefined : { record, row };
      this.#rows.push({ position: record.position, rowHash, document, read, came });
    }
  }

  #documentOf({ company, ledger, fiscalYear, document }: LedgerRow): number {
    const key = `${company}\u001f${ledger}\u001f${document}\u001f${fiscalYear}`;
    let index = this.#indexes.get(key);
    if (index === undefined) {
      index = this.documents.length;
      this.#indexes.set(key, index);
      this.documents.push({ company, ledger, fiscalYear, document });
    }
    return index;
  }

  /** @param known what is stored of `documents`; undefined: nobody asked, so every line is to be compared */
  sort(known: KnownDocuments | undefined): SortedRows {
    const { totals, refusedDocuments } = this.#reading;
    const sorted: SortedRows = { direct: [], staged: [], same: [], refused: this.#refused };
    const isSame = ({ document, rowHash }: Waiting): boolean => known?.get(document)?.has(rowHash) === true;
    // All that may be refused first: the other lines of its document are not to go in.
    for (const row of this.#rows) if (!isSame(row)) this.#ready(row);
    for (const row of this.#rows) {
      const { document, position, rowHash } = row;
      const stays = refusedDocuments.size > 0 && refusedDocuments.has(keyOf(this.documents[document]!));
      if (isSame(row) && !stays) {
        totals.same += 1;
        totals.periods.someAgree = true;
        if (row.came !== undefined) note(totals, row.came.row);
        sorted.same.push({ position, rowHash });
        continue;
      }
      const ready = this.#ready(row);
      if (ready === 'refused') continue;
      if (known === undefined || known.has(document) || stays) sorted.staged.push(ready);
      else sorted.direct.push(ready);
    }
    totals.direct += sorted.direct.length;
    this.#reading.expectNew = sorted.same.length < this.#rows.length / 2;
    return sorted;
  }

  #ready(waiting: Waiting): ReadyLine | 'refused' {
    waiting.read ??= this.#read(waiting.came!.record, waiting.came!.row);
    return waiting.read;
  }

  #read(record: LineRecord, row: LedgerRow): ReadyLine | 'refused' {
    const { reader, context, totals } = this.#reading;
    const outcome = reader.read(row);
    if (!outcome.ok) {
      this.#refuse(record, row, outcome.refusal);
      return 'refused';
    }
    note(totals, row);
    notePeriod(totals.periods, row);
    const { line, contentHash } = outcome;
    const unit = unitOf(context.rulebook, line);
    const reconciliation = reconciliationOf(context.rulebook, line.company, line.ledger, line.account);
    // What no reconciliation holds is out of every scope, unless it does not count at all.
    const inside = scopeOf(
      reconciliation ?? NO_RECONCILIATION,
      line,
      context.startDate,
      isPostingReference(line.postingReference),
    );
    const scope = reconciliation === undefined && inside === 'in' ? 'out' : inside;
    if (unit !== undefined) totals.units.set(unit.unit, unit);
    const { rowHash, plain } = row;
    const { position } = record;
    return readyLine({ position, contentHash, rowHash, unit: unit?.unit ?? '0', scope }, line, plain);
  }

  #refuse(record: LineRecord, row: LedgerRow, refusal: RefusedRecord['refusal']): void {
    const { totals, refusedDocuments } = this.#reading;
    const { company, currency, ledger, document, account, debit, credit } = row;
    if (account !== '') totals.refusedAccounts.add(account);
    if (document !== '') refusedDocuments.add(keyOf(row));
    const amount =
      debit === undefined || credit === undefined
        ? {}
        : { amount: printScaled(debit - credit, AMOUNT_SCALE) };
    const { position, byteOffset } = record;
    const full = { ...refusal, company, currency, ...amount };
    this.#refused.push({
      position,
      byteOffset,
      refusal: full,
      raw: record.raw(),
      ledger,
      document,
      accounts: account === '' ? [] : [account],
    });
  }
}

/** A document whatever its fiscal year: a refused line may not tell its own. */
function keyOf({ company, ledger, document }: Pick<DocumentKey, 'company' | 'ledger' | 'document'>): string {
  return `${company}\u001f${ledger}\u001f${document}`;
}

/** Notes what an accepted row says about the extent of its extract. */
function note(totals: ExtractTotals, { company, ledger, account, postingDate }: LedgerRow): void {
  totals.companies.add(company);
  totals.ledgers.add(ledger);
  totals.accounts.add(account);
  if (postingDate === undefined) return;
  if (totals.from === null || postingDate < totals.from) totals.from = postingDate;
  if (totals.to === null || postingDate > totals.to) totals.to = postingDate;
}
