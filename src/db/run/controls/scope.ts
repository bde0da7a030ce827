// What every control query is given and gives back. What is new are the batches since the last run over all
// reconciliations; it is everything where that run no longer says what was settled: after an undo, and after the rulebook
// changed.
import type pg from 'pg';
import type { IsoDate } from '../../../accounting/dates.ts';
import type { ControlItem } from '../../../exceptions/control.ts';

export interface ControlScope {
  runId: string;
  asOf: IsoDate;
  startDate: IsoDate;
  /** Batches after `from` up to `to` are new. */
  from: string;
  to: string;
}

export type Row = Record<string, string | null>;

/** A row whose columns are those of an item, `detail` as JSON text. */
export function toItem(row: Row): ControlItem {
  return {
    reason: row.reason ?? '',
    subject: row.subject ?? '',
    company: row.company ?? '',
    why: row.why ?? '',
    detail:
      row.detail === null || row.detail === undefined
        ? {}
        : (JSON.parse(row.detail) as Record<string, unknown>),
    exposure: row.exposure ?? null,
    currency: row.currency ?? '',
    businessDate: row.business_date ?? null,
  };
}

/** The last effective run over all reconciliations. */
export interface Settled {
  runId: string;
  horizon: string;
}

const NOTHING: Settled = { runId: '0', horizon: '0' };

/** The last effective run over all reconciliations, and whether runs were undone since, and its rulebook. */
export async function lastWholeRun(
  client: pg.ClientBase,
): Promise<(Settled & { rulebookHash: string; undoneSince: boolean }) | undefined> {
  const found = await client.query<{
    run_id: string;
    horizon: string;
    rulebook_hash: string;
    undone_since: boolean;
  }>(
    `select r.run_id, r.horizon, r.rulebook_hash, exists (
              select from tieout.run u where u.kind = 'undo' and u.state = 'completed' and u.run_id > r.run_id) as undone_since
     from tieout.run r where r.kind = 'reconcile' and r.state = 'completed' and r.undone_by is null and r.only_name = ''
     order by r.run_id desc limit 1`,
  );
  const last = found.rows[0];
  if (last === undefined) return undefined;
  return {
    runId: last.run_id,
    horizon: last.horizon,
    rulebookHash: last.rulebook_hash,
    undoneSince: last.undone_since,
  };
}

/** The run whose facts the controls have settled; its horizon is '0' where all must be looked at again. */
export async function settledBy(client: pg.ClientBase, rulebookHash: string): Promise<Settled> {
  const last = await lastWholeRun(client);
  return last === undefined || last.undoneSince || last.rulebookHash !== rulebookHash ? NOTHING : last;
}
