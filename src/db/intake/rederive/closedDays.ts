// The days that lie in closed periods, as a temporary table of the transaction: some period around the day is known and none
// of them is open (special periods lie inside the last one). A day in no known period is open.
import type pg from 'pg';

const CREATE = `create temporary table closed_day on commit drop as
  with latest as materialized (select * from tieout.period_now)
  select distinct p.company, p.ledger, d::date as day
    from latest p cross join lateral generate_series(p.date_from, p.date_to, interval '1 day') d
   where p.status <> 'open' and not exists (select from latest o
     where o.company = p.company and o.ledger = p.ledger and o.status = 'open' and d::date between o.date_from and o.date_to)`;

/** Makes the table. Returns the days of the general ledger as `company day`. */
export async function gatherClosedDays(client: pg.ClientBase): Promise<ReadonlySet<string>> {
  await client.query('drop table if exists closed_day');
  await client.query(CREATE);
  await client.query('analyze closed_day');
  const found = await client.query<{ day: string }>(
    `select company || ' ' || day as day from closed_day where ledger = 'GL'`,
  );
  return new Set(found.rows.map(({ day }) => day));
}

/** Condition over three expressions. */
export function closedDay(company: string, ledger: string, day: string): string {
  return `exists (select from closed_day c where c.company = ${company} and c.ledger = ${ledger} and c.day = ${day})`;
}
