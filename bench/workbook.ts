// The workbook of a run that explains nothing: a month of ledger lines without one event, so that each line is an exception
// of its own. What is measured is the writing process alone, from the first query to the file under its name.
import { type ChainOptions, step } from './chain.ts';
import { type Figure, figure } from './figures.ts';

/** @returns figures `workbook-100k`, and the exceptions that it holds as `lines` */
export async function workbookFigures(options: ChainOptions): Promise<Figure[]> {
  const [month] = options.inputs.months;
  if (month === undefined) return [];
  await step(options, { kind: 'ledger', files: [month.ledger] });
  await step(options, { kind: 'reconcile', asOf: month.lastDay });
  const open = await options.db.pool.query<{ n: string }>('select count(*) as n from tieout.open_exception');
  const written = await step(options, { kind: 'report' });
  return [figure('workbook-100k', Number(open.rows[0]?.n ?? 0), written, null, written.peakMb)];
}
