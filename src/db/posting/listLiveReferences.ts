// The references whose drafts in an ERP may still be posted: every posting that is neither settled nor given up.
import type pg from 'pg';

export async function listLiveReferences(
  client: pg.ClientBase | pg.Pool,
  erp: string,
): Promise<ReadonlySet<string>> {
  const found = await client.query<{ posting_reference: string }>(
    `select posting_reference from tieout.posting
      where erp = $1 and state not in ('CANCELLED', 'INVALID', 'REJECTED', 'POSTED', 'CONFIRMED', 'POSTED_NOT_SEEN')`,
    [erp],
  );
  return new Set(found.rows.map((row) => row.posting_reference));
}
