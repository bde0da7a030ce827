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
 * What the run matches is not stored yet when this is asked: matched is what was due, in scope and live at its pins, and is
 * not open. Two steps, kept apart by `offset 0`: planned as one, the server looked for open lines of the whole unit first.
 * @param asOf SQL of the run's day
 */
export function duplicateSql(l: string, { open, horizon }: Seen, asOf: string): string {
  return `select o.document || '/' || o.line as label
    from (select * from tieout.line o where o.reference_hash = ${l}.reference_hash and o.reference_hash <> 0 offset 0) o
    where o.side = 'L' and o.unit = ${l}.unit and o.account = ${l}.account and o.currency = ${l}.currency and o.amount = ${l}.amount
      and o.reference = ${l}.reference and o.line_id <> ${l}.line_id
      and o.scope = 'in' and o.accounting_date <= ${asOf} and o.batch_id <= ${horizon}
      and not exists (select from ${open} p where p.reference_hash = o.reference_hash and p.unit = o.unit and p.line_id = o.line_id)
      and not exists (select from tieout.line_end e where e.unit = o.unit and e.line_id = o.line_id and e.batch_id <= ${horizon})
    order by o.document, o.line limit 1`;
}

/** The run's open lines, and the last batch that it sees. */
export interface Seen {
  open: string;
  /** Digits, as the database gave it. */
  horizon: string;
}
