// Takes one match apart: its lines are open again as one item, and the same group may only be suggested from now on.
import type pg from 'pg';
import { exceptionId } from '../../exceptions/identity.ts';
import { externalKeySql } from '../../matching/workTable.ts';

/** Unit of a live match; undefined where there is none. */
export async function liveMatchUnit(client: pg.ClientBase, matchId: string): Promise<string | undefined> {
  const found = await client.query<{ unit: string }>(
    `select x.unit from tieout.match x where x.match_id = $1 and exists (
       select from tieout.match_member m where m.unit = x.unit and m.match_id = x.match_id and m.released_run is null)`,
    [matchId],
  );
  return found.rows[0]?.unit;
}

interface Member {
  line_id: string;
  side: 'E' | 'L';
  ext: string;
  company: string;
  currency: string;
  business_date: string;
}

/** Who takes it apart, in which run, and why. */
interface By {
  runId: string;
  decisionId: string;
  why: string;
  asOf: string;
}

/** Releases the match, opens its lines under one exception, and bans the group. */
export async function releaseByHand(
  client: pg.ClientBase,
  match: { unit: string; matchId: string },
  by: By,
): Promise<void> {
  const { unit, matchId } = match;
  const lines = await client.query<Member>(
    `select l.line_id, l.side, ${externalKeySql('l')} as ext, l.company, l.currency, l.business_date
     from tieout.match_member m join tieout.line l on l.unit = m.unit and l.line_id = m.line_id
     where m.unit = $1 and m.match_id = $2 and m.released_run is null order by ext`,
    [unit, matchId],
  );
  await client.query(
    `insert into tieout.match_total (unit, account, currency, run_id, pass, matches, expected_lines, ledger_lines, expected, ledger, variance, company_variance)
     select unit, account, currency, $3, pass, -1, -$4::bigint, -$5::bigint, -expected, -ledger, -variance, -company_variance from tieout.match where unit = $1 and match_id = $2`,
    [
      unit,
      matchId,
      by.runId,
      lines.rows.filter((line) => line.side === 'E').length,
      lines.rows.filter((line) => line.side === 'L').length,
    ],
  );
  await client.query(
    `update tieout.match_member set released_run = $3 where unit = $1 and match_id = $2 and released_run is null`,
    [unit, matchId, by.runId],
  );
  await client.query(
    `insert into tieout.match_ban (unit, members, decision_id)
     values ($1, encode(sha256(convert_to($2, 'UTF8')), 'hex'), $3)`,
    [unit, lines.rows.map((line) => line.ext).join('\u001e'), by.decisionId],
  );
  await openAsOneItem(client, unit, lines.rows, by);
}

/** The lines are open again, together under one exception named by the first expected line of the group. */
async function openAsOneItem(
  client: pg.ClientBase,
  unit: string,
  lines: readonly Member[],
  by: By,
): Promise<void> {
  const anchor = lines.find((line) => line.side === 'E') ?? lines[0];
  if (anchor === undefined) return;
  const id = exceptionId('difference', anchor.ext);
  const ids = lines.map((line) => line.line_id);
  await client.query(
    `insert into tieout.open_item (unit, line_id, since_run, side)
     select $1, t.id, $2, t.side from unnest($3::bigint[], $4::"char"[]) t(id, side)`,
    [unit, by.runId, ids, lines.map((line) => line.side)],
  );
  await client.query(
    `insert into tieout.exception_item (exception_id, class, anchor, unit, company, opened_run, opened_on)
     values ($1, 'difference', $2, $3, $4, $5, $6) on conflict do nothing`,
    [id, anchor.ext, unit, anchor.company, by.runId, by.asOf],
  );
  await client.query(
    `insert into tieout.exception_state (exception_id, run_id, reason, status, why, currency, business_date, decision_id)
     values ($1, $2, 'REVIEW_MATCH', 'open', $3, $4, $5, $6)`,
    [
      id,
      by.runId,
      `a person took this match apart: ${by.why}`,
      anchor.currency,
      anchor.business_date,
      by.decisionId,
    ],
  );
  await client.query(
    `insert into tieout.open_exception (exception_id, class) values ($1, 'difference') on conflict do nothing`,
    [id],
  );
  await client.query(
    `insert into tieout.exception_leg (exception_id, unit, line_id, run_id) select $1, $2, t.id, $3 from unnest($4::bigint[]) t(id)`,
    [id, unit, by.runId, ids],
  );
}
