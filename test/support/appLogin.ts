// The program's own login in a test's database: what a real project works by. The password is set once per server; all clones of
// the template have the project id, and so the role, of the template.
import pg from 'pg';

import type { Database } from '../../src/db/connection.ts';
import { openDatabase } from '../../src/db/connection.ts';
import { scramVerifier } from '../../src/db/scramVerifier.ts';
import { appRole } from '../../src/db/roles.ts';
import { readProject } from '../../src/db/project.ts';

const PASSWORD = 'known-to-tests';

/** The URL by which the program would log in to this database. */
export async function appUrl(owner: Database): Promise<string> {
  const role = appRole((await readProject(owner.pool)).id);
  await owner.pool
    .query(`alter role ${role} password '${scramVerifier(PASSWORD)}'`)
    .catch((error: unknown) => {
      // Files of one run may set it at the same moment; it is the same password.
      if (!(error instanceof pg.DatabaseError) || !/concurrently/.test(error.message)) throw error;
    });
  const url = new URL(owner.url);
  url.username = role;
  url.password = PASSWORD;
  return url.href;
}

/** The same database by the program's own login. */
export async function asApp(owner: Database, applicationName = 'test'): Promise<Database> {
  return openDatabase({ dataDir: '', url: await appUrl(owner), applicationName });
}
