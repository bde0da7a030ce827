// A week over the end of daylight saving, with two workers on one database and owners that vanish: every slot done once.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import { readProject } from '../../src/db/project.ts';
import { claimLostSlot, claimNewSlot } from '../../src/db/slots/claimSlot.ts';
import { endSlot, renewSlot } from '../../src/db/slots/moveSlot.ts';
import { readSlots } from '../../src/db/slots/readSlots.ts';
import { openLog } from '../../src/log/logger.ts';
import type { WorkContext } from '../../src/worker/context.ts';
import { completeFiles, emptyInboxes, newWatch } from '../../src/worker/inbox.ts';
import { workOn } from '../../src/worker/schedule.ts';
import { asApp } from '../support/appLogin.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { copyExample } from '../support/copyExample.ts';

let test1: TestDatabase;
let folder: string;
let now = 0;
const HOUR = 3_600_000;

beforeAll(async () => {
  test1 = await testDatabase();
  folder = mkdtempSync(join(tmpdir(), 'tieout-worker-'));
  copyExample('retail', folder);
});
afterAll(async () => {
  await test1.drop();
  rmSync(folder, { recursive: true, force: true });
});

async function workerNamed(worker: string): Promise<WorkContext> {
  const runLog = join(folder, 'log', `${worker}.ndjson`);
  const db = await asApp(test1.db);
  return {
    config: loadConfig(join(folder, 'tieout.yaml'), {}),
    db,
    project: await readProject(db.pool),
    log: openLog({ level: 'silent', scrub: (text) => text, runLog }),
    worker,
    clock: () => now,
    erps: new Map(),
    stop: new AbortController().signal,
    settleMs: 0,
    leaseMs: 5_000,
  };
}

test('two workers, a week, lost owners: seven slots, seven runs, in order', async () => {
  const workers = [await workerNamed('one'), await workerNamed('two')];
  const schedule = workers[0]!.config.schedules.get('nightly')!;
  now = Date.parse('2026-10-28T12:00:00Z');
  await Promise.all(workers.map((worker) => workOn(worker, schedule, now)));
  const lostOn = '2026-11-01T08:30:00.000Z';
  for (const end = now + 7 * 24 * HOUR; now < end; now += HOUR) {
    if (now === Date.parse('2026-11-01T09:00:00Z')) {
      expect(await claimNewSlot(test1.db.pool, 'nightly', lostOn, 'killed', 1)).toBeDefined();
    }
    await Promise.all(workers.map((worker) => workOn(worker, schedule, now)));
  }
  const slots = (await readSlots(test1.db.pool, 'nightly', 20)).filter(
    ({ outcome }) => outcome['first'] === undefined,
  );
  expect(slots.map(({ slot, state }) => `${slot.slice(0, 16)} ${state}`).toReversed()).toEqual([
    '2026-10-29T07:30 done',
    '2026-10-30T07:30 done',
    '2026-10-31T07:30 done',
    '2026-11-01T08:30 done', // an hour later by UTC: daylight saving has ended
    '2026-11-02T08:30 done',
    '2026-11-03T08:30 done',
    '2026-11-04T08:30 done',
  ]);
  const runs = await test1.db.pool.query<{ as_of: string; maker: string }>(
    'select as_of, maker from tieout.run order by run_id',
  );
  expect(runs.rows.map((run) => run.as_of)).toEqual(
    ['28', '29', '30', '31'].map((d) => `2026-10-${d}`).concat(['2026-11-01', '2026-11-02', '2026-11-03']),
  );
  expect(new Set(runs.rows.map((run) => run.maker))).toEqual(new Set(['schedule:nightly']));
  for (const worker of workers) await worker.db.close();
});

test('a stale owner is refused by its fence', async () => {
  const { pool } = test1.db;
  const first = await claimNewSlot(pool, 'other', '2026-10-01T00:00:00Z', 'one', 1);
  expect(await claimNewSlot(pool, 'other', '2026-10-01T00:00:00Z', 'two', 1)).toBeUndefined();
  expect(await claimNewSlot(pool, 'other', '2026-10-02T00:00:00Z', 'two', 1)).toBeUndefined(); // not before the earlier one
  await new Promise((done) => setTimeout(done, 20));
  const second = await claimLostSlot(pool, 'other', 'two', 60_000);
  expect(second?.losses).toBe(1);
  expect(await claimLostSlot(pool, 'other', 'three', 60_000)).toBeUndefined();
  expect([await renewSlot(pool, first!, 1), await endSlot(pool, first!, 'done', {})]).toEqual([false, false]);
  expect(await endSlot(pool, second!, 'done', {})).toBe(true);
});

test('files: unfinished names and growing files wait; complete ones move with a report', async () => {
  const inbox = join(folder, 'inbox', 'events');
  const context = await workerNamed('files');
  const watched = newWatch();
  await emptyInboxes(context, watched);
  for (const name of ['a.ndjson', 'b.ndjson.tmp', 'c.part', '.d.ndjson'])
    writeFileSync(join(inbox, name), '{"bad":1}\n');
  expect(completeFiles({ folder: inbox }, watched, 1, 10)).toEqual({ ready: [], waiting: true });
  writeFileSync(join(inbox, 'a.ndjson'), '{"bad":1}\n{"bad":2}\n');
  expect(completeFiles({ folder: inbox }, watched, 20, 10).ready).toEqual([]);
  expect(completeFiles({ folder: inbox }, watched, 40, 10).ready).toEqual(['a.ndjson']);
  await emptyInboxes(context, watched);
  expect(readdirSync(join(inbox, 'done')).toSorted()).toEqual(['a.ndjson', 'a.ndjson.report.json']);
  expect(existsSync(join(inbox, 'b.ndjson.tmp'))).toBe(true);
  await context.db.close();
});

test('a workbook in the decisions folder is not taken, since a folder knows no person: the log says so, once', async () => {
  const lines: string[] = [];
  const write = (line: string): void => void lines.push(line);
  const log = openLog({
    level: 'warn',
    scrub: (text) => text,
    runLog: join(folder, 'log', 'd.ndjson'),
    write,
  });
  const context = { ...(await workerNamed('decisions')), log };
  mkdirSync(context.config.inboxes.decisions, { recursive: true });
  writeFileSync(join(context.config.inboxes.decisions, 'run-7.xlsx'), 'reviewed');
  const watched = newWatch();
  await emptyInboxes(context, watched);
  await emptyInboxes(context, watched);
  const told = lines.filter((line) => line.includes('run-7.xlsx'));
  expect(told).toHaveLength(1);
  expect(told[0]).toContain('with --as USER');
  await context.db.close();
});
