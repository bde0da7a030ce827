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

/** Last batch whose facts the controls have settled; '0' where all must be looked at again. */
export async function settledUpTo(client: pg.ClientBase, rulebookHash: string): Promise<string> {
  const found = await client.query<{ horizon: string; again: boolean }>(
    `select r.horizon, r.rulebook_hash <> $1 or exists (
              select from tieout.run u where u.kind = 'undo' and u.state = 'completed' and u.run_id > r.run_id) as again
     from tieout.run r where r.kind = 'reconcile' and r.state = 'completed' and r.undone_by is null and r.only_name = ''
     order by r.run_id desc limit 1`,
    [rulebookHash],
  );
  const last = found.rows[0];
  return last === undefined || last.again ? '0' : last.horizon;
}
