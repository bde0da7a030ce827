// The built-in passes that net a line with its negation. On the ledger side a document that says which one it reverses, before
// the rulebook's passes; on the expected side an event's correction, last of all and only where law 5 finds both absent.
import type pg from 'pg';
import type { Connections } from './connections.ts';
import type { PartNames } from './names.ts';
import { shrink } from './runPass.ts';

/** Number of the built-in pass in `found.pass_no`. */
export const REVERSAL_PASS = -1;

const FOUND =
  'match_id, pass_no, unit, account, currency, e_count, l_count, e_ticks, l_ticks, e_company, l_company, anchor, digest';

/** One match for each row of `select`: unit, a, b, account, currency, anchor, members. */
function pairsSql(names: PartNames, select: string, side: 'E' | 'L'): string {
  return `with pairs as materialized (
      select nextval('tieout.match_id') as match_id, * from (${select}) s),
    members as (
      insert into ${names.member} (match_id, unit, line_id, side)
      select match_id, unit, a, '${side}' from pairs union all select match_id, unit, b, '${side}' from pairs)
    insert into ${names.found} (${FOUND})
    select match_id, ${REVERSAL_PASS}, unit, account, currency, ${side === 'E' ? '2, 0' : '0, 2'}, 0, 0, 0, 0, anchor,
           sha256(convert_to('match' || E'\\x1f' || 'reversal' || E'\\x1f' || '0' || E'\\x1f' || members, 'UTF8')) from pairs`;
}

const BOTH =
  "n.unit, n.line_id as a, o.line_id as b, n.account, n.currency, least(n.ext, o.ext) as anchor, least(n.ext, o.ext) || E'\\x1e' || greatest(n.ext, o.ext) as members";

/**
 * An event that was corrected explains the reversing document by itself: the correction's line looks for it, and the
 * original's for the document that it reverses.
 */
export const CORRECTED = (reversed: string): string =>
  `exists (select from tieout.line c where c.reference_hash = ${reversed}.reference_hash and c.reference_hash <> 0
     and c.reference = ${reversed}.reference and c.side = 'E' and c.negates is not null
     and not exists (select from tieout.line_end e where e.unit = c.unit and e.line_id = c.line_id))`;

/**
 * Pairs ledger documents with the one that they say they reverse (`reversal_of`; our own reversing journals are found by their
 * reference) and takes both out of the work table, which
 * holds `lines` lines; returns how many are left. They are few, and what they reverse is reached from them (law 7).
 */
export async function netLinkedReversals(
  connections: Connections,
  names: PartNames,
  lines: number,
): Promise<number> {
  const [client] = connections;
  const few = await client.query(`select from ${names.work} where reverses limit 1`);
  if (few.rowCount === 0) return lines;
  await client.query(
    pairsSql(
      names,
      `select ${BOTH}
       from (select w.unit, w.line_id, w.account, w.currency, w.ticks, w.ext, l.reversal_of, l.company, l.ledger, l.location, l.dimension,
                    row_number() over (partition by w.unit, l.reversal_of, w.account, w.currency, l.location, l.dimension, w.ticks order by w.ext) as rank
             from ${names.work} w join tieout.line l on l.unit = w.unit and l.line_id = w.line_id
             where w.side = 'L' and w.reverses and w.posting is null and not ${CORRECTED('l')}) n
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
  return shrink(connections, names, REVERSAL_PASS, lines);
}

/** Pairs of lines of one side in the table `pairs` (unit, line_id, other) become matches; both leave the work table. */
export async function netPairs(
  client: pg.ClientBase,
  names: PartNames,
  pairs: string,
  side: 'E' | 'L',
): Promise<void> {
  await client.query(
    pairsSql(
      names,
      `select ${BOTH} from ${pairs} p
       join ${names.work} n on n.unit = p.unit and n.line_id = p.line_id
       join ${names.work} o on o.unit = p.unit and o.line_id = p.other`,
      side,
    ),
  );
  await client.query(
    `delete from ${names.work} w using ${pairs} p where w.unit = p.unit and w.line_id in (p.line_id, p.other)`,
  );
}
