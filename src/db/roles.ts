// Who may do what in the database, granted anew after every migration so that a new table is never forgotten. Three roles:
// the owner migrates and logs in for nothing else; the program logs in as a role of its own, which owns nothing but its work
// tables and may change only what is listed here; `tieout_reader` looks. A role that the program merely put on (SET ROLE)
// would be taken off again by RESET ROLE, so it is its login. Where the server does not let us make roles (some hosted
// databases), the triggers alone hold the facts.
import type pg from 'pg';

import { Fault } from '../errors.ts';
import { quoted } from './contents.ts';

/** Tables that the program may do more with than read and insert; a column list limits what it may change. */
export const APP_CHANGES: Readonly<Record<string, string>> = Object.freeze({
  sender_key: 'update (used_at)',
  job_slot: 'update',
  run: 'update',
  posting: 'update',
  project: 'update (name)',
  erp_lease: 'update',
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

/**
 * Tables that the program only reads: who we are, what was migrated, how postings may move; and people with what they said, which
 * functions write that ask for a key (entities/migrations/0004_people.sql).
 */
export const APP_ONLY_READS: readonly string[] = [
  'migration',
  'project',
  'posting_transition',
  'app_user',
  'user_key',
  'sender_key',
  'user_session',
  'once_link',
  'key_try',
  'decision',
  'approval',
  'rule_approval',
  'waiting_decision',
  'second_word',
  'resolution',
  'rederivation',
  'rederivation_verdict',
  'certification',
];

/** The role that the program of one project logs in as. */
export function appRole(projectId: string): string {
  return roleOf('tieout_app', projectId);
}

function roleOf(prefix: string, projectId: string): string {
  const id = projectId.replaceAll('-', '');
  if (!/^[0-9a-f]{32}$/.test(id)) throw new Fault(`the project id ${projectId} is none that tieout draws`);
  return `${prefix}_${id}`;
}

/**
 * Makes the roles and grants the rights, in the caller's transaction.
 * @returns the program's role; undefined where roles may not be made
 */
export async function grantRoles(client: pg.ClientBase): Promise<string | undefined> {
  const found = await client.query<{ id: string; superuser: boolean; owner: string }>(
    `select project_id as id, (select rolsuper from pg_roles where rolname = current_user) as superuser,
            current_user::text as owner from tieout.project`,
  );
  const { id, superuser, owner } = found.rows[0]!;
  const app = appRole(id);
  if (!(await makeRole(client, app, 'login')) || !(await makeRole(client, 'tieout_reader', 'nologin')))
    return undefined;
  if (superuser) await leaveSuperuser(client, roleOf('tieout_owner', id));
  else if (!(await mayAct(client, app))) await client.query(`grant ${app} to ${quoted(owner)}`);
  await client.query(`alter schema work owner to ${app}`);
  await grantDatabase(client, app);
  await client.query(rightsOf(app));
  for (const [table, rights] of Object.entries(APP_CHANGES))
    await client.query(`grant ${rights} on tieout.${table} to ${app}`);
  return app;
}

/** False where this user may not make it. Roles are the server's: a migration of another database may be faster. */
async function makeRole(client: pg.ClientBase, name: string, login: 'login' | 'nologin'): Promise<boolean> {
  await client.query(`do $$ begin
    if to_regrole('${name}') is null then create role ${name} ${login}; end if;
  exception when insufficient_privilege or duplicate_object or unique_violation then null;
  end $$`);
  const made = await client.query<{ there: boolean }>('select to_regrole($1) is not null as there', [name]);
  return made.rows[0]?.there === true;
}

/** Since version 16 whoever makes a role is its admin, and acts as it only after granting it to themselves. */
async function mayAct(client: pg.ClientBase, role: string): Promise<boolean> {
  const found = await client.query<{ may: boolean }>(`select pg_has_role($1, 'USAGE') as may`, [role]);
  return found.rows[0]?.may === true;
}

/** A function that works with its owner's rights may not have a superuser's: tables and functions go to a plain role. */
async function leaveSuperuser(client: pg.ClientBase, owner: string): Promise<void> {
  if (!(await makeRole(client, owner, 'nologin'))) throw new Fault(`the role ${owner} was not made`);
  await client.query(`alter schema tieout owner to ${owner}`);
  await client.query(`do $$ declare one record; begin
    for one in select c.oid::regclass as name, case c.relkind when 'S' then 'sequence' when 'v' then 'view' else 'table' end as kind
                 from pg_class c where c.relnamespace = 'tieout'::regnamespace and c.relkind in ('r', 'p', 'S', 'v')
                  and c.relowner <> '${owner}'::regrole
                  -- The sequence of a column goes with its table, and alone it may not.
                  and not exists (select from pg_depend d where c.relkind = 'S' and d.objid = c.oid and d.deptype in ('a', 'i')) loop
      execute format('alter %s %s owner to ${owner}', one.kind, one.name);
    end loop;
    for one in select p.oid::regprocedure as name from pg_proc p
                where p.pronamespace = 'tieout'::regnamespace and p.proowner <> '${owner}'::regrole loop
      execute format('alter function %s owner to ${owner}', one.name);
    end loop;
  end $$`);
}

/** Nobody else's login comes in, and the program's into no other database; only the owner of the database can say so. */
async function grantDatabase(client: pg.ClientBase, app: string): Promise<void> {
  await client.query(`do $$ begin
    if (select pg_has_role(datdba, 'USAGE') from pg_database where datname = current_database()) then
      execute format('revoke connect, temporary on database %I from public', current_database());
      execute format('grant connect, temporary on database %I to ${app}', current_database());
      execute format('grant connect on database %I to tieout_reader', current_database());
    end if;
  end $$`);
}

const rightsOf = (app: string): string => `
  grant usage on schema tieout to ${app}, tieout_reader;
  grant select on all tables in schema tieout to ${app}, tieout_reader;
  grant insert on all tables in schema tieout to ${app};
  revoke insert on ${APP_ONLY_READS.map((table) => `tieout.${table}`).join(', ')} from ${app};
  grant usage, select on all sequences in schema tieout to ${app};
  grant select on all sequences in schema tieout to tieout_reader;
  revoke execute on all functions in schema tieout from public;
  grant execute on all functions in schema tieout to ${app};
  revoke execute on function tieout.word_of(bigint, text[]), tieout.person_of(text), tieout.require_admin(text) from ${app}`;
