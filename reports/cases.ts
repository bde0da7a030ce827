// The cases, one row each, in the order of importance: what a reviewer reads, and decides in the columns that are for input.
// Two hidden columns say which case a row is and hold what the reviewer saw, so that rows may be sorted, copied and deleted.
import type { WorkbookIdentity } from './workbookIdentity.ts';
import { createHash } from 'node:crypto';
import { fewOf } from '../src/fewOf.ts';
import { decimal } from '../src/money/decimal.ts';
import type { CaseRow } from './caseModel.ts';
import type { Statement } from './model.ts';
import type { Rows } from './rows.ts';
import type { Column, Row, Sheet } from './sheet.ts';

/** Titles by which a sheet that comes back is read. */
export const CASE_TITLES = {
  title: 'Case',
  amount: 'Amount',
  currency: 'Cur.',
  decision: 'Decision',
  until: 'Until',
  account: 'Account',
  assignee: 'Assign to',
  comment: 'Reason or comment',
  key: 'Key',
  check: 'Check',
} as const;

const COLUMNS: readonly Column[] = [
  { key: 'title', title: CASE_TITLES.title, kind: 'text', width: 46, wrap: true, tone: 'strong' },
  { key: 'amount', title: CASE_TITLES.amount, kind: 'amount', width: 13, currency: { column: 'currency' } },
  { key: 'currency', title: CASE_TITLES.currency, kind: 'text', width: 5.5, centered: true },
  {
    key: 'profit',
    title: 'Effect on profit',
    kind: 'amount',
    width: 13,
    currency: { column: 'currency' },
    dashZero: true,
  },
  { key: 'dueDate', title: 'Due', kind: 'date', width: 10.5 },
  { key: 'owner', title: 'With', kind: 'text', width: 16, wrap: true },
  { key: 'decision', title: CASE_TITLES.decision, kind: 'text', width: 14, input: true, choices: 'possible' },
  { key: 'until', title: CASE_TITLES.until, kind: 'date', width: 11, input: true },
  { key: 'account', title: CASE_TITLES.account, kind: 'text', width: 11, input: true },
  { key: 'assignee', title: CASE_TITLES.assignee, kind: 'text', width: 11, input: true },
  { key: 'comment', title: CASE_TITLES.comment, kind: 'text', width: 30, input: true, wrap: true },
  { key: 'does', title: 'What would settle it', kind: 'text', width: 40, wrap: true, tone: 'quiet' },
  { key: 'id', title: 'Case id', kind: 'text', width: 14, tone: 'quiet' },
  { key: 'why', title: 'Why', kind: 'text', width: 48, wrap: true },
  { key: 'effects', title: 'Ledger minus expected', kind: 'text', width: 36, wrap: true },
  { key: 'references', title: 'References', kind: 'text', width: 24, wrap: true },
  { key: 'documents', title: 'Ledger documents', kind: 'text', width: 18, wrap: true },
  { key: 'ageDays', title: 'Age (days)', kind: 'integer', width: 7 },
  { key: 'changed', title: 'Since the last run', kind: 'text', width: 10, centered: true },
  { key: 'status', title: 'Status', kind: 'text', width: 18, wrap: true },
  { key: 'company', title: 'Company', kind: 'text', width: 9 },
  { key: 'rootCause', title: 'Shares', kind: 'text', width: 26, wrap: true },
  { key: 'importance', title: 'Importance', kind: 'text', width: 22, wrap: true, tone: 'quiet' },
  { key: 'key', title: CASE_TITLES.key, kind: 'text', width: 10, hidden: true },
  { key: 'check', title: CASE_TITLES.check, kind: 'text', width: 10, hidden: true },
];

/** What a row is held against when it comes back: 32 hex digits over all that the reviewer saw of it. */
export function rowCheck(
  project: string,
  row: { key: string; title: string; amount: string; currency: string },
): string {
  const amount = row.amount === '' ? '' : decimal(row.amount).toFixed();
  return createHash('sha256')
    .update([project, row.key, row.title, amount, row.currency].join('\u001f'))
    .digest('hex')
    .slice(0, 32);
}

/** Case and what it was seen as, in one text. */
export const rowKey = ({ case: id, seen }: Pick<CaseRow, 'case' | 'seen'>): string => `${id}.${seen}`;

/** What a person can choose in a row; what needs more than a cell or two is said in the column beside. */
const offered = ({ actions }: CaseRow): string => actions.map(({ action }) => action).join(',');

const NEEDS = { until: 'Until', account: 'Account', assignee: 'Assign to', why: 'Reason' } as const;

/** Only what is of this case: what waiting, accepting and passing on do is said where the action is chosen. */
const OF_EVERY_CASE: ReadonlySet<string> = new Set(['accept', 'wait', 'correctSource', 'notMine', 'reopen']);

function does({ actions }: CaseRow): string {
  return actions
    .filter(({ action }) => !OF_EVERY_CASE.has(action))
    .map(({ action, does: what, needs }) => {
      const more = needs.map((need) => NEEDS[need]).join(', ');
      return `${action}: ${what}${more === '' ? '' : ` (fill in ${more})`}`;
    })
    .join('; ');
}

function importance({ importance: part }: CaseRow): string {
  return `${part.total}: amount ${part.amount}, profit ${part.profit}, overdue ${part.overdue}, close ${part.close}, person ${part.person}`;
}

function statusOf({ status, until, waitsFor }: CaseRow): string {
  if (status !== 'waiting') return status;
  return `waits until ${until}${waitsFor === 'correctSource' ? ' for its source' : ''}`;
}

function rowOf(row: CaseRow, project: string, asOf: string): Row {
  const key = rowKey(row);
  const shown = { key, title: row.title, amount: row.amount ?? '', currency: row.currency };
  return {
    title: row.title,
    amount: row.amount,
    currency: row.currency,
    profit: row.profitEffect,
    dueDate: row.status === 'open' && row.dueDate < asOf ? { value: row.dueDate, tone: 'bad' } : row.dueDate,
    owner: row.assignee === '' ? row.owner : `${row.assignee} (${row.owner})`,
    decision: null,
    until: null,
    account: null,
    assignee: null,
    comment: null,
    possible: offered(row),
    does: does(row),
    id: row.case.slice(0, 12),
    why: row.why,
    effects: fewOf(
      row.effects.map(({ account, title, amount, currency }) => `${account} ${title} ${amount} ${currency}`),
      6,
    ),
    references: fewOf([...row.references], 3),
    documents: fewOf([...row.documents], 3),
    ageDays: String(row.ageDays),
    changed: row.changed,
    status: statusOf(row),
    company: row.company,
    rootCause: row.rootCause,
    importance: importance(row),
    key,
    check: rowCheck(project, shown),
  };
}

async function* rows(cases: Rows<CaseRow>, project: string, asOf: string): AsyncGenerator<Row> {
  for await (const row of cases) yield rowOf(row, project, asOf);
}

/** The cases of the last run, to be decided in. */
export function casesSheet(
  cases: Rows<CaseRow>,
  { asOf }: Pick<Statement, 'asOf'>,
  { project }: WorkbookIdentity,
): Sheet {
  return {
    name: 'Cases',
    tab: 3,
    title: 'Cases',
    subtitle: `As of ${asOf}. One row is one problem, most important first. Decide in the yellow columns, save, and give the file back: tieout decide FILE --as YOU.`,
    frozenColumns: 1,
    printColumns: 13,
    sections: [
      {
        id: 'cases',
        columns: COLUMNS,
        rows: rows(cases, project, asOf),
        empty: 'No case: nothing that a person would have to look at.',
      },
    ],
  };
}

/** Names of the custom properties, and of the rows of the hidden sheet, that say the same. */
export const IDENTITY = { project: 'tieoutProject', run: 'tieoutRun' } as const;

/** The identity once more, for a spreadsheet that loses properties. */
export function identitySheet({ project, run }: WorkbookIdentity): Sheet {
  return {
    name: 'tieout',
    tab: 99,
    title: 'Tieout',
    subtitle: 'What this workbook is, for the program that it comes back to.',
    hidden: true,
    locked: true,
    sections: [
      {
        id: 'identity',
        columns: [
          { key: 'name', title: 'Name', kind: 'text', width: 20 },
          { key: 'value', title: 'Value', kind: 'text', width: 40 },
        ],
        rows: [
          { name: IDENTITY.project, value: project },
          { name: IDENTITY.run, value: run },
        ],
        empty: '',
      },
    ],
  };
}
