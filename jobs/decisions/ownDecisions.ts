// Decisions as a person with some companies sees them: what is about things of theirs alone.
import type pg from 'pg';

import { companiesOf } from '../../src/db/decisions/companiesOf.ts';
import { companyOfCase } from '../../src/db/read/companyOfCase.ts';
import type { ListedDecision } from '../../src/db/list/decisions.ts';
import type { Actor } from '../administration/userKeys.ts';
import { hasCompany } from './ownCompanies.ts';

export async function ownDecisions(
  client: pg.ClientBase,
  by: Pick<Actor, 'companies'>,
  decisions: readonly ListedDecision[],
): Promise<ListedDecision[]> {
  if (by.companies === undefined) return [...decisions];
  const own: ListedDecision[] = [];
  for (const one of decisions) {
    const companies = await companiesAbout(client, one);
    if (companies.length > 0 && companies.every((company) => hasCompany(by, company))) own.push(one);
  }
  return own;
}

/** None: it is about all companies, or nobody can say about which. */
async function companiesAbout(
  client: pg.ClientBase,
  { kind, subject, content }: ListedDecision,
): Promise<string[]> {
  if (kind === 'release') return [content['company'] as string];
  if (kind.startsWith('case-')) return companyOfCase(client, subject);
  if (kind === 'accept' || kind === 'reopen') {
    const all: string[] = [];
    for (const id of subject.split(' ')) all.push(...(await companiesOf(client, 'exception', id)));
    return all;
  }
  if ((kind === 'approve' || kind === 'reject') && !/^D\d+$/.test(subject))
    return companiesOf(client, 'journal', subject);
  return [];
}
