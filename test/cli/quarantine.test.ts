// Thousands of refused records are looked at by sums and filters, and put aside by a filter; one that finds nothing says so.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { ingestFiles } from '../../jobs/intake/ingest.ts';
import { addUser } from '../../jobs/administration/users.ts';
import type { Command } from '../../src/cli/command.ts';
import { exceptions } from '../../src/cli/exceptions.ts';
import { list } from '../../src/cli/list.ts';
import { quarantineDismiss, quarantineList } from '../../src/cli/quarantine.ts';
import { reconcile } from '../../src/cli/reconcile.ts';
import { loadConfig } from '../../src/config/load.ts';
import { loadRulebook } from '../../src/config/rulebookFiles.ts';
import { appUrl } from '../support/appLogin.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { copyExample } from '../support/copyExample.ts';

const folder = mkdtempSync(join(tmpdir(), 'tieout-filters-'));
const clock = (): number => Date.parse('2026-11-01T00:00:00Z');
let at: TestDatabase;
let url: string;
let key = '';

const HEAD = 'company,document,line,posting_date,account,location,dimension,currency,amount,reference\n';
const row = (n: number, currency: string, amount: string): string =>
  `JN01,${n},1,2026-10-01,1200,S1,,${currency},${amount},R-${n}\n`;

beforeAll(async () => {
  at = await testDatabase();
  url = await appUrl(at.db);
  copyExample('first-tieout', folder);
  const config = loadConfig(join(folder, 'tieout.yaml'), {});
  const path = join(folder, 'bad.csv');
  writeFileSync(path, HEAD + row(1, 'USX', '1.00') + row(2, 'USX', '2.00') + row(3, 'USD', 'much'));
  await ingestFiles(at.db, config, loadRulebook(config), 'ledger', [path], { clock });
  const person = { osUser: 'root', now: Date.now() };
  const root = await addUser(at.db, { name: 'ana', role: 'admin', ...person });
  const by = { name: 'ana', role: 'admin', keyId: root.key.split('.')[0] ?? '', osUser: 'root' } as const;
  ({ key } = await addUser(at.db, { name: 'pia', role: 'preparer', by, ...person }));
}, 60_000);
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await at.drop();
});

async function run(command: Command, options: Record<string, string | boolean> = {}, args: string[] = []) {
  const out: string[] = [];
  const code = await command.run({
    args,
    options,
    json: options['json'] === true,
    configPath: join(folder, 'tieout.yaml'),
    env: { DATABASE_URL: url, TIEOUT_KEY: key },
    clock,
    print: (line) => void out.push(line),
    note: () => undefined,
    terminal: false,
  });
  return { code, out: out.join('\n') };
}

test('sums by reason and column, with and without the records; a filter that finds nothing says what waits', async () => {
  const sums = await run(quarantineList, { sums: true });
  expect(sums.out).toMatch(/^3 wait: /);
  expect(sums.out).toMatch(/\n\w+ +currency +2\n\w+ +amount +1$/);
  expect(sums.code).toBe(1);
  const json = await run(quarantineList, { sums: true, json: true });
  const [first] = json.out.split('\n').map((line) => JSON.parse(line) as { reason: string });
  expect(first).toMatchObject({ column: 'currency', records: 2 });
  const some = await run(quarantineList, {
    reason: first?.reason ?? '',
    company: 'JN01',
    since: '2026-01-01',
  });
  expect(some.out).toMatch(/USX[^]*2 wait, of those like --company JN01 --reason/);
  const none = await run(quarantineList, { company: 'JN02' });
  expect(none).toEqual({
    code: 0,
    out: expect.stringMatching(/^no record in quarantine is like --company JN02; what waits: /),
  });
});

test('dismissed by filter, or by id, never by both or neither', async () => {
  const who = { as: 'pia', why: 'test data' };
  await expect(run(quarantineDismiss, who)).rejects.toThrow(/no record is named/);
  await expect(run(quarantineDismiss, { ...who, company: 'JN01' }, ['1'])).rejects.toThrow(
    /and a filter is given/,
  );
  await expect(run(quarantineDismiss, { ...who, feed: 'sap-fi' })).rejects.toThrow(
    /--feed sap-fi: no record that waits in quarantine is like this; nothing was put aside[^]*expected: \w+ \d/,
  );
  const done = await run(quarantineDismiss, { ...who, company: 'JN01' });
  expect(done).toEqual({ code: 0, out: 'put aside: 3 records like --company JN01' });
  expect(await run(quarantineList, { reason: 'NO_RATE' })).toEqual({
    code: 0,
    out: 'nothing is in quarantine',
  });
  const { rows } = await at.db.pool.query(`select subject, why from tieout.decision where kind = 'dismiss'`);
  expect(rows).toEqual([{ subject: '3 records: --company JN01', why: 'test data' }]);
}, 30_000);

test('filters of other lists that find nothing say so too', async () => {
  expect((await run(list, { reference: 'R-9' }, ['lines'])).out).toBe('No lines with the reference R-9.');
  expect((await run(list, {}, ['matches'])).out).toBe('No matches.');
  await expect(run(exceptions, { reason: 'TIMIN' })).rejects.toThrow(/did you mean TIMING/);
  await run(reconcile, { 'as-of': '2026-10-31' });
  expect((await run(exceptions, { reason: 'SPLIT_INCOMPLETE' })).out).toBe(
    'Nothing with the reason SPLIT_INCOMPLETE is open as of 2026-10-31 (run 1).',
  );
}, 30_000);
