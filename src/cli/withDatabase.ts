// Opens configuration and database for one command and closes the database whatever happens. An empty database gets its
// schema by itself; one that is older than the program changes only by `tieout migrate`, unless it is our own embedded one.
import { loadConfig } from '../config/load.ts';
import type { Config } from '../config/model.ts';
import type { Database } from '../db/connection.ts';
import { openDatabase } from '../db/connection.ts';
import { migrate, recorded, requireSchema } from '../db/migrate.ts';
import type { CommandContext } from './command.ts';

export interface Opened {
  config: Config;
  db: Database;
}

/** Runs `work` on a database whose schema is this program's. */
export async function withDatabase<T>(
  context: CommandContext,
  work: (opened: Opened) => Promise<T>,
): Promise<T> {
  return withServer(context, async (opened) => {
    await readySchema(opened.db);
    return work(opened);
  });
}

/** Makes the schema where it may be made by itself; a `UserError` where it is older than the program. */
export async function readySchema(db: Database): Promise<void> {
  if (db.embedded || (await recorded(db.pool)).length === 0) await migrate(db);
  else await requireSchema(db);
}

/** Runs `work` on the database as it is; for commands that make or replace the schema. */
export async function withServer<T>(
  context: CommandContext,
  work: (opened: Opened) => Promise<T>,
): Promise<T> {
  const config = loadConfig(context.configPath, context.env);
  const db = await openDatabase({
    dataDir: config.dataDir,
    ...(config.databaseUrl === undefined ? {} : { url: config.databaseUrl }),
  });
  try {
    return await work({ config, db });
  } finally {
    await db.close();
  }
}
