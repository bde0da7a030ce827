// Which events a changed rulebook may derive differently: those of another version in open periods, or those that no rule
// took before. Gathered once into a temporary table of their families, because every page would else read all events.
import type pg from 'pg';

import { isRevisedSql } from '../../eventTypes.ts';
import type { FamilyKey } from '../families.ts';
import { closedDay } from './closedDays.ts';

const FAMILIES_PER_PAGE = 1000;

const CREATE = `create temporary table due_family (company text, type text, key text collate "C",
  primary key (key, type, company)) on commit drop`;
// All revisions of one assessment are one family: its key is the business key without the last part.
const KEY = `case when ${isRevisedSql('e.type')} then regexp_replace(e.business_key, E'\\x1f[^\\x1f]*$', '') else e.business_key end`;
const LATEST = `left join lateral (select t.standing, t.rulebook_hash from tieout.event_standing t
    where t.source = e.source and t.id = e.id order by t.episode desc limit 1) s on true`;

const CHANGED = `insert into due_family select distinct e.company, e.type, ${KEY} from tieout.event e ${LATEST}
  where coalesce(s.rulebook_hash, e.rulebook_hash) <> $1
    and coalesce(s.standing, e.standing) in ('derived', 'zero', 'none', 'no_rule')
    and not ${closedDay('e.company', `'GL'`, 'e.accounting_date')}`;
const WITHOUT_RULE = `insert into due_family select distinct e.company, e.type, ${KEY}
  from (select source, id from tieout.event where standing = 'no_rule'
        union select source, id from tieout.event_standing where standing = 'no_rule') n
  join tieout.event e using (source, id) ${LATEST}
  where coalesce(s.rulebook_hash, e.rulebook_hash) <> $1 and coalesce(s.standing, e.standing) = 'no_rule'`;

/** Gathers the families; returns how many. `only`: everything of another version, or what had no rule. */
export async function gatherDueFamilies(
  client: pg.ClientBase,
  rulebookHash: string,
  only: 'changed' | 'no_rule',
): Promise<number> {
  await client.query('drop table if exists due_family');
  await client.query(CREATE);
  const found = await client.query(only === 'changed' ? CHANGED : WITHOUT_RULE, [rulebookHash]);
  return found.rowCount ?? 0;
}

/** The next page after `after`, in an order that depends on keys alone; empty at the end. */
export async function nextDueFamilies(
  client: pg.ClientBase,
  after: FamilyKey | undefined,
): Promise<FamilyKey[]> {
  const found = await client.query<FamilyKey>(
    `select company, type, key, ${isRevisedSql('type')} as prefix from due_family
      where $1::text is null or (key, type collate "C", company collate "C") > ($1 collate "C", $2 collate "C", $3 collate "C")
      order by key, type collate "C", company collate "C" limit ${FAMILIES_PER_PAGE}`,
    [after?.key ?? null, after?.type ?? '', after?.company ?? ''],
  );
  return found.rows;
}
