// The database of a project as its program works on it: by the program's own login. On the embedded server we are the owner too, so
// the schema is brought up to date and the login made first; on a server of your own that is `tieout migrate`'s.
import { join } from 'node:path';

import { embeddedLogin } from './appLogin.ts';
import type { Database, DatabaseOptions } from './connection.ts';
import { openDatabase } from './connection.ts';
import { migrate, recorded, requireSchema } from './migrate.ts';

export interface ProjectOptions extends DatabaseOptions {
  /** For work that makes databases beside the project's own: on the embedded server its owner does it. */
  makesDatabases?: boolean;
}

/** Opens it with the schema of this program. A `UserError` says what is older, or who has to make it. */
export async function openProject({ makesDatabases = false, ...options }: ProjectOptions): Promise<Database> {
  if (options.url !== undefined) return openGiven(options);
  const owner = await openDatabase(makesDatabases ? options : { ...options, maxConnections: 1 });
  try {
    await migrate(owner);
    if (makesDatabases) return owner;
    const url = await embeddedLogin(owner, join(options.dataDir, 'pg', 'app-login'));
    const app = await openDatabase({ ...options, url });
    const close = async (): Promise<void> => {
      await app.close();
      await owner.close();
    };
    return { ...app, embedded: true, close };
  } catch (error) {
    await owner.close();
    throw error;
  }
}

/** An empty database gets its schema by itself, where this login may; one that is older waits for `tieout migrate`. */
async function openGiven(options: DatabaseOptions): Promise<Database> {
  const db = await openDatabase(options);
  try {
    if ((await recorded(db.pool)).length === 0) await migrate(db);
    else await requireSchema(db);
    return db;
  } catch (error) {
    await db.close();
    throw error;
  }
}
