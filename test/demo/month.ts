// One demonstration on a test database: makes the month in a folder of its own, lives it, and cleans up.
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { demo } from '../../jobs/demo/demo.ts';
import type { DemoOutcome } from '../../jobs/demo/demo.ts';
import { makeDemo } from '../../jobs/demo/folder.ts';
import type { DemoJob } from '../../jobs/demo/month.ts';
import { loadConfig } from '../../src/config/load.ts';
import { loadRulebook } from '../../src/config/rulebookFiles.ts';
import type { Simulation } from '../../simulate/simulate.ts';
import { testDatabase } from '../support/database.ts';

export interface MonthOf {
  seed: number;
  orders: number;
  /** Changes the files before anything is taken in; `joinDays` where absent. */
  arrange?: (folder: string, simulation: Simulation) => void;
}

/** Lives the month and hands outcome and database to `look` before both are gone. */
export async function liveMonth<T>(
  { seed, orders, arrange = joinDays }: MonthOf,
  look: (outcome: DemoOutcome, job: DemoJob) => Promise<T>,
): Promise<T> {
  const at = await testDatabase();
  const folder = mkdtempSync(join(tmpdir(), 'tieout-month-'));
  try {
    const simulation = makeDemo(folder, { seed, orders });
    arrange(folder, simulation);
    const config = loadConfig(join(folder, 'tieout.yaml'), {});
    const job = { db: at.db, config, rulebook: loadRulebook(config), folder, clock: () => Date.now() };
    return await look(await demo(job, simulation), job);
  } finally {
    rmSync(folder, { recursive: true, force: true });
    await at.drop();
  }
}

/** Made dirty on purpose, and counted file by file. */
export const isDirty = (path: string): boolean => /\/(?:dirty|redelivery|truncated)-/.test(path);

/** One file of events a step instead of four a day: a delivery costs some 25 ms, however small it is. */
export function joinDays(folder: string, { steps }: Simulation): void {
  for (const step of steps) {
    for (const delivery of step.ingest.filter(({ command }) => command === 'events')) {
      const joined = `events/${step.name}.ndjson`;
      for (const file of delivery.files.filter((path) => !isDirty(path))) {
        appendFileSync(join(folder, joined), readFileSync(join(folder, file)));
      }
      delivery.files = [joined, ...delivery.files.filter(isDirty)];
    }
  }
}
