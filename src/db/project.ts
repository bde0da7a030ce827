// The one row that says who we are for an ERP, what tieout.yaml calls us, and since when this database is a restored one.
import type pg from 'pg';

import type { Project } from '../posting/outgoing.ts';

/** A worker reads it once, when it starts: from then on it is compared, so that a restore ends what came from before it. */
export async function readProject(client: pg.ClientBase | pg.Pool): Promise<Project> {
  const found = await client.query<{ id: string; epoch: string }>(
    'select project_id as id, epoch from tieout.project',
  );
  return { id: found.rows[0]!.id, epoch: Number(found.rows[0]!.epoch) };
}

/** True while the database is the one that the worker started with; in a transaction, until it ends. */
export async function isStill(client: pg.ClientBase, project: Project): Promise<boolean> {
  const found = await client.query(
    'select from tieout.project where project_id = $1 and epoch = $2 for share',
    [project.id, project.epoch],
  );
  return found.rowCount === 1;
}

/**
 * Enters the project's name from tieout.yaml where the database has none yet.
 * @returns the name that the database has; '' for none
 */
export async function nameProject(client: pg.ClientBase | pg.Pool, name: string): Promise<string> {
  const read = async (): Promise<string> =>
    (await client.query<{ name: string }>('select name from tieout.project')).rows[0]!.name;
  const there = await read();
  if (there !== '' || name === '') return there;
  await client.query(`update tieout.project set name = $1 where name = ''`, [name]);
  return read();
}

/**
 * A new epoch: what worked on the old database cannot send any more, and nothing leaves before the ledger was read anew. The
 * time is in it, since a backup may be restored twice, and the second copy has to be told from the first.
 * @param backup when its snapshot was taken @param lagSeconds how long an ERP's document may stay out of its extracts
 */
export async function markRestored(client: pg.ClientBase, backup: string, lagSeconds: number): Promise<void> {
  await client.query(
    `update tieout.project set epoch = greatest(epoch + 1, extract(epoch from clock_timestamp())::bigint), restored_at = clock_timestamp(),
            backup_at = $1, extract_after = clock_timestamp() + $2 * interval '1 second', brake_id = nextval('tieout.brake_id')`,
    [backup, lagSeconds],
  );
}
