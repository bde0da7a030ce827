// TypeORM for the small mutable tables, on the same server as the pool. The schema is the migrations' alone
// (`synchronize: false`); a test holds every entity against the database.
import 'reflect-metadata';
import type pg from 'pg';
import type { EntityManager } from 'typeorm';
import { DataSource } from 'typeorm';

import type { Database } from '../src/db/connection.ts';
import { valueTypes } from '../src/db/connection.ts';
import { AppUser } from './appUser.ts';
import { JobSlot } from './jobSlot.ts';
import { Run } from './run.ts';
import { UserKey } from './userKey.ts';

/** The registry of entities. */
export const ENTITIES = [AppUser, UserKey, Run, JobSlot];

/** Opens TypeORM's own two connections for `work` and closes them after it. */
export async function withEntities<T>(db: Database, work: (source: DataSource) => Promise<T>): Promise<T> {
  const source = new DataSource({
    type: 'postgres',
    url: db.url,
    entities: ENTITIES,
    synchronize: false,
    migrationsRun: false,
    logging: false,
    applicationName: 'tieout entities',
    extra: { types: valueTypes, max: 2 },
  });
  await source.initialize();
  try {
    return await work(source);
  } finally {
    await source.destroy();
  }
}

/** One transaction of entities and plain statements: `client` is the connection that `entities` runs on. */
export async function entityTransaction<T>(
  db: Database,
  work: (entities: EntityManager, client: pg.ClientBase) => Promise<T>,
): Promise<T> {
  return withEntities(db, (source) =>
    source.transaction(async (entities) => {
      const client = (await entities.queryRunner?.connect()) as pg.ClientBase;
      return work(entities, client);
    }),
  );
}
