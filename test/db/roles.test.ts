import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { transaction } from '../../src/db/connection.ts';
import { migrate } from '../../src/db/migrate.ts';
import { APP_CHANGES } from '../../src/db/roles.ts';
import type { TestDatabase } from '../support/database.ts';
import { emptyDatabase, testDatabase } from '../support/database.ts';

let t: TestDatabase;
beforeAll(async () => {
  t = await testDatabase();
});
afterAll(() => t.drop());

const as = (role: string, statement: string) =>
  transaction(t.db, async (client) => {
    await client.query(`set local role ${role}`);
    return client.query(statement);
  });

describe('database roles', () => {
  test('the app may change exactly what is listed, and read and insert the rest', async () => {
    const rights = await t.db.pool.query<{ name: string; changes: boolean; works: boolean; reads: boolean }>(
      `select relname as name,
              has_any_column_privilege('tieout_app', oid, 'update') or has_table_privilege('tieout_app', oid, 'delete, truncate') as changes,
              has_table_privilege('tieout_app', oid, 'select') and has_table_privilege('tieout_app', oid, 'insert') as works,
              has_table_privilege('tieout_reader', oid, 'select')
                and not has_table_privilege('tieout_reader', oid, 'insert, update, delete, truncate') as reads
         from pg_class where relnamespace = 'tieout'::regnamespace and relkind = 'r'`,
    );
    const named = (of: (row: (typeof rights.rows)[number]) => boolean) =>
      rights.rows
        .filter(of)
        .map((row) => row.name)
        .toSorted();
    expect(named((row) => row.changes)).toEqual(Object.keys(APP_CHANGES).toSorted());
    expect(named((row) => !row.works)).toEqual(['migration', 'posting_transition']);
    expect(named((row) => !row.reads)).toEqual([]);
  });

  test('the app inserts facts, numbers them, and can neither change nor empty them nor alter the schema', async () => {
    await as(
      'tieout_app',
      `insert into batch (batch_id, kind, feed, path, sha256, received, accepted, duplicates, skipped, quarantined)
       values (nextval('batch_id'), 'events', 'f', 'p', 'aa', 1, 1, 0, 0, 0)`,
    );
    for (const statement of [
      `update batch set feed = 'x'`,
      'delete from audit',
      'truncate line',
      `update match_member set match_id = 1`,
      'alter table audit disable trigger user',
      'drop table batch',
    ]) {
      await expect(as('tieout_app', statement), statement).rejects.toThrow(/permission denied|must be owner/);
    }
    await as('tieout_app', 'create unlogged table work.mine (id int)');
  });

  test('the reader only reads', async () => {
    expect((await as('tieout_reader', 'select feed from batch')).rows).toEqual([{ feed: 'f' }]);
    await expect(as('tieout_reader', `select nextval('batch_id')`)).rejects.toThrow('permission denied');
    await expect(
      as('tieout_reader', `insert into app_user (name, role) values ('x', 'admin')`),
    ).rejects.toThrow('permission denied');
  });

  test('a migration by someone who owns the database but is no superuser goes through all the same', async () => {
    const other = await emptyDatabase();
    await other.db.pool.query(`
      do $$ begin create role tieout_test_owner nologin; exception when duplicate_object or unique_violation then null; end $$;
      grant all on database "${new URL(other.db.url).pathname.slice(1)}" to tieout_test_owner`);
    const client = await other.db.pool.connect();
    await client.query('set role tieout_test_owner');
    client.release();
    expect((await migrate(other.db)).applied.length).toBeGreaterThan(0);
    await other.db.pool.query(
      'reset role; drop owned by tieout_test_owner cascade; drop role tieout_test_owner',
    );
    await other.drop();
  });
});
