// What the passes left of all reconciliations, in one table; and what is asked of an open line: its name, whether its grace
// days are over, what it repeats.
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
  await client.query(`create index on ${names.open} (reference_hash)`);
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

/**
 * A matched ledger line with the same account, reference and amount as open ledger line `o`, reached by its reference (law 7);
 * of an expected line nothing is read.
 * What the run matches is not stored yet when this is asked: matched is what was due, in scope and live at its pins, and is
 * not open. Two steps, kept apart by `offset 0`: planned as one, the server looked for open lines of the whole unit first.
 * @param asOf SQL of the run's day
 */
export function duplicateSql({ open, horizon }: Seen, asOf: string): string {
  return `select m.document || '/' || m.line as label
    from (select * from tieout.line m where o.side = 'L' and m.reference_hash = o.reference_hash and m.reference_hash <> 0 offset 0) m
    where m.side = 'L' and m.unit = o.unit and m.account = o.account and m.currency = o.currency and m.amount = o.ticks * 0.0001
      and m.reference = o.reference and m.line_id <> o.line_id
      and m.scope = 'in' and m.accounting_date <= ${asOf} and m.batch_id <= ${horizon}
      and not exists (select from ${open} p where p.reference_hash = m.reference_hash and p.unit = m.unit and p.line_id = m.line_id)
      and not exists (select from tieout.line_end e where e.unit = m.unit and e.line_id = m.line_id and e.batch_id <= ${horizon})
    order by m.document, m.line limit 1`;
}

/** The run's open lines, and the last batch that it sees. */
export interface Seen {
  open: string;
  /** Digits, as the database gave it. */
  horizon: string;
}
