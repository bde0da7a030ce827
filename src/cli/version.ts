// `--version`: the number of the package, the commit it was built from where the build could ask, and the schema it works on.
import { existsSync, readFileSync } from 'node:fs';

import { readMigrations } from '../db/migrate.ts';

/** One line. The build writes the commit beside the program: the checkout may have moved on since. */
export async function versionLine(): Promise<string> {
  const { version } = JSON.parse(readFileSync(root('package.json'), 'utf8')) as { version: string };
  const commit = existsSync(root('dist/commit')) ? readFileSync(root('dist/commit'), 'utf8').trim() : '';
  const schema = (await readMigrations()).at(-1)?.name ?? 'none';
  return `tieout ${version} (${commit === '' ? '' : `commit ${commit}, `}schema ${schema})`;
}

/** A file of the package, from dist/src/cli. */
const root = (path: string): URL => new URL(`../../../${path}`, import.meta.url);
