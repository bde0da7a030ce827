// The law of the tie-out, per cell: sum of ledger lines minus sum of expected lines = variances of matches + open legs +
// accepted legs. The left side comes from the running totals of lines, the right from matches and legs, by separate
// statements; a difference is a fault of ours.
import type pg from 'pg';
import { Fault } from '../../errors.ts';
import { externalKeySql } from '../../matching/workTable.ts';

/** One row of the printed tie-out, amounts as decimal text. */
export interface TieOutRow {
  name: string;
  company: string;
  ledger: string;
  account: string;
  currency: string;
  openingLedger: string;
  openingExpected: string;
  expectedCount: string;
  expected: string;
  ledgerCount: string;
  ledgerAmount: string;
  outCount: string;
  outAmount: string;
  matches: string;
  matchedExpected: string;
  matchedLedger: string;
  variance: string;
  unexplained: string;
}

/** Open and accepted legs by reason, per row of the tie-out. */
export interface LegSum {
  name: string;
  company: string;
  ledger: string;
  account: string;
  currency: string;
  status: 'open' | 'accepted';
  reason: string;
  items: string;
  lines: string;
  amount: string;
}

/** Which cut: day D, and the run whose knowledge counts. */
export interface Cut {
  asOf: string;
  runId: string;
  reconciliations: readonly string[];
  /** True for a day before the run's own: `takePartialMatchesOut` has been called on this connection. */
  earlier?: boolean;
  /** True inside the run itself: no later one has ended a leg, so the live ones are found by the index of live legs. */
  own?: boolean;
  /** Table that `gatherLegs` has filled. */
  legs?: string;
}

const MATCH_COLUMNS =
  'unit, account, currency, matches, expected_lines, ledger_lines, expected, ledger, variance, company_variance';

/** Sums of matches: carried for the run's own cut, of all runs up to `$2` for a cut of the past. */
function matchTotals(cut: Cut): string {
  if (cut.own === true) return `select ${MATCH_COLUMNS} from tieout.cell_match`;
  const earlier =
    cut.earlier === true ? ` union all select ${MATCH_COLUMNS} from cut_total where run_id <= $2` : '';
  return `select ${MATCH_COLUMNS} from tieout.match_total where run_id <= $2${earlier}`;
}

/** Sums of lines up to the day to which their reconciliation has looked; the same two ways. */
function runningTotals(cut: Cut): string {
  const columns = 'unit, account, currency, side, origin, scope';
  const of = (table: string): string =>
    `tieout.${table} b join tieout.unit u on u.unit = b.unit and u.reconciliation = any($3) join looked k on k.reconciliation = u.reconciliation`;
  const named = columns.replaceAll(/\w+/g, 'b.$&');
  if (cut.own !== true)
    return `(select ${named}, b.lines, b.amount, b.company_amount from ${of('balance')} where b.accounting_date <= least($1::date, k.day) and b.run_id <= $2)`;
  // What is not due yet, and only that, is read from the deltas.
  return `(select ${named}, b.lines, b.amount, b.company_amount from ${of('cell_total')}
     union all select ${named}, -b.lines, -b.amount, -b.company_amount from ${of('balance')}
     where b.accounting_date > (select min(least($1::date, day)) from looked) and b.accounting_date > least($1::date, k.day))`;
}

const LEG_COLUMNS =
  'exception_id, unit, side, account, currency, amount, company_amount, accounting_date, ext, status, reason';

/**
 * Legs that live at the cut, their lines, and the state of their items; `$2` run, `$3` reconciliations. A line that only a
 * match beyond the cut would take is a leg of no item, with reason TIMING. History is only read for a cut of the past.
 */
function legs(cut: Cut): string {
  if (cut.legs !== undefined) return cut.legs;
  const live =
    cut.own === true ? 'ended_run is null' : 'run_id <= $2 and (ended_run is null or ended_run > $2)';
  return `(select g.exception_id, g.unit, l.side, l.account, l.currency, l.amount, l.company_amount, l.accounting_date, ${externalKeySql('l')} as ext,
            s.status, s.reason
     from (select exception_id, unit, line_id from tieout.exception_leg where ${live}
           ${cut.earlier === true ? "union all select '', unit, line_id from cut_leg" : ''}) g
     join tieout.unit u on u.unit = g.unit and u.reconciliation = any($3)
     join tieout.line l on l.unit = g.unit and l.line_id = g.line_id
     join lateral (select * from (
                     select s.status, s.reason from tieout.exception_state s where s.exception_id = g.exception_id and s.run_id <= $2 order by s.run_id desc limit 1) s
                   union all select 'open', 'TIMING' where g.exception_id = '') s on true)`;
}

/** Gathers the legs of a run's own cut in a table: proof, hash and statement ask four times, of a line looked up once. */
export async function gatherLegs(
  client: pg.ClientBase,
  table: string,
  cut: Cut,
): Promise<Cut & { legs: string }> {
  await client.query(`create unlogged table ${table} (exception_id text not null, unit bigint not null, side "char" not null, account text collate "C" not null,
    currency text collate "C" not null, amount numeric(19,4) not null, company_amount numeric(19,4), accounting_date date not null, ext text collate "C" not null,
    status text not null, reason text not null)`);
  await client.query(
    `insert into ${table} (${LEG_COLUMNS}) select ${LEG_COLUMNS} from ${legs(cut)} g where $1::date is not null`,
    [cut.asOf, cut.runId, cut.reconciliations],
  );
  return { ...cut, legs: table };
}

/** Cells as SQL: sums of lines, of matches, of legs; `$1` D, `$2` run, `$3` reconciliations. */
const cells = (cut: Cut): string => `
  looked as (
    -- A run over one reconciliation moves its day alone: the others have looked no further than before.
    select k.reconciliation, max(k.as_of) as day from tieout.run_reconciliation k join tieout.run r on r.run_id = k.run_id
    where k.run_id <= $2 and (r.state = 'completed' or k.run_id = $2) and (r.undone_by is null or r.undone_by > $2) group by k.reconciliation),
  lines as (
    select b.unit, b.account, b.currency,
           sum(b.amount) filter (where b.side = 'L' and b.scope = 'in') as ledger, coalesce(sum(b.lines) filter (where b.side = 'L' and b.scope in ('in', 'zero')), 0) as ledger_lines,
           -- Counted, and at home nowhere: a line of zero explains itself.
           coalesce(sum(b.lines) filter (where b.side = 'L' and b.scope = 'zero'), 0) as zero_lines,
           sum(b.amount) filter (where b.side = 'E' and b.scope = 'in') as expected, coalesce(sum(b.lines) filter (where b.side = 'E' and b.scope = 'in'), 0) as expected_lines,
           sum(b.amount) filter (where b.side = 'L' and b.scope = 'in' and b.origin = 'opening') as opening_ledger,
           sum(b.amount) filter (where b.side = 'E' and b.scope = 'in' and b.origin = 'opening') as opening_expected,
           sum(b.amount) filter (where b.side = 'L' and b.scope = 'out') as out_amount, coalesce(sum(b.lines) filter (where b.side = 'L' and b.scope = 'out'), 0) as out_lines,
           sum(b.company_amount * case b.side when 'L' then 1 else -1 end) filter (where b.scope = 'in') as company_difference
    from ${runningTotals(cut)} b
    group by b.unit, b.account, b.currency),
  matched as (
    select t.unit, t.account, t.currency, sum(t.matches) as matches, sum(t.expected_lines) as expected_lines, sum(t.ledger_lines) as ledger_lines,
           sum(t.expected) as expected, sum(t.ledger) as ledger, sum(t.variance) as variance, sum(t.company_variance) as company_variance
    from (${matchTotals(cut)}) t join tieout.unit u on u.unit = t.unit and u.reconciliation = any($3)
    group by t.unit, t.account, t.currency),
  legs as (
    select unit, account, currency, sum(case side when 'L' then amount else -amount end) as amount,
           sum(case side when 'L' then coalesce(company_amount, 0) else -coalesce(company_amount, 0) end) as company_amount,
           count(*) filter (where side = 'E') as expected_lines, count(*) filter (where side = 'L') as ledger_lines
    from ${legs(cut)} g where accounting_date <= $1
    group by unit, account, currency),
  cells as (
    select unit, account, currency,
           coalesce(n.ledger, 0) - coalesce(n.expected, 0) as difference, coalesce(m.variance, 0) + coalesce(g.amount, 0) as explained,
           coalesce(n.company_difference, 0) as company_difference, coalesce(m.company_variance, 0) + coalesce(g.company_amount, 0) as company_explained,
           coalesce(n.expected_lines, 0) - coalesce(m.expected_lines, 0) - coalesce(g.expected_lines, 0) as lost_expected,
           coalesce(n.ledger_lines, 0) - coalesce(n.zero_lines, 0) - coalesce(m.ledger_lines, 0) - coalesce(g.ledger_lines, 0) as lost_ledger,
           n.ledger, n.ledger_lines, n.expected, n.expected_lines, n.opening_ledger, n.opening_expected, n.out_amount, n.out_lines,
           m.matches, m.expected as matched_expected, m.ledger as matched_ledger, m.variance
    from lines n full join matched m using (unit, account, currency) full join legs g using (unit, account, currency))`;

/** Proves the law for a cut at its own run's day. Throws a `Fault` that names the first cells where it does not hold. */
export async function proveTieOut(client: pg.ClientBase, cut: Cut): Promise<void> {
  const broken = await client.query<Record<string, string>>(
    `with ${cells(cut)}
     select u.text, c.account, c.currency, c.difference, c.explained, c.company_difference, c.company_explained, c.lost_expected, c.lost_ledger
     from cells c join tieout.unit u on u.unit = c.unit
     where c.difference <> c.explained or c.company_difference <> c.company_explained or c.lost_expected <> 0 or c.lost_ledger <> 0
     order by u.text, c.account, c.currency limit 5`,
    [cut.asOf, cut.runId, cut.reconciliations],
  );
  if (broken.rows.length === 0) return;
  throw new Fault(
    [
      'the tie-out does not hold; nothing was committed. This is a fault of Tieout, not of the data:',
      ...broken.rows.map(
        (row) =>
          `  ${row.text} account ${row.account} ${row.currency}: ledger minus expected ${row.difference}, explained ${row.explained}; ` +
          `company ${row.company_difference}, explained ${row.company_explained}; lines without a home: ${row.lost_expected} expected, ${row.lost_ledger} ledger`,
      ),
    ].join('\n'),
  );
}

/** The tie-out summed over units: one row per reconciliation, company, ledger, account and currency. */
export async function tieOutRows(client: pg.ClientBase, cut: Cut): Promise<TieOutRow[]> {
  const found = await client.query<Record<string, string>>(
    `with ${cells(cut)}
     select u.reconciliation as name, u.company, u.ledger, c.account, c.currency,
            coalesce(sum(c.opening_ledger), 0) as opening_ledger, coalesce(sum(c.opening_expected), 0) as opening_expected,
            coalesce(sum(c.expected_lines), 0) as expected_lines, coalesce(sum(c.expected), 0) as expected,
            coalesce(sum(c.ledger_lines), 0) as ledger_lines, coalesce(sum(c.ledger), 0) as ledger_amount,
            coalesce(sum(c.out_lines), 0) as out_lines, coalesce(sum(c.out_amount), 0) as out_amount,
            coalesce(sum(c.matches), 0) as matches, coalesce(sum(c.matched_expected), 0) as matched_expected,
            coalesce(sum(c.matched_ledger), 0) as matched_ledger, coalesce(sum(c.variance), 0) as variance,
            sum(abs(c.difference - c.explained)) as unexplained
     from cells c join tieout.unit u on u.unit = c.unit
     group by u.reconciliation, u.company, u.ledger, c.account, c.currency
     -- What a changed rulebook has emptied is no row any more.
     having sum(c.expected_lines) <> 0 or sum(c.ledger_lines) <> 0 or sum(c.out_lines) <> 0 or sum(abs(c.difference - c.explained)) <> 0
     order by u.reconciliation collate "C", u.company collate "C", u.ledger collate "C", c.account, c.currency`,
    [cut.asOf, cut.runId, cut.reconciliations],
  );
  return found.rows.map((row) => ({
    name: row.name as string,
    company: row.company as string,
    ledger: row.ledger as string,
    account: row.account as string,
    currency: row.currency as string,
    openingLedger: row.opening_ledger as string,
    openingExpected: row.opening_expected as string,
    expectedCount: row.expected_lines as string,
    expected: row.expected as string,
    ledgerCount: row.ledger_lines as string,
    ledgerAmount: row.ledger_amount as string,
    outCount: row.out_lines as string,
    outAmount: row.out_amount as string,
    matches: row.matches as string,
    matchedExpected: row.matched_expected as string,
    matchedLedger: row.matched_ledger as string,
    variance: row.variance as string,
    unexplained: row.unexplained as string,
  }));
}

/** Legs of a cut by reason and status. */
export async function legSums(client: pg.ClientBase, cut: Cut): Promise<LegSum[]> {
  const found = await client.query<Record<string, string>>(
    `select u.reconciliation as name, u.company, u.ledger, g.account, g.currency, case g.status when 'accepted' then 'accepted' else 'open' end as status, g.reason,
            case when g.reason = 'TIMING' then count(*) else count(distinct g.exception_id) end as items, count(*) as lines,
            sum(case g.side when 'L' then g.amount else -g.amount end) as amount
     from ${legs(cut)} g join tieout.unit u on u.unit = g.unit
     where g.accounting_date <= $1 and $2::bigint is not null and u.reconciliation = any($3)
     group by 1, 2, 3, 4, 5, 6, 7
     order by u.reconciliation collate "C", u.company collate "C", u.ledger collate "C", g.account, g.currency, 6, g.reason collate "C"`,
    [cut.asOf, cut.runId, cut.reconciliations],
  );
  return found.rows.map((row) => ({ ...row }) as unknown as LegSum);
}
