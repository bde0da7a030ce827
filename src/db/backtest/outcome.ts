// Where a run left every line, by keys that hold no id of ours, so that two runs in two databases can be held against each
// other: with which lines it was matched, or in which exception it stands.
import type pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { pipeline } from 'node:stream/promises';

import { externalKeySql } from '../../matching/workTable.ts';

const COLUMNS = `key text collate "C", grp text collate "C", kind text, label text, reconciliation text, currency text, side "char",
  amount numeric(19,4), variance numeric(19,4), reference text, shown text`;
const LINE = `l.side, l.amount`;
const SHOWN = `l.reference, case l.side when 'E' then 'event ' || l.event_id else 'document ' || l.document || ' line ' || l.line end
  || ', account ' || l.account || case l.location when '' then '' else ' at ' || l.location end`;

const OUTCOME = `select key, 'm' || md5(string_agg(key, E'\\x1e') over (partition by unit, match_id order by key
           rows between unbounded preceding and unbounded following)), 'match', pass, reconciliation, currency, side, amount, variance,
         reference, shown
    from (select ${externalKeySql('l')} as key, m.unit, m.match_id, x.pass, u.reconciliation, l.currency, ${LINE}, x.variance, ${SHOWN} as shown
            from tieout.match_member m join tieout.match x on x.unit = m.unit and x.match_id = m.match_id
            join tieout.unit u on u.unit = m.unit join tieout.line l on l.unit = m.unit and l.line_id = m.line_id
           where m.released_run is null) matched
  union all
  select ${externalKeySql('l')}, g.exception_id, 'exception', s.reason, u.reconciliation, l.currency, ${LINE}, 0, ${SHOWN}
    from tieout.exception_leg g join tieout.unit u on u.unit = g.unit join tieout.line l on l.unit = g.unit and l.line_id = g.line_id
    join lateral (select s.reason from tieout.exception_state s where s.exception_id = g.exception_id order by s.run_id desc limit 1) s on true
   where g.ended_run is null`;

/** Writes what the run of `from` came to into the table `work.NAME` of `to`. */
export async function carryOutcome(
  from: pg.ClientBase,
  to: pg.ClientBase,
  name: 'before' | 'after',
): Promise<void> {
  await to.query(`drop table if exists work.${name}; create unlogged table work.${name} (${COLUMNS})`);
  const rows = from.query(copyTo(`copy (${OUTCOME}) to stdout`));
  await pipeline(rows, to.query(copyFrom(`copy work.${name} from stdin`)));
  await to.query(
    `create index on work.${name} (key); create index on work.${name} (grp); analyze work.${name}`,
  );
}
