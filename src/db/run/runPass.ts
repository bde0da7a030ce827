// Runs one pass over the work table: shares in parallel over connections, then budgets and bans decide what is only
// suggested, then the work table shrinks to what is left.
import type pg from 'pg';
import { passStatement } from '../../matching/compile.ts';
import { ticksOf } from '../../matching/tolerance.ts';
import type { Pass, Tolerance } from '../../rulebook/model.ts';
import { allOf, type Connections } from './connections.ts';
import { matchDays } from './dayGroups.ts';
import type { PartNames } from './names.ts';
import { without } from '../without.ts';
import { replaceWork } from './workTables.ts';

export interface RunPass {
  pass: Pass;
  /** Its place in the reconciliation. */
  index: number;
  names: PartNames;
  /** Name of the reconciliation: what earlier runs spent of a period's budget is looked up by it. */
  reconciliation: string;
  /** How many passes the reconciliation has. */
  passCount: number;
  /** Lines in the work table. */
  lines: number;
}

/** Finds the pass's matches and takes their lines out of the work table. Returns how many lines are left. */
export async function runPass(
  connections: Connections,
  { pass, index, names, reconciliation, passCount, lines }: RunPass,
): Promise<number> {
  if (!pass.active || lines === 0) return lines;
  // It joins sets by equality only, where hashing is always right; the share filter hides its selectivity from the planner
  // (estimated 43 of 4,353 lines), which then compared each with each: 1.5 s for 8,700 lines, growing with the square.
  const [client] = connections;
  if (pass.perDay) await matchDays(client, pass, index, names);
  else
    await allOf(
      connections.map((each, i) =>
        without(
          each,
          ['nestloop'],
          passStatement(pass, index, names, { index: i, count: connections.length }),
        ),
      ),
    );
  if (pass.result === 'suggested' || pass.acrossAccounts) {
    await client.query(
      `update ${names.found} set suggested = true, because = 'its result is only a suggestion' where pass_no = $1`,
      [index],
    );
    return lines;
  }
  if (pass.tolerance !== undefined)
    await applyBudgets(client, names, index, pass.tolerance, reconciliation, pass.name);
  await applyBans(client, names, index);
  await holdTied(client, names, index, passCount);
  return shrink(connections, names, index, lines);
}

/** What a pass has not confirmed, before it is run once more. */
export async function forgetUndecided(client: pg.ClientBase, names: PartNames, index: number): Promise<void> {
  await client.query(`delete from ${names.undecided} where pass_no = $1`, [index]);
  await client.query(
    `delete from ${names.member} m using ${names.found} f where f.match_id = m.match_id and f.pass_no = $1 and f.suggested`,
    [index],
  );
  await client.query(`delete from ${names.found} where pass_no = $1 and suggested`, [index]);
}

/**
 * Lines that a pass found to fit several others equally well take no part in later passes: a weaker key that cannot even
 * see the difference would pick one of them. Their keys for those passes become, or will be, empty.
 */
async function holdTied(
  client: pg.ClientBase,
  names: PartNames,
  index: number,
  passCount: number,
): Promise<void> {
  const tied = await client.query(
    `select from ${names.undecided} where kind = 'tie' and pass_no = $1 limit 1`,
    [index],
  );
  if (tied.rowCount === 0) return;
  // The first pass's table has no other keys yet.
  const later = index === 0 ? [] : Array.from({ length: passCount - index - 1 }, (_, i) => index + 1 + i);
  await client.query(
    `update ${names.work} w set held = true${later.map((q) => `, k${q} = null, t${q} = null`).join('')} from ${names.undecided} x
     where x.kind = 'tie' and x.pass_no = $1 and w.k${index} = x.k and w.unit = x.unit and w.t${index} = x.t
       and ((w.side = 'E' and w.ticks = x.e_ticks and x.e_day in (0, w.d${index})) or (w.side = 'L' and w.ticks = x.l_ticks and x.l_day in (0, w.d${index})))`,
    [index],
  );
}

/** No fiscal period is longer: six weeks, the last one of a 4-4-5 year of 53 weeks. */
const LONGEST_PERIOD_DAYS = 42;

/**
 * Marks as suggested what a budget no longer covers: running totals of the absolute variance in the order of external
 * keys, per currency. What one budget does not let through spends nothing of the next. `perPeriod` starts from what earlier
 * runs' live matches of this pass spent in the same period. A run matches only lines up to its day, so runs from before the
 * period began have spent nothing of it and are not read.
 */
async function applyBudgets(
  client: pg.ClientBase,
  names: PartNames,
  index: number,
  tolerance: Tolerance,
  reconciliation: string,
  passName: string,
): Promise<void> {
  const { perLine, perUnit, perRun, perPeriod } = tolerance.budget;
  const ticks = (value: typeof perLine): string | null =>
    value === undefined ? null : ticksOf(value).toString();
  await client.query(
    `with gap as (
       select f.match_id, abs(f.l_ticks - f.e_ticks) as gap, f.currency, f.unit, f.anchor, w.period, w.accounting_date,
              abs(f.l_ticks - f.e_ticks) <= coalesce($2::numeric, abs(f.l_ticks - f.e_ticks)) as line_ok
       from ${names.found} f join ${names.work} w on w.unit = f.unit and w.ext = f.anchor where f.pass_no = $1),
     by_unit as (
       select *, sum(gap) filter (where line_ok) over (partition by currency, unit order by anchor) as in_unit from gap),
     by_run as (
       select *, line_ok and in_unit <= coalesce($3, in_unit) as unit_ok,
              sum(gap) filter (where line_ok and in_unit <= coalesce($3, in_unit)) over (partition by currency order by anchor, unit) as in_run
       from by_unit),
     spent as (
       select *, sum(gap) filter (where unit_ok and in_run <= coalesce($4, in_run)) over (partition by currency, period order by anchor, unit) as in_period
       from by_run),
     before as (
       select x.currency, p.period, sum(abs(x.variance)) * 10000 as ticks
       from tieout.run r
       join tieout.match x on x.run_id = r.run_id and x.pass = $7 and x.variance <> 0
       join tieout.unit u on u.unit = x.unit and u.reconciliation = $6
       join lateral (select min(l.period) as period from tieout.match_member m
         join tieout.line l on l.unit = m.unit and l.line_id = m.line_id and l.side = 'E'
         where m.unit = x.unit and m.match_id = x.match_id and m.released_run is null) p on p.period is not null
       where $5::bigint is not null
         and r.as_of > (select min(s.accounting_date) from spent s where s.gap > 0) - ${LONGEST_PERIOD_DAYS}
       group by x.currency, p.period)
     update ${names.found} f set suggested = true, because = b.because
     from (select s.match_id, case
             when not s.line_ok then 'its difference is over the budget per line'
             when s.in_unit > $3 then 'the budget of the unit is spent'
             when s.in_run > $4 then 'the budget of the run is spent'
             when s.in_period + coalesce(b.ticks, 0) > $5 then 'the budget of the period is spent' end as because
           from spent s left join before b on b.currency = s.currency and b.period = s.period where s.gap > 0) b
     where b.match_id = f.match_id and b.because is not null`,
    [index, ticks(perLine), ticks(perUnit), ticks(perRun), ticks(perPeriod), reconciliation, passName],
  );
}

/** A group that a person took apart may only be suggested until a decision lifts that. */
async function applyBans(client: pg.ClientBase, names: PartNames, index: number): Promise<void> {
  const banned = await client.query('select from tieout.match_ban where lifted_by is null limit 1');
  if (banned.rowCount === 0) return;
  await client.query(
    `update ${names.found} f set suggested = true, because = 'a person took this match apart' from (
       select g.match_id from (
         select f.match_id, f.unit, encode(sha256(convert_to(string_agg(w.ext, E'\\x1e' order by w.ext), 'UTF8')), 'hex') as members
         from ${names.found} f
         join lateral (select f.e_line as line_id union all select f.l_line union all select m.line_id from ${names.member} m where m.match_id = f.match_id) t on t.line_id is not null
         join ${names.work} w on w.unit = f.unit and w.line_id = t.line_id
         where f.pass_no = $1 and f.unit in (select unit from tieout.match_ban where lifted_by is null)
         group by f.match_id, f.unit) g
       join tieout.match_ban b on b.unit = g.unit and b.members = g.members and b.lifted_by is null) b
     where b.match_id = f.match_id`,
    [index],
  );
}

/**
 * The work table without the lines that the pass took; a new table, because deleting 97% of one costs more.
 * @param lines lines in it before
 * @returns lines in it after
 */
export async function shrink(
  connections: Connections,
  names: PartNames,
  index: number,
  lines: number,
): Promise<number> {
  const [client] = connections;
  const counted = await client.query<{ n: string }>(
    `select count(*) as n from ${names.found} where pass_no = $1 and not suggested`,
    [index],
  );
  if (counted.rows[0]?.n === '0') return lines;
  const next = `${names.work}_next`;
  await client.query(`drop table if exists ${next}`);
  const left = await client.query(
    `create unlogged table ${next} as
     with taken as (
       select unit, e_line as line_id from ${names.found} where pass_no = ${index} and not suggested and e_line is not null
       union all select unit, l_line from ${names.found} where pass_no = ${index} and not suggested and l_line is not null
       union all select m.unit, m.line_id from ${names.member} m join ${names.found} f on f.match_id = m.match_id where f.pass_no = ${index} and not f.suggested)
     select w.* from ${names.work} w where not exists (select from taken where taken.unit = w.unit and taken.line_id = w.line_id)`,
  );
  await replaceWork(client, names);
  return left.rowCount ?? 0;
}
