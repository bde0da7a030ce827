// The tenth invariant: what the workbook's detail sheet adds up to is what the database's tie-out says, row by row. The
// two come by different statements, so a leg that one of them loses cannot stay unseen.
import type pg from 'pg';
import type { Statement } from '../../reports/model.ts';
import { ExceptionTotals } from '../../reports/totals.ts';
import { TieOutRows } from '../../reports/tieOutRows.ts';
import type { IsoDate } from '../../src/accounting/dates.ts';
import { knownReconciliations } from '../../src/db/decisions/decisionRun.ts';
import type { CompletedRun } from '../../src/db/run/completeRun.ts';
import { decimal } from '../../src/money/decimal.ts';
import { listExceptions } from './exceptions.ts';
import { readStatement } from './statement.ts';

/** What differs, in words; empty where every row agrees. */
export function workbookDifferences(statement: Statement, counted: ExceptionTotals): string[] {
  return statement.reconciliations.flatMap((row, index) => {
    const { open, accepted } = counted.of(`T${index + 1}`);
    const where = `${row.name} ${row.company}/${row.ledger} account ${row.account} ${row.currency}`;
    const differences: string[] = [];
    if (!open.equals(decimal(row.exceptions.amount)))
      differences.push(`${where}: open legs ${open.toFixed()}, tie-out ${row.exceptions.amount}`);
    if (!accepted.equals(decimal(row.accepted.amount)))
      differences.push(`${where}: accepted legs ${accepted.toFixed()}, tie-out ${row.accepted.amount}`);
    return differences;
  });
}

/** The same for the last run, without drawing anything: its exceptions are read as the workbook reads them. */
export async function workbookDisagrees(client: pg.ClientBase, run: CompletedRun): Promise<string[]> {
  const { runId, asOf, horizon, completedAt, rulebookHash, resultHash } = run;
  const cut = { asOf, runId, reconciliations: await knownReconciliations(client) };
  const identity = { horizon, knownAt: completedAt, rulebookHash, resultHash };
  const statement = await readStatement(client, { cut, ...identity });
  const rows = new TieOutRows(statement);
  const totals = new ExceptionTotals(asOf as IsoDate);
  const plain = { exceptions: new Map(), accounts: new Map() };
  for await (const item of listExceptions(client, { rulebook: plain, runId, asOf, current: true }))
    totals.add(
      item,
      item.legs.map((leg) => rows.of(leg)),
    );
  return workbookDifferences(statement, totals);
}
