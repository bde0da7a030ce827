// The sending machine against random outcomes, crashes and stopped workers: never two documents for one key, and an end.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { Capabilities } from '../../src/posting/outgoing.ts';
import { POSTING_SETTINGS } from '../../src/posting/posting.ts';
import { sampleJournal, World } from './model.ts';
import type { WorldOptions } from './model.ts';

const SHEET: Capabilities = {
  idempotency: 'none',
  externalId: false,
  look: 'byReference',
  lookLagSeconds: 120,
  documentIdInAnswer: true,
  batchAtomic: false,
  maxBatch: 1,
};
const ENDS = new Set(['POSTED', 'REJECTED', 'NEEDS_HUMAN', 'CONFLICT', 'DUPLICATE_FOUND']);

/** Mulberry32: the test's own dice, from fast-check's seed. */
function dice(seed: number): () => number {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

async function play(
  seed: number,
  sheet: Partial<Capabilities>,
  more: Partial<WorldOptions> = {},
): Promise<World> {
  const world = new World({
    random: dice(seed),
    capabilities: { ...SHEET, ...sheet },
    settings: POSTING_SETTINGS,
    faults: 0.3,
    crashes: 0.03,
    ...more,
  });
  for (let n = 1; n <= 3; n += 1) world.add(sampleJournal(n));
  expect(await world.run(60_000), `seed ${seed} never ends`).toBe(true);
  return world;
}

function doubles(world: World): number {
  return world.rows.filter((row) => world.documentsOf(row.journal) > 1).length;
}

/** What broke the law in a world, in words. */
function broken(world: World): string[] {
  return world.rows.flatMap((row) => {
    const documents = world.documentsOf(row.journal);
    return [
      ...(documents > 1 ? [`${row.state}: ${documents} documents`] : []),
      ...(ENDS.has(row.state) ? [] : [`ended in ${row.state}`]),
      ...(row.state === 'POSTED' && documents !== 1 ? ['posted, no document'] : []),
      ...(row.state === 'REJECTED' && documents !== 0 ? ['refused, yet booked'] : []),
    ];
  });
}

/** Plays many worlds; returns what broke in the first that did. */
async function findBroken(
  runs: number,
  sheet: Partial<Capabilities>,
  also: (world: World) => string[] = () => [],
): Promise<string[]> {
  const found: string[] = [];
  await fc.assert(
    fc.asyncProperty(fc.integer(), async (seed) => {
      const world = await play(seed, sheet);
      for (const what of [...broken(world), ...also(world)]) found.push(`seed ${seed}: ${what}`);
      return found.length === 0;
    }),
    { numRuns: runs, endOnFailure: true },
  );
  return found;
}

describe('the sending machine', () => {
  it('never makes two documents, and ends, on an ERP without idempotency whose search lags by two minutes', async () => {
    expect(await findBroken(600, {})).toEqual([]);
  });

  it('holds when jobs are accepted for later and polled', async () => {
    expect(await findBroken(300, { idempotency: 'async', lookLagSeconds: 0 })).toEqual([]);
  });

  it('asks a person instead of sending twice where the ERP cannot be searched', async () => {
    const twice = (world: World): string[] =>
      world.rows.filter((row) => row.sends > 1).map(() => 'sent twice');
    expect(await findBroken(200, { look: 'none' }, twice)).toEqual([]);
  });

  it('posts everything when nothing goes wrong, with one look and one call each', async () => {
    const world = await play(1, {}, { faults: 0, crashes: 0 });
    expect(world.rows.map((row) => [row.state, row.sends, row.attempts])).toEqual(
      Array(3).fill(['POSTED', 1, 2]),
    );
  });

  it('books nothing twice that a restored database has forgotten to have sent', async () => {
    const world = await play(1, {}, { faults: 0, crashes: 0 });
    world.rows.length = 0;
    world.now += SHEET.lookLagSeconds * 1_000;
    for (let n = 1; n <= 3; n += 1) world.add(sampleJournal(n));
    expect(await world.run(60_000)).toBe(true);
    expect(world.rows.map((row) => [row.state, row.sends])).toEqual(Array(3).fill(['POSTED', 0]));
    expect(doubles(world)).toBe(0);
  });

  it.each(['lookAlwaysAbsent', 'noGrace', 'noFence'] as const)(
    'would be caught without its guard: %s',
    async (mutant) => {
      let found = 0;
      for (let seed = 1; seed <= 300 && found === 0; seed += 1) {
        const world = new World({
          random: dice(seed),
          capabilities: SHEET,
          settings: POSTING_SETTINGS,
          faults: 0.3,
          crashes: 0.03,
          mutant,
        });
        for (let n = 1; n <= 3; n += 1) world.add(sampleJournal(n));
        // A broken machine may also make illegal moves: caught is caught.
        const legal = await world.run(60_000).then(
          () => true,
          () => false,
        );
        if (!legal || doubles(world) > 0) found += 1;
      }
      expect(found).toBe(1);
    },
  );
});
