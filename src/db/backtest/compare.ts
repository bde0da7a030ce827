// Two outcomes side by side: which matches and exceptions stay, come, go or change. A match is known by its lines, an
// exception by its anchor; neither by a number that a database gave it.
import type pg from 'pg';

export type Change = 'same' | 'new' | 'lost' | 'changed';

/** What changes on one reconciliation, pass or reason. Amounts are decimal text. */
export interface BacktestRow {
  kind: 'match' | 'exception';
  change: Change;
  reconciliation: string;
  /** Pass or reason before; '' where there was none. */
  before: string;
  after: string;
  currency: string;
  count: number;
  /** Of matches what their ledger lines (else expected lines) turn over; of exceptions ledger minus expected. */
  amount: string;
}

/** One match or exception, with its lines. */
export interface BacktestExample {
  kind: 'match' | 'exception';
  change: Change;
  reconciliation: string;
  before: string;
  after: string;
  currency: string;
  amount: string;
  references: string[];
  lines: { line: string; amount: string }[];
}

const GROUPS = (
  table: string,
): string => `select grp, kind, min(label) as label, min(reconciliation) as reconciliation, currency,
    max(variance) as variance,
    case kind when 'match' then coalesce(sum(abs(amount)) filter (where side = 'L'), sum(abs(amount)))
         else sum(case side when 'L' then amount else -amount end) end as amount
  from work.${table} group by grp, kind, currency`;
const TOUCHES = (
  table: string,
  grp: string,
  other: string,
): string => `exists (select from work.${table} t join work.${other} o on o.key = t.key and o.kind = 'match'
  where t.grp = ${grp})`;

// A match that takes lines of another one is a changed one; that one is not lost besides.
const COMPARE = `create unlogged table work.compared as
  select coalesce(a.grp, b.grp) as grp, coalesce(a.kind, b.kind) as kind, coalesce(a.reconciliation, b.reconciliation) as reconciliation,
         coalesce(b.label, '') as before, coalesce(a.label, '') as after, coalesce(a.currency, b.currency) as currency,
         coalesce(a.amount, b.amount) as amount, b.amount as amount_before,
         case when a.grp is not null and b.grp is not null
                   and (a.label, a.variance, a.amount, a.reconciliation) is not distinct from (b.label, b.variance, b.amount, b.reconciliation) then 'same'
              when a.grp is not null and b.grp is not null then 'changed'
              when a.grp is not null then case when a.kind = 'match' and ${TOUCHES('after', 'a.grp', 'before')} then 'changed' else 'new' end
              when b.kind = 'match' and ${TOUCHES('before', 'b.grp', 'after')} then 'regrouped'
              else 'lost' end as change
    from (${GROUPS('before')}) b full join (${GROUPS('after')}) a on a.grp = b.grp and a.kind = b.kind and a.currency = b.currency`;

/** Compares `work.before` with `work.after`; sums and the largest examples of each kind of change. */
export async function compareOutcomes(
  client: pg.ClientBase,
  examplesEach: number,
): Promise<{ rows: BacktestRow[]; examples: BacktestExample[] }> {
  await client.query('drop table if exists work.compared');
  await client.query(COMPARE);
  const rows = await client.query<Omit<BacktestRow, 'count'> & { count: string }>(
    `select kind, change, reconciliation, before, after, currency, count(*) as count, sum(amount) as amount
       from work.compared where change <> 'regrouped' group by 1, 2, 3, 4, 5, 6 order by kind desc, change, 3, 4, 5, 6`,
  );
  const examples = await client.query<BacktestExample>(
    `select c.kind, c.change, c.reconciliation, c.before, c.after, c.currency, c.amount, n.refs as "references", n.lines
       from (select *, row_number() over (partition by kind, change order by abs(amount) desc, grp) as place from work.compared
              where change in ('new', 'lost', 'changed')) c
       cross join lateral (
         select array_agg(distinct reference order by reference) filter (where reference <> '') as refs,
                jsonb_agg(jsonb_build_object('line', shown, 'amount', amount::text) order by key) as lines
           from (select * from work.after t where t.grp = c.grp and c.change <> 'lost' union all
                 select * from work.before t where t.grp = c.grp and c.change = 'lost') t) n
      where c.place <= $1 order by c.kind desc, c.change, c.place`,
    [examplesEach],
  );
  return {
    rows: rows.rows.map((row) => ({ ...row, count: Number(row.count) })),
    examples: examples.rows.map((row) => ({
      ...row,
      references: row.references ?? [],
      lines: row.lines ?? [],
    })),
  };
}
