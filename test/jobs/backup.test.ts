import { cpSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { backup } from '../../jobs/administration/backup.ts';
import { signIn } from '../../jobs/administration/sessions.ts';
import { restore } from '../../jobs/administration/restore.ts';
import { authenticate } from '../../jobs/administration/userKeys.ts';
import { addUser } from '../../jobs/administration/users.ts';
import { verifyAudit } from '../../src/db/audit.ts';
import type { Database } from '../../src/db/connection.ts';
import { transaction } from '../../src/db/connection.ts';
import { listSequences, listTables } from '../../src/db/contents.ts';
import { migrate } from '../../src/db/migrate.ts';
import type { TestDatabase } from '../support/database.ts';
import { emptyDatabase, testDatabase } from '../support/database.ts';

const NASTY = 'tab\tline\nreturn\r\\N \\. "quote" \'ä€😀 {a,b}';

async function fillSome(db: Database): Promise<string> {
  const { key } = await addUser(db, { name: 'ada', role: 'admin', osUser: 'tester', now: Date.now() });
  await db.pool.query(
    `insert into batch (batch_id, kind, feed, path, sha256, received, accepted, duplicates, skipped, quarantined, accounts)
     select nextval('batch_id'), 'events', $1, $1, n::text, 2, 1, 0, 0, 1, array[$1, null, ''] from generate_series(1, 3000) n`,
    [NASTY],
  );
  await db.pool.query(
    `insert into quarantine (quarantine_id, batch_id, position, kind, feed, reason, message, raw, raw_hash, amount)
     values (nextval('quarantine_id'), 1, 1, 'event', 'f', 'INVALID', $1, '\\x00ff0a5c'::bytea, '\\x01'::bytea, -0.0001)`,
    [NASTY],
  );
  await signIn(db, { key }, Date.now());
  return key;
}

/** Every table's rows as one hash, and where every sequence stands. */
async function fingerprint(db: Database): Promise<Record<string, string>> {
  return transaction(db, async (client) => {
    const found: Record<string, string> = {};
    for (const { name } of await listTables(client)) {
      const row = await client.query<{ hash: string }>(
        `select count(*) || ' ' || coalesce(md5(string_agg(t::text, '|' order by t::text collate "C")), '') as hash from tieout."${name}" t`,
      );
      found[name] = row.rows[0]?.hash ?? '';
    }
    for (const state of await listSequences(client))
      found[state.name] = `${state.lastValue} ${state.isCalled}`;
    return found;
  });
}

describe('backup and restore', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tieout-backup-'));
  const dir = join(folder, 'copy');
  let source: TestDatabase;
  let key = '';

  beforeAll(async () => {
    source = await testDatabase();
    key = await fillSome(source.db);
    await backup(source.db, dir);
  });
  afterAll(async () => {
    await source.drop();
    rmSync(folder, { recursive: true, force: true });
  });

  test('everything comes back as it was, and the next numbers follow', async () => {
    const target = await emptyDatabase();
    await restore(target.db, dir);
    const [now, before] = [await fingerprint(target.db), await fingerprint(source.db)];
    // All but the project's epoch, which a restore draws anew, with a number for its brake; and sessions, which it ends: one that was
    // ended after the backup must not live again.
    const drawn = { project: '', brake_id: '', user_session: '' };
    expect({ ...now, ...drawn }).toEqual({ ...before, ...drawn });
    expect(now['project']).not.toBe(before['project']);
    const live = 'select count(*)::int as n from tieout.user_session where ended_at is null';
    expect((await source.db.pool.query(live)).rows).toEqual([{ n: 1 }]);
    expect((await target.db.pool.query(live)).rows).toEqual([{ n: 0 }]);
    expect((await fingerprint(target.db))['batch']).toMatch(/^3000 /);
    const next = await target.db.pool.query<{ id: string }>(`select nextval('batch_id') as id`);
    expect(next.rows[0]?.id).toBe('3001');
    expect((await verifyAudit(target.db.pool)).broken).toEqual([]);
    const proof = await authenticate(target.db, {
      name: 'ada',
      key,
      osUser: '',
      now: new Date().toISOString(),
    });
    expect(proof.ok).toBe(true);
    await target.drop();
  });

  test('what holds facts holds again after a restore', async () => {
    const target = await emptyDatabase();
    await restore(target.db, dir);
    await expect(target.db.pool.query('delete from batch')).rejects.toThrow('never changed');
    const off = await target.db.pool.query(
      `select 1 from pg_trigger where not tgisinternal and tgenabled <> 'O' and tgrelid::regclass::text like 'tieout.%'`,
    );
    expect(off.rowCount).toBe(0);
    expect(await migrate(target.db)).toEqual({ applied: [] });
    await target.drop();
  });

  test('a migrated but unused database may be restored into, a used one not', async () => {
    const target = await testDatabase();
    await restore(target.db, dir);
    const before = await fingerprint(target.db);
    await expect(restore(target.db, dir)).rejects.toThrow(/not empty[\s\S]*rows in app_user, audit, batch/);
    expect(await fingerprint(target.db)).toEqual(before);
    await target.drop();
  });

  test('a backup never goes into a folder with files', async () => {
    await expect(backup(source.db, dir)).rejects.toThrow('is not empty');
  });

  test('a changed, cut or missing file is named, and nothing is restored', async () => {
    const target = await emptyDatabase();
    const broken = join(folder, 'broken');
    cpSync(dir, broken, { recursive: true });
    truncateSync(join(broken, 'batch.copy'), 1000);
    await expect(restore(target.db, broken)).rejects.toThrow(
      /batch\.copy: this file of the backup was changed or cut/,
    );
    rmSync(join(broken, 'batch.copy'));
    await expect(restore(target.db, broken)).rejects.toThrow(
      /batch\.copy: a file of the backup cannot be read/,
    );
    await expect(restore(target.db, folder)).rejects.toThrow('not a backup');
    const schema = await target.db.pool.query(`select 1 from pg_namespace where nspname = 'tieout'`);
    expect(schema.rowCount).toBe(0);
    await target.drop();
  });

  test('a backup of a newer version is refused', async () => {
    const target = await emptyDatabase();
    const newer = join(folder, 'newer');
    cpSync(dir, newer, { recursive: true });
    const file = join(newer, 'manifest.json');
    const manifest = JSON.parse(readFileSync(file, 'utf8')) as {
      migrations: { name: string; checksum: string }[];
    };
    manifest.migrations.push({ name: '9999_later', checksum: '0' });
    writeFileSync(file, JSON.stringify(manifest));
    await expect(restore(target.db, newer)).rejects.toThrow(/newer version[\s\S]*9999_later/);
    await target.drop();
  });
});
