// What the passes left of all reconciliations, in one table; and what is asked of an open line: its name, whether its grace
// days are over.
import type pg from 'pg';
import { ASKED } from '../../matching/workTable.ts';
import type { Reconciliation } from '../../rulebook/model.ts';
import type { RunNames } from './names.ts';

/** Gathers the rest of each work table. */
export async function gatherOpen(
  client: pg.ClientBase,
  names: RunNames,
  parts: readonly Reconciliation[],
): Promise<void> {
  const asked = Object.entries(ASKED).map((column) => column.join(' '));
  await client.query(`drop table if exists ${names.open}`);
  await client.query(`create unlogged table ${names.open} (part smallint not null, unit bigint not null, line_id bigint not null, side "char" not null,
    account text collate "C" not null, currency text collate "C" not null, ticks bigint not null, business_date date not null, accounting_date date not null,
    period text not null, reference_hash bigint not null, ext text collate "C" not null, ${asked.join(', ')})`);
  for (const index of parts.keys())
    await client.query(
      `insert into ${names.open}
       select ${index}, unit, line_id, side, account, currency, ticks, business_date, accounting_date, period, reference_hash, ext, ${Object.keys(ASKED).join(', ')}
       from ${names.part(index).work}`,
    );
  await client.query(
    `create unique index on ${names.open} (unit, line_id); create index on ${names.open} (reference_hash, ticks, unit, line_id)`,
  );
  await client.query(`analyze ${names.open}`);
}

/** How people name a line: ERP document and line, or the reference of what happened. */
export function labelSql(l: string): string {
  return `case ${l}.side when 'L' then coalesce(${l}.document, '') || '/' || coalesce(${l}.line, '')
    else coalesce(nullif(${l}.reference, ''), ${l}.event_id, '') || coalesce(' (' || ${l}.rule || ')', '') end`;
}

/** True once nothing may still arrive for a line (law 5); needs aliases o (open line), g (grace) and r (reach). */
export function graceOverSql(asOf: string): string {
  return `case o.side when 'E' then coalesce(r.reach >= g.grace_end, false) else ${asOf} > g.grace_end end`;
}
