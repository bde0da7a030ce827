// Closing entries that a person asks for: the variance of a match written off, a misplaced ledger line moved to where it is
// expected. Each is a journal like any other: another person approves it, it is sent once, and the ledger proves it.
import type pg from 'pg';

import type { Config } from '../../src/config/model.ts';
import { type Database, transaction } from '../../src/db/connection.ts';
import { recordDecision } from '../../src/db/decision.ts';
import { exceptionsLike } from '../../src/db/decisions/acceptException.ts';
import { lock } from '../../src/db/locks.ts';
import { insertJournals } from '../../src/db/posting/insertJournals.ts';
import { liveJournalOf, readClosingException, readClosingMatch } from '../../src/db/posting/readClosing.ts';
import { readPeriods } from '../../src/db/posting/readProposalFacts.ts';
import { lockRunsInTransaction } from '../../src/db/run/startRun.ts';
import { DecisionRefused, UserError } from '../../src/errors.ts';
import { type Closing, type ClosingLine, datingOf, reclass, writeOff } from '../../src/posting/closing.ts';
import type { Draft, DraftLine } from '../../src/posting/draft.ts';
import type { CompanyPolicy, RolloutMode } from '../../src/posting/missingEntry.ts';
import { choosePeriod, type PeriodVerdict } from '../../src/posting/period.ts';
import { rolloutMode } from '../../src/posting/rollout.ts';
import { numberWritten } from '../../src/rulebook/accounts.ts';
import type { Rulebook } from '../../src/rulebook/model.ts';
import { accountNamesOf, enterStates, nameDrafts } from '../run/propose.ts';
import { permit } from './permissions.ts';
import type { Actor } from '../administration/userKeys.ts';
import { requireOwn } from './ownCompanies.ts';

export interface Close {
  db: Database;
  companies: Config['companies'];
  rulebook: Rulebook;
  by: Actor;
  why: string;
}

/** A proposed journal: its posting reference, what it clears, and when it is dated. */
export interface ProposedClosing {
  journal: string;
  /** Number of the match, or id of the exception. */
  clears: string;
  postingDate: string;
  /** Why it is not dated where it belongs; '' where it is. */
  note: string;
}

type Kind = 'write-off' | 'reclass' | 'correction';

/** What is to be closed, read and turned into lines. */
export interface Subject {
  id: string;
  /** As an error names it. */
  where: string;
  about: readonly ClosingLine[];
  closing: Closing;
}

/** Proposes a journal for each match; all of them or, with a `UserError`, none. */
export function proposeWriteOffs(job: Close, matches: readonly string[]): Promise<ProposedClosing[]> {
  return proposeAll(job, 'write-off', matches, varianceOf);
}

/** Proposes a journal for each WRONG_ACCOUNT or WRONG_LOCATION item; all of them or, with a `UserError`, none. */
export function proposeReclasses(job: Close, exceptions: readonly string[]): Promise<ProposedClosing[]> {
  return proposeAll(job, 'reclass', exceptions, misplacedOf);
}

/** Proposes a journal for each; all of them or, with a `UserError`, none. */
export function proposeAll(
  job: Close,
  kind: Kind,
  ids: readonly string[],
  subjectOf: (client: pg.ClientBase, job: Close, id: string) => Promise<Subject>,
): Promise<ProposedClosing[]> {
  permit(job.by, 'close', job.why);
  return transaction(job.db, async (client) => {
    await lockRunsInTransaction(client);
    await lock(client, 'PROPOSE');
    const done: ProposedClosing[] = [];
    for (const id of new Set(ids))
      done.push(await proposeOne(client, job, kind, await subjectOf(client, job, id)));
    return done;
  });
}

async function proposeOne(
  client: pg.ClientBase,
  job: Close,
  kind: Kind,
  subject: Subject,
): Promise<ProposedClosing> {
  const { id, where, about, closing } = subject;
  if ('refused' in closing)
    throw new UserError({
      where,
      what: closing.refused,
      ...(closing.found === undefined ? {} : { found: closing.found }),
    });
  await refuseSecond(client, where, closing.sources);
  const policy = job.companies.get(about[0]!.company);
  if (policy?.erp === undefined)
    throw new UserError({
      where,
      what: `company ${about[0]!.company} has no ERP to post to`,
      todo: 'give the company its `erp` in tieout.yaml',
    });
  const mode = modeOf(job.rulebook, policy, about, closing.lines);
  if (mode === 'observe')
    throw new UserError({
      where,
      what: 'nothing leaves from here yet: the roll-out mode is observe',
      todo: '`rollout: propose` in tieout.yaml',
    });
  const dating = await datedIn(client, where, about);
  const decisionId = await recordDecision(client, { kind, by: job.by, subject: where, why: job.why });
  const draft = {
    ...draftOf(kind, about, closing, dating),
    erp: policy.erp,
    mode,
    decisionId,
  };
  const named = await nameDrafts(client, [draft], [job.by.name]);
  await insertJournals(client, '0', job.rulebook.hash, named);
  await enterStates(client, named, job.by.name);
  const [note = ''] = draft.notes;
  return { journal: named[0]!.postingReference, clears: id, postingDate: draft.postingDate, note };
}

function draftOf(
  kind: Kind,
  about: readonly ClosingLine[],
  { lines, sources, text }: Exclude<Closing, { refused: string }>,
  dating: Exclude<PeriodVerdict, { kind: 'refused' }>,
): Omit<Draft, 'erp' | 'mode' | 'decisionId'> {
  const { company, ledger } = about[0]!;
  return {
    kind,
    company,
    ledger,
    postingDate: dating.postingDate,
    documentDate: datingOf(about).postingDate,
    fiscalYear: dating.fiscalYear,
    period: dating.period,
    text,
    grouping: 'detail',
    rules: [],
    notes: dating.kind === 'own' ? [] : [dating.why],
    lines,
    sources,
    route: { to: 'AWAITING_APPROVAL', why: 'a person asked for it: another one approves it' },
    reverses: null,
    alsoMakers: [],
  };
}

/** The unique indexes of live sources refuse it too; here it gets its name. */
async function refuseSecond(
  client: pg.ClientBase,
  where: string,
  sources: readonly { externalKey: string }[],
): Promise<void> {
  const journal = await liveJournalOf(
    client,
    sources.map((source) => source.externalKey),
  );
  if (journal === undefined) return;
  throw new DecisionRefused({
    where,
    what: 'it is in a live journal already: what a journal books is in one of them only',
    found: journal,
    todo: 'approve or reject that one, or reverse it where it is posted',
  });
}

async function datedIn(
  client: pg.ClientBase,
  where: string,
  about: readonly ClosingLine[],
): Promise<Exclude<PeriodVerdict, { kind: 'refused' }>> {
  const { company, ledger } = about[0]!;
  const periods = (await readPeriods(client, [company])).get(`${company}\u001f${ledger}`) ?? [];
  const dating = choosePeriod(datingOf(about), periods, 'nextOpen');
  if (dating.kind !== 'refused') return dating;
  throw new UserError({
    where,
    what: `it cannot be dated: ${dating.why}`,
    todo: 'tieout ingest periods, with an open one',
  });
}

function modeOf(
  rulebook: Rulebook,
  policy: CompanyPolicy & { code: string },
  about: readonly ClosingLine[],
  lines: readonly DraftLine[],
): RolloutMode {
  const { region, brand } = about.find((line) => line.side === 'E') ?? about[0]!;
  const names = accountNamesOf(rulebook, [policy]);
  return rolloutMode(
    policy,
    [{ region, brand, lines }],
    (account) => names.get(`${policy.code}\u001f${account}`) ?? [],
  );
}

async function varianceOf(client: pg.ClientBase, { rulebook, by }: Close, id: string): Promise<Subject> {
  const where = `match ${id}`;
  await requireOwn(client, by, 'match', [id]);
  const match = /^\d{1,18}$/.test(id) ? await readClosingMatch(client, id) : undefined;
  if (match === undefined)
    throw new UserError({ where, what: 'no live match has this number', todo: 'tieout list matches' });
  if (/^0\.?0*$/.test(match.variance))
    throw new UserError({ where, what: 'this match has no variance: there is nothing to write off' });
  const typed = match.varianceAccount;
  const account = typed === '' ? '' : numberWritten(rulebook.accounts, typed, match.lines[0]!.company);
  if (account === undefined)
    throw new UserError({
      where,
      what: 'the account of its variance is not in accounts.yaml',
      found: match.varianceAccount,
      todo: 'name it there, or unmatch and match again with --account',
    });
  return { id, where, about: match.lines, closing: writeOff(match, account) };
}

async function misplacedOf(client: pg.ClientBase, { by }: Close, beginning: string): Promise<Subject> {
  const [id, ...more] = await exceptionsLike(client, beginning);
  const where = `exception ${beginning}`;
  if (id === undefined || more.length > 0)
    throw new UserError({
      where,
      what: id === undefined ? 'no open exception has this id' : 'more than one exception begins like this',
      todo: 'tieout exceptions lists them',
    });
  await requireOwn(client, by, 'exception', [id]);
  const { reason, legs } = await readClosingException(client, id);
  if (reason !== 'WRONG_ACCOUNT' && reason !== 'WRONG_LOCATION')
    throw new UserError({
      where,
      what: 'a reclass moves what stands at the wrong account or location',
      expected: 'WRONG_ACCOUNT or WRONG_LOCATION',
      found: reason,
    });
  return { id, where, about: legs, closing: reclass(legs) };
}
