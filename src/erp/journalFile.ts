// The bytes of a journal import file and of its control file (spec: journal import file). A journal gives the same bytes
// whenever and wherever it is written; that is what lets a look tell our file from any other.
import { createHash } from 'node:crypto';

import { decimal, fixed, sum } from '../money/decimal.ts';
import type { OutgoingJournal, OutgoingLine } from '../posting/outgoing.ts';
import { csvField, csvLine, csvText } from './csvOut.ts';

export interface JournalFile {
  name: string;
  bytes: Buffer;
  controlName: string;
  controlBytes: Buffer;
}

type Column = readonly [header: string, field: (journal: OutgoingJournal, line: OutgoingLine) => string];

const on = (line: OutgoingLine, side: 'debit' | 'credit', amount: string): string =>
  line.side === side ? amount : '';
const otherCurrency = (line: OutgoingLine): boolean => line.companyCurrency !== line.currency;

const COLUMNS: readonly Column[] = [
  ['posting_reference', (journal) => csvField(journal.postingReference)],
  ['company', (journal) => csvText(journal.company)],
  ['ledger', (journal) => csvText(journal.ledger)],
  ['journal_line', (_, line) => String(line.line)],
  ['posting_date', (journal) => journal.postingDate],
  ['document_date', (journal) => journal.documentDate],
  ['period', (journal) => csvText(journal.period)],
  ['account', (_, line) => csvText(line.account)],
  ['location', (_, line) => csvText(line.location)],
  ['dimension', (_, line) => csvText(line.dimension)],
  ['currency', (_, line) => line.currency],
  ['debit', (_, line) => on(line, 'debit', line.amount)],
  ['credit', (_, line) => on(line, 'credit', line.amount)],
  ['company_currency', (_, line) => (otherCurrency(line) ? line.companyCurrency : '')],
  ['company_debit', (_, line) => (otherCurrency(line) ? on(line, 'debit', line.companyAmount) : '')],
  ['company_credit', (_, line) => (otherCurrency(line) ? on(line, 'credit', line.companyAmount) : '')],
  ['reference', (_, line) => csvText(line.reference)],
  ['text', (_, line) => csvText(line.text)],
  ['reversal_of', (journal) => csvField(journal.reversalOf)],
];

/** Both files of one posting. */
export function journalFile(journal: OutgoingJournal): JournalFile {
  const text =
    csvLine(COLUMNS.map(([header]) => header)) +
    journal.lines.map((line) => csvLine(COLUMNS.map(([, field]) => field(journal, line)))).join('');
  return withControl(`${journal.postingReference}.csv`, Buffer.from(text, 'utf8'), journal);
}

/** A journal's bytes in any format, with the control file that tells what should be in them. */
export function withControl(name: string, bytes: Buffer, journal: OutgoingJournal): JournalFile {
  const control =
    `{"journals": 1, "lines": ${journal.lines.length}, "debit": "${total(journal, 'debit')}", ` +
    `"credit": "${total(journal, 'credit')}", "sha256": "${createHash('sha256').update(bytes).digest('hex')}"}\n`;
  return {
    name,
    bytes,
    controlName: `${journal.postingReference}.control.json`,
    controlBytes: Buffer.from(control, 'utf8'),
  };
}

/** Sum of one column, at the widest scale in the file. */
function total(journal: OutgoingJournal, side: 'debit' | 'credit'): string {
  const scale = Math.max(...journal.lines.map((line) => line.amount.split('.')[1]?.length ?? 0));
  return fixed(
    sum(journal.lines.filter((line) => line.side === side).map((line) => decimal(line.amount))),
    scale,
  );
}
