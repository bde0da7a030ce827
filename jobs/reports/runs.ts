// Which run a reader means: the named one, or the last.
import type pg from 'pg';
import { lastRun, runNumbered } from '../../src/db/run/completeRun.ts';
import { UserError } from '../../src/errors.ts';

export async function runById(
  client: pg.ClientBase,
  id?: string,
): Promise<{ runId: string; asOf: string; horizon: string; last: boolean }> {
  const last = await lastRun(client);
  if (last === undefined) throw new UserError({ what: 'no run has completed yet', todo: 'tieout reconcile' });
  if (id === undefined || id === last.runId)
    return { runId: last.runId, asOf: last.asOf, horizon: last.horizon, last: true };
  const found = /^\d{1,18}$/.test(id) ? await runNumbered(client, id) : undefined;
  if (found === undefined)
    throw new UserError({
      where: `--run ${id}`,
      what: 'no completed run has this number',
      todo: 'tieout list runs',
    });
  return { ...found, last: false };
}
