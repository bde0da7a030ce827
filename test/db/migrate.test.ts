import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, describe, expect, test } from 'vitest';

import { openDatabase } from '../../src/db/connection.ts';
import { migrate, readMigrations, requireSchema } from '../../src/db/migrate.ts';
import { emptyDatabase } from '../support/database.ts';
import { schemaDump } from '../support/schemaDump.ts';

const FOLDER = new URL('../../entities/migrations/', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'tieout-migrations-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('migrations', () => {
  test('are numbered without gaps, four digits and what they do', () => {
    const files = readdirSync(FOLDER).toSorted();
    expect(files.map((file) => Number(file.slice(0, 4)))).toEqual(files.map((_, index) => index + 1));
    for (const file of files) expect(file).toMatch(/^\d{4}_[a-z0-9_]+\.sql$/);
  });

  test('twice in a row: the second time there is nothing to do', async () => {
    const t = await emptyDatabase();
    const names = (await readMigrations()).map((migration) => migration.name);
    await expect(requireSchema(t.db)).rejects.toThrow(/older than this program[\s\S]*tieout migrate/);
    expect(await migrate(t.db)).toEqual({ applied: names });
    const before = await schemaDump(t.db.pool);
    expect(await migrate(t.db)).toEqual({ applied: [] });
    expect(await schemaDump(t.db.pool)).toBe(before);
    await requireSchema(t.db);
    await t.drop();
  });

  test('twenty at once: one does it, all find it done', async () => {
    const t = await emptyDatabase();
    const opened = await Promise.all(
      Array.from({ length: 20 }, () => openDatabase({ dataDir: '', url: t.db.url, maxConnections: 1 })),
    );
    const results = await Promise.all(opened.map((db) => migrate(db)));
    expect(results.filter((result) => result.applied.length > 0)).toHaveLength(1);
    const stored = await t.db.pool.query('select name from migration');
    expect(stored.rowCount).toBe((await readMigrations()).length);
    await Promise.all(opened.map((db) => db.close()));
    await t.drop();
  });

  test('one that fails leaves nothing of any', async () => {
    const t = await emptyDatabase();
    const broken = join(folder, 'broken');
    cpSync(FOLDER, broken, { recursive: true });
    writeFileSync(join(broken, '9999_broken.sql'), 'create table tieout.half (id int); select 1/0;');
    await expect(migrate(t.db, { folder: broken })).rejects.toThrow('division by zero');
    const schema = await t.db.pool.query(`select 1 from pg_namespace where nspname = 'tieout'`);
    expect(schema.rowCount).toBe(0);
    await t.drop();
  });

  test('a later one is applied over data that is there', async () => {
    const t = await emptyDatabase();
    await migrate(t.db);
    await t.db.pool.query(`insert into app_user (name, role) values ('ada', 'admin')`);
    const longer = join(folder, 'longer');
    cpSync(FOLDER, longer, { recursive: true });
    writeFileSync(
      join(longer, '9000_added.sql'),
      `alter table tieout.app_user add column mail text not null default '';`,
    );
    expect(await migrate(t.db, { folder: longer })).toEqual({ applied: ['9000_added'] });
    const row = await t.db.pool.query('select name, mail from app_user');
    expect(row.rows).toEqual([{ name: 'ada', mail: '' }]);
    await expect(migrate(t.db)).rejects.toThrow(/newer than this program[\s\S]*found: {4}9000_added/);
    await expect(requireSchema(t.db)).rejects.toThrow('newer than this program');
    await t.drop();
  });

  test('an applied file that was changed is named, with both hashes', async () => {
    const t = await emptyDatabase();
    await migrate(t.db);
    const changed = join(folder, 'changed');
    cpSync(FOLDER, changed, { recursive: true });
    const first = readdirSync(changed).toSorted()[0] ?? '';
    writeFileSync(join(changed, first), '-- nothing');
    await expect(migrate(t.db, { folder: changed })).rejects.toThrow(
      /0001_\w+\.sql: this migration was changed after/,
    );
    await t.drop();
  });
});
