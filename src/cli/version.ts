// `--version`: the number of the package and, where the build could ask, the commit it was built from.
import { existsSync, readFileSync } from 'node:fs';

/** One line. The build writes the commit beside the program: the checkout may have moved on since. */
export function versionLine(): string {
  const { version } = JSON.parse(readFileSync(root('package.json'), 'utf8')) as { version: string };
  const commit = existsSync(root('dist/commit')) ? readFileSync(root('dist/commit'), 'utf8').trim() : '';
  return commit === '' ? `tieout ${version}` : `tieout ${version} (commit ${commit})`;
}

/** A file of the package, from dist/src/cli. */
const root = (path: string): URL => new URL(`../../../${path}`, import.meta.url);
