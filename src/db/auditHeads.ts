// Where each audit stream ends, and whether it still holds a row that was written down outside earlier: a chain alone
// cannot show that its tail was cut.
import type pg from 'pg';
import type { ChainHead } from '../audit/chain.ts';

/** The last row of every stream. */
export async function auditHeads(client: pg.ClientBase | pg.Pool): Promise<Record<string, ChainHead>> {
  const found = await client.query<{ stream: string; seq: string; hash: string }>(
    'select distinct on (stream) stream, seq, hash from tieout.audit order by stream, seq desc',
  );
  return Object.fromEntries(found.rows.map(({ stream, seq, hash }) => [stream, { seq: Number(seq), hash }]));
}

/** True where the stream still holds that row with that hash. */
export async function auditHolds(
  client: pg.ClientBase | pg.Pool,
  stream: string,
  head: ChainHead,
): Promise<boolean> {
  if (head.seq === 0) return true;
  const found = await client.query(
    'select 1 from tieout.audit where stream = $1 and seq = $2 and hash = $3',
    [stream, head.seq, head.hash],
  );
  return found.rowCount === 1;
}
