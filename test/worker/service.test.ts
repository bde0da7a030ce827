// The real worker as a process: killed, asked to stop, cut off from its database, and beside another one. A slot is held in
// the middle by holding the lock of runs, so that every test strikes while a run is in work.
import pg from 'pg';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { lockRuns, unlockRuns } from '../../src/db/run/startRun.ts';
import { noteSlots } from '../../src/db/slots/noteSlots.ts';
import { readSlots } from '../../src/db/slots/readSlots.ts';
import { appUrl } from '../support/appLogin.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { Company, until } from './service.ts';

const DAY = 86_400_000;
const SCHEDULE = 'nightly: { jobs: [reconcile], at: "00:00", timeZone: UTC, catchUp: all }';

let database: TestDatabase;
let company: Company;
let blocker: pg.PoolClient;

beforeEach(async () => {
  database = await testDatabase();
  company = new Company(await appUrl(database.db), SCHEDULE);
  blocker = await database.db.pool.connect();
});
afterEach(async () => {
  await company.close();
  blocker.release(true);
  await database.drop();
});

/** Makes the schedule owe the last `days` slots. */
const owe = (days: number): Promise<void> =>
  noteSlots(database.db.pool, 'nightly', [new Date(Date.now() - days * DAY).toISOString()], 'test', {
    first: '',
  });

async function slots(): Promise<string[]> {
  const found = await readSlots(database.db.pool, 'nightly', 10);
  return found.filter(({ outcome }) => outcome['first'] === undefined).map(({ state }) => state);
}

/** The as-of days of the runs that count, in order. */
async function runs(): Promise<string[]> {
  const found = await database.db.pool.query<{ as_of: string }>(
    `select as_of from tieout.run where state = 'completed' order by run_id`,
  );
  return found.rows.map((run) => run.as_of);
}

const waitsForTheLock = (): Promise<void> =>
  until('the run waits for the lock', async () => {
    const waiting = await database.db.pool.query(
      `select from pg_stat_activity where datname = current_database() and wait_event = 'advisory'`,
    );
    return waiting.rowCount === 1;
  });

const allDone = (count: number): Promise<void> =>
  until(`${count} slots are done`, async () => {
    const states = await slots();
    return states.length === count && states.every((state) => state === 'done');
  });

test('killed in the middle of a run: another one takes over, the run counts once', async () => {
  await owe(1);
  await lockRuns(blocker);
  const first = await company.start();
  await waitsForTheLock();
  await first.kill();
  expect(await slots()).toEqual(['running']);
  // What a minute without renewal would do.
  await blocker.query(`update tieout.job_slot set lease_until = clock_timestamp() where state = 'running'`);
  await unlockRuns(blocker);
  await company.start();
  await allDone(1);
  expect(await runs()).toHaveLength(1);
  const [slot] = await readSlots(database.db.pool, 'nightly', 1);
  expect(slot?.outcome).toMatchObject({ losses: 1 });
});

test('asked to stop in the middle of a run that does not end: gone, its slot given back, no loss counted', async () => {
  await owe(1);
  await lockRuns(blocker);
  const first = await company.start();
  await waitsForTheLock();
  // The lock of the run is held until the worker is gone: it cannot have waited for it.
  expect(await first.terminate()).toBe(0);
  expect(first.output).toContain('work is abandoned');
  await unlockRuns(blocker);
  await company.start();
  await allDone(1);
  expect(await runs()).toHaveLength(1);
  const [slot] = await readSlots(database.db.pool, 'nightly', 1);
  expect(slot?.outcome['losses'] ?? 0).toBe(0);
});

test('the database goes away in the middle of a run and comes back: ready again, the slot done', async () => {
  await owe(1);
  await lockRuns(blocker);
  const service = await company.start();
  await waitsForTheLock();
  const server = new pg.Client({ connectionString: inject('serverUrl') });
  await server.connect();
  const name = new URL(database.db.url).pathname.slice(1);
  const kept = await blocker.query<{ pid: number }>('select pg_backend_pid() as pid');
  await server.query(`alter database ${name} allow_connections false`);
  await server.query(
    'select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and pid <> $2',
    [name, kept.rows[0]?.pid],
  );
  await until('the worker says so', async () => (await service.page('/readyz')).status === 503);
  expect((await service.page('/livez')).status).toBe(200);
  await server.query(`alter database ${name} allow_connections true`);
  await server.end();
  await unlockRuns(blocker);
  await allDone(1);
  expect((await service.page('/readyz')).status).toBe(200);
  expect(await runs()).toHaveLength(1);
});

test('two workers on one database: each slot once, in order', async () => {
  await owe(3);
  await Promise.all([company.start(), company.start()]);
  await allDone(3);
  const days = await runs();
  expect(days).toHaveLength(3);
  expect(days).toEqual([...new Set(days)].toSorted());
  const started = company.runLog().filter((line) => line['msg'] === 'slot started');
  expect(new Set(started.map((line) => line['slot'])).size).toBe(started.length);
});
