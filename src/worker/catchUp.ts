// Which slots a worker owes and which are passed over, as the schedule's `catchUp` says. What is passed over is recorded
// like what is run, so nobody has to guess later why a night has no run.
import type { Slot } from '../accounting/slots.ts';

export type CatchUp = 'all' | 'latest' | 'none';

export interface Owed {
  /** To run, in order. */
  readonly run: readonly Slot[];
  /** To be recorded as passed over. */
  readonly passOver: readonly Slot[];
}

/** A slot this late still counts as met: a restart at the minute it is due must not lose it. */
export const LATE_MS = 15 * 60_000;

/**
 * @param owed slots since the last one taken, in order
 * @param watchedSinceMs when this worker began to watch: what fell due before was missed
 */
export function catchUp(owed: readonly Slot[], policy: CatchUp, watchedSinceMs: number): Owed {
  if (policy === 'all') return { run: owed, passOver: [] };
  const newest = owed.at(-1);
  const met = newest !== undefined && (policy === 'latest' || newest.dueMs >= watchedSinceMs - LATE_MS);
  return met ? { run: [newest], passOver: owed.slice(0, -1) } : { run: [], passOver: owed };
}
