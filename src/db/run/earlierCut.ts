// The tie-out at a day before the run's own: a match that is not wholly inside gives each of its lines inside a derived
// TIMING leg. Both go into temporary tables that the statements of the law read beside the stored ones.
import type pg from 'pg';

/** Fills `cut_total` (what such matches hold, negated, in the shape of match_total) and `cut_leg` (their lines inside). */
export async function takePartialMatchesOut(
  client: pg.ClientBase,
  cut: { asOf: string; runId: string },
): Promise<void> {
  const live = `m.run_id <= $2 and (m.released_run is null or m.released_run > $2)`;
  await client.query(`drop table if exists pg_temp.cut_match, pg_temp.cut_total, pg_temp.cut_leg`);
  await client.query(`create temporary table cut_match (unit bigint, match_id bigint);
    create temporary table cut_total as select unit, account, currency, run_id, matches, expected_lines, ledger_lines, expected, ledger, variance, company_variance from tieout.match_total where false;
    create temporary table cut_leg (unit bigint, line_id bigint)`);
  await client.query(
    `insert into cut_match select distinct m.unit, m.match_id from tieout.line l
     join tieout.match_member m on m.unit = l.unit and m.line_id = l.line_id and ${live}
     where l.accounting_date > $1 and l.scope = 'in'`,
    [cut.asOf, cut.runId],
  );
  await client.query(
    `insert into cut_total
     select x.unit, x.account, x.currency, 0, -count(distinct x.match_id), -count(*) filter (where l.side = 'E'), -count(*) filter (where l.side = 'L'),
            -coalesce(sum(l.amount) filter (where l.side = 'E'), 0), -coalesce(sum(l.amount) filter (where l.side = 'L'), 0),
            -sum(case l.side when 'L' then l.amount else -l.amount end), -sum(case l.side when 'L' then coalesce(l.company_amount, 0) else -coalesce(l.company_amount, 0) end)
     from cut_match c join tieout.match x on x.unit = c.unit and x.match_id = c.match_id
     join tieout.match_member m on m.unit = c.unit and m.match_id = c.match_id and m.run_id <= $1 and (m.released_run is null or m.released_run > $1)
     join tieout.line l on l.unit = m.unit and l.line_id = m.line_id
     group by x.unit, x.account, x.currency`,
    [cut.runId],
  );
  await client.query(
    `insert into cut_leg select m.unit, m.line_id from cut_match c
     join tieout.match_member m on m.unit = c.unit and m.match_id = c.match_id and ${live}
     join tieout.line l on l.unit = m.unit and l.line_id = m.line_id where l.accounting_date <= $1`,
    [cut.asOf, cut.runId],
  );
}
