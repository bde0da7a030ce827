// One month, one result: the same facts in another order and in other files give the same result hash in each of its four
// runs.
import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { Random } from '../../simulate/random.ts';
import type { Simulation } from '../../simulate/simulate.ts';
import { joinDays, liveMonth } from './month.ts';

const hashes = (arrange: (folder: string, simulation: Simulation) => void): Promise<string[]> =>
  liveMonth({ seed: 11, orders: 120, arrange }, (outcome) =>
    Promise.resolve(outcome.steps.map((step) => step.statement.resultHash)),
  );

function shuffled<T>(items: readonly T[], random: Random): T[] {
  const left = [...items];
  return items.map(() => left.splice(random.int(0, left.length - 1), 1)[0] as T);
}

/** Which of two contents of one delivery came first decides, so the file with the contradiction stays last. */
const staysLast = (path: string): boolean => path.includes('/dirty-');

/** All events of a step in three files, in any order; the lines of each complete extract in any order. */
function mix(folder: string, simulation: Simulation): void {
  const random = new Random('another order');
  for (const step of simulation.steps) {
    for (const delivery of step.ingest) {
      if (delivery.command === 'ledger')
        for (const file of delivery.files) mixLines(join(folder, file), random);
      if (delivery.command !== 'events') continue;
      const last = delivery.files.filter(staysLast);
      const mixed = delivery.files.filter((file) => !staysLast(file));
      const lines = mixed.flatMap((file) => readFileSync(join(folder, file), 'utf8').split(/(?<=\n)/));
      for (const file of mixed) rmSync(join(folder, file));
      const targets = [1, 2, 3].map((number) => `events/${step.name}-mixed-${number}.ndjson`);
      for (const line of shuffled(lines, random)) {
        appendFileSync(join(folder, random.pick(targets)), line.endsWith('\n') ? line : `${line}\n`);
      }
      delivery.files = [...shuffled(targets, random), ...last];
    }
  }
}

function mixLines(path: string, random: Random): void {
  if (!path.endsWith('closing.csv')) return;
  const [header = '', ...lines] = readFileSync(path, 'utf8').split(/(?<=\r?\n)/);
  writeFileSync(
    path,
    header +
      shuffled(
        lines.filter((line) => line.trim() !== ''),
        random,
      ).join(''),
  );
}

it('mixed', async () => {
  const [first, mixed] = await Promise.all([hashes(joinDays), hashes(mix)]);
  expect(new Set(first).size).toBe(4);
  expect(mixed).toEqual(first);
}, 300_000);
