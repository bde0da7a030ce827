// `post`: sends what is approved and settles what is not known, until nothing is due now; with `--dry-run` it only shows
// what it would do.
import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { configuredErps } from '../../jobs/posting/configuredErps.ts';
import { post as sendApproved, type PostSummary } from '../../jobs/posting/post.ts';
import { previewPost } from '../../jobs/posting/postPreview.ts';
import { showAmount } from '../money/showAmount.ts';
import { companyDays } from '../config/companyDays.ts';
import { knownSecrets } from '../config/secrets.ts';
import { type Brake, readBrakes } from '../db/brakes/brakes.ts';
import type { Database } from '../db/connection.ts';
import { listApproved } from '../db/posting/listApproved.ts';
import { type SentPosting, sentPostings } from '../db/read/sentPostings.ts';
import { UserError } from '../errors.ts';
import { scrubber } from '../log/scrub.ts';
import { PERSON_STATES } from '../posting/states.ts';
import { brakeLines } from './brakeText.ts';
import type { Command, CommandContext, ExitCode } from './command.ts';
import { requireOwnLogin } from './ownLogin.ts';
import { type Opened, withDatabase } from './withDatabase.ts';

export const post: Command = {
  name: 'post',
  words: '',
  summary: 'send approved journals to their ERPs, each once',
  options: { 'dry-run': { type: 'boolean', says: 'only says what would be sent' } },
  run(context) {
    return withDatabase<ExitCode>(context, async (opened) => {
      await requireOwnLogin(opened.db, opened.config);
      if (opened.config.erps.size === 0) {
        throw new UserError({
          where: context.configPath,
          what: 'no ERP is named, so there is nowhere to post to',
          expected: 'an entry under erps:, and erp: in each company',
          todo: 'docs/erp describes every adapter',
        });
      }
      return context.options['dry-run'] === true ? preview(context, opened) : send(context, opened);
    });
  },
};

async function preview(context: CommandContext, { config, db }: Opened): Promise<ExitCode> {
  const journals = await previewPost(db, configuredErps(config));
  if (context.json) {
    context.print(
      JSON.stringify({
        journals: journals.map(({ postingReference: journal, amount, currency, ...rest }) => ({
          journal,
          ...rest,
          amount: showAmount(amount, currency),
          currency,
        })),
      }),
    );
    return 0;
  }
  for (const {
    postingReference,
    erp,
    text,
    postingDate,
    amount,
    currency,
    explainedBy,
    held: hold,
  } of journals) {
    const explained = explainedBy.length === 0 ? '' : `${explainedBy.join(', ')} may explain it`;
    const why = [hold, explained].filter((part) => part !== '').join('; ');
    const held = why === '' ? '' : `  held back: ${why}`;
    context.print(
      `${postingReference}  to ${erp}  ${postingDate}  ${showAmount(amount, currency)} ${currency}  ${text}${held}`,
    );
  }
  context.print(
    journals.length === 0
      ? 'Nothing is approved and unsent.'
      : `${journals.filter(({ explainedBy, held }) => held === '' && explainedBy.length === 0).length} of ${journals.length} would be sent. Nothing was sent.`,
  );
  return 0;
}

async function send(context: CommandContext, { config, db }: Opened): Promise<ExitCode> {
  // Whether the last call about a posting was answered: an ERP out of reach is a fault, whatever else went well.
  const touched = new Map<string, boolean>();
  const summary = await sendApproved({
    db,
    erps: configuredErps(config),
    worker: `${hostname()}-${process.pid}-${randomBytes(3).toString('hex')}`,
    clock: () => performance.now(),
    random: Math.random,
    days: () => companyDays(config, context.clock()),
    clean: scrubber(knownSecrets(config, context.env)),
    onStep: (posting, step) => touched.set(posting.postingKey, step.answered !== false),
  });
  const sent = await sentPostings(db.pool, [...touched.keys()]);
  const braked = await braking(db, [...config.erps.keys()]);
  if (context.json) printJson(context, summary, sent);
  else {
    printSent(context, summary, sent);
    for (const line of brakeLines(braked)) context.print(line);
  }
  if ([...touched.values()].includes(false)) return 3;
  // A refusal of an earlier day may long be proposed anew; one of now needs somebody.
  const refused = sent.some(({ state }) => state === 'REJECTED');
  return refused || braked.length > 0 || [...PERSON_STATES].some((state) => (summary.states[state] ?? 0) > 0)
    ? 1
    : 0;
}

/** Brakes that hold approved journals back. */
async function braking(db: Database, erps: readonly string[]): Promise<Brake[]> {
  const brakes = await readBrakes(db.pool);
  if (brakes.length === 0) return [];
  const waiting = await listApproved(db.pool, erps);
  return brakes.filter(({ company, ledger }) =>
    waiting.some((journal) => journal.company === company && journal.ledger === ledger),
  );
}

function printJson(
  context: CommandContext,
  { states, nextDueMs }: PostSummary,
  sent: readonly SentPosting[],
): void {
  const journals = sent.map(({ amount, currency, ...rest }) => ({
    ...rest,
    amount: showAmount(amount, currency),
    currency,
  }));
  const nextDueSeconds = nextDueMs === null ? null : Math.ceil(nextDueMs / 1000);
  context.print(JSON.stringify({ journals, states, nextDueSeconds }));
}

function printSent(
  context: CommandContext,
  { states, nextDueMs }: PostSummary,
  sent: readonly SentPosting[],
): void {
  for (const { journal, erp, state, document, why, amount, currency } of sent) {
    const how = state === 'POSTED' ? `as ${document}` : why;
    context.print(`${journal}  ${state} in ${erp}, ${showAmount(amount, currency)} ${currency}  ${how}`);
  }
  const counts = Object.entries(states).map(([state, n]) => `${n} ${state}`);
  context.print(`${sent.length === 0 ? 'Nothing was due. ' : ''}Journals: ${counts.join(', ') || 'none'}.`);
  if (nextDueMs !== null)
    context.print(
      `The next one is due in ${Math.ceil(nextDueMs / 1000)} s: run tieout post again, or leave it to tieout worker.`,
    );
}
