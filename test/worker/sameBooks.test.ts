// A week of nights by workers that are killed, over the end of daylight saving and with a ledger two days late, against the
// same deliveries and days run by hand: the same result hash night by night, and the same tie-out at the end.
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ingestFiles, type IngestKind } from '../../jobs/intake/ingest.ts';
import { reconcile } from '../../jobs/run/reconcile.ts';
import { addDays, isoDate } from '../../src/accounting/dates.ts';
import { loadConfig } from '../../src/config/load.ts';
import type { Config, Schedule } from '../../src/config/model.ts';
import { loadRulebook } from '../../src/config/rulebookFiles.ts';
import type { Database } from '../../src/db/connection.ts';
import { claimNewSlot } from '../../src/db/slots/claimSlot.ts';
import { openLog } from '../../src/log/logger.ts';
import type { WorkContext } from '../../src/worker/context.ts';
import { JOBS } from '../../src/worker/jobs.ts';
import { workOn } from '../../src/worker/schedule.ts';
import { nextSlot } from '../../src/accounting/slots.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { copyExample } from '../support/copyExample.ts';

const HOUR = 3_600_000;
const NIGHTS = 7;
const DATA = new URL('../../examples/retail/data/', import.meta.url).pathname;

let folder: string;
let config: Config;
let byWorkers: TestDatabase;
let byHand: TestDatabase;
let now = 0;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tieout-week-'));
  copyExample('retail', folder);
  config = loadConfig(join(folder, 'tieout.yaml'), {});
  [byWorkers, byHand] = await Promise.all([testDatabase(), testDatabase()]);
});
afterAll(async () => {
  await Promise.all([byWorkers.drop(), byHand.drop()]);
  rmSync(folder, { recursive: true, force: true });
});

/** What arrives before which night: events in three parts, the ledger two days late, a correcting extract at the end. */
function deliveries(): { night: number; kind: IngestKind; files: string[] }[] {
  const events = readFileSync(join(DATA, 'events.ndjson'), 'utf8').trimEnd().split('\n');
  const third = Math.ceil(events.length / 3);
  const parts = [0, 1, 2].map((part) => {
    const path = join(folder, `events-${part + 1}.ndjson`);
    writeFileSync(path, `${events.slice(part * third, (part + 1) * third).join('\n')}\n`);
    return path;
  });
  const named = (from: string, name: string): string[] => {
    for (const end of ['csv', 'control.json'])
      copyFileSync(join(DATA, from, `ledger.${end}`), join(folder, `${name}.${end}`));
    return [join(folder, `${name}.csv`), join(folder, `${name}.control.json`)];
  };
  return [
    ...parts.map((path, night) => ({ night, kind: 'events' as const, files: [path] })),
    { night: 4, kind: 'ledger', files: named('', 'october') },
    { night: 6, kind: 'ledger', files: named('next-day', 'november') },
    { night: 6, kind: 'events', files: [join(DATA, 'next-day', 'events.ndjson')] },
  ];
}

/** Runs that count: day and result hash, in order. */
async function runsOf({ db }: TestDatabase): Promise<{ as_of: string; result_hash: string }[]> {
  const found = await db.pool.query<{ as_of: string; result_hash: string }>(
    `select as_of, result_hash from tieout.run where state = 'completed' and kind = 'reconcile' order by run_id`,
  );
  return found.rows;
}

async function totalsOf({ db }: TestDatabase): Promise<unknown> {
  const found = await db.pool.query<{ totals: { reconciliations: unknown } }>(
    `select totals from tieout.run where state = 'completed' and kind = 'reconcile' order by run_id desc limit 1`,
  );
  return found.rows[0]?.totals.reconciliations;
}

const worker = (name: string): WorkContext => ({
  config,
  db: byWorkers.db,
  log: openLog({ level: 'silent', scrub: (text) => text, runLog: join(folder, 'log', `${name}.ndjson`) }),
  worker: name,
  clock: () => now,
  erps: new Map(),
  project: { id: '', epoch: 1 },
  stop: new AbortController().signal,
  settleMs: 0,
  leaseMs: 60_000,
});

class Killed extends Error {}

/** A run that ends where a kill would: matched, nothing stored, its row still `running`. */
async function killedRun(db: Database, asOf: string): Promise<void> {
  const dies = (step: string): void => {
    if (step === 'storing matches') throw new Killed();
  };
  const rulebook = loadRulebook(config);
  const job = { db, config, rulebook, maker: 'schedule:nightly', clock: () => now, asOf: isoDate(asOf) };
  await expect(reconcile({ ...job, progress: dies })).rejects.toThrow(Killed);
}

test('killed workers, a clock change and a late feed end with the books of runs by hand', async () => {
  const nightly = config.schedules.get('nightly')!;
  const schedule: Schedule = { ...nightly, jobs: ['ingest', 'reconcile'] };
  const arriving = deliveries();
  const workers = [worker('one'), worker('two')];
  now = Date.parse('2026-10-29T12:00:00Z');
  await workOn(workers[0]!, schedule, now);
  for (let night = 0; night < NIGHTS; night += 1) {
    const { dueMs, day } = nextSlot(schedule, now);
    const asOf = addDays(isoDate(day), -1);
    for (const { kind, files } of arriving.filter((delivery) => delivery.night === night)) {
      const inbox = kind === 'ledger' ? config.inboxes.ledger.folder : config.inboxes.events.folder;
      mkdirSync(inbox, { recursive: true });
      for (const file of files) copyFileSync(file, join(inbox, `${night}-${file.split('/').at(-1) ?? ''}`));
      const rulebook = loadRulebook(config);
      const [file = ''] = files;
      await ingestFiles(byHand.db, config, rulebook, kind, [file], { clock: () => now });
    }
    now = dueMs + HOUR;
    if (night % 3 === 0) {
      await JOBS.ingest({ ...workers[0]!, schedule: 'nightly', day: isoDate(day) });
      await killedRun(byWorkers.db, asOf);
    }
    // An owner that vanished at once: whoever looks next takes the slot over.
    if (night % 2 === 1) {
      const slot = new Date(dueMs).toISOString();
      expect(await claimNewSlot(byWorkers.db.pool, 'nightly', slot, 'killed', 0)).toBeDefined();
    }
    await Promise.all(workers.map((one) => workOn(one, schedule, now)));
    const rulebook = loadRulebook(config);
    await reconcile({ db: byHand.db, config, rulebook, maker: 'anna', clock: () => now, asOf, workers: 1 });
  }
  const runs = await runsOf(byWorkers);
  expect(runs).toHaveLength(NIGHTS);
  expect(runs).toEqual(await runsOf(byHand));
  expect(new Set(runs.map((run) => run.result_hash)).size).toBeGreaterThan(3);
  expect(await totalsOf(byWorkers)).toEqual(await totalsOf(byHand));
}, 180_000);
