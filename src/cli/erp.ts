// `erp setup NAME`: makes the folders of a file drop and their marker files, once, by a person who knows that they are the
// right ones; sending never does, since a share that is not mounted looks like a new folder.
import { relative } from 'node:path';

import { setUpErp } from '../../jobs/posting/setUpErp.ts';
import { UserError } from '../errors.ts';
import type { Command, ExitCode } from './command.ts';
import { withDatabase } from './withDatabase.ts';

export const erpSetup: Command = {
  name: 'erp setup',
  words: 'NAME',
  summary: 'makes the folders of a file drop and their marker files, without which nothing is sent',
  run(context) {
    const [name, ...more] = context.args;
    if (name === undefined || more.length > 0)
      throw new UserError({
        where: 'erp setup',
        what: 'one ERP has to be named',
        expected: 'tieout erp setup NAME, a name under erps: in tieout.yaml',
      });
    return withDatabase<ExitCode>(context, async ({ config, db }) => {
      const made = await setUpErp(db, config.erps, name);
      if (context.json) context.print(JSON.stringify({ erp: name, made }));
      else if (made.length === 0)
        context.print(`${name}: its markers are there already, nothing was changed`);
      else for (const folder of made) context.print(`${shown(folder)}: marker written`);
      return 0;
    });
  },
};

/** As a person would type it from here, where it lies below. */
function shown(folder: string): string {
  const below = relative('.', folder);
  return below === '' || below.startsWith('..') ? folder : below;
}
