import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { readLogin } from '../../src/db/appLogin.ts';
import type { Database } from '../../src/db/connection.ts';
import { requireNothingSkipped, transaction } from '../../src/db/connection.ts';
import { migrate } from '../../src/db/migrate.ts';
import { APP_CHANGES, APP_ONLY_READS } from '../../src/db/roles.ts';
import { refreshStatistics, summariseRanges } from '../../src/db/run/refreshStatistics.ts';
import { asApp } from '../support/appLogin.ts';
import type { TestDatabase } from '../support/database.ts';
import { emptyDatabase, testDatabase } from '../support/database.ts';

let t: TestDatabase;
let app: Database;
beforeAll(async () => {
  t = await testDatabase();
  app = await asApp(t.db);
});
afterAll(async () => {
  await app.close();
  await t.drop();
});

const asReader = (statement: string) =>
  transaction(t.db, async (client) => {
    await client.query('set local role tieout_reader');
    return client.query(statement);
  });

describe('database roles', () => {
  test('the app may change exactly what is listed, and read and insert the rest', async () => {
    const rights = await app.pool.query<{ name: string; changes: boolean; works: boolean; reads: boolean }>(
      `select relname as name,
              has_any_column_privilege(oid, 'update') or has_table_privilege(oid, 'delete, truncate') as changes,
              has_table_privilege(oid, 'select') and has_any_column_privilege(oid, 'insert') as works,
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
    expect(named((row) => !row.works)).toEqual(APP_ONLY_READS.toSorted());
    expect(named((row) => !row.reads)).toEqual([]);
  });

  test('the app inserts facts, numbers them, and can neither change nor empty them nor alter the schema', async () => {
    await app.pool.query(
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
      await expect(app.pool.query(statement), statement).rejects.toThrow(/permission denied|must be owner/);
    }
    await app.pool.query('create unlogged table work.mine (id int)');
  });

  test('work tables that the owner left behind can be dropped by the program', async () => {
    await t.db.pool.query('create unlogged table work.r7_work (id int)');
    await app.pool.query('drop table work.r7_work');
    const left = await app.pool.query(`select to_regclass('work.r7_work') as name`);
    expect(left.rows).toEqual([{ name: null }]);
  });

  test('what the owner alone may do is done for the program, and a warning of the server is a fault', async () => {
    await t.db.pool.query(
      `insert into ledger_identity (company, ledger, fiscal_year, document, line, version, content_hash, posting_date, unit, line_id, rulebook_hash, batch_id)
       select 'US01', 'GL', '2026', 'd' || n, '1', 1, '', '2026-11-01', 0, n, 'x', 1 from generate_series(1, 40000) n;
       insert into line_end (unit, line_id, kind, batch_id) select 0, n, 'corrected', 1 from generate_series(1, 40000) n`,
    );
    const client = await app.pool.connect();
    try {
      const rows = `select reltuples::int as n from pg_class where oid = 'tieout.line_end'::regclass`;
      // The server's counters of changed rows arrive a moment after the transaction.
      for (let n = 0; n < 40_000;) {
        await refreshStatistics(client);
        n = (await client.query<{ n: number }>(rows)).rows[0]!.n;
      }
      await summariseRanges(client, 0);
      const ranges = await t.db.pool.query(
        `select brin_summarize_new_values('tieout.ledger_identity_posting') as left`,
      );
      expect(ranges.rows).toEqual([{ left: 0 }]);
      await client.query('analyze tieout.line');
      expect(() => requireNothingSkipped(client)).toThrow(/skipping/);
    } finally {
      client.release();
    }
    await expect(transaction(app, (one) => one.query('analyze tieout.line'))).rejects.toThrow(
      /did not do what it was told/,
    );
  });

  test('the program knows whether its login owns the tables', async () => {
    expect(await readLogin(app.pool)).toMatchObject({ owner: false });
    expect(await readLogin(t.db.pool)).toMatchObject({ owner: true });
  });

  test('the reader only reads', async () => {
    expect((await asReader('select feed from batch')).rows).toEqual([{ feed: 'f' }]);
    await expect(asReader(`select nextval('batch_id')`)).rejects.toThrow('permission denied');
    await expect(asReader(`insert into app_user (name, role) values ('x', 'admin')`)).rejects.toThrow(
      'permission denied',
    );
  });

  test('tables and functions of a superuser go to a role that is none', async () => {
    const owners = await t.db.pool.query<{ name: string; superuser: boolean }>(
      `select distinct r.rolname as name, r.rolsuper as superuser from pg_roles r
        where r.oid in (select relowner from pg_class where relnamespace = 'tieout'::regnamespace and relkind in ('r', 'S', 'v')
                        union all select proowner from pg_proc where pronamespace = 'tieout'::regnamespace)`,
    );
    expect(owners.rows).toEqual([{ name: expect.stringMatching(/^tieout_owner_/), superuser: false }]);
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

  test('an owner who may make roles makes the login of the program', async () => {
    const other = await emptyDatabase();
    const name = new URL(other.db.url).pathname.slice(1);
    await other.db.pool.query(
      `create role ${name} nologin createrole; alter database ${name} owner to ${name}`,
    );
    const client = await other.db.pool.connect();
    await client.query(`set role ${name}`);
    client.release();
    expect((await migrate(other.db)).applied.length).toBeGreaterThan(0);
    await other.db.pool.query('reset role');
    const own = await asApp(other.db);
    await own.pool.query('create unlogged table work.mine (id int)');
    await own.close();
    await other.db.pool.query(`alter database ${name} owner to current_user`);
    await other.drop();
  });
});
