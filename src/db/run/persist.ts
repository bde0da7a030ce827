// The last transaction of a run, part one: releases, matches with their members, open items and running totals. Sorted by
// unit, because keyed inserts in key order cost half of those in random order.
import type pg from 'pg';
import type { Reconciliation } from '../../rulebook/model.ts';
import type { PartNames, RunNames } from './names.ts';
import type { Fresh } from './survey.ts';

/** Batches after `from` up to `to` were new to a reconciliation. */
export interface Seen {
  name: string;
  from: string;
  to: string;
}

/** A reconciliation that has lines to match: new ones, or open ones. */
export interface PersistPart {
  reconciliation: Reconciliation;
  names: PartNames;
  from: string;
  to: string;
  fresh: Fresh;
}

/** Releases what findReleases found. The unique index of live memberships then lets the lines be matched again. */
export async function releaseMatches(client: pg.ClientBase, runId: string, part: PersistPart): Promise<void> {
  await client.query(
    `insert into tieout.match_total (unit, account, currency, run_id, pass, matches, expected_lines, ledger_lines, expected, ledger, variance, company_variance)
     select x.unit, x.account, x.currency, $1, x.pass, -count(*), -sum(m.e), -sum(m.l), -sum(x.expected), -sum(x.ledger), -sum(x.variance), -sum(x.company_variance)
     from ${part.names.release} r join tieout.match x on x.unit = r.unit and x.match_id = r.match_id
     join lateral (select count(*) filter (where l.side = 'E') as e, count(*) filter (where l.side = 'L') as l
                   from tieout.match_member m join tieout.line l on l.unit = m.unit and l.line_id = m.line_id
                   where m.unit = r.unit and m.match_id = r.match_id and m.released_run is null) m on true
     group by x.unit, x.account, x.currency, x.pass`,
    [runId],
  );
  await client.query(
    `update tieout.match_member m set released_run = $1 from ${part.names.release} r
     where m.unit = r.unit and m.match_id = r.match_id and m.released_run is null`,
    [runId],
  );
}

/** Writes the confirmed matches of a part. `accounts` types each tolerance pass's variance per company. */
export async function insertMatches(
  client: pg.ClientBase,
  runId: string,
  part: PersistPart,
  passes: readonly { passNo: number; name: string; version: string }[],
  varianceAccounts: readonly { passNo: number; company: string; account: string }[],
): Promise<void> {
  const { found, member } = part.names;
  const named = JSON.stringify(passes);
  const typed = JSON.stringify(varianceAccounts);
  await client.query(
    `insert into tieout.match (unit, match_id, run_id, account, currency, pass, version, expected, ledger, variance, company_variance, variance_account, summary_key)
     select f.unit, f.match_id, $1, f.account, f.currency, p.name, p.version, f.e_ticks * 0.0001, f.l_ticks * 0.0001, (f.l_ticks - f.e_ticks) * 0.0001,
            (coalesce(f.l_company, 0) - coalesce(f.e_company, 0)) * 0.0001, case when f.l_ticks <> f.e_ticks then coalesce(v.account, '') else '' end, f.summary_key
     from ${found} f
     join jsonb_to_recordset($2::jsonb) as p("passNo" int, name text, version text) on p."passNo" = f.pass_no
     join tieout.unit u on u.unit = f.unit
     left join jsonb_to_recordset($3::jsonb) as v("passNo" int, company text, account text) on v."passNo" = f.pass_no and v.company = u.company
     where not f.suggested order by f.unit, f.match_id`,
    [runId, named, typed],
  );
  await client.query(
    `insert into tieout.match_member (unit, line_id, match_id, run_id)
     select unit, line_id, match_id, $1 from (
       select f.unit, t.line_id, f.match_id from ${found} f cross join lateral (values (f.e_line), (f.l_line)) t(line_id) where not f.suggested and t.line_id is not null
       union all select m.unit, m.line_id, m.match_id from ${member} m join ${found} f on f.match_id = m.match_id and not f.suggested) m
     order by unit, line_id`,
    [runId],
  );
  await client.query(
    `insert into tieout.match_total (unit, account, currency, run_id, pass, matches, expected_lines, ledger_lines, expected, ledger, variance, company_variance)
     select f.unit, f.account, f.currency, $1, p.name, count(*), sum(f.e_count), sum(f.l_count), sum(f.e_ticks) * 0.0001, sum(f.l_ticks) * 0.0001,
            sum(f.l_ticks - f.e_ticks) * 0.0001, sum(coalesce(f.l_company, 0) - coalesce(f.e_company, 0)) * 0.0001
     from ${found} f join jsonb_to_recordset($2::jsonb) as p("passNo" int, name text, version text) on p."passNo" = f.pass_no
     where not f.suggested group by f.unit, f.account, f.currency, p.name`,
    [runId, named],
  );
}

/** Open items become: what the passes left, and lines that are not due yet. Matched and ended ones go. */
export async function updateOpenItems(
  client: pg.ClientBase,
  runId: string,
  asOf: string,
  part: PersistPart,
): Promise<void> {
  const { names, reconciliation, from, to, fresh } = part;
  // A limit in each: as plain `exists` they were answered by hashing all memberships that there are (7.8 s of a next day
  // beside a million matches). What is still in the work table is open, and most of the items are.
  await client.query(
    `delete from tieout.open_item o using tieout.unit u
     where u.unit = o.unit and u.reconciliation = $1
       and not exists (select from ${names.work} w where w.unit = o.unit and w.line_id = o.line_id)
       and ((select true from tieout.match_member m where m.unit = o.unit and m.line_id = o.line_id and m.released_run is null limit 1)
         or (select true from tieout.line_end e where e.unit = o.unit and e.line_id = o.line_id and e.batch_id <= $2 limit 1))`,
    [reconciliation.name, to],
  );
  await client.query(
    `insert into tieout.open_item (unit, line_id, since_run, side)
     select w.unit, w.line_id, $1::bigint, w.side from ${names.work} w
     where not exists (select from tieout.open_item o where o.unit = w.unit and o.line_id = w.line_id)
     order by 1, 2`,
    [runId],
  );
  if (!fresh.later) return;
  await client.query(
    `insert into tieout.open_item (unit, line_id, since_run, side)
     select l.unit, l.line_id, $1::bigint, l.side from tieout.line l join tieout.unit u on u.unit = l.unit and u.reconciliation = $2
     where l.batch_id > $3 and l.batch_id <= $4 and l.accounting_date > $5 and l.scope = 'in'
       and not exists (select from tieout.line_end e where e.unit = l.unit and e.line_id = l.line_id and e.batch_id <= $4)
     order by 1, 2`,
    [runId, reconciliation.name, from, to, asOf],
  );
}

/** Running totals: plus the new live lines, minus the older ones that ended. All scopes; due or not. */
export async function addBalances(
  client: pg.ClientBase,
  runId: string,
  { arrived }: RunNames,
): Promise<void> {
  await client.query(
    `insert into tieout.balance (unit, company, ledger, account, currency, side, origin, scope, accounting_date, fiscal_year, period, location, dimension, run_id, lines, amount, company_amount)
     select a.unit, u.company, u.ledger, a.account, a.currency, a.side, a.origin, a.scope, a.accounting_date, a.fiscal_year, a.period, a.location, a.dimension, $1,
            sum(a.lines), sum(a.amount), sum(a.company_amount)
     from ${arrived} a join tieout.unit u on u.unit = a.unit
     group by a.unit, u.company, u.ledger, a.account, a.currency, a.side, a.origin, a.scope, a.accounting_date, a.fiscal_year, a.period, a.location, a.dimension
     having sum(a.lines) <> 0 or sum(a.amount) <> 0 or sum(a.company_amount) <> 0`,
    [runId],
  );
}

/** Notes which batches each reconciliation has now seen. */
export async function insertRunReconciliations(
  client: pg.ClientBase,
  runId: string,
  asOf: string,
  seen: readonly Seen[],
): Promise<void> {
  await client.query(
    `insert into tieout.run_reconciliation (run_id, reconciliation, horizon_from, horizon_to, as_of)
     select $1, s.name, s.from, s.to, $2 from unnest($3::text[], $4::bigint[], $5::bigint[]) s (name, "from", "to")`,
    [runId, asOf, seen.map(({ name }) => name), seen.map(({ from }) => from), seen.map(({ to }) => to)],
  );
}

/** Drops the run's tables; what a killed run leaves the next one drops (dropStale.ts). */
export async function dropTables(client: pg.ClientBase, names: RunNames, parts: number): Promise<void> {
  const tables = [
    names.arrived,
    names.open,
    names.repeat,
    names.aside,
    names.link,
    names.related,
    names.unclassified,
    names.held,
    names.leftOut,
    names.item,
    names.leg,
    names.stated,
    names.reversal,
    names.grace,
    names.reach,
  ];
  for (let i = 0; i < parts; i += 1) {
    const part = names.part(i);
    tables.push(part.work, part.found, part.member, part.undecided, part.release, part.posting);
  }
  await client.query(`drop table if exists ${tables.join(', ')}`);
}
