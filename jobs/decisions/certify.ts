// The month's close of a company: a checklist that refuses by itself, and a period that prints the same page ever after. What it
// certifies is a cut: the tie-out at the period's last day, as it was known by one run.
import type pg from 'pg';

import type { Config } from '../../src/config/model.ts';
import { type Database, transaction } from '../../src/db/connection.ts';
import {
  type Certification,
  endCertification,
  insertCertification,
  readCertifications,
} from '../../src/db/decisions/certification.ts';
import { askSecondPerson } from '../../src/db/decisions/secondWord.ts';
import { lastRun } from '../../src/db/run/completeRun.ts';
import { lockRunsInTransaction } from '../../src/db/run/startRun.ts';
import { DecisionRefused, UserError } from '../../src/errors.ts';
import type { Actor } from '../administration/userKeys.ts';
import { verify } from '../administration/verify.ts';
import { certifiedPage, type ClosePage, hashOf, pageOf } from '../reports/certifiedPages.ts';
import { statementOfRun } from '../reports/statementAt.ts';
import { type CloseCheck, closeChecks } from './closeChecks.ts';
import { type ClosingPeriod, noCompany, periodOf } from './closingPeriod.ts';
import { hasCompany } from './ownCompanies.ts';
import { permit } from './permissions.ts';
import type { Effect } from './agreeing.ts';

export interface Close {
  db: Database;
  config: Config;
  clock: () => number;
}

/** A period as it stands: certified, with its page again; or open, with what is in the way. */
export type CloseStatus =
  | { closing: ClosingPeriod; certified: Certification; page: ClosePage; identical: boolean }
  | { closing: ClosingPeriod; certified: null; page: ClosePage; checks: readonly CloseCheck[] };

/** The same without `verify`, which reads the whole database. */
export function lookAtClose(job: Close, company: string, period: string): Promise<CloseStatus> {
  return transaction(job.db, (client) => look(client, job, company, period));
}

/** Changes nothing. @throws UserError for a company or period that is not there */
export async function closeStatus(job: Close, company: string, period: string): Promise<CloseStatus> {
  const looked = await lookAtClose(job, company, period);
  if (looked.certified !== null) return looked;
  const { ok, checks } = await verify(job.db);
  const broken = checks.filter((each) => !each.ok).map(({ name }) => name);
  const whole: CloseCheck = {
    check: 'the invariants and the audit chains hold',
    ok,
    found: broken.join('; '),
    todo: ok ? '' : 'tieout verify',
  };
  return { ...looked, checks: [...looked.checks, whole] };
}

/**
 * Certifies the period as it is now.
 * @throws DecisionRefused with everything that stands in the way; then nothing is stored
 */
export async function certify(
  job: Close & { by: Actor; why: string },
  company: string,
  period: string,
): Promise<CloseStatus> {
  permit(job.by, 'certify', job.why);
  if (!hasCompany(job.by, company)) throw noCompany(job.config, company);
  const seen = await closeStatus(job, company, period);
  if (seen.certified !== null)
    throw new DecisionRefused({
      where: `${company} ${period}`,
      what: `it is certified already, by ${seen.certified.by}`,
    });
  refuse(seen.closing, seen.checks);
  await transaction(job.db, async (client) => {
    await lockRunsInTransaction(client);
    const now = await look(client, job, company, period);
    if (now.certified !== null || now.page.run !== seen.page.run)
      throw new DecisionRefused({
        where: `${company} ${period}`,
        what: 'something came in between; nothing was certified',
        todo: 'look again: tieout certify',
      });
    refuse(now.closing, now.checks);
    const { fiscalYear, period: name, to } = now.closing;
    const content = {
      company,
      fiscalYear,
      period: name,
      asOf: to,
      run: now.page.run,
      pageHash: hashOf(now.page),
    };
    await insertCertification(client, {
      kind: 'certify',
      by: job.by,
      subject: `${company} ${name}`,
      why: job.why,
      content,
    });
  });
  return closeStatus(job, company, period);
}

function refuse({ company, period }: ClosingPeriod, checks: readonly CloseCheck[]): void {
  const inTheWay = checks.filter(({ ok }) => !ok);
  if (inTheWay.length === 0) return;
  throw new DecisionRefused({
    where: `${company} ${period}`,
    what: `it cannot be certified: ${inTheWay.length} of ${checks.length} points do not hold; nothing was certified`,
    found: inTheWay.map(({ check, found }) => `${check}: ${found}`).join('\n            '),
    todo: [...new Set(inTheWay.map(({ todo }) => todo))].join('\n            '),
  });
}

/** Asks for the period to be opened again; another person has to agree. Returns the name of the decision that waits. */
export async function proposeReopening(
  job: Close & { by: Actor; why: string },
  company: string,
  period: string,
): Promise<string> {
  permit(job.by, 'reopen period', job.why);
  return transaction(job.db, async (client) => {
    const closing = await periodOf(client, job, company, period);
    const certified = hasCompany(job.by, company) ? await certifiedNow(client, closing) : undefined;
    if (certified === undefined)
      throw new UserError({ where: `${company} ${period}`, what: 'this period is not certified' });
    return askSecondPerson(client, {
      kind: 'reopen-period',
      by: job.by,
      subject: `${company} ${closing.period}`,
      why: job.why,
      content: { company, period: closing.period, certification: certified.certification },
    });
  });
}

/** Once a second person agreed. */
export const reopeningAgreed: Effect = async (client, { decisionId, content }, { by }) => {
  if (!hasCompany(by, String(content['company'])))
    throw new UserError({ where: `D${decisionId}`, what: 'no decision with this number waits for you' });
  await endCertification(client, String(content['certification']), decisionId);
  return `period ${String(content['period'])} of ${String(content['company'])} is open again`;
};

async function look(
  client: pg.ClientBase,
  job: Close,
  company: string,
  period: string,
): Promise<CloseStatus> {
  const closing = await periodOf(client, job, company, period);
  const certified = await certifiedNow(client, closing);
  if (certified !== undefined) {
    const page = await certifiedPage(client, certified);
    return { closing, certified, page, identical: hashOf(page) === certified.pageHash };
  }
  const run = await lastRun(client);
  if (run === undefined) throw new UserError({ what: 'no run has completed yet', todo: 'tieout reconcile' });
  if (run.asOf < closing.to)
    throw new UserError({
      where: `${company} ${closing.period}`,
      what: `it ends on ${closing.to}, and the last run has looked no further than ${run.asOf}`,
      todo: `tieout reconcile --as-of ${closing.to} or later`,
    });
  const statement = await statementOfRun(client, run, closing.to);
  const checks = await closeChecks(client, job.config, closing, statement);
  return { closing, certified: null, page: pageOf(closing, run, statement), checks };
}

async function certifiedNow(
  client: pg.ClientBase,
  { company, fiscalYear, period }: ClosingPeriod,
): Promise<Certification | undefined> {
  return (await readCertifications(client)).find(
    (each) => each.company === company && each.fiscalYear === fiscalYear && each.period === period,
  );
}
