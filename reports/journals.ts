// The journals that the run proposes or has on their way, a row a line, with their state and the events behind them.
import { fewOf } from '../src/fewOf.ts';
import type { JournalLineRow, JournalRow } from './model.ts';
import type { Rows } from './rows.ts';
import type { Column, Entry, Row, Sheet, Tone } from './sheet.ts';
import type { JournalTotals } from './totals.ts';

const COLUMNS: readonly Column[] = [
  { key: 'journal', title: 'No.', kind: 'text', width: 6, tone: 'quiet' },
  { key: 'postingReference', title: 'Journal', kind: 'text', width: 20, tone: 'strong' },
  { key: 'state', title: 'State', kind: 'text', width: 20 },
  { key: 'line', title: 'Line', kind: 'integer', width: 5, centered: true },
  { key: 'account', title: 'Account', kind: 'text', width: 10 },
  { key: 'debit', title: 'Debit', kind: 'amount', width: 15, currency: { column: 'currency' } },
  { key: 'credit', title: 'Credit', kind: 'amount', width: 15, currency: { column: 'currency' } },
  { key: 'currency', title: 'Cur.', kind: 'text', width: 5.5, centered: true },
  { key: 'location', title: 'Location', kind: 'text', width: 9 },
  { key: 'dimension', title: 'Dimension', kind: 'text', width: 10 },
  { key: 'text', title: 'Text', kind: 'text', width: 34, wrap: true },
  { key: 'postingDate', title: 'Posting date', kind: 'date', width: 10.5 },
  { key: 'period', title: 'Period', kind: 'text', width: 9 },
  { key: 'company', title: 'Company', kind: 'text', width: 9 },
  { key: 'ledger', title: 'Ledger', kind: 'text', width: 7 },
  { key: 'reference', title: 'Reference', kind: 'text', width: 16 },
  { key: 'why', title: 'Why', kind: 'text', width: 42, wrap: true },
  { key: 'rule', title: 'Rule', kind: 'text', width: 20 },
  { key: 'events', title: 'Events', kind: 'text', width: 24, wrap: true },
  { key: 'proposedBy', title: 'Proposed by', kind: 'text', width: 12 },
  { key: 'approvedBy', title: 'Approved by', kind: 'text', width: 12 },
  { key: 'document', title: 'ERP document', kind: 'text', width: 15 },
];

const TONES: Readonly<Record<string, Tone>> = {
  CONFIRMED: 'good',
  POSTED: 'good',
  AWAITING_APPROVAL: 'warn',
  READY: 'warn',
  REJECTED: 'bad',
  UNKNOWN: 'bad',
  CONFLICT: 'bad',
  DUPLICATE_FOUND: 'bad',
  NEEDS_HUMAN: 'bad',
  POSTED_NOT_SEEN: 'bad',
};
const EVENTS_SHOWN = 5;

/** A posting state as people say it, with its tone. */
export function stateEntry(state: string): Entry {
  const value = state.toLowerCase().replaceAll('_', ' ');
  const tone = TONES[state];
  return tone === undefined ? { value } : { value, tone };
}

function rowOf(journal: JournalRow, line: JournalLineRow, state: Entry, events: string): Row {
  return {
    journal: journal.journal,
    postingReference: journal.postingReference,
    state,
    line: String(line.line),
    account: line.account,
    debit: line.debit,
    credit: line.credit,
    currency: line.currency,
    location: line.location,
    dimension: line.dimension,
    text: line.text,
    postingDate: journal.postingDate,
    period: journal.period,
    company: journal.company,
    ledger: journal.ledger,
    reference: journal.reference,
    why: journal.why,
    rule: journal.rule,
    events,
    proposedBy: journal.proposedBy,
    approvedBy: journal.approvedBy,
    document: journal.document,
  };
}

async function* rows(journals: Rows<JournalRow>, totals: JournalTotals): AsyncGenerator<Row> {
  for await (const journal of journals) {
    totals.add(journal.state);
    const ids = journal.eventIds.map((event) => event.id);
    const events = fewOf(ids, EVENTS_SHOWN);
    const state = stateEntry(journal.state);
    for (const line of journal.lines) yield rowOf(journal, line, state, events);
  }
}

/** Journals with their lines. */
export function journalsSheet(journals: Rows<JournalRow>, totals: JournalTotals): Sheet {
  return {
    name: 'Journals',
    tab: 5,
    title: 'Journals',
    subtitle:
      'Proposed or on their way to the ERP, line by line; each balances. `tieout explain JOURNAL` tells the whole story.',
    frozenColumns: 3,
    printColumns: 17,
    sections: [
      {
        id: 'journals',
        columns: COLUMNS,
        rows: rows(journals, totals),
        empty: 'Nothing is proposed, nothing is on its way.',
      },
    ],
  };
}
