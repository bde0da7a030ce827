// Journals that were sent to an ERP, and whose end the machine still has to find out there.
import type pg from 'pg';

/** Their posting references. */
export async function listUnsettled(client: pg.ClientBase | pg.Pool, erp: string): Promise<string[]> {
  const found = await client.query<{ reference: string }>(
    `select posting_reference as reference from tieout.posting
      where erp = $1 and sends > 0 and state in ('CLAIMED', 'SENDING', 'SENT', 'UNKNOWN', 'RETRY_WAIT') order by 1`,
    [erp],
  );
  return found.rows.map((row) => row.reference);
}
