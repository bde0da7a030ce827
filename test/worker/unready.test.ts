// A worker that cannot do all of its work: it says what and why, does the rest, and stops when it is told to.
import { existsSync, mkdirSync, copyFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { noteSlots } from '../../src/db/slots/noteSlots.ts';
import { readSlots } from '../../src/db/slots/readSlots.ts';
import { appUrl } from '../support/appLogin.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { Company, until } from './service.ts';

const NOBODY_LISTENS = 'postgres://app:secret-of-the-test@127.0.0.1:1/books';

let database: TestDatabase;
let company: Company;

beforeEach(async () => {
  database = await testDatabase();
  company = new Company(
    await appUrl(database.db),
    'nightly: { jobs: [reconcile], at: "00:00", timeZone: UTC, catchUp: all }',
  );
});
afterEach(async () => {
  await company.close();
  await database.drop();
});

test('no database at the start: alive, not ready, and gone when told to stop', async () => {
  const service = company.spawn(NOBODY_LISTENS);
  await service.answers('worker starts');
  expect((await service.page('/livez')).status).toBe(200);
  expect((await service.page('/readyz')).status).toBe(503);
  expect((await service.page('/metrics')).status).toBe(503);
  await until('it has tried', () => service.output.includes('will try again'));
  expect(await service.terminate()).toBe(0);
  expect(service.output).not.toContain('work is abandoned');
  expect(service.output).not.toContain('secret-of-the-test');
});

test('a database that does not exist ends it with exit code 3: no waiting mends that', async () => {
  const service = company.spawn(database.db.url.replace(/\/[^/]*$/, '/no_such_database'));
  expect(await service.ended).toBe(3);
  expect(service.output).toContain('"no_such_database" does not exist');
});

test('a folder for the run log that cannot be there ends it with exit code 3', async () => {
  rmSync(join(company.folder, '.tieout'), { recursive: true, force: true });
  writeFileSync(join(company.folder, '.tieout'), 'a file where the data folder should be');
  const service = company.spawn(await appUrl(database.db));
  expect(await service.ended).toBe(3);
  expect(service.output).toContain('the folder of the run log cannot be written');
});

test('an inbox that cannot be read: told, not ready, and everything else goes on', async () => {
  const ledger = join(company.folder, 'inbox', 'ledger');
  mkdirSync(join(company.folder, 'inbox', 'events'), { recursive: true });
  writeFileSync(ledger, 'a file where the folder should be');
  await noteSlots(database.db.pool, 'nightly', [new Date(Date.now() - 86_400_000).toISOString()], 'test', {
    first: '',
  });
  const service = await company.start();
  const events = join(company.folder, 'inbox', 'events', 'events.ndjson');
  copyFileSync(join(company.folder, 'data', 'events.ndjson'), events);
  await until('the events are taken', () => !existsSync(events));
  await until(
    'the night is done',
    async () => (await readSlots(database.db.pool, 'nightly', 1))[0]?.state === 'done',
  );
  const { status, text } = await service.page('/readyz');
  expect(status).toBe(503);
  expect(text).toMatch(/^not ready\ninbox folders: .*inbox\/ledger/);
  expect((await service.page('/metrics')).text).toContain('tieout_worker_failing{part="inbox folders"} 1');
  const told = service.output.split('\n').filter((line) => line.includes('work failed'));
  expect(told).toHaveLength(1);
  rmSync(ledger);
  await until('it is ready again', async () => (await service.page('/readyz')).status === 200);
  expect(service.output).toContain('work goes on');
});
