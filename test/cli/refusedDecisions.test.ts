// A decision that is understood and not allowed ends with exit code 1, what is mistyped with 2: a script has to tell them apart.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { appUrl } from '../support/appLogin.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { type Answer, tieout as run } from './tieout.ts';
import { copyExample } from '../support/copyExample.ts';

const folder = mkdtempSync(join(tmpdir(), 'tieout-refused-'));
const keys: Record<string, string> = {};
let at: TestDatabase;
let url: string;

function tieout(as: string, ...words: string[]): Promise<Answer> {
  const who = as === '' ? [] : ['--as', as];
  return run([...words, ...who], folder, { DATABASE_URL: url, TIEOUT_KEY: keys[as] ?? '' });
}

async function add(name: string, role: string, as: string): Promise<void> {
  const { out } = await tieout(as, 'users', 'add', name, '--role', role, '--json');
  keys[name] = (JSON.parse(out) as { key: string }).key;
}

beforeAll(async () => {
  at = await testDatabase();
  url = await appUrl(at.db);
  copyExample('first-tieout', folder);
  await add('ana', 'admin', '');
  await add('ben', 'reviewer', 'ana');
  await add('aud', 'auditor', 'ana');
  await tieout('', 'ingest', 'events', 'data/events.ndjson');
  await tieout('', 'ingest', 'ledger', 'data/ledger.csv');
  await tieout('', 'reconcile', '--as-of', '2026-10-31');
}, 120_000);
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await at.drop();
});

test('by role, by state, by what stands on it: 1; mistyped: 2', async () => {
  const [first = ''] = (await tieout('', 'exceptions', '--json')).out.split('\n');
  const { id } = JSON.parse(first) as { id: string };
  const accept = ['accept', id, '--why', 'known', '--json'];
  expect(await tieout('aud', ...accept)).toMatchObject({
    code: 1,
    out: '',
    said: expect.stringMatching(/aud may not accept differences/),
  });
  expect(await tieout('ben', ...accept)).toMatchObject({ code: 0 });
  expect(await tieout('ben', ...accept)).toMatchObject({
    code: 1,
    out: '',
    said: expect.stringMatching(/accepted already/),
  });
  expect(await tieout('ben', 'undo', 'run', '1')).toMatchObject({
    code: 1,
    said: expect.stringMatching(/later runs stand on it/),
  });
  expect(await tieout('ben', 'undo', 'run', '77')).toMatchObject({ code: 2 });
  expect(await tieout('ben', 'accept', 'beef', '--why', 'known')).toMatchObject({ code: 2 });
}, 120_000);
