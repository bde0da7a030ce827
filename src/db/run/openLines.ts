// What the passes left of all reconciliations, in one table; and what is asked of an open line: its name, whether its grace
// days are over, what it repeats.
import type pg from 'pg';
import type { Reconciliation } from '../../rulebook/model.ts';
import type { RunNames } from './names.ts';

/** Gathers the rest of each work table. */
export async function gatherOpen(
  client: pg.ClientBase,
  names: RunNames,
  parts: readonly Reconciliation[],
): Promise<void> {
  await client.query(`drop table if exists ${names.open}, ${names.social}`);
  await client.query(`create unlogged table ${names.open} (part smallint not null, unit bigint not null, line_id bigint not null, side "char" not null,
    account text collate "C" not null, currency text collate "C" not null, ticks bigint not null, business_date date not null, accounting_date date not null,
    reference_hash bigint not null, ext text collate "C" not null)`);
  for (const index of parts.keys())
    await client.query(
      `insert into ${names.open} select ${index}, unit, line_id, side, account, currency, ticks, business_date, accounting_date, reference_hash, ext from ${names.part(index).work}`,
    );
  await client.query(`create index on ${names.open} (reference_hash)`);
  await client.query(`analyze ${names.open}`);
}

/** How people name a line: ERP document and line, or the reference of what happened. */
export function labelSql(l: string): string {
  return `case ${l}.side when 'L' then coalesce(${l}.document, '') || '/' || coalesce(${l}.line, '')
    else coalesce(nullif(${l}.reference, ''), ${l}.event_id, '') || coalesce(' (' || ${l}.rule || ')', '') end`;
}

/** True once nothing may still arrive for a line (law 5); needs aliases w (open line), g (grace) and r (reach). */
export function graceOverSql(asOf: string): string {
  return `case w.side when 'E' then coalesce(r.reach >= g.grace_end, false) else ${asOf} > g.grace_end end`;
}

/**
 * A matched ledger line with the same account, reference and amount as ledger line `l`, reached by its reference (law 7).
 * `offset 0` keeps the two steps apart: planned as one, the server read every member of the unit for each open line
 * (3,000 of them in a unit of 4,000 lines: 4 ms a line, growing with the square; 0.02 ms so).
 */
export function duplicateSql(l: string): string {
  return `select o.document || '/' || o.line as label
    from (select * from tieout.line o where o.reference_hash = ${l}.reference_hash and o.reference_hash <> 0 offset 0) o
    cross join lateral (select from tieout.match_member m where m.unit = o.unit and m.line_id = o.line_id and m.released_run is null offset 0) m
    where o.side = 'L' and o.unit = ${l}.unit and o.account = ${l}.account and o.currency = ${l}.currency and o.amount = ${l}.amount
      and o.reference = ${l}.reference and o.line_id <> ${l}.line_id
    order by o.document, o.line limit 1`;
}
