// Where the examples of this installation lie: beside the sources, and beside `dist` where the program is built.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { Fault } from '../src/errors.ts';

/** The folder `examples` that came with the program. */
export function examplesFolder(): string {
  for (const above of ['../examples', '../../examples']) {
    const folder = fileURLToPath(new URL(above, import.meta.url));
    if (existsSync(path.join(folder, 'starter', 'tieout.yaml'))) return folder;
  }
  throw new Fault('the installation is incomplete: there is no examples/starter/tieout.yaml');
}
