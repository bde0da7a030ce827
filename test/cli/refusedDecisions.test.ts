// A decision that is understood and not allowed ends with exit code 1, what is mistyped with 2: a script has to tell them apart.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { type TestDatabase, testDatabase } from '../support/database.ts';

const folder = mkdtempSync(join(tmpdir(), 'tieout-refused-'));
const keys: Record<string, string> = {};
let at: TestDatabase;

function tieout(as: string, ...words: string[]): { code: number | null; out: string; said: string } {
  const who = as === '' ? [] : ['--as', as];
  const done = spawnSync(process.execPath, [resolve('dist/src/main.js'), ...words, ...who], {
    cwd: folder,
    env: { ...process.env, DATABASE_URL: at.db.url, TIEOUT_KEY: keys[as] ?? '' },
    encoding: 'utf8',
  });
  return { code: done.status, out: done.stdout, said: done.stderr };
}

function add(name: string, role: string, as: string): void {
  const added = JSON.parse(tieout(as, 'users', 'add', name, '--role', role, '--json').out) as { key: string };
  keys[name] = added.key;
}

beforeAll(async () => {
  at = await testDatabase();
  cpSync('examples/first-tieout', folder, { recursive: true, filter: (path) => !path.includes('.tieout') });
  add('ana', 'admin', '');
  add('ben', 'reviewer', 'ana');
  add('aud', 'auditor', 'ana');
  tieout('', 'ingest', 'events', 'data/events.ndjson');
  tieout('', 'ingest', 'ledger', 'data/ledger.csv');
  tieout('', 'reconcile', '--as-of', '2026-10-31');
}, 120_000);
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await at.drop();
});

test('by role, by state, by what stands on it: 1; mistyped: 2', () => {
  const [first = ''] = tieout('', 'exceptions', '--json').out.split('\n');
  const { id } = JSON.parse(first) as { id: string };
  const accept = ['accept', id, '--why', 'known', '--json'];
  expect(tieout('aud', ...accept)).toMatchObject({
    code: 1,
    out: '',
    said: expect.stringMatching(/aud may not accept differences/),
  });
  expect(tieout('ben', ...accept)).toMatchObject({ code: 0 });
  expect(tieout('ben', ...accept)).toMatchObject({
    code: 1,
    out: '',
    said: expect.stringMatching(/accepted already/),
  });
  expect(tieout('ben', 'undo', 'run', '1')).toMatchObject({
    code: 1,
    said: expect.stringMatching(/later runs stand on it/),
  });
  expect(tieout('ben', 'undo', 'run', '77')).toMatchObject({ code: 2 });
  expect(tieout('ben', 'accept', 'beef', '--why', 'known')).toMatchObject({ code: 2 });
}, 120_000);
