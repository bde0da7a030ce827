// `quarantine list | replay | dismiss`: what was refused on the way in, read again after a fix, or put aside by a person.
import { dismissQuarantine, listQuarantine, replayQuarantine } from '../../jobs/quarantine.ts';
import { UserError } from '../errors.ts';
import { ACTOR_OPTIONS, actorOf } from './actor.ts';
import type { Command, ExitCode } from './command.ts';
import { textOption } from './command.ts';
import { withProject } from './project.ts';
import { withDatabase } from './withDatabase.ts';

const SHOWN_CHARACTERS = 160;

export const quarantineList: Command = {
  name: 'quarantine list',
  usage: '',
  summary: 'the refused records that wait, and why',
  run(context) {
    return withDatabase<ExitCode>(context, async ({ db }) => {
      let waiting = 0;
      for await (const record of listQuarantine(db)) {
        waiting += 1;
        if (context.json) {
          context.print(JSON.stringify(record));
          continue;
        }
        const { id, reason, path, position, message, raw } = record;
        const lastLine = raw.trimEnd().split('\n').at(-1) ?? '';
        const shown =
          lastLine.length > SHOWN_CHARACTERS ? `${lastLine.slice(0, SHOWN_CHARACTERS)}...` : lastLine;
        context.print(`${id}  ${reason}  ${path}:${position}\n    ${message}\n    ${shown}`);
      }
      if (waiting === 0 && !context.json) context.print('nothing is in quarantine');
      return waiting === 0 ? 0 : 1;
    });
  },
};

export const quarantineReplay: Command = {
  name: 'quarantine replay',
  usage: '[ID...]',
  summary: 'reads refused records again (all, where none is named)',
  run(context) {
    return withProject<ExitCode>(context, async ({ config, rulebook, db, maker }) => {
      const options = { clock: context.clock, actor: maker };
      const report = await replayQuarantine(db, config, rulebook, context.args, options);
      if (context.json) context.print(JSON.stringify(report));
      else context.print(`${report.replayed} taken, ${report.refusedAgain} refused again`);
      return report.refusedAgain === 0 ? 0 : 1;
    });
  },
};

export const quarantineDismiss: Command = {
  name: 'quarantine dismiss',
  usage: 'ID... --as USER --why TEXT',
  summary: 'puts refused records aside',
  options: { ...ACTOR_OPTIONS, why: { type: 'string' } },
  run(context) {
    if (context.args.length === 0) {
      throw new UserError({
        where: 'quarantine dismiss',
        what: 'no record is named',
        expected: 'ids of `tieout quarantine list`',
      });
    }
    return withDatabase<ExitCode>(context, async ({ db }) => {
      const by = await actorOf(context, db);
      const done = await dismissQuarantine(
        db,
        context.args,
        by,
        textOption(context, 'why') ?? '',
        context.clock,
      );
      context.print(context.json ? JSON.stringify(done) : `put aside: ${done.dismissed.join(', ')}`);
      return 0;
    });
  },
};
