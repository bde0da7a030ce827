// Root causes in a terminal: below the tie-out the wide ones, since one decision may settle each of them.
import { listRootCauses, type RootCauseRow } from '../../jobs/reports/rootCauses.ts';
import { runById } from '../../jobs/reports/runs.ts';
import type { Database } from '../db/connection.ts';
import { grouped } from './tieOutText.ts';

const MOST_SHOWN = 5;

/** `location 114, wrong tax code: US-TX posted for US-NY: 312 lines, 4,210.55 USD`. */
export function rootCauseText({ label, lines, amounts }: RootCauseRow): string {
  const sums = amounts.map(({ currency, amount }) => `${grouped(amount)} ${currency}`).join(', ');
  return `${label}: ${lines} ${lines === 1 ? 'line' : 'lines'}, ${sums}`;
}

/** What is more than one document's matter, most lines first; none where nothing is shared. */
export async function rootCauseLines(db: Database, run: string, asOf?: string): Promise<string[]> {
  const client = await db.pool.connect();
  try {
    const { runId, asOf: ranAsOf, last } = await runById(client, run);
    if (asOf !== undefined && asOf !== ranAsOf) return [];
    const wide = (await listRootCauses(client, { runId, current: last })).filter(
      (cause) => !cause.oneDocument,
    );
    if (wide.length === 0) return [];
    const more = wide.length - MOST_SHOWN;
    return [
      'Root causes',
      ...wide.slice(0, MOST_SHOWN).map((cause) => `  ${rootCauseText(cause)}`),
      ...(more > 0 ? [`  and ${more} more: tieout exceptions`] : []),
    ];
  } finally {
    client.release();
  }
}
