// `post`: sends what is approved to the ERPs of tieout.yaml, or with --dry-run says what would be sent.
import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { needsPerson } from '../../jobs/attention.ts';
import { post as send } from '../../jobs/post.ts';
import { previewPost } from '../../jobs/postPreview.ts';
import type { Database } from '../db/connection.ts';
import type { Config } from '../config/model.ts';
import { erpOf } from '../erp/registry.ts';
import type { Command, CommandContext, ExitCode } from './command.ts';
import { withDatabase } from './withDatabase.ts';
import { showAmount } from '../../jobs/statement.ts';
import { grouped } from './tieOutText.ts';

export const post: Command = {
  name: 'post',
  usage: '[--dry-run]',
  summary: 'send approved journals to the ERP, each once',
  options: { 'dry-run': { type: 'boolean' } },
  run(context) {
    return withDatabase<ExitCode>(context, async ({ config, db }) => {
      if (context.options['dry-run'] === true) await preview(context, config, db);
      else await sendAll(context, config, db);
      return (await needsPerson(db)) ? 1 : 0;
    });
  },
};

async function preview(context: CommandContext, config: Config, db: Database): Promise<void> {
  const journals = await previewPost(db, [...config.erps.keys()]);
  if (context.json) {
    for (const journal of journals) context.print(JSON.stringify(journal));
    return;
  }
  for (const {
    postingReference,
    erp,
    company,
    postingDate,
    amount,
    currency,
    text,
    explainedBy,
  } of journals) {
    const held = explainedBy.length === 0 ? '' : `  held back: explained by ${explainedBy.join(', ')}`;
    context.print(
      `${postingReference}  to ${erp}  ${company}  ${postingDate}  ${grouped(showAmount(amount, currency))} ${currency}  ${text}${held}`,
    );
  }
  if (journals.length === 0) context.print('Nothing is approved.');
}

async function sendAll(context: CommandContext, config: Config, db: Database): Promise<void> {
  const erps = new Map([...config.erps].map(([name, entry]) => [name, erpOf(entry)]));
  const { states, nextDueMs } = await send({
    db,
    erps,
    worker: `${hostname()}:${process.pid}:${randomBytes(4).toString('hex')}`,
    clock: () => performance.now(),
    random: Math.random,
    onStep: (posting, step) => {
      if (context.json || step.move === undefined) return;
      context.print(`${posting.postingReference}  ${step.move.to ?? posting.state}  ${step.move.why}`);
    },
  });
  if (context.json) {
    context.print(JSON.stringify({ states, nextDueMs }));
    return;
  }
  const list = Object.entries(states).map(([state, n]) => `${state} ${n}`);
  context.print(`journals: ${list.join(', ') || 'none'}`);
  if (nextDueMs !== null)
    context.print(`some are due again in ${Math.ceil(nextDueMs / 1000)} s: tieout post`);
}
