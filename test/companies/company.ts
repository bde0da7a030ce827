// A random company of one seed: its scenes, and when its files come in and its runs are made.
import { Random } from '../../simulate/random.ts';
import { scenesOf } from './scenes.ts';
import type { Company, Step } from './world.ts';

/** The last day of all: what was sold is past its grace days, and all that was keyed in is delivered. */
const END = 40;

/** @param scenes numbers of the scenes that it keeps; left out: all */
export function companyOf(seed: string, scenes?: readonly number[]): Company {
  const { count, assessed, scene } = scenesOf(seed);
  const kept = scenes ?? Array.from({ length: count }, (_, number) => number);
  const made = kept.map(scene);
  return {
    seed,
    assessed,
    facts: made.flatMap(({ facts }) => facts),
    documents: made.flatMap(({ documents }) => documents),
    steps: steps(new Random(seed, 'steps')),
  };
}

/** Two or three cuts at rising dates: the extract of a cut may be older than it, reach beyond it, or come a cut too late. */
function steps(dice: Random): Step[] {
  const cuts = [...new Set(Array.from({ length: dice.int(1, 2) }, () => dice.int(8, 30)))].sort(
    (a, b) => a - b,
  );
  const made: Step[] = [];
  let owed: Step['extracts'] = [];
  let reached = -1;
  for (const asOf of cuts) {
    const today = asOf + dice.pick([0, 1, 1, 3]);
    const to = Math.max(reached, Math.min(today, asOf + dice.pick([-4, -1, 0, 0, 0, 2, 3])));
    const extracts = [...owed];
    owed = [];
    if (dice.chance(250)) owed.push({ to });
    else extracts.push({ to });
    // A late one comes after a newer one at times.
    if (dice.chance(500)) extracts.reverse();
    reached = to;
    made.push({ eventsUntil: today, extracts, asOf });
  }
  made.push({ eventsUntil: END, extracts: [...owed, { to: END }], asOf: END - dice.pick([0, 1, 8]) });
  return made;
}
