// Every command that takes a person's word asks the one table of permissions: an auditor, who may decide nothing, is refused by
// each of them, in the same words, and nothing is written. A new command with `--as` has to be entered here.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { allCommands } from '../../src/cli/registry.ts';
import { appUrl } from '../support/appLogin.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { tieout } from './tieout.ts';
import { copyExample } from '../support/copyExample.ts';

/** Words that come as far as the question whether this person may. */
const WORDS: Readonly<Record<string, string>> = {
  rederive: 'rederive',
  'cases assign': 'cases assign CASE --to ben',
  'cases comment': 'cases comment CASE --text seen',
  'cases reopen': 'cases reopen CASE --why anew',
  decide: 'decide CASE --action accept --why known',
  accept: 'accept EXCEPTION --why known',
  reopen: 'reopen EXCEPTION --why anew',
  match: 'match 1 2 --why same',
  unmatch: 'unmatch 1 --why wrong',
  'undo run': 'undo run 1',
  'withdraw batch': 'withdraw batch 2 --why wrong',
  approve: 'approve RULES',
  reject: 'reject 1 --why no',
  resolve: 'resolve 1 --evidence absent --why seen',
  release: 'release US01 GL --why fine',
  certify: 'certify 2026-10 --company US01',
  reverse: 'reverse 1 --why wrong',
  override: 'override /oms/US01 E1 D1 --why other',
  'write-off': 'write-off 1 --why small',
  reclass: 'reclass EXCEPTION --why wrong',
  'quarantine dismiss': 'quarantine dismiss 1 --why noise',
  'users add': 'users add eve --role admin',
  'users revoke': 'users revoke ana',
  'rules approve': 'rules approve RULES',
  'evidence key': 'evidence key new',
  'keys add': 'keys add oms --events *',
  'keys revoke': 'keys revoke 1',
};

let at: TestDatabase;
const folder = mkdtempSync(join(tmpdir(), 'tieout-may-'));
const keys: Record<string, string> = {};
const ids: Record<string, string> = {};
const run = async (as: string, words: string) => {
  const named = words.split(' ').map((word) => ids[word] ?? word);
  const who = as === '' ? [] : ['--as', as];
  return tieout([...named, ...who], folder, { DATABASE_URL: await appUrl(at.db), TIEOUT_KEY: keys[as] });
};
const add = async (name: string, role: string, as: string): Promise<void> => {
  const { out } = await run(as, `users add ${name} --role ${role} --json`);
  keys[name] = (JSON.parse(out) as { key: string }).key;
};
const first = async (words: string, field: string): Promise<string> => {
  const { out } = await run('', words);
  return String((JSON.parse(out.split('\n')[0] ?? '{}') as Record<string, unknown>)[field]);
};

beforeAll(async () => {
  at = await testDatabase();
  copyExample('first-tieout', folder);
  await add('ana', 'admin', '');
  await add('aud', 'auditor', 'ana');
  await run('', 'ingest events data/events.ndjson');
  await run('', 'ingest ledger data/ledger.csv');
  writeFileSync(join(folder, 'bad.ndjson'), 'no event\n');
  await run('', 'ingest events bad.ndjson');
  await run('', 'reconcile --as-of 2026-10-31');
  ids['EXCEPTION'] = await first('exceptions --json', 'id');
  ids['CASE'] = await first('cases --json', 'case');
  ids['RULES'] = await first('rules check --json', 'hash');
}, 120_000);
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await at.drop();
});

test('every command with --as is asked for here', async () => {
  const commands = (await allCommands())
    .filter(({ options = {} }) => 'as' in options)
    .map(({ name }) => name);
  expect(commands.toSorted()).toEqual(Object.keys(WORDS).toSorted());
});

test.each(Object.entries(WORDS))('%s: an auditor may not', async (_, words) => {
  const written =
    'select (select count(*) from tieout.decision) as decisions, (select count(*) from tieout.app_user) as users';
  const before = (await at.db.pool.query(written)).rows;
  const { code, out, said } = await run('aud', words);
  // Of a case that nobody accepted nothing can be reopened, whoever asks: that is said first.
  const first = words.startsWith('cases reopen') ? /NOT_POSSIBLE/ : /aud may not /;
  expect(out + said).toMatch(first);
  expect(code).not.toBe(0);
  expect((await at.db.pool.query(written)).rows).toEqual(before);
});
