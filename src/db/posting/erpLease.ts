// Who sends to an ERP now, as a row of its own: the marker of ERPs that have no place for one. Also where it is kept that
// an ERP's folders were looked through after a restore.
import type pg from 'pg';

import type { Project } from '../../posting/outgoing.ts';

/** What stands in the way of that project's sending; '' for nothing. Reads only. */
export async function leaseOfOther(
  client: pg.ClientBase | pg.Pool,
  erp: string,
  project: Project,
): Promise<string> {
  const found = await client.query<{ project: string; epoch: string }>(
    'select project_id as project, epoch from tieout.erp_lease where erp = $1',
    [erp],
  );
  const row = found.rows[0];
  if (row === undefined) return '';
  if (row.project !== project.id)
    return `${erp} is sent to by another project (${row.project}; ours is ${project.id})`;
  if (Number(row.epoch) > project.epoch)
    return `the database was restored since this worker started (epoch ${row.epoch}; ours is ${project.epoch}): start it anew`;
  return '';
}

/** Enters the project and its epoch; an entry of a later epoch stays. */
export async function takeLease(
  client: pg.ClientBase | pg.Pool,
  erp: string,
  { id, epoch }: Project,
): Promise<void> {
  const held = await client.query(
    'select from tieout.erp_lease where erp = $1 and project_id = $2 and epoch = $3',
    [erp, id, epoch],
  );
  if (held.rowCount === 1) return;
  await client.query(
    `insert into tieout.erp_lease as l (erp, project_id, epoch) values ($1, $2, $3)
     on conflict (erp) do update set epoch = excluded.epoch, entered_at = clock_timestamp()
      where l.project_id = excluded.project_id and l.epoch < excluded.epoch`,
    [erp, id, epoch],
  );
}

/** True where this database was restored and that ERP's folders have not been looked through since. */
export async function hasToList(client: pg.ClientBase | pg.Pool, erp: string): Promise<boolean> {
  const found = await client.query(
    `select from tieout.project p where p.restored_at is not null
        and not exists (select from tieout.erp_lease l where l.erp = $1 and l.listed_epoch = p.epoch)`,
    [erp],
  );
  return found.rowCount === 1;
}

/** Keeps those of `files` that the database does not know, and that the folders of `erp` were looked through. */
export async function listFiles(
  client: pg.ClientBase,
  erp: string,
  epoch: number,
  files: readonly { postingReference: string; place: string; content: string }[],
): Promise<void> {
  await client.query(
    `insert into tieout.unknown_file (erp, posting_reference, place, content, epoch)
     select $1, f."postingReference", f.place, f.content, $2
       from jsonb_to_recordset($3::jsonb) as f ("postingReference" text, place text, content text)
      where not exists (select from tieout.posting p where p.posting_reference = f."postingReference")
      order by 2 on conflict do nothing`,
    [erp, epoch, JSON.stringify(files)],
  );
  await client.query('update tieout.erp_lease set listed_epoch = $2 where erp = $1', [erp, epoch]);
}

/** Files that the database still does not know: no posting has their name, and no ledger line shows it. */
export async function unknownFiles(
  client: pg.ClientBase | pg.Pool,
): Promise<{ erp: string; journal: string; place: string }[]> {
  const found = await client.query<{ erp: string; journal: string; place: string }>(
    `select u.erp, u.posting_reference as journal, u.place from tieout.unknown_file u
      where not exists (select from tieout.posting p where p.posting_reference = u.posting_reference)
        and not exists (select from tieout.line l where l.posting_reference = u.posting_reference and l.posting_reference <> '' and l.side = 'L')
      order by u.erp, u.place`,
  );
  return found.rows;
}
