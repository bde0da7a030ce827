// `certify`: the close of a period of a company. Without `--as` it says what stands in the way, or prints a certified period again.
import {
  certify as certifyPeriod,
  type CloseStatus,
  closeStatus,
  proposeReopening,
} from '../../jobs/decisions/certify.ts';
import { UserError } from '../errors.ts';
import { actorOf, ACTOR_OPTIONS, WORD_OPTIONS } from './actor.ts';
import type { Command, ExitCode } from './command.ts';
import { textOption } from './command.ts';
import { withProject } from './project.ts';
import { closePageLines } from './tieOutText.ts';

/** Who certifies; nobody has to, to look. */
const { needed: _, ...CERTIFIES } = ACTOR_OPTIONS.as;

export const certify: Command = {
  name: 'certify',
  words: 'PERIOD',
  summary: 'closes a period of a company; without --as it says what stands in the way, and changes nothing',
  options: {
    ...WORD_OPTIONS,
    as: CERTIFIES,
    company: { type: 'string', value: 'COMPANY', says: 'whose period it is', example: 'US01', needed: true },
    reopen: { type: 'boolean', says: 'opens a certified period again; a second user approves' },
  },
  run(context) {
    const [period, ...more] = context.args;
    const company = textOption(context, 'company');
    if (period === undefined || more.length > 0 || company === undefined)
      throw new UserError({
        what: 'certify takes one period of one company',
        expected: 'certify PERIOD --company C',
        found: context.args.join(' '),
      });
    return withProject<ExitCode>(context, async ({ db, config }) => {
      const job = { db, config, clock: context.clock };
      if (textOption(context, 'as') === undefined) {
        if (context.options['reopen'] === true)
          throw new UserError({ where: '--reopen', what: 'this needs a person', expected: '--as USER' });
        return print(context, await closeStatus(job, company, period));
      }
      const word = { ...job, by: await actorOf(context, db), why: textOption(context, 'why') ?? '' };
      if (context.options['reopen'] !== true)
        return print(context, await certifyPeriod(word, company, period));
      const id = await proposeReopening(word, company, period);
      if (context.json) context.print(JSON.stringify({ id, company, period }));
      else context.print(`${id} waits for another person: tieout approve ${id} --as USER`);
      return 1;
    });
  },
};

function print(context: Parameters<Command['run']>[0], status: CloseStatus): ExitCode {
  const done = status.certified !== null && status.identical;
  if (context.json) context.print(JSON.stringify(status));
  else for (const line of statusLines(status)) context.print(line);
  return done || (status.certified === null && status.checks.every(({ ok }) => ok)) ? 0 : 1;
}

function statusLines(status: CloseStatus): string[] {
  const { closing, page } = status;
  const name = `${closing.company} ${closing.period}, ${closing.from} to ${closing.to}`;
  if (status.certified !== null) {
    const { by, at, run, pageHash } = status.certified;
    return [
      `${name}: certified by ${by} at ${at}, as known by run ${run}`,
      status.identical
        ? `It prints as it was certified (SHA-256 ${pageHash}).`
        : `IT PRINTS OTHERWISE THAN IT WAS CERTIFIED (SHA-256 ${pageHash}): tieout verify`,
      '',
      ...closePageLines(page),
    ];
  }
  const inTheWay = status.checks.filter(({ ok }) => !ok);
  return [
    `${name}: ${inTheWay.length === 0 ? 'nothing stands in the way' : `${inTheWay.length} of ${status.checks.length} points stand in the way`}`,
    '',
    ...status.checks.flatMap(({ check, ok, found, todo }) => [
      `  ${ok ? 'ok  ' : 'NO  '}  ${check}`,
      ...(ok ? [] : [`          ${found}`, `          ${todo}`]),
    ]),
    ...(inTheWay.length === 0 ? ['', 'A reviewer certifies it: --as USER'] : []),
  ];
}
