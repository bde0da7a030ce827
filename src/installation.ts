// Where what came with the program lies: beside the sources, and beside `dist` where the program is built.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { Fault } from './errors.ts';

/**
 * A folder that is part of the installation, as an absolute path.
 * @throws Fault where it is missing
 */
export function installedFolder(name: 'examples' | 'feeds'): string {
  for (const above of ['..', '../..']) {
    const root = fileURLToPath(new URL(above, import.meta.url));
    const folder = path.join(root, name);
    if (existsSync(path.join(root, 'package.json')) && existsSync(folder)) return folder;
  }
  throw new Fault(`the installation is incomplete: there is no folder ${name}`);
}
