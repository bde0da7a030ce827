// Opens configuration and database for one command and closes the database whatever happens. Commands work by the program's own
// login; the few that make or replace tables by the owner's.
import { loadConfig } from '../config/load.ts';
import type { Config } from '../config/model.ts';
import type { Database } from '../db/connection.ts';
import { openDatabase } from '../db/connection.ts';
import { openProject } from '../db/openProject.ts';
import type { CommandContext } from './command.ts';

export interface Opened {
  config: Config;
  db: Database;
}

/** Runs `work` on a database whose schema is this program's. */
export async function withDatabase<T>(
  context: CommandContext,
  work: (opened: Opened) => Promise<T>,
  makesDatabases = false,
): Promise<T> {
  const config = loadConfig(context.configPath, context.env);
  const place = placeOf(config.dataDir, config.databaseUrl);
  return closing(config, await openProject({ ...place, makesDatabases }), work);
}

/** Runs `work` as the owner, on the database as it is; for commands that make or replace the schema. */
export async function withOwner<T>(
  context: CommandContext,
  work: (opened: Opened) => Promise<T>,
): Promise<T> {
  const config = loadConfig(context.configPath, context.env);
  const url = config.ownerUrl ?? config.databaseUrl;
  return closing(config, await openDatabase(placeOf(config.dataDir, url)), work);
}

async function closing<T>(config: Config, db: Database, work: (opened: Opened) => Promise<T>): Promise<T> {
  try {
    return await work({ config, db });
  } finally {
    await db.close();
  }
}

const placeOf = (dataDir: string, url: string | undefined) => ({
  dataDir,
  ...(url === undefined ? {} : { url }),
});
