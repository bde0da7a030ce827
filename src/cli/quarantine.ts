// `quarantine list | replay | dismiss`: what was refused on the way in, read again after a fix, or put aside by a person.
import { dismissQuarantine, listQuarantine, replayQuarantine } from '../../jobs/quarantine.ts';
import { UserError } from '../errors.ts';
import { actorOf, DECISION_OPTIONS } from './actor.ts';
import type { Command, ExitCode } from './command.ts';
import { textOption } from './command.ts';
import { withProject } from './project.ts';
import { withDatabase } from './withDatabase.ts';

const SHOWN_CHARACTERS = 160;

export const quarantineList: Command = {
  name: 'quarantine list',
  words: '',
  summary: 'the refused records that wait, and why',
  run(context) {
    return withDatabase<ExitCode>(context, async ({ db }) => {
      const waiting = new Map<string, number>();
      for await (const record of listQuarantine(db)) {
        const { id, reason, path, position, message, raw } = record;
        waiting.set(reason, (waiting.get(reason) ?? 0) + 1);
        if (context.json) {
          context.print(JSON.stringify(record));
          continue;
        }
        const lastLine = raw.trimEnd().split('\n').at(-1) ?? '';
        const shown =
          lastLine.length > SHOWN_CHARACTERS ? `${lastLine.slice(0, SHOWN_CHARACTERS)}...` : lastLine;
        context.print(`${id}  ${reason}  ${path}:${position}\n    ${message}\n    ${shown}`);
      }
      if (!context.json) context.print(summaryOf(waiting));
      return waiting.size === 0 ? 0 : 1;
    });
  },
};

/** Last, below a list that may be thousands of lines long. */
function summaryOf(waiting: ReadonlyMap<string, number>): string {
  if (waiting.size === 0) return 'nothing is in quarantine';
  const all = [...waiting.values()].reduce((sum, count) => sum + count, 0);
  return `${all} wait: ${[...waiting].map(([reason, count]) => `${reason} ${count}`).join(', ')}`;
}

export const quarantineReplay: Command = {
  name: 'quarantine replay',
  words: '[ID...]',
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
  words: 'ID...',
  summary: 'puts refused records aside',
  options: DECISION_OPTIONS,
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
