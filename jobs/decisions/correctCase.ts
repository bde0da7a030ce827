// The journal that corrects a case: all of its open differences of one kind in one entry, asked for by a person, approved by
// another, sent once, and found again in the ledger like every journal.
import type pg from 'pg';

import { readClosingException } from '../../src/db/posting/readClosing.ts';
import { UserError } from '../../src/errors.ts';
import type { ClosingLine } from '../../src/posting/closing.ts';
import { correction } from '../../src/posting/correction.ts';
import { numberWritten } from '../../src/rulebook/accounts.ts';
import { didYouMean } from '../../src/rulebook/nearest.ts';
import { type Close, type ProposedClosing, proposeAll, type Subject } from './closing.ts';
import { requireOwn } from './ownCompanies.ts';

/** What is to be corrected. */
export interface CaseCorrection {
  case: string;
  /** Whole ids of its open differences. */
  exceptions: readonly string[];
  /** In the journal's text. */
  what: 'reverse' | 'correct';
  /** By name or number, for what the entry leaves; absent: it has to come to zero. */
  account?: string;
}

/** Proposes it. @throws UserError where no journal can correct the case as it is */
export async function correctCase(job: Close, wanted: CaseCorrection): Promise<ProposedClosing> {
  const [proposed] = await proposeAll(job, 'correction', [wanted.case], (client) =>
    read(client, job, wanted),
  );
  return proposed!;
}

async function read(client: pg.ClientBase, job: Close, wanted: CaseCorrection): Promise<Subject> {
  const where = `case ${wanted.case.slice(0, 12)}`;
  await requireOwn(client, job.by, 'exception', wanted.exceptions);
  const about: ClosingLine[] = [];
  for (const id of wanted.exceptions) about.push(...(await readClosingException(client, id)).legs);
  const account = accountOf(job, wanted.account ?? '', about[0]?.company ?? '');
  return { id: wanted.case, where, about, closing: correction(about, wanted.what, account) };
}

function accountOf({ rulebook }: Close, written: string, company: string): string {
  if (written === '') return '';
  const number = numberWritten(rulebook.accounts, written, company);
  if (number !== undefined) return number;
  throw new UserError({
    where: `--account ${written}`,
    what: 'accounts.yaml has no such account',
    expected: `a name, or a number of company ${company}`,
    found: written,
    todo: didYouMean(written, rulebook.accounts.keys()),
  });
}
