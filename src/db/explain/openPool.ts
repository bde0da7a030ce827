// The open lines among which a line's nearest candidate is sought, in temporary tables of the reader's transaction: filled
// once, then asked by the page. Asked of the big tables instead, every page read all open lines of its units again, which
// grows with the square of what is open.
import type pg from 'pg';
import type { Calendars } from '../../matching/dayNumber.ts';
import { externalKeySql, workSelect } from '../../matching/workTable.ts';
import type { Pass, Reconciliation } from '../../rulebook/model.ts';
import { labelSql } from '../run/openLines.ts';

/** A moment of knowledge: after this run, with the batches that it saw. */
export interface KnownAt {
  runId: string;
  horizon: string;
  /** True at the last run: live legs are those that have not ended. */
  current: boolean;
}

/**
 * Makes the tables, empty; to be called before the transaction is made read-only, which still lets them be filled.
 * - near_line: every open line with its place and amount; `tie` orders twins by external key
 * - near_key: lines whose key text under the pass at `place` both sides have
 * - near_group: the sums of such keys, of passes that group
 */
export async function makeOpenPool(client: pg.ClientBase): Promise<void> {
  await client.query(`
    create temporary table near_line (unit bigint, line_id bigint, side "char", account text collate "C", currency text collate "C",
      ticks bigint, business_date date, tie bigint) on commit drop;
    create index near_line_amount on near_line (unit, account, currency, side, ticks);
    create temporary table near_key (reconciliation text, place int, groups boolean, unit bigint, line_id bigint, side "char",
      ticks bigint, business_date date, tie bigint, k bigint, t text collate "C") on commit drop;
    create index near_key_line on near_key (unit, line_id);
    create index near_key_amount on near_key (unit, k, side, ticks);
    create temporary table near_group (reconciliation text, place int, unit bigint, k bigint, t text collate "C",
      e_count bigint, e_sum bigint, e_labels text[], l_count bigint, l_sum bigint, l_labels text[]) on commit drop;
    create index near_group_key on near_group (unit, k)`);
}

/** Fills them for some units (null: all), as known now or at a run. */
export async function fillOpenPool(
  client: pg.ClientBase,
  reconciliations: readonly Reconciliation[],
  calendars: Calendars,
  units: readonly string[] | null,
  at: KnownAt | null,
): Promise<void> {
  const live =
    at === null || at.current
      ? 'g.ended_run is null'
      : 'g.run_id <= $2::bigint and (g.ended_run is null or g.ended_run > $2::bigint)';
  // `offset 0`: lines are reached by key, however many of them the store holds.
  await client.query(
    `insert into near_line
     select l.unit, l.line_id, l.side, l.account, l.currency, (l.amount * 10000)::bigint, l.business_date, hashtextextended(${externalKeySql('l')}, 0)
     from tieout.exception_leg g
     cross join lateral (select * from tieout.line l where l.unit = g.unit and l.line_id = g.line_id offset 0) l
     where ($1::bigint[] is null or g.unit = any($1)) and $2::bigint is not null and ${live}`,
    [units, at?.runId ?? '0'],
  );
  await client.query('analyze near_line');
  for (const reconciliation of reconciliations)
    for (const [place, pass] of reconciliation.passes.entries())
      if (isSought(pass)) await fillPass(client, reconciliation.name, pass, place, calendars);
  await client.query('analyze near_key; analyze near_group');
}

/** Passes whose keys the reference alone does not lead to; the others find their candidates by its index. */
function isSought(pass: Pass): boolean {
  if (!pass.active || pass.type === 'net') return false;
  const plain = pass.keys.some(
    ({ expected, ledger, normalise }) =>
      normalise.length === 0 &&
      [expected, ledger].every((columns) => columns.length === 1 && columns[0] === 'reference'),
  );
  return pass.type !== 'one-to-one' || !plain;
}

async function fillPass(
  client: pg.ClientBase,
  reconciliation: string,
  pass: Pass,
  place: number,
  calendars: Calendars,
): Promise<void> {
  const from = `near_line n
    cross join lateral (select * from tieout.line l where l.unit = n.unit and l.line_id = n.line_id offset 0) l
    where n.unit in (select u.unit from tieout.unit u where u.reconciliation = $1)`;
  const work = workSelect([pass], calendars, from, [reconciliation]);
  const groups = pass.type !== 'one-to-one';
  // Of a pass with one group a day the summaries of the day itself are told.
  const t = pass.perDay ? `w.t0 || E'\\x1f' || w.business_date::text` : 'w.t0';
  const k = pass.perDay ? `hashtextextended(${t}, w.unit)` : 'w.k0';
  await client.query(
    `with keyed as materialized (
       select w.unit, w.line_id, w.side, w.ticks, w.business_date, hashtextextended(w.ext, 0) as tie, ${k} as k, ${t} as t
       from (${work.text}) w where w.t0 is not null),
     both_sides as materialized (
       select unit, k, t from keyed group by unit, k, t having count(distinct side) = 2)
     insert into near_key select $1, ${place}, ${groups}, d.unit, d.line_id, d.side, d.ticks, d.business_date, d.tie, d.k, d.t
     from keyed d join both_sides using (unit, k, t)`,
    work.values,
  );
  if (!groups) return;
  const side = (name: 'E' | 'L'): string =>
    `count(*) filter (where d.side = '${name}'), sum(d.ticks) filter (where d.side = '${name}'),
     (array_agg(${labelSql('l')} order by ${externalKeySql('l')}) filter (where d.side = '${name}'))[1:3]`;
  await client.query(
    `insert into near_group select $1, ${place}, d.unit, d.k, d.t, ${side('E')}, ${side('L')}
     from near_key d join tieout.line l on l.unit = d.unit and l.line_id = d.line_id
     where d.reconciliation = $1 and d.place = ${place} group by d.unit, d.k, d.t`,
    [reconciliation],
  );
}
