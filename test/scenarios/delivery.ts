// What an ERP delivers, as text: ledger lines and the extract that brings them, balances. Goes through the real intake.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ingestFiles } from '../../jobs/intake/ingest.ts';
import type { Database } from '../../src/db/connection.ts';
import { Decimal } from '../../src/money/decimal.ts';
import type { controlCompany } from './controlCompany.ts';

/** One file, and the control file beside it. */
export interface Delivery {
  kind: 'ledger' | 'balances';
  text: string;
  control: Record<string, unknown> | undefined;
}

const LINES =
  'company,document,line,posting_date,business_date,period,account,location,currency,amount,company_currency,company_amount,reference';
const BALANCES = 'company,ledger,account,currency,period,opening,debit,credit,closing,extracted_at';

/** `2026-04-02` or `2026-04-02T06`, in UTC. */
const instant = (moment: string): string => `${moment.includes('T') ? moment : `${moment}T06`}:00:00Z`;

/** Words in pairs; `whole` and `complete` stand alone. */
function named(words: readonly string[]): Record<string, string> {
  const known: Record<string, string> = {};
  for (let i = 0; i < words.length; i += 1) {
    const word = words[i] ?? '';
    if (word === 'whole' || word === 'complete') known[word] = '';
    else {
      i += 1;
      known[word] = words[i] ?? '';
    }
  }
  return known;
}

/** `ledger D1/1 2026-03-05 1200 100.00 S1`, then `business DAY`, `period P`, `currency EUR`, `worth 90.00` or `worth unsaid`. */
export function readLedgerLine(words: readonly string[]): string {
  const [name = '', day = '', account = '', amount = '', reference = '', ...rest] = words;
  const [document = '', line = '1'] = name.split('/');
  const { business = day, period = day.slice(0, 7), currency = 'USD', worth = amount } = named(rest);
  const given = worth === 'unsaid' ? ',' : `USD,${worth}`;
  return `US01,${document},${line},${day},${business},${period},${account},S1,${currency},${amount},${given},${reference}`;
}

/**
 * `extract 2026-04-02T06 to 2026-03-31`: a full extract of March with the lines above it; `from DAY`; `complete` makes it a
 * complete delta instead, `whole` says that documents are, `rows` and `debit` what the control file counts.
 */
export function readExtract(words: readonly string[], lines: readonly string[]): Delivery {
  const [moment = '', ...rest] = words;
  const { from = '2026-03-01', to, rows, debit, whole, complete } = named(rest);
  const control = {
    mode: complete === undefined && to !== undefined ? 'full' : 'delta',
    ...(complete === undefined ? {} : { complete: true }),
    ...(to === undefined ? {} : { from, to }),
    ...(whole === undefined ? {} : { wholeDocuments: true }),
    ...(rows === undefined ? {} : { rows: Number(rows) }),
    ...(debit === undefined ? {} : { debit }),
    extractedAt: instant(moment),
  };
  return { kind: 'ledger', text: [LINES, ...lines, ''].join('\n'), control };
}

/** `balance 2026-04-02T07 1200 2026-03 100.00 40.00`: what the ERP says the account closed and opened with (zero if not said). */
export function readBalance([
  moment = '',
  account = '',
  period = '',
  closing = '',
  opening = '0.00',
]: readonly string[]): Delivery {
  const change = new Decimal(closing).minus(opening);
  const moved = change.isNegative() ? `0.00,${change.negated().toFixed(2)}` : `${change.toFixed(2)},0.00`;
  const row = `US01,GL,${account},USD,${period},${opening},${moved},${closing},${instant(moment)}`;
  return { kind: 'balances', text: [BALANCES, row, ''].join('\n'), control: undefined };
}

/** Takes in one delivery; a record that is refused is a mistake of the scenario, an extract that is refused whole is not. */
export async function deliver(
  db: Database,
  { dir, config, rulebook }: ReturnType<typeof controlCompany>,
  name: string,
  { kind, text, control }: Delivery,
  clock: () => number,
): Promise<void> {
  const path = join(dir, `${name}-${kind}.csv`);
  writeFileSync(path, text);
  if (control !== undefined) writeFileSync(path.replace('.csv', '.control.json'), JSON.stringify(control));
  const { files } = await ingestFiles(db, config, rulebook, kind, [path], { clock });
  const refused = files.filter((file) => file.quarantined > 0 && file.control?.ok !== false);
  if (refused.length > 0) throw new Error(`refused: ${JSON.stringify(refused)}`);
}
