// A match made by hand: open lines of one cell, summing to zero or leaving a variance on a named account.
import type pg from 'pg';

export interface ManualLine {
  unit: string;
  lineId: string;
  side: 'E' | 'L';
  company: string;
  account: string;
  currency: string;
  amount: string;
  companyAmount: string | null;
}

/** Open lines by id; an id that is no open line is missing from the answer. */
export async function openLinesById(
  client: pg.ClientBase,
  ids: readonly string[],
  asOf: string,
): Promise<ManualLine[]> {
  const found = await client.query<Record<string, string>>(
    `select l.unit, l.line_id, l.side, l.company, l.account, l.currency, l.amount, l.company_amount from tieout.open_item o
     join tieout.line l on l.unit = o.unit and l.line_id = o.line_id
     where o.line_id = any($1::bigint[]) and l.accounting_date <= $2 order by l.line_id`,
    [ids, asOf],
  );
  return found.rows.map((row) => ({
    unit: row.unit as string,
    lineId: row.line_id as string,
    side: row.side as 'E' | 'L',
    company: row.company as string,
    account: row.account as string,
    currency: row.currency as string,
    amount: row.amount as string,
    companyAmount: row.company_amount ?? null,
  }));
}

/** Stores the match, takes the lines out of the open items and ends their legs. Returns the match's id. */
export async function insertManualMatch(
  client: pg.ClientBase,
  runId: string,
  decisionId: string,
  lines: readonly ManualLine[],
  varianceAccount: string,
): Promise<string> {
  const ids = lines.map((line) => line.lineId);
  const unit = lines[0]?.unit ?? '';
  const made = await client.query<{ match_id: string }>(
    `insert into tieout.match (unit, match_id, run_id, account, currency, pass, expected, ledger, variance, company_variance, variance_account, decision_id)
     select unit, nextval('tieout.match_id'), $1, min(account), min(currency), 'manual', e, l, l - e, company, case when l = e then '' else $4 end, $5
     from (select x.unit, x.account, x.currency, coalesce(sum(x.amount) filter (where x.side = 'E') over (), 0) as e,
                  coalesce(sum(x.amount) filter (where x.side = 'L') over (), 0) as l,
                  coalesce(sum(case x.side when 'L' then x.company_amount else -x.company_amount end) over (), 0) as company
           from tieout.line x where x.unit = $2 and x.line_id = any($3::bigint[])) t
     group by unit, e, l, company returning match_id`,
    [runId, unit, ids, varianceAccount, decisionId],
  );
  const matchId = made.rows[0]?.match_id ?? '';
  await client.query(
    `insert into tieout.match_member (unit, line_id, match_id, run_id) select $1, t.id, $2, $3 from unnest($4::bigint[]) t(id) order by t.id`,
    [unit, matchId, runId, ids],
  );
  await client.query(
    `insert into tieout.match_total (unit, account, currency, run_id, pass, matches, expected_lines, ledger_lines, expected, ledger, variance, company_variance)
     select unit, account, currency, $1, pass, 1, $3, $4, expected, ledger, variance, company_variance from tieout.match where unit = $5 and match_id = $2`,
    [
      runId,
      matchId,
      lines.filter((line) => line.side === 'E').length,
      lines.filter((line) => line.side === 'L').length,
      unit,
    ],
  );
  await client.query('delete from tieout.open_item where unit = $1 and line_id = any($2::bigint[])', [
    unit,
    ids,
  ]);
  await client.query(
    `with ended as (
       update tieout.exception_leg set ended_run = $1 where unit = $2 and line_id = any($3::bigint[]) and ended_run is null returning exception_id)
     select exception_id from ended`,
    [runId, unit, ids],
  );
  return matchId;
}

/** Closes live difference exceptions that own no line any more. */
export async function closeEmptyExceptions(client: pg.ClientBase, runId: string): Promise<void> {
  await client.query(
    `insert into tieout.exception_state (exception_id, run_id, reason, also, status, why, detail, exposure, currency, business_date, owner, due_date, root_cause)
     select s.exception_id, $1, s.reason, s.also, 'closed', s.why, s.detail, s.exposure, s.currency, s.business_date, s.owner, s.due_date, s.root_cause
     from tieout.open_exception o
     join lateral (select * from tieout.exception_state s where s.exception_id = o.exception_id order by s.run_id desc limit 1) s on true
     where o.class = 'difference' and not exists (select from tieout.exception_leg g where g.exception_id = o.exception_id and g.ended_run is null)`,
    [runId],
  );
  await client.query(
    `delete from tieout.open_exception o where o.class = 'difference'
       and not exists (select from tieout.exception_leg g where g.exception_id = o.exception_id and g.ended_run is null)`,
  );
}
