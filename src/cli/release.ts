// `release`: one person lets go of the brakes of a company and ledger; another one agrees by `approve`.
import { proposeRelease } from '../../jobs/decisions/release.ts';
import { UserError } from '../errors.ts';
import { actorOf, DECISION_OPTIONS } from './actor.ts';
import type { Command, ExitCode } from './command.ts';
import { textOption } from './command.ts';
import { withProject } from './project.ts';

export const release: Command = {
  name: 'release',
  words: 'COMPANY LEDGER',
  summary: 'let go of the brakes of a company and ledger; a second user approves',
  options: DECISION_OPTIONS,
  run(context) {
    const [company, ledger, ...more] = context.args;
    if (company === undefined || ledger === undefined || more.length > 0)
      throw new UserError({
        what: 'a company and a ledger are named',
        expected: 'COMPANY LEDGER',
        found: context.args.join(' '),
      });
    const why = textOption(context, 'why') ?? '';
    return withProject<ExitCode>(context, async ({ db }) => {
      const by = await actorOf(context, db);
      const id = await proposeRelease({ db, by, why }, company, ledger);
      if (context.json) context.print(JSON.stringify({ id, company, ledger }));
      else context.print(`${id} waits for another person: tieout approve ${id} --as USER`);
      return 1;
    });
  },
};
