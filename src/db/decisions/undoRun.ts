// Takes a whole run back: what it made is released, what it released is live again, its running totals are negated, and
// exceptions return to the state they had before. A rerun over the same input then finds the same again.
import type pg from 'pg';

/** Effective runs from the newest down to the named one; empty where it is not an effective run. */
export async function runsDownTo(
  client: pg.ClientBase,
  runId: string,
): Promise<{ runId: string; kind: string; asOf: string; maker: string }[]> {
  const found = await client.query<{ run_id: string; kind: string; as_of: string; maker: string }>(
    `select run_id, kind, as_of, maker from tieout.run where state = 'completed' and kind <> 'undo' and undone_by is null and run_id >= $1
       and exists (select from tieout.run r where r.run_id = $1 and r.state = 'completed' and r.kind <> 'undo' and r.undone_by is null)
     order by run_id desc`,
    [runId],
  );
  return found.rows.map((row) => ({ runId: row.run_id, kind: row.kind, asOf: row.as_of, maker: row.maker }));
}

/** Closed periods that hold lines which the run matched: they stand in the way of its undo. */
export function closedPeriodsOf(client: pg.ClientBase, runId: string): Promise<string[]> {
  const matched = `tieout.match_total t
     join tieout.match x on x.unit = t.unit and x.run_id = t.run_id
     join tieout.match_member m on m.unit = x.unit and m.match_id = x.match_id and m.run_id = $1
     where t.run_id = $1`;
  return closedPeriods(client, matched, [runId]);
}

/** The same for the lines of one live match. */
export function closedPeriodsOfMatch(
  client: pg.ClientBase,
  match: { unit: string; matchId: string },
): Promise<string[]> {
  const members = 'tieout.match_member m where m.unit = $1 and m.match_id = $2 and m.released_run is null';
  return closedPeriods(client, members, [match.unit, match.matchId]);
}

/** @param members what follows `from`, with members `m` */
async function closedPeriods(
  client: pg.ClientBase,
  members: string,
  values: readonly string[],
): Promise<string[]> {
  const found = await client.query<{ period: string }>(
    `with closed as materialized (select * from tieout.period_now where status <> 'open'),
     member as (select m.unit, m.line_id from ${members})
     select distinct l.company || ' ' || l.period as period from member m
     join tieout.line l on l.unit = m.unit and l.line_id = m.line_id
     join closed c on c.company = l.company and c.ledger = l.ledger and c.fiscal_year = l.fiscal_year and c.period = l.period
     order by 1`,
    [...values],
  );
  return found.rows.map((row) => row.period);
}

/** The cut before a run: as-of, horizon and rulebook of the effective run before it. */
export async function cutBefore(
  client: pg.ClientBase,
  runId: string,
): Promise<{ asOf: string; horizon: string; rulebookHash: string } | undefined> {
  const found = await client.query<{ as_of: string; horizon: string; rulebook_hash: string }>(
    `select as_of, horizon, rulebook_hash from tieout.run where state = 'completed' and kind <> 'undo' and undone_by is null and run_id < $1
     order by run_id desc limit 1`,
    [runId],
  );
  const row = found.rows[0];
  return row === undefined
    ? undefined
    : { asOf: row.as_of, horizon: row.horizon, rulebookHash: row.rulebook_hash };
}

/** Gives the undoing run the cut that stands again. */
export async function setCut(
  client: pg.ClientBase,
  runId: string,
  undoes: string,
  cut: { asOf: string; horizon: string; rulebookHash: string },
): Promise<void> {
  await client.query(
    'update tieout.run set as_of = $2, horizon = $3, rulebook_hash = $4, undoes = $5 where run_id = $1',
    [runId, cut.asOf, cut.horizon, cut.rulebookHash, undoes],
  );
}

/**
 * Rows that run `$1` made, or that an undo of a later run put back in their place, under its own number. Runs are undone
 * newest first, so what is live now is what was live right after run `$1`.
 */
const MADE_BY = (table: 'match_member' | 'exception_leg', row: string, owner: string): string =>
  `(${row}.run_id = $1 or (${row}.run_id > $1 and exists (select from tieout.${table} made where made.unit = ${row}.unit
     and made.line_id = ${row}.line_id and made.${owner} = ${row}.${owner} and made.run_id = $1)))`;

/** Reverses run `undone` by run `by`, both numbers; the caller's transaction, the lock of runs held. */
export async function reverseRun(client: pg.ClientBase, undone: string, by: string): Promise<void> {
  const both = [undone, by];
  const only = [undone];
  await gatherReleased(client, undone);
  // Lines that were open before the run and that it matched, or dropped because they ended.
  await client.query(`delete from tieout.open_item where since_run = $1`, only);
  // And those that it was the first to see, which an undo of a later run put back under its own number.
  await client.query(
    `delete from tieout.open_item o using tieout.line l, tieout.unit u, tieout.run_reconciliation r
      where l.unit = o.unit and l.line_id = o.line_id and u.unit = o.unit and r.run_id = $1 and r.reconciliation = u.reconciliation
        and l.batch_id > r.horizon_from`,
    only,
  );
  await client.query(
    `insert into tieout.open_item (unit, line_id, since_run, side)
     select distinct m.unit, m.line_id, $2::bigint, l.side from tieout.match_member m
     join tieout.unit u on u.unit = m.unit join tieout.line l on l.unit = m.unit and l.line_id = m.line_id
     left join tieout.run_reconciliation r on r.run_id = $1 and r.reconciliation = u.reconciliation
     where m.run_id = $1 and l.batch_id <= coalesce(r.horizon_from, 9223372036854775807)
       and not exists (select from run_released o where o.unit = m.unit and o.line_id = m.line_id)
       and not exists (select from tieout.open_item o where o.unit = m.unit and o.line_id = m.line_id)`,
    both,
  );
  await client.query(
    `insert into tieout.open_item (unit, line_id, since_run, side)
     select e.unit, e.line_id, $2::bigint, l.side from tieout.line_end e join tieout.unit u on u.unit = e.unit
     join tieout.run_reconciliation r on r.run_id = $1 and r.reconciliation = u.reconciliation
     join tieout.line l on l.unit = e.unit and l.line_id = e.line_id and l.scope = 'in' and l.batch_id <= r.horizon_from
     where e.batch_id > r.horizon_from and e.batch_id <= r.horizon_to
       and not exists (select from run_released o where o.unit = e.unit and o.line_id = e.line_id)
       and not exists (select from tieout.match_member o where o.unit = e.unit and o.line_id = e.line_id and o.released_run is null)
       and not exists (select from tieout.open_item o where o.unit = e.unit and o.line_id = e.line_id)`,
    both,
  );
  // Lines whose match the run released become members again; they were open only if it found them no new home.
  await client.query(
    'delete from tieout.open_item o using run_released m where m.unit = o.unit and m.line_id = o.line_id',
  );
  await client.query(
    `update tieout.match_member m set released_run = $2 where m.released_run is null and ${MADE_BY('match_member', 'm', 'match_id')}`,
    both,
  );
  await client.query(
    `insert into tieout.match_member (unit, line_id, match_id, run_id)
     select unit, line_id, match_id, $2 from tieout.match_member where released_run = $1 and run_id <> $1 order by unit, line_id`,
    both,
  );
  for (const table of ['balance', 'outside', 'match_total'] as const) await negate(client, table, undone, by);
  await restoreExceptions(client, undone, by);
  await client.query(
    `delete from tieout.match_ban b using tieout.run r where r.run_id = $1 and b.decision_id = r.decision_id`,
    only,
  );
  await client.query(`update tieout.run set undone_by = $2 where run_id = $1`, both);
}

/**
 * Lines whose match the run released, with a key: the server has not counted yet what a run released a moment ago, and each
 * of 33,000 lines that ended was looked for in all of them (81 s).
 */
async function gatherReleased(client: pg.ClientBase, undone: string): Promise<void> {
  await client.query(`drop table if exists run_released;
    create temporary table run_released (unit bigint not null, line_id bigint not null, primary key (unit, line_id)) on commit drop`);
  await client.query(
    `insert into run_released select distinct unit, line_id from tieout.match_member where released_run = $1`,
    [undone],
  );
  await client.query('analyze run_released');
}

async function negate(
  client: pg.ClientBase,
  table: 'balance' | 'outside' | 'match_total',
  undone: string,
  by: string,
): Promise<void> {
  const statement = {
    balance: `insert into tieout.balance (unit, company, ledger, account, currency, side, origin, scope, accounting_date, fiscal_year, period, location, dimension, run_id, lines, amount, company_amount)
         select unit, company, ledger, account, currency, side, origin, scope, accounting_date, fiscal_year, period, location, dimension, $2, -lines, -amount, -company_amount from tieout.balance where run_id = $1`,
    outside: `insert into tieout.outside (company, ledger, account, currency, accounting_date, run_id, lines, amount)
         select company, ledger, account, currency, accounting_date, $2, -lines, -amount from tieout.outside where run_id = $1`,
    match_total: `insert into tieout.match_total (unit, account, currency, run_id, pass, matches, expected_lines, ledger_lines, expected, ledger, variance, company_variance)
         select unit, account, currency, $2, pass, -matches, -expected_lines, -ledger_lines, -expected, -ledger, -variance, -company_variance from tieout.match_total where run_id = $1`,
  };
  await client.query(statement[table], [undone, by]);
}

/** Legs and states as they were before the run: an item that it opened is closed, one that it changed has its old state. */
async function restoreExceptions(client: pg.ClientBase, undone: string, by: string): Promise<void> {
  const both = [undone, by];
  await client.query(
    `update tieout.exception_leg g set ended_run = $2 where g.ended_run is null and ${MADE_BY('exception_leg', 'g', 'exception_id')}`,
    both,
  );
  await client.query(
    `insert into tieout.exception_leg (exception_id, unit, line_id, run_id)
     select exception_id, unit, line_id, $2 from tieout.exception_leg where ended_run = $1 and run_id <> $1 order by unit, line_id`,
    both,
  );
  await client.query(
    `insert into tieout.exception_state (exception_id, run_id, reason, also, status, why, detail, exposure, currency, business_date, owner, due_date, root_cause, decision_id)
     select n.exception_id, $2, coalesce(o.reason, n.reason), coalesce(o.also, n.also), coalesce(o.status, 'closed'), coalesce(o.why, n.why), coalesce(o.detail, n.detail),
            case when o.exception_id is null then n.exposure else o.exposure end, coalesce(o.currency, n.currency), coalesce(o.business_date, n.business_date),
            coalesce(o.owner, n.owner), coalesce(o.due_date, n.due_date), coalesce(o.root_cause, n.root_cause), o.decision_id
     from tieout.exception_state n
     left join lateral (select * from tieout.exception_state o where o.exception_id = n.exception_id and o.run_id < $1 order by o.run_id desc limit 1) o on true
     where n.run_id = $1`,
    both,
  );
  await client.query(
    `delete from tieout.open_exception o using tieout.exception_state s where s.exception_id = o.exception_id and s.run_id = $1 and s.status = 'closed'`,
    [by],
  );
  await client.query(
    `insert into tieout.open_exception (exception_id, class)
     select s.exception_id, i.class from tieout.exception_state s join tieout.exception_item i using (exception_id)
     where s.run_id = $1 and s.status <> 'closed' on conflict do nothing`,
    [by],
  );
}
