// `npm run chaos`: breaks everything that can break while journals are being sent, and counts. The short version is part of
// every check; the full one, with the counts of docs/reliability.md, runs before a release.
//
//   npm run chaos [-- --short] [-- --scale 0.1] [-- --only WORD] [-- --json]
import { parseArgs } from 'node:util';

import { openLaboratory } from './laboratory.ts';
import { MUTANTS } from './orders.ts';
import { runMutant } from './mutants.ts';
import { plan } from './plan.ts';
import type { PlannedRow } from './plan.ts';
import { faultJson, faultText, holds, mutantJson, mutantText } from './report.ts';

const { values } = parseArgs({
  options: {
    short: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    scale: { type: 'string', default: '1' },
    only: { type: 'string', default: '' },
  },
});

/** The rows mostly wait for leases to end. */
const AT_ONCE = 4;
const print = (line: string): void => void process.stdout.write(`${line}\n`);
const seconds = (from: number): number => Math.round((Date.now() - from) / 1_000);

/** Runs what `work` gives for each, so many at once. */
async function each<T>(items: readonly T[], atOnce: number, work: (item: T) => Promise<void>): Promise<void> {
  const waiting = [...items];
  const lane = async (): Promise<void> => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
}

async function main(): Promise<boolean> {
  const started = Date.now();
  const lab = await openLaboratory();
  let good = true;
  const runRow = async (row: PlannedRow): Promise<void> => {
    const from = Date.now();
    const outcome = await row.run(lab);
    if (outcome === undefined) return void process.stderr.write(`SKIPPED: ${row.name} needs ${row.needs}\n`);
    good &&= holds(outcome);
    print(values.json ? faultJson(outcome) : faultText(outcome, seconds(from)));
  };
  try {
    const rows = plan({ short: values.short, scale: Number(values.scale) }).filter(({ name }) =>
      name.includes(values.only),
    );
    await each(
      rows.filter(({ alone }) => alone),
      1,
      runRow,
    );
    await each(
      rows.filter(({ alone }) => !alone),
      AT_ONCE,
      runRow,
    );
    const mutants = MUTANTS.filter((mutant) => `mutant ${mutant}`.includes(values.only));
    await each(mutants, AT_ONCE, async (mutant) => {
      const caught = await runMutant(lab, mutant, values.short);
      good &&= caught.caught;
      print(values.json ? mutantJson(caught) : mutantText(caught));
    });
  } finally {
    await lab.close();
  }
  process.stderr.write(`${good ? 'all held' : 'NOT all held'}, ${seconds(started)} s\n`);
  return good;
}

process.exitCode = (await main()) ? 0 : 1;
