// `quarantine list | replay | dismiss`: what was refused on the way in, read again after a fix, or put aside by a person.
import {
  dismissQuarantine,
  dismissWhere,
  filterWords,
  listQuarantine,
  replayQuarantine,
  sumQuarantine,
  sumsInWords,
} from '../../jobs/intake/quarantine.ts';
import type { QuarantinedRecord, QuarantineFilter, QuarantineSum } from '../db/intake/quarantine.ts';
import { UserError } from '../errors.ts';
import { actorOf, DECISION_OPTIONS } from './actor.ts';
import type { Command, CommandContext, ExitCode } from './command.ts';
import { textOption } from './command.ts';
import { dayOption } from './reconcile.ts';
import { tableLines } from './table.ts';
import { withProject } from './project.ts';
import { withDatabase } from './withDatabase.ts';

const SHOWN_CHARACTERS = 160;

/** Which of the waiting records. */
const FILTER = {
  company: { type: 'string', value: 'COMPANY', says: 'only those of this company', example: 'US01' },
  reason: { type: 'string', value: 'REASON', says: 'only those refused for this reason', example: 'NO_RATE' },
  feed: { type: 'string', value: 'NAME', says: 'only those that this feed read', example: 'sap-fi' },
  since: {
    type: 'string',
    value: 'DATE',
    says: 'only those that came in on this day (UTC) or later',
    example: '2026-10-31',
  },
} as const;

function filterOf(context: CommandContext): QuarantineFilter {
  const filter: QuarantineFilter = {};
  for (const name of ['company', 'reason', 'feed'] as const) {
    const value = textOption(context, name);
    if (value !== undefined) filter[name] = value;
  }
  const since = dayOption(context, 'since');
  return since === undefined ? filter : { ...filter, since };
}

export const quarantineList: Command = {
  name: 'quarantine list',
  words: '',
  summary: 'the refused records that wait, and why; last their sums by reason and column',
  options: {
    ...FILTER,
    sums: { type: 'boolean', says: 'only the sums, not the records' },
  },
  run(context) {
    const filter = filterOf(context);
    return withDatabase<ExitCode>(context, async ({ db }) => {
      const sums = await sumQuarantine(db, filter);
      const onlySums = context.options['sums'] === true;
      if (!onlySums)
        for await (const record of listQuarantine(db, filter)) {
          if (context.json) context.print(JSON.stringify(record));
          else for (const line of recordLines(record)) context.print(line);
        }
      if (context.json && onlySums) for (const sum of sums) context.print(JSON.stringify(sum));
      if (!context.json) {
        const all = sums.length > 0 ? [] : await sumQuarantine(db);
        for (const line of sumLines(sums, filter, all)) context.print(line);
      }
      return sums.length === 0 ? 0 : 1;
    });
  },
};

function recordLines({ id, reason, path, position, message, raw }: QuarantinedRecord): string[] {
  const lastLine = raw.trimEnd().split('\n').at(-1) ?? '';
  const shown = lastLine.length > SHOWN_CHARACTERS ? `${lastLine.slice(0, SHOWN_CHARACTERS)}...` : lastLine;
  return [`${id}  ${reason}  ${path}:${position}`, `    ${message}`, `    ${shown}`];
}

/** Last, below a list that may be thousands of lines long. A filter that finds nothing does not read as "nothing waits". */
function sumLines(
  sums: readonly QuarantineSum[],
  filter: QuarantineFilter,
  all: readonly QuarantineSum[],
): string[] {
  const asked = filterWords(filter);
  if (sums.length === 0) {
    if (all.length === 0) return ['nothing is in quarantine'];
    return [`no record in quarantine is like ${asked}; what waits: ${sumsInWords(all)}`];
  }
  const total = sums.reduce((sum, { records }) => sum + records, 0);
  const rows = sums.map((sum) => ({ ...sum, records: String(sum.records) }));
  return [
    `${total} wait${asked === '' ? '' : `, of those like ${asked}`}: ${sumsInWords(sums)}`,
    ...tableLines(
      [
        { key: 'reason', title: 'reason' },
        { key: 'column', title: 'column' },
        { key: 'records', title: 'records', right: true },
      ],
      rows,
    ),
  ];
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
  words: '[ID...]',
  summary: 'puts refused records aside: those named, or all that a filter takes',
  options: { ...DECISION_OPTIONS, ...FILTER },
  run(context) {
    const filter = filterOf(context);
    const filtered = Object.keys(filter).length > 0;
    if (filtered === context.args.length > 0) {
      throw new UserError({
        where: 'quarantine dismiss',
        what: filtered ? 'records are named, and a filter is given' : 'no record is named',
        expected: 'ids of `tieout quarantine list`, or one of --company, --reason, --feed, --since',
      });
    }
    const why = textOption(context, 'why') ?? '';
    return withDatabase<ExitCode>(context, async ({ db }) => {
      const by = await actorOf(context, db);
      const { dismissed } = filtered
        ? await dismissWhere(db, filter, by, why, context.clock)
        : await dismissQuarantine(db, context.args, by, why, context.clock);
      if (context.json) context.print(JSON.stringify({ dismissed }));
      else
        context.print(
          `put aside: ${filtered ? `${dismissed.length} records like ${filterWords(filter)}` : dismissed.join(', ')}`,
        );
      return 0;
    });
  },
};
