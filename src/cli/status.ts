// `status`: what is running, what ran, what comes next, and what waits.
import { needsPerson } from '../../jobs/attention.ts';
import { readStatus } from '../../jobs/status.ts';
import { loadRulebook } from '../config/rulebookFiles.ts';
import { nextSlot } from '../worker/slots.ts';
import type { Command } from './command.ts';
import { withDatabase } from './withDatabase.ts';

export const status: Command = {
  name: 'status',
  words: '',
  summary: 'what is running, last and next runs, what waits for a person, feeds overdue',
  run(context) {
    return withDatabase(context, async ({ config, db }) => {
      const now = context.clock();
      const read = await readStatus(db, config, now, loadRulebook(config));
      const next = new Map(
        [...config.schedules.values()].map((daily) => [
          daily.name,
          new Date(nextSlot(daily, now).dueMs).toISOString(),
        ]),
      );
      const schedules = read.schedules.map((schedule) => ({
        ...schedule,
        next: next.get(schedule.name) ?? '',
      }));
      const code = (await needsPerson(db)) ? 1 : 0;
      if (context.json) {
        context.print(JSON.stringify({ ...read, schedules }));
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
      for (const { company, ledgers, reach, ageDays } of read.feeds) {
        context.print(
          `feed       ${company}/${ledgers.join('+') || 'all ledgers'}: ${reach === null ? 'no complete extract yet' : `complete to ${reach}, ${ageDays} days ago`}`,
        );
      }
      for (const { company, ledger, reconciliation, reach, graceDays } of read.overdue) {
        context.print(
          `overdue    ${company}/${ledger} for ${reconciliation}: complete to ${reach}, ${graceDays} grace days are over`,
        );
      }
      return code;
    });
  },
};
