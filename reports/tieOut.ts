// The tie-out: a row for each reconciliation, company, ledger, account and currency, with live formulas that recount the
// open and accepted amounts from the exceptions sheet. Its last money column must be zero in every row: what is left of the
// difference after variances, open and accepted legs. The cached values are recounted from the rows that were written.
import { Decimal, ZERO, decimal, fixed } from '../src/money/decimal.ts';
import { minorUnits } from '../src/money/currencies.ts';
import type { Statement, StatementRow } from './model.ts';
import type { Cells, Column, Entry, Row, Sheet } from './sheet.ts';
import { longest, type ExceptionTotals } from './totals.ts';
import { fitsDouble } from './xlsx/cell.ts';

const money = (key: string, title: string, width = 16): Column => ({
  key,
  title,
  kind: 'amount',
  width,
  currency: { column: 'currency' },
});
/** What is read for being there at all. */
const rest = (key: string, title: string, width = 16): Column => ({
  ...money(key, title, width),
  dashZero: true,
});
const count = (key: string, title: string): Column => ({
  key,
  title,
  kind: 'integer',
  width: 9,
  dashZero: true,
});

const COLUMNS: readonly Column[] = [
  { key: 'row', title: 'Row', kind: 'text', width: 5, tone: 'quiet' },
  { key: 'name', title: 'Reconciliation', kind: 'text', width: 17, tone: 'strong' },
  { key: 'company', title: 'Company', kind: 'text', width: 9 },
  { key: 'ledger', title: 'Ledger', kind: 'text', width: 7 },
  { key: 'account', title: 'Account', kind: 'text', width: 10 },
  { key: 'currency', title: 'Cur.', kind: 'text', width: 5.5, centered: true },
  money('expected', 'Expected'),
  money('inLedger', 'In the ledger'),
  rest('difference', 'Difference'),
  rest('variance', 'Variances in matches', 14),
  rest('open', 'Open exceptions'),
  rest('accepted', 'Accepted', 14),
  money('unexplained', 'Unexplained', 12),
  count('openItems', 'Open items'),
  { key: 'proven', title: 'Against the ERP', kind: 'text', width: 13, centered: true },
  money('balance', "ERP's balance"),
  count('expectedLines', 'Expected lines'),
  count('ledgerLineCount', 'Ledger lines'),
  count('matches', 'Matches'),
  { key: 'matchedShare', title: 'Matched', kind: 'percent', width: 8 },
  rest('opening', 'of which opening', 14),
  count('outOfScopeLines', 'Lines out of scope'),
  rest('outOfScope', 'Out of scope', 15),
  count('quarantinedRecords', 'Records refused'),
  rest('quarantined', 'Refused, not tied', 14),
  { key: 'group', title: 'Line of first page', kind: 'text', width: 8, tone: 'quiet' },
];
const SUMMED = ['expected', 'inLedger', 'difference', 'variance', 'open', 'accepted', 'unexplained'] as const;

/** Decimals shown and rounded to in formulas; what ISO 4217 does not know keeps the database's four. */
export function scaleOf(currency: string): number {
  return minorUnits(currency) ?? 4;
}

function atScale(value: Decimal, currency: string): string {
  const scale = scaleOf(currency);
  return value.decimalPlaces() <= scale ? fixed(value, scale) : value.toFixed();
}

/**
 * An amount with the formula that recounts it. Without the formula where the value or something it is made of has more
 * digits than a spreadsheet's number holds: those cells are text, and a formula over them would be wrong.
 */
export function live(
  value: Decimal,
  currency: string,
  of: readonly Decimal[],
  formula: (cells: Cells) => string,
): Entry {
  const text = atScale(value, currency);
  if (![value, ...of].every((part) => fitsDouble(part.toFixed()))) return { value: text };
  // ROUND brings a sum of doubles back to the decimal that it stands for.
  return { value: text, formula: (cells) => `ROUND(${formula(cells)},${scaleOf(currency)})` };
}

function verdict({ proven, provenTo, balanceDifference }: StatementRow): Entry {
  if (proven === null) return { value: 'no balance', tone: 'quiet' };
  if (proven) return { value: 'proven', tone: 'good' };
  if (balanceDifference !== null || provenTo === null) return { value: 'NOT proven', tone: 'bad' };
  return { value: `to ${provenTo}`, tone: 'warn' };
}

function matchedShare(row: StatementRow): string | null {
  if (row.expected.count + row.ledgerLines.count === 0) return null;
  const all = decimal(row.expected.amount).abs().plus(decimal(row.ledgerLines.amount).abs());
  if (all.isZero()) return null;
  const matched = decimal(row.matched.expected).abs().plus(decimal(row.matched.ledger).abs());
  return matched.dividedBy(all).toDecimalPlaces(4, Decimal.ROUND_DOWN).toFixed();
}

/** What is left of a row's difference, from the numbers that the workbook shows. */
function left(row: StatementRow, open: Decimal, accepted: Decimal): Decimal {
  return decimal(row.ledgerLines.amount)
    .minus(decimal(row.expected.amount))
    .minus(decimal(row.matched.variance))
    .minus(open)
    .minus(accepted);
}

function rowOf(row: StatementRow, number: string, group: string, totals: ExceptionTotals): Row {
  const { open, accepted, openItems, largest } = totals.of(number);
  const cur = row.currency;
  const [expected, inLedger, variance] = [
    row.expected.amount,
    row.ledgerLines.amount,
    row.matched.variance,
  ].map(decimal) as [Decimal, Decimal, Decimal];
  const legs = (status: string) => (cells: Cells) =>
    cells.sumWhere('exceptions', 'amount', [
      ['row', cells.here('row')],
      ['status', `"${status}"`],
    ]);
  return {
    row: number,
    name: row.name,
    company: row.company,
    ledger: row.ledger,
    account: row.account,
    currency: cur,
    expected: row.expected.amount,
    inLedger: row.ledgerLines.amount,
    difference: live(
      inLedger.minus(expected),
      cur,
      [inLedger, expected],
      (cells) => `${cells.here('inLedger')}-${cells.here('expected')}`,
    ),
    variance: row.matched.variance,
    open: live(open, cur, [largest], legs('open')),
    accepted: live(accepted, cur, [largest], legs('accepted')),
    unexplained: live(
      left(row, open, accepted),
      cur,
      [inLedger, expected, variance, open, accepted, largest],
      (cells) =>
        `${cells.here('difference')}-${cells.here('variance')}-${cells.here('open')}-${cells.here('accepted')}`,
    ),
    openItems: {
      value: String(openItems),
      formula: (cells) =>
        cells.sumWhere('exceptions', 'itemInRow', [
          ['row', cells.here('row')],
          ['status', '"open"'],
        ]),
    },
    proven: verdict(row),
    balance: row.balance,
    expectedLines: String(row.expected.count),
    ledgerLineCount: String(row.ledgerLines.count),
    matches: String(row.matched.groups),
    matchedShare: matchedShare(row),
    opening: row.opening,
    outOfScopeLines: String(row.outOfScope.count),
    outOfScope: row.outOfScope.amount,
    quarantinedRecords: String(row.quarantined.count),
    quarantined: row.quarantined.amount,
    group,
  };
}

/** Sums over some of the tie-out's rows; `unexplained` without signs, so that nothing nets out. */
export interface Sums extends Record<(typeof SUMMED)[number], Decimal> {
  /** The longest number among what was summed: decides whether a formula can recount it. */
  largest: Decimal;
}

/** The sums of a statement's rows that have a key in common, in the order of its rows. */
export function sumsBy(
  statement: Statement,
  totals: ExceptionTotals,
  keyOf: (row: StatementRow) => string,
): Map<string, Sums> {
  const sums = new Map<string, Sums>();
  for (const [index, row] of statement.reconciliations.entries()) {
    const { open, accepted, largest } = totals.of(`T${index + 1}`);
    const expected = decimal(row.expected.amount);
    const inLedger = decimal(row.ledgerLines.amount);
    const values: Omit<Sums, 'largest'> = {
      expected,
      inLedger,
      difference: inLedger.minus(expected),
      variance: decimal(row.matched.variance),
      open,
      accepted,
      unexplained: left(row, open, accepted).abs(),
    };
    const key = keyOf(row);
    const sum = sums.get(key) ?? noSums();
    for (const column of SUMMED) sum[column] = sum[column].plus(values[column]);
    sum.largest = longest([sum.largest, largest, ...SUMMED.map((column) => values[column])]);
    sums.set(key, sum);
  }
  return sums;
}

function noSums(): Sums {
  const none = Object.fromEntries(SUMMED.map((column) => [column, ZERO])) as Record<
    (typeof SUMMED)[number],
    Decimal
  >;
  return { ...none, largest: ZERO };
}

/** Rows of one reconciliation and currency, over companies and accounts: G1, G2, ..., a line of the first page each. */
export function groupsOf(
  statement: Statement,
): Map<string, { group: string; name: string; currency: string }> {
  const groups = new Map<string, { group: string; name: string; currency: string }>();
  for (const { name, currency } of statement.reconciliations) {
    const key = groupKey({ name, currency });
    if (!groups.has(key)) groups.set(key, { group: `G${groups.size + 1}`, name, currency });
  }
  return groups;
}

export function groupKey(row: { name: string; currency: string }): string {
  return `${row.name}\u001f${row.currency}`;
}

// Expected and ledger are not summed over accounts here: receivables and revenue would only cancel.
const TOTALLED = ['difference', 'variance', 'open', 'accepted', 'unexplained'] as const;

function totalRows(statement: Statement, totals: ExceptionTotals): Row[] {
  return [...sumsBy(statement, totals, (row) => row.currency)].map(([currency, sums]) => {
    const row: Record<string, string | Entry> = { name: `Total ${currency}`, currency };
    for (const key of TOTALLED) {
      row[key] = live(sums[key], currency, [sums.largest], (cells) => {
        const same = `SUMIFS(${cells.column(key)},${cells.column('currency')},${cells.here('currency')}`;
        if (key !== 'unexplained') return `${same})`;
        return `${same},${cells.column(key)},">0")-${same},${cells.column(key)},"<0")`;
      });
    }
    return row;
  });
}

/** The tie-out of a statement; draw it after the exceptions, whose totals it needs. */
export function tieOutSheet(statement: Statement, totals: ExceptionTotals): Sheet {
  const groups = groupsOf(statement);
  return {
    name: 'Tie-out',
    tab: 2,
    title: 'Tie-out',
    subtitle:
      `As of ${statement.asOf}. In the ledger minus expected = variances in matches + open exceptions + accepted; ` +
      'Unexplained is what is left and must be zero.',
    frozenColumns: 2,
    printColumns: 16,
    sections: [
      {
        id: 'tieOut',
        columns: COLUMNS,
        rows: statement.reconciliations.map((row, index) =>
          rowOf(row, `T${index + 1}`, groups.get(groupKey(row))?.group ?? '', totals),
        ),
        totals: () => totalRows(statement, totals),
        zero: ['unexplained'],
        empty: 'No reconciliation has a line yet.',
      },
    ],
  };
}
