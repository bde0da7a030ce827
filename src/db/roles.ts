// The rights in the database, granted anew after every migration so that a new table is never forgotten: the owner
// migrates, `tieout_app` works, `tieout_reader` looks. Both are groups without a login; where the server does not let us
// make roles (hosted databases), the triggers alone hold the facts.
import type pg from 'pg';

/** Tables that the app may do more with than read and insert; a column list limits what it may change. */
export const APP_CHANGES: Readonly<Record<string, string>> = Object.freeze({
  app_user: 'update',
  user_key: 'update',
  job_slot: 'update',
  run: 'update',
  posting: 'update',
  project: 'update (epoch, restored_at)',
  match_member: 'update (released_run)',
  exception_leg: 'update (ended_run)',
  journal_source: 'update (ended)',
  match_ban: 'update, delete',
  cell_total: 'update',
  cell_match: 'update',
  balance_proof: 'update, delete',
  open_item: 'update, delete',
  open_exception: 'update, delete',
  watched: 'delete',
});

/** Grants the rights in the caller's transaction. False where the roles do not exist and may not be made. */
export async function grantRoles(client: pg.ClientBase): Promise<boolean> {
  await client.query(MAKE_ROLES);
  const made = await client.query<{ made: boolean }>(
    `select to_regrole('tieout_app') is not null and to_regrole('tieout_reader') is not null as made`,
  );
  if (made.rows[0]?.made !== true) return false;
  await client.query(GRANTS);
  for (const [table, rights] of Object.entries(APP_CHANGES)) {
    const there = await client.query('select 1 from pg_tables where schemaname = $1 and tablename = $2', [
      'tieout',
      table,
    ]);
    if (there.rowCount === 1) await client.query(`grant ${rights} on tieout.${table} to tieout_app`);
  }
  return true;
}

const MAKE_ROLES = `do $$
begin
  if to_regrole('tieout_app') is null then create role tieout_app nologin; end if;
  if to_regrole('tieout_reader') is null then create role tieout_reader nologin; end if;
exception
  when insufficient_privilege then null;
  when duplicate_object or unique_violation then null; -- a migration of another database of this server was faster
end $$`;

// The record of migrations and the legal transitions are the owner's.
const GRANTS = `
  grant usage on schema tieout to tieout_app, tieout_reader;
  grant usage, create on schema work to tieout_app;
  grant select on all tables in schema tieout to tieout_app, tieout_reader;
  grant insert on all tables in schema tieout to tieout_app;
  revoke insert on tieout.migration, tieout.posting_transition from tieout_app;
  grant usage, select on all sequences in schema tieout to tieout_app;
  grant select on all sequences in schema tieout to tieout_reader`;
