// The first page: what a controller reads in ten seconds. Is every difference explained, is it proven, what is open, how
// much, how old, with whom. Drawn last, when everything behind it has been counted.
import { Fault } from '../src/errors.ts';
import type { RunFacts, Statement } from './model.ts';
import type { Cells, Column, Entry, Fact, Row, Section, Sheet } from './sheet.ts';
import type { ExceptionTotals, JournalTotals, ItemGroup, QuarantineTotals } from './totals.ts';
import { groupKey, groupsOf, live, sumsBy } from './tieOut.ts';

/** What was counted while the other sheets were drawn. */
export interface Tallies {
  exceptions: ExceptionTotals;
  journals: JournalTotals;
  quarantine: QuarantineTotals;
}

const some = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;

function explained(statement: Statement, totals: ExceptionTotals): Fact {
  const open = [...sumsBy(statement, totals, (row) => row.currency)].filter(
    ([, sums]) => !sums.unexplained.isZero(),
  );
  if (open.length === 0) {
    return {
      label: 'Explained',
      value: 'Yes: every cent of the difference has a reason',
      tone: 'good',
      link: 'Tie-out',
    };
  }
  const amounts = open.map(([currency, sums]) => `${currency} ${sums.unexplained.toFixed()}`).join(', ');
  return {
    label: 'Explained',
    value: `NO: ${amounts} without a reason; do not use this workbook`,
    tone: 'bad',
    link: 'Tie-out',
  };
}

/** A balance disagrees, or nothing is proven; an account that only goes on after its last balance is not disproven. */
function isDisproven({ proven, provenTo, balanceDifference }: Statement['reconciliations'][number]): boolean {
  return proven === false && (provenTo === null || balanceDifference !== null);
}

function proven(statement: Statement): Fact {
  const rows = statement.reconciliations;
  const yes = rows.filter((row) => row.proven === true).length;
  const no = rows.filter(isDisproven).length;
  const unknown = rows.filter((row) => row.proven === null).length;
  const further = rows.length - yes - no - unknown;
  const parts = [`${yes} of ${rows.length} accounts proven against the ERP's balances`];
  if (further > 0) parts.push(`${further} to an earlier period than their last line`);
  if (no > 0) parts.push(`${no} NOT proven`);
  if (unknown > 0) parts.push(`${unknown} without a balance (tied to the extract only)`);
  const tone = no > 0 ? 'bad' : unknown + further > 0 ? 'warn' : 'good';
  return { label: 'Proven', value: parts.join('; '), tone, link: 'Tie-out' };
}

function open(totals: ExceptionTotals): Fact {
  const due = totals.open - totals.selfClearing;
  const parts =
    due === 0
      ? ['nothing needs a person']
      : [
          `${some(due, 'exception')} for a person`,
          `${totals.overdue} overdue`,
          `the oldest is ${some(totals.oldestDays, 'day')} old`,
        ];
  if (totals.selfClearing > 0) parts.push(`${totals.selfClearing} more still inside their grace days`);
  if (totals.accepted > 0) parts.push(`${totals.accepted} accepted`);
  const tone = totals.overdue > 0 ? 'bad' : due > 0 ? 'warn' : 'good';
  return { label: 'Open', value: parts.join('; '), tone, link: 'Exceptions' };
}

function journals(totals: JournalTotals): Fact {
  const states = [...totals.byState].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const list = states
    .map(([state, count]) => `${count} ${state.toLowerCase().replaceAll('_', ' ')}`)
    .join(', ');
  return { label: 'Journals', value: totals.count === 0 ? 'None' : list, link: 'Journals' };
}

function quarantine(totals: QuarantineTotals): Fact {
  const value =
    totals.count === 0 ? 'Empty' : `${some(totals.count, 'record')} refused and not counted above`;
  return { label: 'Quarantine', value, tone: totals.count === 0 ? 'good' : 'warn', link: 'Quarantine' };
}

const MONEY_WIDTH = 16;

function byReconciliation(statement: Statement, totals: ExceptionTotals): Section {
  const titles = {
    expected: 'Expected',
    inLedger: 'In the ledger',
    difference: 'Difference',
    variance: 'Variances in matches',
    open: 'Open exceptions',
    accepted: 'Accepted',
    unexplained: 'Unexplained',
  } as const;
  const keys = Object.keys(titles) as (keyof typeof titles)[];
  const groups = groupsOf(statement);
  const rows = [...sumsBy(statement, totals, groupKey)].map(([key, sums]): Row => {
    const { group, name, currency } = groups.get(key) ?? { group: '', name: '', currency: '' };
    const row: Record<string, string | Entry> = { name, currency };
    const mine: [string, string] = ['group', `"${group}"`];
    for (const column of keys) {
      row[column] = live(sums[column], currency, [sums.largest], (cells) => {
        if (column !== 'unexplained') return cells.sumWhere('tieOut', column, [mine]);
        const above = cells.sumWhere('tieOut', column, [mine, [column, '">0"']]);
        return `${above}-(${cells.sumWhere('tieOut', column, [mine, [column, '"<0"']])})`;
      });
    }
    return row;
  });
  return {
    id: 'byReconciliation',
    heading: 'The difference, by reconciliation',
    columns: [
      { key: 'name', title: 'Reconciliation', kind: 'text', width: 50, tone: 'strong' },
      { key: 'currency', title: 'Currency', kind: 'text', width: 9 },
      ...keys.map((key): Column => ({
        key,
        title: titles[key],
        kind: 'amount',
        width: MONEY_WIDTH,
        currency: { column: 'currency' },
        ...(key === 'expected' || key === 'inLedger' || key === 'unexplained'
          ? {}
          : { dashZero: true as const }),
      })),
    ],
    rows,
    zero: ['unexplained'],
    empty: 'No reconciliation has a line yet.',
  };
}

function worstFirst([a, x]: [string, ItemGroup], [b, y]: [string, ItemGroup]): number {
  return y.overdue - x.overdue || y.items - x.items || (a < b ? -1 : 1);
}

function groupCells(group: ItemGroup): Row {
  return {
    overdue: group.overdue === 0 ? '0' : { value: String(group.overdue), tone: 'bad' },
    oldest: String(group.oldestDays),
  };
}

const GROUP_COLUMNS: readonly Column[] = [
  { key: 'items', title: 'Items', kind: 'integer', width: 9 },
  { key: 'overdue', title: 'Overdue', kind: 'integer', width: MONEY_WIDTH, dashZero: true },
  { key: 'oldest', title: 'Oldest (days)', kind: 'integer', width: MONEY_WIDTH },
];

/** A reason or a currency inside a formula: from closed lists, and held against their form all the same. */
function constant(code: string): string {
  if (!/^[A-Z][A-Z_]*$/.test(code)) throw new Fault(`not a code for a formula: ${JSON.stringify(code)}`);
  return `"${code}"`;
}

function byReason(totals: ExceptionTotals): Section {
  const groups = [...totals.byReason].toSorted(worstFirst);
  const currencies = [...new Set(groups.flatMap(([, group]) => [...group.amounts.keys()]))].toSorted();
  const rows = groups.map(([reason, group]): Row => {
    const where: [string, string][] = [
      ['reason', constant(reason)],
      ['status', '"open"'],
    ];
    const row: Record<string, string | Entry | null> = {
      title: group.title,
      items: {
        value: String(group.items),
        formula: (cells: Cells) => cells.sumWhere('exceptions', 'item', where),
      },
      ...groupCells(group),
    };
    for (const currency of currencies) {
      const sum = group.amounts.get(currency);
      row[currency] =
        sum === undefined
          ? null
          : live(sum, currency, [totals.largest], (cells) => {
              const mine: [string, string][] = [...where, ['currency', constant(currency)]];
              const above = cells.sumWhere('exceptions', 'amount', [...mine, ['amount', '">0"']]);
              return `${above}-(${cells.sumWhere('exceptions', 'amount', [...mine, ['amount', '"<0"']])})`;
            });
    }
    return row;
  });
  return {
    id: 'byReason',
    heading: 'What is open, by reason (amounts without signs: an entry and its counter-entry both count)',
    columns: [
      { key: 'title', title: 'Reason', kind: 'text', width: 50, tone: 'strong' },
      ...GROUP_COLUMNS,
      ...currencies.map((code): Column => ({
        key: code,
        title: code,
        kind: 'amount',
        width: MONEY_WIDTH,
        currency: { code },
      })),
    ],
    rows,
    empty: 'Nothing is open.',
    chart: {
      title: 'Open items by reason',
      categories: 'title',
      values: 'items',
      column: 4 + currencies.length,
    },
  };
}

function byOwner(totals: ExceptionTotals): Section {
  return {
    id: 'byOwner',
    heading: 'With whom',
    columns: [{ key: 'owner', title: 'Owner', kind: 'text', width: 50, tone: 'strong' }, ...GROUP_COLUMNS],
    rows: [...totals.byOwner].toSorted(worstFirst).map(([owner, group]) => ({
      owner,
      items: String(group.items),
      ...groupCells(group),
    })),
    empty: 'Nobody has anything to do.',
  };
}

function notProven(statement: Statement): Section[] {
  const rows = statement.reconciliations.filter(isDisproven);
  if (rows.length === 0) return [];
  const columns: Column[] = [
    { key: 'name', title: 'Reconciliation', kind: 'text', width: 50, tone: 'strong' },
    { key: 'company', title: 'Company', kind: 'text', width: MONEY_WIDTH },
    { key: 'account', title: 'Account', kind: 'text', width: MONEY_WIDTH },
    { key: 'currency', title: 'Currency', kind: 'text', width: MONEY_WIDTH },
    {
      key: 'balance',
      title: "ERP's balance",
      kind: 'amount',
      width: MONEY_WIDTH,
      currency: { column: 'currency' },
    },
  ];
  return [
    {
      id: 'notProven',
      heading: "Not proven against the ERP's balance",
      columns,
      rows: rows.map(notProvenRow),
      empty: '',
    },
  ];
}

function notProvenRow(row: Statement['reconciliations'][number]): Row {
  return {
    name: row.name,
    company: row.company,
    account: row.account,
    currency: row.currency,
    balance: row.balance,
  };
}

/** The first page; every other sheet must have been drawn before. */
export function summarySheet(statement: Statement, run: RunFacts, tallies: Tallies): Sheet {
  const companies = [...new Set(statement.reconciliations.map((row) => row.company))].join(', ');
  return {
    name: 'Summary',
    tab: 1,
    onePage: true,
    title: `Tie-out as of ${statement.asOf}`,
    subtitle: `${companies === '' ? 'No company' : companies}. Run ${run.run}, completed ${run.completedAt.slice(0, 16).replace('T', ' ')} UTC, rulebook ${statement.rulebookHash.slice(0, 12)}.`,
    facts: [
      explained(statement, tallies.exceptions),
      proven(statement),
      open(tallies.exceptions),
      journals(tallies.journals),
      quarantine(tallies.quarantine),
    ],
    sections: [
      byReconciliation(statement, tallies.exceptions),
      ...notProven(statement),
      byReason(tallies.exceptions),
      byOwner(tallies.exceptions),
    ],
  };
}
