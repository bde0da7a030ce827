// How far the last run has seen each unit: lines of later batches are stored, and no run has looked at them.
import type pg from 'pg';

/** Two columns of one list, for `unnest`; `unseen`: every batch after it is new to some unit. */
export interface Horizons {
  units: string[];
  horizons: string[];
  unseen: string;
}

/** @param runId the run that asks from within its own transaction */
export async function readHorizons(
  client: pg.ClientBase | pg.Pool,
  units: readonly string[],
  runId?: string,
): Promise<Horizons> {
  const seen = await client.query<{ unit: string; horizon: string }>(
    `select u.unit, coalesce((select rr.horizon_to from tieout.run_reconciliation rr join tieout.run r on r.run_id = rr.run_id
                               where rr.reconciliation = u.reconciliation and (r.state = 'completed' and r.undone_by is null or r.run_id = $2)
                               order by rr.run_id desc limit 1), 0) as horizon
       from tieout.unit u where u.unit = any($1)`,
    [units, runId ?? null],
  );
  const horizons = seen.rows.map(({ horizon }) => BigInt(horizon));
  // As a value, so that the server sees how little is beyond it; joined unit by unit, it read every line of each unit.
  const unseen = horizons.reduce((least, each) => (each < least ? each : least), horizons[0] ?? 0n);
  return {
    units: seen.rows.map(({ unit }) => unit),
    horizons: horizons.map(String),
    unseen: unseen.toString(),
  };
}
