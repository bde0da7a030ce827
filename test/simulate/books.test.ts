// What the simulated ERP says of itself must hold to the cent: documents, control files, balances, the truth's amounts.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readCsv } from '../../simulate/csv.ts';
import type { TruthRow } from '../../simulate/truth.ts';
import { cents, removeMonth, simulatedMonth, type Line, type Month } from './miniReconciliation.ts';

let month: Month;
let truth: TruthRow[];
beforeAll(() => {
  month = simulatedMonth({ seed: 7, orders: 1_200 });
  truth = read('truth/mistakes.ndjson')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as TruthRow);
});
afterAll(() => removeMonth(month));

function read(path: string): string {
  return readFileSync(join(month.folder, path), 'utf8');
}

it('every document balances in company currency, except the ones unbalanced by mistake', () => {
  const sums = new Map<string, bigint>();
  for (const row of readCsv(read('ledger/05-closing.csv')).filter((each) => each.company_amount !== '')) {
    const key = `${row.company} ${row.document}`;
    // What the ERP did not say in company currency cannot be held against anything.
    sums.set(key, (sums.get(key) ?? 0n) + cents(row.company_amount || '0'));
  }
  const unbalanced = [...sums].filter(([, sum]) => sum !== 0n).map(([key]) => key.split(' ')[1]);
  const injected = truth
    .filter((row) => row.reason === 'UNBALANCED_DOCUMENT')
    .flatMap((row) => row.documents);
  expect(new Set(unbalanced)).toEqual(new Set(injected.map(({ document }) => document)));
});

it.each(['01-month-to-date', '02-late', '02-blanks', '02-zeros', '04-partial', '05-closing'])(
  'extract %s agrees with its control file',
  (name) => {
    const rows = readCsv(read(`ledger/${name}.csv`));
    const control = JSON.parse(read(`ledger/${name}.control.json`)) as Record<string, unknown>;
    let [debit, credit] = [0n, 0n];
    for (const row of rows) {
      const amount = cents(row.amount ?? '');
      if (amount > 0n) debit += amount;
      else credit -= amount;
    }
    expect([rows.length, debit, credit]).toEqual([
      control.rows,
      cents(String(control.debit)),
      cents(String(control.credit)),
    ]);
  },
);

it('the broken extract has fewer rows than its control file counts', () => {
  const control = JSON.parse(read('ledger/03-broken.control.json')) as { rows: number };
  expect(readCsv(read('ledger/03-broken.csv')).length).toBeLessThan(control.rows);
});

it('balances are opening + debit - credit, follow each other, and differ from the lines by the injected amount only', () => {
  const lines = new Map<string, bigint>();
  for (const row of readCsv(read('ledger/05-closing.csv')).filter((each) => each.status === 'posted')) {
    // `10`, `010` and `2026-10` are one period.
    const period = `${row.fiscal_year}-${(row.period ?? '').slice(-2)}`;
    const key = `${row.company} ${row.account} ${row.currency} ${period}`;
    lines.set(key, (lines.get(key) ?? 0n) + cents(row.amount ?? ''));
  }
  const off: string[] = [];
  const closings = new Map<string, string>();
  for (const row of readCsv(read('balances.csv'))) {
    const account = `${row.company} ${row.account} ${row.currency}`;
    const moved = cents(row.debit ?? '') - cents(row.credit ?? '');
    expect(cents(row.closing ?? '')).toBe(cents(row.opening ?? '') + moved);
    expect(closings.get(account) ?? row.opening).toBe(row.opening);
    closings.set(account, row.closing ?? '');
    const difference = moved - (lines.get(`${account} ${row.period}`) ?? 0n);
    if (difference !== 0n) off.push(`${row.company} ${row.account} ${difference}`);
  }
  const injected = truth.filter((row) => row.reason === 'BALANCE_DIFFERENCE');
  expect(off.sort()).toEqual(
    injected.map((row) => `${row.company} ${row.accounts[0]} ${cents(row.amount)}`).sort(),
  );
});

it('per account and currency, ledger minus expected is the sum of what the truth file tells', () => {
  const total = new Map<string, bigint>();
  const add = (key: string, amount: bigint): void => void total.set(key, (total.get(key) ?? 0n) + amount);
  const keyOf = (line: Pick<Line, 'company' | 'account' | 'currency'>): string =>
    `${line.company} ${line.account} ${line.currency}`;
  for (const line of month.ledger) add(keyOf(line), line.cents);
  // No rule was in force for a sale of last year: nothing is expected of it.
  for (const line of month.expected) if (line.businessDate >= '2026-01-01') add(keyOf(line), -line.cents);
  // Opening items are no events; what cleared one of them is in the books of the month.
  for (const row of readCsv(read('opening.csv'))) {
    if (row.side === 'ledger') continue;
    add(`${row.company} ${row.account} ${row.currency}`, -cents(row.amount ?? ''));
  }
  const companyOf = (row: TruthRow, item: TruthRow['items'][number]): string => {
    if (row.kind !== 'wrong_company') return row.company;
    const isTheirs = row.items.indexOf(item) >= row.items.length / 2;
    return isTheirs ? (row.company === 'US01' ? 'DE01' : 'US01') : row.company;
  };
  for (const row of truth) {
    if (row.kind === 'opening_unexplained' || row.reason === 'BALANCE_DIFFERENCE') continue;
    for (const item of row.items)
      add(`${companyOf(row, item)} ${item.account} ${item.currency}`, -cents(item.amount));
  }
  expect([...total].filter(([, amount]) => amount !== 0n)).toEqual([]);
});

it('company amounts agree with the rulebook but for wrong rates', () => {
  const foreign = (lines: readonly Line[]): Map<string, bigint> => {
    const sums = new Map<string, bigint>();
    for (const line of lines) {
      if (line.currency === 'EUR' || line.company !== 'DE01') continue;
      const key = `${line.reference} ${line.account}`;
      sums.set(key, (sums.get(key) ?? 0n) + line.companyCents);
    }
    return sums;
  };
  const ledger = foreign(month.ledger);
  const different = [...foreign(month.expected)].filter(
    ([key, sum]) => ledger.get(key) !== sum && ledger.get(key) !== 0n,
  );
  const wrong = new Set(truth.filter((row) => row.reason === 'FX_VARIANCE').flatMap((row) => row.references));
  expect(new Set(different.map(([key]) => key.split(' ')[0]))).toEqual(wrong);
});

it('counts per kind are the rows of the truth file, with at least 30 kinds', () => {
  const counts: Record<string, number> = {};
  for (const row of truth) counts[row.kind] = (counts[row.kind] ?? 0) + 1;
  expect(counts).toEqual(month.simulation.injected);
  expect(Object.keys(counts).filter((kind) => !kind.startsWith('clean')).length).toBeGreaterThanOrEqual(30);
});
