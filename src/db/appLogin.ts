// The program's own login: which role it is, its password, and whether a connection is one that owns what it works on.
import { randomBytes } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';

import type pg from 'pg';

import type { Database } from './connection.ts';
import { transaction } from './connection.ts';
import { lock } from './locks.ts';
import { appRole } from './roles.ts';
import { readProject } from './project.ts';
import { scramVerifier } from './scramVerifier.ts';

/** Who a connection is to the tables. */
export interface Login {
  name: string;
  /** The program's own role, whether or not this is it. */
  app: string;
  /** Superuser, or able to act as the owner of the tables: four eyes hold for nobody who has this connection. */
  owner: boolean;
}

export async function readLogin(client: pg.ClientBase | pg.Pool): Promise<Login> {
  const found = await client.query<{ name: string; owner: boolean }>(
    `select session_user::text as name, r.rolsuper or pg_has_role(session_user, c.relowner, 'MEMBER') as owner
       from pg_roles r, pg_class c where r.rolname = session_user and c.oid = 'tieout.line'::regclass`,
  );
  return { ...found.rows[0]!, app: appRole((await readProject(client)).id) };
}

/** Gives the program's role a new password where it has none. undefined: it has one, or there is no such role. */
export async function firstPassword(
  owner: Database,
): Promise<{ role: string; password: string } | undefined> {
  return transaction(owner, async (client) => {
    await lock(client, 'MIGRATE');
    const role = appRole((await readProject(client)).id);
    const can = await client.query(
      `select from pg_roles r join pg_database d on d.datname = current_database()
        where r.rolname = $1 and pg_has_role(r.oid, 'MEMBER') and coalesce(shobj_description(r.oid, 'pg_authid'), '') = ''`,
      [role],
    );
    if (can.rowCount !== 1) return undefined;
    return { role, password: await setPassword(client, role) };
  });
}

/** The URL by which the program logs in to the embedded server; its password is kept in `file`, readable by its owner only. */
export async function embeddedLogin(owner: Database, file: string): Promise<string> {
  return transaction(owner, async (client) => {
    await lock(client, 'MIGRATE'); // two processes may both be the first
    const role = appRole((await readProject(client)).id);
    const known = readLines(file);
    const there = await client.query<{ has: boolean }>(
      'select rolpassword is not null as has from pg_authid where rolname = $1',
      [role],
    );
    const url = new URL(owner.url);
    url.username = role;
    if (known?.role === role && there.rows[0]?.has === true) {
      url.password = known.password;
      return url.href;
    }
    const password = await setPassword(client, role);
    writeFileSync(`${file}.new`, `${role}\n${password}\n`, { mode: 0o600 });
    renameSync(`${file}.new`, file);
    url.password = password;
    return url.href;
  });
}

/** Sets a new one, and a word on the role that says so: whoever is no superuser cannot see whether a role has a password. */
async function setPassword(client: pg.ClientBase, role: string): Promise<string> {
  const password = randomBytes(24).toString('base64url');
  await client.query(`alter role ${role} password '${scramVerifier(password)}'`);
  await client.query(`comment on role ${role} is 'the login of a tieout project; its password was set'`);
  return password;
}

function readLines(file: string): { role: string; password: string } | undefined {
  try {
    const [role = '', password = ''] = readFileSync(file, 'utf8').split('\n');
    return { role, password };
  } catch {
    return undefined; // not made yet, or lost: a new one is set
  }
}
