// Dirty inputs against the product's own event reader: each record is refused for the reason that the truth file names.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import { eventContext } from '../../src/config/eventContext.ts';
import { readEvent } from '../../src/events/read.ts';
import type { IntakeTruth } from '../../simulate/dirt.ts';
import { removeMonth, simulatedMonth, type Month } from './miniReconciliation.ts';

/** Reasons that only the store can tell: they need the other event. */
const TOLD_BY_INTAKE = new Set(['CONFLICTING_DUPLICATE']);

let month: Month;
let truth: IntakeTruth[];
beforeAll(() => {
  month = simulatedMonth({ seed: 11, orders: 300 });
  truth = lines('truth/intake.ndjson').map((line) => JSON.parse(line) as IntakeTruth);
});
afterAll(() => removeMonth(month));

function lines(path: string): string[] {
  return readFileSync(join(month.folder, path), 'utf8')
    .split('\n')
    .filter((line) => line !== '');
}

it('the event reader refuses what it must, for the reason that was meant', () => {
  const context = eventContext(loadConfig(join(month.folder, 'tieout.yaml'), {}));
  for (const { file, quarantined } of truth.filter((row) => row.file.startsWith('events'))) {
    const found: Record<string, number> = {};
    for (const line of lines(file)) {
      const outcome = readEvent(line, context);
      if (!outcome.ok) found[outcome.refusal.reason] = (found[outcome.refusal.reason] ?? 0) + 1;
    }
    const expected = Object.fromEntries(
      Object.entries(quarantined).filter(([reason]) => !TOLD_BY_INTAKE.has(reason)),
    );
    // The second correction of one target is told by the store as well.
    if (expected.BAD_CORRECTION !== undefined) expected.BAD_CORRECTION -= 1;
    expect(found).toEqual(expected);
  }
});

it('redelivered events have the content of the first delivery, however they are written', () => {
  const context = eventContext(loadConfig(join(month.folder, 'tieout.yaml'), {}));
  const known = new Map(month.events.map((event) => [`${event.source} ${event.id}`, event.contentHash]));
  const redelivered = truth.find((row) => row.file.includes('redelivery'));
  for (const line of lines(redelivered?.file ?? '')) {
    const outcome = readEvent(line, context);
    if (!outcome.ok) throw new Error(outcome.refusal.message);
    expect(outcome.event.contentHash).toBe(known.get(`${outcome.event.source} ${outcome.event.id}`));
  }
  expect(lines(redelivered?.file ?? '')).toHaveLength(redelivered?.duplicates ?? 0);
});
