// `init DIR`: a commented tieout.yaml and a rulebook to start from, for a company of one's own.
import path from 'node:path';

import { initProject } from '../../jobs/administration/init.ts';
import { UserError } from '../errors.ts';
import type { Command } from './command.ts';

export const init: Command = {
  name: 'init',
  words: 'DIR',
  summary: 'writes a commented tieout.yaml and a rulebook to start from',
  run(context) {
    const [folder, ...more] = context.args;
    if (folder === undefined || more.length > 0)
      throw new UserError({ where: 'init', what: 'one folder has to be named', expected: 'tieout init DIR' });
    const files = initProject(folder);
    if (context.json) {
      context.print(JSON.stringify({ folder: path.resolve(folder), files }));
      return Promise.resolve(0);
    }
    for (const file of files) context.print(path.join(folder, file));
    context.print('');
    context.print(`Next: cd ${folder}, put your company, accounts and ERP in, then`);
    context.print('  tieout rules check     is everything spelt right, and do the worked examples hold?');
    context.print('  tieout rules print     the rulebook in plain English');
    return Promise.resolve(0);
  },
};
