// Opens configuration and database for one command and closes the database whatever happens. Commands work by the program's own
// login; the few that make or replace tables by the owner's.
import { loadConfig } from '../config/load.ts';
import type { Config } from '../config/model.ts';
import type { Database } from '../db/connection.ts';
import { openDatabase } from '../db/connection.ts';
import { openProject } from '../db/openProject.ts';
import { nameProject } from '../db/project.ts';
import { UserError } from '../errors.ts';
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
  return closing(config, await openProject({ ...place, makesDatabases }), async (opened) => {
    await requireProject(opened.db, config.project);
    return work(opened);
  });
}

/**
 * Refuses the database of another project; one without a name gets ours.
 * @param name what tieout.yaml says; '' for none
 */
export async function requireProject(db: Database, name: string): Promise<void> {
  const there = await nameProject(db.pool, name);
  if (there === name) return;
  throw new UserError({
    where: 'tieout.yaml, project',
    what: 'this database belongs to another project',
    expected: `project: ${there}`,
    found: name === '' ? 'no project' : `project: ${name}`,
    todo: `set DATABASE_URL to the database of this project; if it is the same one, write project: ${there} into tieout.yaml`,
  });
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

export const placeOf = (dataDir: string, url: string | undefined) => ({
  dataDir,
  ...(url === undefined ? {} : { url }),
});
