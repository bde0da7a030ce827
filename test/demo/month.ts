// One demonstration on a test database: makes the month in a folder of its own, lives it, and cleans up.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { demo } from '../../jobs/demo.ts';
import type { DemoOutcome } from '../../jobs/demo.ts';
import { makeDemo } from '../../jobs/demoFolder.ts';
import type { DemoJob } from '../../jobs/demoMonth.ts';
import { loadConfig } from '../../src/config/load.ts';
import { loadRulebook } from '../../src/config/rulebookFiles.ts';
import type { Simulation } from '../../src/simulate/simulate.ts';
import { testDatabase } from '../support/database.ts';

export interface MonthOf {
  seed: number;
  orders: number;
  /** Changes the files, or the order of the steps, before anything is taken in. */
  arrange?: (folder: string, simulation: Simulation) => void;
}

/** Lives the month and hands outcome and database to `look` before both are gone. */
export async function liveMonth<T>(
  { seed, orders, arrange }: MonthOf,
  look: (outcome: DemoOutcome, job: DemoJob) => Promise<T>,
): Promise<T> {
  const at = await testDatabase();
  const folder = mkdtempSync(join(tmpdir(), 'tieout-month-'));
  try {
    const simulation = makeDemo(folder, { seed, orders });
    arrange?.(folder, simulation);
    const config = loadConfig(join(folder, 'tieout.yaml'), {});
    const job = { db: at.db, config, rulebook: loadRulebook(config), folder, clock: () => Date.now() };
    return await look(await demo(job, simulation), job);
  } finally {
    rmSync(folder, { recursive: true, force: true });
    await at.drop();
  }
}
