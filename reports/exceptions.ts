// The exceptions, what matters first: one row a leg, so that the column of amounts adds up to the tie-out; an item with
// several legs has its rows together. Control items own no amount and show an exposure.
import type { IsoDate } from '../src/accounting/dates.ts';
import { fewOf } from '../src/fewOf.ts';
import { SELF_CLEARING } from '../src/rulebook/reasons.ts';
import { decimal } from '../src/money/decimal.ts';
import { nearestWords } from './nearestWords.ts';
import type { Rows } from './rows.ts';
import type { ExceptionLeg, ExceptionRow } from './exceptionRow.ts';
import type { Column, Row, Sheet } from './sheet.ts';
import { isOverdue, type ExceptionTotals } from './totals.ts';
import type { TieOutRows } from './tieOutRows.ts';

const COLUMNS: readonly Column[] = [
  { key: 'title', title: 'What', kind: 'text', width: 30, wrap: true, tone: 'strong' },
  { key: 'amount', title: 'Amount', kind: 'amount', width: 14, currency: { column: 'currency' } },
  { key: 'currency', title: 'Cur.', kind: 'text', width: 5.5, centered: true },
  { key: 'ageDays', title: 'Age (days)', kind: 'integer', width: 6 },
  { key: 'dueDate', title: 'Due', kind: 'date', width: 10.5 },
  { key: 'owner', title: 'Owner', kind: 'text', width: 17, wrap: true },
  { key: 'why', title: 'Why', kind: 'text', width: 48, wrap: true },
  { key: 'nearest', title: 'Nearest candidate', kind: 'text', width: 40, wrap: true, tone: 'quiet' },
  { key: 'proposal', title: 'Proposal', kind: 'text', width: 30, wrap: true },
  { key: 'references', title: 'References', kind: 'text', width: 24, wrap: true },
  { key: 'documents', title: 'Ledger documents', kind: 'text', width: 25, wrap: true },
  { key: 'businessDate', title: 'Business date', kind: 'date', width: 10.5 },
  { key: 'reconciliation', title: 'Reconciliation', kind: 'text', width: 14 },
  { key: 'company', title: 'Company', kind: 'text', width: 9 },
  { key: 'account', title: 'Account', kind: 'text', width: 10 },
  { key: 'place', title: 'Where', kind: 'text', width: 16, wrap: true },
  { key: 'exposure', title: 'Exposure', kind: 'amount', width: 14, currency: { column: 'currency' } },
  { key: 'rootCause', title: 'Root cause', kind: 'text', width: 22, wrap: true },
  { key: 'events', title: 'Events', kind: 'text', width: 40, wrap: true },
  { key: 'status', title: 'Status', kind: 'text', width: 9 },
  { key: 'reason', title: 'Reason code', kind: 'text', width: 22, tone: 'quiet' },
  { key: 'also', title: 'Also fits', kind: 'text', width: 20, wrap: true, tone: 'quiet' },
  { key: 'id', title: 'Exception', kind: 'text', width: 33, tone: 'quiet' },
  { key: 'row', title: 'Tie-out row', kind: 'text', width: 8, tone: 'quiet' },
  { key: 'item', title: 'Item', kind: 'integer', width: 5, tone: 'quiet' },
  { key: 'itemInRow', title: 'Item in row', kind: 'integer', width: 6, tone: 'quiet' },
];

/** Values shown in one cell before the rest is only counted. */
const SHOWN = 3;

const joined = (values: readonly string[]): string => fewOf(values, SHOWN);

function place(leg: ExceptionLeg): string {
  const parts = Object.entries(leg.unit).filter(
    ([key, value]) => key !== 'company' && key !== 'ledger' && value !== '',
  );
  return parts.map(([key, value]) => `${key} ${value}`).join(', ');
}

/**
 * What a missing entry's proposal says, whole on the first row that names its journal; one entry is missing on many
 * accounts. Later rows keep the journal's name, so that a filter or another order does not lose it.
 */
function proposalOf(item: ExceptionRow, told: Set<string>): string {
  const journal = /^journal \S+/.exec(item.proposal)?.[0].replace(/[,:]$/, '');
  if (journal === undefined) return item.proposal;
  if (told.has(item.proposal)) return `${journal}, as above`;
  told.add(item.proposal);
  return item.proposal;
}

/** The first story; where lines of one item have several, `explain` tells the others. */
function nearestOf({ nearest, legs, reason }: ExceptionRow): string {
  const [first, ...more] = nearestWords(nearest);
  if (first === undefined)
    return legs.length > 0 && !SELF_CLEARING.has(reason) ? 'none: nothing of the other side comes near' : '';
  return more.length === 0 ? first : `${first}; and ${more.length} more`;
}

interface RowPlace {
  index: number;
  asOf: IsoDate;
  tieOut: readonly string[];
  proposal: string;
}

function rowOf(item: ExceptionRow, { index, asOf, tieOut, proposal }: RowPlace): Row {
  const leg = item.legs[index];
  const row = tieOut[index] ?? null;
  return {
    title: item.legs.length > 1 ? `${item.title} (${index + 1} of ${item.legs.length})` : item.title,
    amount: leg?.amount ?? null,
    currency: leg?.currency ?? item.currency,
    ageDays: String(item.ageDays),
    dueDate: isOverdue(item, asOf) ? { value: item.dueDate, tone: 'bad' } : item.dueDate,
    owner:
      item.owner === '' && !SELF_CLEARING.has(item.reason)
        ? { value: 'nobody yet', tone: 'warn' }
        : item.owner,
    why: item.why,
    nearest: nearestOf(item),
    proposal,
    references: joined(item.references),
    documents: joined(
      item.ledger.map((line) => `${line.document}/${line.line} ${line.account} ${line.amount}`),
    ),
    businessDate: item.businessDate,
    reconciliation: leg?.reconciliation ?? '',
    company: item.company,
    account: leg?.account ?? '',
    place: leg === undefined ? '' : place(leg),
    exposure: index === 0 ? item.exposure : null,
    rootCause: item.rootCause,
    events: joined(item.eventIds.map((event) => event.id)),
    status: item.status,
    reason: item.reason,
    also: item.also.join(', '),
    id: item.id,
    row,
    item: index === 0 ? '1' : null,
    itemInRow: row !== null && tieOut.indexOf(row) === index ? '1' : null,
  };
}

async function* rows(
  items: Rows<ExceptionRow>,
  asOf: IsoDate,
  tieOutRows: TieOutRows,
  totals: ExceptionTotals,
): AsyncGenerator<Row> {
  const told = new Set<string>();
  for await (const item of items) {
    const tieOut = item.legs.map((leg) => tieOutRows.of(leg));
    totals.add(item, tieOut);
    for (let index = 0; index < Math.max(1, item.legs.length); index++)
      yield rowOf(item, { index, asOf, tieOut, proposal: proposalOf(item, told) });
  }
}

/** The exceptions of a run, open and accepted. */
export function exceptionsSheet(
  items: Rows<ExceptionRow>,
  asOf: IsoDate,
  tieOutRows: TieOutRows,
  totals: ExceptionTotals,
): Sheet {
  return {
    name: 'Exceptions',
    tab: 4,
    title: 'Exceptions',
    subtitle: `As of ${asOf}. Amount is ledger minus expected. Overdue first, then by amount and age; accepted ones last.`,
    frozenColumns: 3,
    printColumns: 16,
    sections: [
      {
        id: 'exceptions',
        columns: COLUMNS,
        rows: rows(items, asOf, tieOutRows, totals),
        empty: 'No exception: every line has found its match.',
      },
    ],
  };
}

/** The size of an item: the sum of its legs without signs, or its exposure. */
function size(item: ExceptionRow): ReturnType<typeof decimal> {
  let total = decimal('0');
  for (const leg of item.legs) total = total.plus(decimal(leg.amount).abs());
  return item.legs.length > 0 || item.exposure === null ? total : decimal(item.exposure).abs();
}

/**
 * The order of the exceptions sheet: open before accepted, overdue first, larger amounts, older, then by id. The
 * statement that reads them from the database orders by the same; this is its meaning, for rows in memory.
 */
export function byImportance(asOf: IsoDate): (a: ExceptionRow, b: ExceptionRow) => number {
  return (a, b) => {
    if (a.status !== b.status) return a.status === 'open' ? -1 : 1;
    const overdue = Number(isOverdue(b, asOf)) - Number(isOverdue(a, asOf));
    if (overdue !== 0) return overdue;
    const bySize = size(b).comparedTo(size(a));
    if (bySize !== 0) return bySize;
    if (a.ageDays !== b.ageDays) return b.ageDays - a.ageDays;
    return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
  };
}
