// Spreads the bulk tables over the machines of a Citus cluster. One statement a table; a table that is placed already is left
// alone, so that an interrupted distribution is simply started again.
import type { Database } from '../../src/db/connection.ts';
import { citusVersion, placedTables, placeTable, PLACING } from '../../src/db/distribute/distribute.ts';
import { UserError } from '../../src/errors.ts';

export interface Distribution {
  citus: string;
  /** Tables that this call has placed. */
  placed: string[];
  /** Tables that were placed before. */
  before: string[];
}

/** @throws UserError where the database has no Citus */
export async function distribute(db: Database, progress?: (table: string) => void): Promise<Distribution> {
  const citus = await citusVersion(db.pool);
  if (citus === undefined) {
    throw new UserError({
      where: 'distribute',
      what: 'this database runs on one machine: it has no Citus',
      expected: 'PostgreSQL with the extension citus on every machine',
      found: db.embedded ? 'the embedded server, which has no extensions' : 'no extension citus',
      todo: 'docs/scaling.md says from what size on it is worth it, and how to set it up',
    });
  }
  const client = await db.pool.connect();
  try {
    const known = await placedTables(client);
    const placed: string[] = [];
    for (const table of PLACING.filter((name) => !known.has(name))) {
      progress?.(table);
      await placeTable(client, table);
      placed.push(table);
    }
    return { citus, placed, before: PLACING.filter((name) => known.has(name)) };
  } finally {
    client.release();
  }
}
