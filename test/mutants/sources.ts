// Where a mutant's text stands. It has to stand exactly once in all sources: the list then survives that code moves from
// file to file, and says so when the code itself is gone.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import type { Mutant } from './mutant.ts';

const FOLDERS = ['src', 'entities', 'jobs', 'reports'];

/** Text by path of all sources. */
export type Sources = ReadonlyMap<string, string>;

export function sourcesIn(root: string): Sources {
  const sources = new Map<string, string>();
  for (const folder of FOLDERS)
    for (const name of readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })) {
      const path = join(folder, name);
      if (/\.(?:ts|sql)$/.test(name)) sources.set(path, readFileSync(join(root, path), 'utf8'));
    }
  return sources;
}

/** What is wrong with the list, a line each. */
export function faultsIn(mutants: readonly Mutant[], sources: Sources): string[] {
  const faults: string[] = [];
  for (const { name, find, put } of mutants) {
    const places = placesOf(find, sources);
    if (places.length !== 1)
      faults.push(
        `mutant "${name}": its text stands ${places.length} times in the sources (${places.join(', ') || 'nowhere'}), ` +
          `not once; take the text that means the same now: ${JSON.stringify(find)}`,
      );
    if (find === put) faults.push(`mutant "${name}" changes nothing`);
  }
  const names = mutants.map(({ name }) => name);
  for (const name of new Set(names.filter((one, i) => names.indexOf(one) !== i)))
    faults.push(`two mutants are named "${name}"`);
  return faults;
}

/** The file of a mutant that is known to stand once. */
export function placeOf({ find }: Mutant, sources: Sources): string {
  const [place] = placesOf(find, sources);
  if (place === undefined) throw new Error(`nowhere in the sources: ${find}`);
  return place;
}

/** A file for each place. */
function placesOf(find: string, sources: Sources): string[] {
  return [...sources].flatMap(([path, text]) =>
    Array.from({ length: text.split(find).length - 1 }, () => path),
  );
}
