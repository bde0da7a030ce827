// A person may have some companies only. What is of another one is not there for them: the refusal reads like that of an id
// that nobody ever gave.
import type pg from 'pg';

import { companiesOf, type Owned } from '../../src/db/decisions/companiesOf.ts';
import { UserError } from '../../src/errors.ts';
import type { Actor } from '../administration/userKeys.ts';

const NOT_FOUND: Readonly<Record<Owned, { what: string; todo: string }>> = {
  exception: { what: 'no open exception has this id', todo: 'tieout exceptions lists them' },
  match: { what: 'no live match has this id', todo: 'tieout list matches' },
  line: { what: 'not an open line', todo: 'tieout list lines shows each line with its number' },
  journal: { what: 'no journal has this number', todo: 'tieout list journals' },
  event: { what: 'no document explains it', todo: 'tieout explain shows what is known of an event' },
};

/** Whether what is of this company is theirs. */
export const hasCompany = ({ companies }: Pick<Actor, 'companies'>, company: string): boolean =>
  companies === undefined || companies.includes(company);

/**
 * Every one of these has to lie in the person's companies, with all of its lines.
 * @param ids as `companiesOf` takes them
 * @throws UserError as for an id that is not there
 */
export async function requireOwn(
  client: pg.ClientBase,
  by: Pick<Actor, 'companies'>,
  kind: Owned,
  ids: readonly string[],
): Promise<void> {
  if (by.companies === undefined) return;
  for (const id of ids) {
    const companies = await companiesOf(client, kind, id);
    if (companies.every((company) => hasCompany(by, company))) continue;
    throw new UserError({ where: id.replace('\u001f', ' '), ...NOT_FOUND[kind] });
  }
}
