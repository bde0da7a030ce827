// Root causes of what is open at a run, with how many exceptions and lines share each, and what they come to.
import type pg from 'pg';

/** One cause in one currency. */
export interface RootCauseSum {
  label: string;
  currency: string;
  exceptions: number;
  lines: number;
  /**
   * Sum of what each exception leaves; of one that leaves nothing (a wrong place), of what it moved. Debits and credits
   * apart, the larger of the two: an entry that is missing whole counts once. Decimal text.
   */
  amount: string;
}

/** @param current true at the last run: only live exceptions are read, however many were settled before */
export async function readRootCauses(
  client: pg.ClientBase,
  runId: string,
  current: boolean,
): Promise<RootCauseSum[]> {
  const items = current
    ? 'tieout.open_exception o where $1::bigint is not null'
    : 'tieout.exception_item o where o.opened_run <= $1';
  const found = await client.query<{
    label: string;
    currency: string;
    exceptions: string;
    lines: string;
    amount: string;
  }>(
    `with known as materialized (
       select o.exception_id, s.root_cause from (select o.exception_id from ${items}) o
       join lateral (select * from tieout.exception_state s where s.exception_id = o.exception_id and s.run_id <= $1 order by s.run_id desc limit 1) s on true
       where s.root_cause <> '' and s.status <> 'closed'),
     item as (
       select k.root_cause, k.exception_id, l.currency,
              coalesce(nullif(sum(case l.side when 'L' then l.amount else -l.amount end), 0), sum(l.amount) filter (where l.side = 'L'), 0) as amount,
              greatest(count(*) filter (where l.side = 'E'), count(*) filter (where l.side = 'L')) as lines
       from known k join tieout.exception_leg g on g.exception_id = k.exception_id and g.run_id <= $1 and (g.ended_run is null or g.ended_run > $1)
       join tieout.line l on l.unit = g.unit and l.line_id = g.line_id
       group by k.root_cause, k.exception_id, l.currency)
     select root_cause as label, currency, count(*) as exceptions, sum(lines) as lines, trim_scale(greatest(sum(amount) filter (where amount > 0), -sum(amount) filter (where amount < 0), 0))::text as amount
     from item group by root_cause, currency
     order by sum(lines) desc, root_cause collate "C", currency`,
    [runId],
  );
  return found.rows.map((row) => ({
    ...row,
    exceptions: Number(row.exceptions),
    lines: Number(row.lines),
  }));
}
