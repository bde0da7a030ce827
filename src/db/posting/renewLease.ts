// Keeps a claim while its call runs.
import type pg from 'pg';

/** False where the claim is no longer ours: another worker took it, and the call has to be dropped. */
export async function renewLease(
  pool: pg.Pool,
  postingKey: string,
  fence: string,
  leaseMs: number,
): Promise<boolean> {
  const renewed = await pool.query(
    `update tieout.posting set lease_until = now() + $3 * interval '1 millisecond'
      where posting_key = $1 and fence = $2 and lease_until is not null`,
    [postingKey, fence, leaseMs],
  );
  return renewed.rowCount === 1;
}
