// The sheets of a report, in the order in which they can be drawn: details first, since the tie-out and the first page
// count what went by. Each sheet's rows must be taken in full before the next sheet is asked for.
import { casesSheet, identitySheet } from './cases.ts';
import { exceptionsSheet } from './exceptions.ts';
import { journalsSheet } from './journals.ts';
import type { Report } from './model.ts';
import { outsideSheet } from './outside.ts';
import { outcomeSheet } from './outcome.ts';
import { quarantineSheet } from './quarantine.ts';
import { runSheet } from './run.ts';
import type { Sheet } from './sheet.ts';
import { summarySheet } from './summary.ts';
import { ExceptionTotals, JournalTotals, QuarantineTotals } from './totals.ts';
import { tieOutSheet } from './tieOut.ts';
import { TieOutRows } from './tieOutRows.ts';

/**
 * The sheets of a report; `tab` says where each stands in the workbook.
 * @param counted told what the exceptions came to, before the tie-out is drawn; what it throws ends the report
 */
export function* reportSheets(
  report: Report,
  counted?: (exceptions: ExceptionTotals) => void,
): Generator<Sheet> {
  const { statement, run, cases, outcome } = report;
  if (outcome !== undefined) yield outcomeSheet(outcome);
  if (cases !== undefined) {
    yield casesSheet(cases.rows, statement, cases.identity);
    yield identitySheet(cases.identity);
  }
  const tallies = {
    exceptions: new ExceptionTotals(statement.asOf),
    journals: new JournalTotals(),
    quarantine: new QuarantineTotals(),
  };
  yield exceptionsSheet(report.exceptions, statement.asOf, new TieOutRows(statement), tallies.exceptions);
  yield journalsSheet(report.journals, tallies.journals);
  yield quarantineSheet(report, tallies.quarantine);
  yield runSheet(run);
  const outside = outsideSheet(statement);
  if (outside !== undefined) yield outside;
  counted?.(tallies.exceptions);
  yield tieOutSheet(statement, tallies.exceptions);
  yield summarySheet(statement, run, tallies);
}
