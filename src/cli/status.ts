// `status`: what is running, what ran, what comes next, and what waits.
import { brakeLines } from './brakeText.ts';
import { needsPerson } from '../../jobs/reports/attention.ts';
import { readStatus, type Status } from '../../jobs/reports/status.ts';
import { loadRulebook } from '../config/rulebookFiles.ts';
import { withNextSlots } from '../../jobs/reports/nextSlots.ts';
import { correctionLines } from './correctionText.ts';
import { fewOf } from '../fewOf.ts';
import type { Command } from './command.ts';
import { unknownFileLines } from './unknownFiles.ts';
import { withDatabase } from './withDatabase.ts';

export const status: Command = {
  name: 'status',
  words: '',
  summary: 'what is running, last and next runs, what waits for a person, feeds overdue',
  run(context) {
    return withDatabase(context, async ({ config, db }) => {
      const now = context.clock();
      const read = withNextSlots(await readStatus(db, config, now, loadRulebook(config)), config, now);
      const { schedules } = read;
      const { failed, withoutControl } = read.inboxes;
      const files = failed.length + withoutControl.length > 0;
      const code = files || (await needsPerson(db)) ? 1 : 0;
      if (context.json) {
        context.print(JSON.stringify(read));
        return code;
      }
      const list = (rows: readonly { n: number }[], name: (row: never) => string): string =>
        rows.map((row) => `${name(row as never)} ${row.n}`).join(', ') || 'none';
      for (const slot of read.running) {
        context.print(
          `running    ${slot.job}, slot ${slot.slot}, by ${slot.worker}${slot.leaseOver ? ' (lost; the next worker takes it)' : ''}`,
        );
      }
      if (read.running.length === 0) context.print('running    nothing');
      for (const { name, last, next: due } of schedules) {
        const before = last === null ? 'never ran' : `last ${last.slot} ${last.state}`;
        context.print(`schedule   ${name}: ${before}, next ${due}`);
      }
      for (const run of read.lastRuns)
        context.print(
          `run        ${run.run} as of ${run.asOf}, ${run.state}, started ${run.startedAt} by ${run.maker}`,
        );
      context.print(`exceptions ${list(read.exceptions, ({ reason }: { reason: string }) => reason)}`);
      context.print(`journals   ${list(read.journals, ({ state }: { state: string }) => state)}`);
      context.print(`quarantine ${read.quarantined}`);
      for (const line of correctionLines(read.waitingCorrections)) context.print(line);
      for (const line of brakeLines(read.brakes)) context.print(line);
      for (const line of unknownFileLines(read.unknownFiles)) context.print(line);
      for (const line of fileLines(read)) context.print(line);
      for (const { company, ledgers, reach, ageDays } of read.feeds) {
        context.print(
          `feed       ${company}/${ledgers.join('+') || 'all ledgers'}: ${reach === null ? 'no complete extract yet' : `complete to ${reach}, ${ageDays} days ago`}`,
        );
      }
      if (read.login.owner) context.print(`login      ${ownerLine(read.login.name, config.trustOwner)}`);
      for (const { company, ledger, reconciliations, reach, graceDays, gone } of read.overdue) {
        context.print(
          `overdue    ${company}/${ledger} for ${reconciliations.join(', ')}: complete to ${reach}, ${graceDays} grace days are over`,
        );
        for (const words of gone) context.print(`           ${words}`);
      }
      return code;
    });
  },
};

/** Under such a login the second person's word holds by the program alone. */
function ownerLine(name: string, trusted: boolean): string {
  const then = trusted
    ? 'trusted by database: { trustOwner: true }, so four eyes are not held by the database'
    : 'worker and post refuse it';
  return `${name} owns the tables; ${then}`;
}

/** So many half-read files are named; the others are counted. */
const HALF_READ = 10;

/** Files that failed, that wait for their control file, that were taken in part. */
function fileLines({ inboxes, halfRead }: Status): string[] {
  return [
    ...inboxes.failed.map(({ path, why }) => `failed     ${path}: ${why}`),
    ...(inboxes.failed.length === 0
      ? []
      : [
          '           correct a failed file and put it back into the inbox; or remove it: then it is settled',
        ]),
    ...inboxes.withoutControl.map(({ path, why }) => `waiting    ${path}: ${why}`),
    ...halfRead.slice(0, HALF_READ).map(
      ({ path, batch, received, waiting, reasons }) =>
        `half read  ${path} (batch ${batch}): ${waiting} of ${received} records wait in quarantine: ${fewOf(
          reasons.map(({ reason, n }) => `${reason} ${n}`),
          5,
        )}`,
    ),
    ...(halfRead.length > HALF_READ ? [`half read  and ${halfRead.length - HALF_READ} more files`] : []),
  ];
}
