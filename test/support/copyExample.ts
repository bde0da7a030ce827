// An example's own files in a folder of a test's own: not the database, outbox and reports that trying the example left.
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const EXAMPLES = fileURLToPath(new URL('../../examples/', import.meta.url));
/** As .gitignore has them, and as commands make them. */
const LEFT = new Set(['.tieout', 'outbox', 'archive', 'reports']);

/** Copies `examples/NAME` to `folder`. */
export function copyExample(name: string, folder: string): void {
  const from = join(EXAMPLES, name);
  cpSync(from, folder, {
    recursive: true,
    filter: (path) =>
      !path
        .slice(from.length)
        .split('/')
        .some((part) => LEFT.has(part) || part.endsWith('.key')),
  });
}
