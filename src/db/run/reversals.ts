// The built-in pass that nets a line with its negation: an event's correction (`negates`), or a ledger document that says
// which one it reverses. Runs before the rulebook's passes, so that neither half can be matched with something else.
import type { Crew } from './crew.ts';
import type { PartNames } from './names.ts';
import { shrink } from './runPass.ts';

/** Number of the built-in pass in `found.pass_no`. */
export const REVERSAL_PASS = -1;

const FOUND =
  'match_id, pass_no, unit, account, currency, e_count, l_count, e_ticks, l_ticks, e_company, l_company, anchor, digest';

/**
 * Pairs negations with what they negate and takes both out of the work table, which holds `lines` lines; returns how many
 * are left. Negations are few: the work table knows them, and what they negate is reached from them (law 7).
 */
export async function netReversals(crew: Crew, names: PartNames, lines: number): Promise<number> {
  const [client] = crew;
  const few = await client.query(`select from ${names.work} where negates is not null or reverses limit 1`);
  if (few.rowCount === 0) return lines;
  const pairs = (select: string, side: 'E' | 'L'): string => `with pairs as materialized (
      select nextval('tieout.match_id') as match_id, * from (${select}) s),
    members as (
      insert into ${names.member} (match_id, unit, line_id, side)
      select match_id, unit, a, '${side}' from pairs union all select match_id, unit, b, '${side}' from pairs)
    insert into ${names.found} (${FOUND})
    select match_id, ${REVERSAL_PASS}, unit, account, currency, ${side === 'E' ? '2, 0' : '0, 2'}, 0, 0, 0, 0, anchor,
           sha256(convert_to('match' || E'\\x1f' || 'reversal' || E'\\x1f' || '0' || E'\\x1f' || members, 'UTF8')) from pairs`;
  await client.query(
    pairs(
      `select n.unit, n.line_id as a, o.line_id as b, n.account, n.currency, least(n.ext, o.ext) as anchor, least(n.ext, o.ext) || E'\\x1e' || greatest(n.ext, o.ext) as members
       from ${names.work} n
       join ${names.work} o on o.unit = n.unit and o.line_id = n.negates and o.account = n.account and o.currency = n.currency and o.ticks = -n.ticks
       where n.negates is not null and n.side = 'E'`,
      'E',
    ),
  );
  await client.query(
    pairs(
      `select n.unit, n.line_id as a, o.line_id as b, n.account, n.currency, least(n.ext, o.ext) as anchor, least(n.ext, o.ext) || E'\\x1e' || greatest(n.ext, o.ext) as members
       from (select w.unit, w.line_id, w.account, w.currency, w.ticks, w.ext, l.reversal_of, l.company, l.ledger, l.location, l.dimension,
                    row_number() over (partition by w.unit, l.reversal_of, w.account, w.currency, l.location, l.dimension, w.ticks order by w.ext) as rank
             from ${names.work} w join tieout.line l on l.unit = w.unit and l.line_id = w.line_id
             where w.side = 'L' and w.reverses) n
       join (select w.unit, w.line_id, w.account, w.currency, w.ticks, w.ext, l.document, l.company, l.ledger, l.location, l.dimension,
                    row_number() over (partition by w.unit, l.document, w.account, w.currency, l.location, l.dimension, w.ticks order by w.ext) as rank
             from (select distinct r.reversal_of, r.company, r.ledger from ${names.work} w
                   join tieout.line r on r.unit = w.unit and r.line_id = w.line_id where w.side = 'L' and w.reverses) d
             cross join lateral (select * from tieout.line l where l.document = d.reversal_of and l.company = d.company and l.ledger = d.ledger offset 0) l
             join ${names.work} w on w.unit = l.unit and w.line_id = l.line_id and w.side = 'L') o
         on o.unit = n.unit and o.document = n.reversal_of and o.company = n.company and o.ledger = n.ledger and o.account = n.account
        and o.currency = n.currency and o.location = n.location and o.dimension = n.dimension and o.ticks = -n.ticks and o.rank = n.rank
       where o.line_id <> n.line_id`,
      'L',
    ),
  );
  return shrink(crew, names, REVERSAL_PASS, lines);
}
