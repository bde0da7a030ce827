// Reads an ERP over its interface into files: the canonical extract with its control file, balances and periods, as if the
// ERP had dropped them. What comes over the wire is then checked, stored and explained the same way as what comes by file,
// and the files stay as evidence of what the ERP said.
import { LEDGER_COLUMNS } from '../../src/accounting/ledgerColumns.ts';
import { BALANCE_TABLE, PERIOD_TABLE } from '../../src/accounting/tableColumns.ts';
import { renameSync } from 'node:fs';
import { open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { IsoDate } from '../../src/accounting/dates.ts';
import type { ErpAdapter, ErpCall, LedgerRow } from '../../src/erp/contract.ts';
import { csvField, csvLine } from '../../src/erp/csvOut.ts';
import { UserError } from '../../src/errors.ts';
import { makeNamedFolder } from '../../src/folders.ts';
import { Decimal, ZERO } from '../../src/money/decimal.ts';

export interface ExtractRequest {
  erp: ErpAdapter;
  company: string;
  ledger: string;
  from: IsoDate;
  to: IsoDate;
  /** Folder for the files; `periods` and `balances` below it, as the inbox has them. */
  folder: string;
  /** Milliseconds since 1970. */
  clock: () => number;
}

export interface Extracted {
  company: string;
  /** Paths, in the order in which they are to be taken in. `periods` is '' where the ERP publishes none. */
  periods: string;
  ledger: string;
  balances: string;
  lines: number;
}

// One amount, in one form: an adapter that has debit and credit says them in it.
const COLUMNS = LEDGER_COLUMNS.filter((name) => name !== 'debit' && name !== 'credit');

/** An extract of a large month takes its time; a single page never does, each call has its own limit in the adapter. */
const WHOLE_MS = 6 * 3_600_000;

/** Reads one company of one ERP. @throws Fault where the ERP cannot be read */
export async function extract(request: ExtractRequest): Promise<Extracted> {
  const { erp, company, folder, clock } = request;
  const call: ErpCall = { attempt: 0, signal: AbortSignal.timeout(WHOLE_MS) };
  const stamp = new Date(clock()).toISOString().replace(/[-:]/g, '').slice(0, 15);
  const name = `${company}-${request.ledger}-${request.from}-${request.to}-${stamp}`;
  for (const below of ['', 'periods', 'balances']) makeNamedFolder(join(folder, below), 'what is read');
  const periods = await readPeriods(request, call);
  const periodFile = periods.length === 0 ? '' : join(folder, 'periods', `${name}.csv`);
  if (periodFile !== '') await writeRows(periodFile, Object.keys(PERIOD_TABLE), periods);
  const ledgerFile = join(folder, `${name}.csv`);
  const lines = await writeLedger(request, call, ledgerFile);
  const balances = await erp.readBalances(request, call);
  const balanceFile = join(folder, 'balances', `${name}.csv`);
  await writeRows(balanceFile, Object.keys(BALANCE_TABLE), balances);
  return { company, periods: periodFile, ledger: ledgerFile, balances: balanceFile, lines };
}

/** SAP publishes no periods: they come by file there, and that is no reason to go without an extract. */
async function readPeriods(
  { erp, company }: ExtractRequest,
  call: ErpCall,
): Promise<readonly Record<string, string>[]> {
  try {
    return await erp.readPeriods(company, call);
  } catch (error) {
    if (error instanceof UserError) return [];
    throw error;
  }
}

async function writeLedger(request: ExtractRequest, call: ErpCall, path: string): Promise<number> {
  const { erp, company, ledger, from, to, clock } = request;
  // Before the first page: what is posted while we read may be in it or not, and the next extract has it surely.
  const extractedAt = new Date(clock()).toISOString();
  const half = `${path}.part`;
  const file = await open(half, 'w');
  let rows = 0;
  let debit: Decimal = ZERO;
  let credit: Decimal = ZERO;
  try {
    await file.write(csvLine(COLUMNS));
    for await (const page of erp.readLedger(request, call)) {
      await file.write(page.map((row) => lineOf(COLUMNS, row)).join(''));
      rows += page.length;
      for (const row of page) {
        const amount = amountOf(row);
        if (amount.isNegative()) credit = credit.minus(amount);
        else debit = debit.plus(amount);
      }
    }
    await file.sync();
  } finally {
    await file.close();
  }
  const control = {
    mode: 'full',
    complete: true,
    companies: [company],
    ledgers: [ledger],
    from,
    to,
    extractedAt,
    wholeDocuments: true,
    rows,
    debit: debit.toFixed(),
    credit: credit.toFixed(),
  };
  // The control file first: whoever watches the folder never meets an extract without it.
  await writeWhole(path.replace(/\.csv$/, '.control.json'), `${JSON.stringify(control, null, 2)}\n`);
  renameSync(half, path);
  return rows;
}

function amountOf(row: LedgerRow): Decimal {
  if (row.amount !== undefined && row.amount !== '') return new Decimal(row.amount);
  return new Decimal(row.debit || '0').minus(new Decimal(row.credit || '0'));
}

/**
 * Fields as the ERP has them: a leading apostrophe against formulas would make another reference of `-4711`, and these
 * files are for us and not for a spreadsheet.
 */
function lineOf(columns: readonly string[], row: Readonly<Record<string, string | undefined>>): string {
  return csvLine(
    columns.map((column) => csvField(column === 'amount' ? amountText(row) : (row[column] ?? ''))),
  );
}

function amountText(row: LedgerRow): string {
  return amountOf(row).toFixed();
}

async function writeRows(
  path: string,
  columns: readonly string[],
  rows: readonly Readonly<Record<string, string | undefined>>[],
): Promise<void> {
  const text = rows.map((row) => csvLine(columns.map((column) => csvField(row[column] ?? '')))).join('');
  await writeWhole(path, csvLine(columns) + text);
}

async function writeWhole(path: string, text: string): Promise<void> {
  await writeFile(`${path}.part`, text, { flush: true });
  renameSync(`${path}.part`, path);
}
