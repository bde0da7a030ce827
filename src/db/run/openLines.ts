// What the passes left of all reconciliations, in one table; and what is asked of an open line: its name, whether its grace
// days are over.
import type pg from 'pg';
import { ASKED } from '../../matching/workTable.ts';
import type { Reconciliation } from '../../rulebook/model.ts';
import type { RunNames } from './names.ts';

/** Gathers what is left in each work table. */
export async function gatherOpen(
  client: pg.ClientBase,
  names: RunNames,
  parts: readonly Reconciliation[],
): Promise<void> {
  await makeOpen(client, names);
  for (const index of parts.keys()) await client.query(intoOpen(names, index, ''));
  await indexOpen(client, names);
}

/**
 * Gathers what the reasons by name look at: all open ledger lines, and the expected lines that share a reference with one of
 * them, the keys of an identifying pass, or the reference of a ledger line that no pass sees. Most of the expected lines
 * wait for a summary and share none of these.
 */
export async function gatherNamed(
  client: pg.ClientBase,
  names: RunNames,
  parts: readonly Reconciliation[],
): Promise<void> {
  await makeOpen(client, names);
  for (const index of parts.keys()) await client.query(intoOpen(names, index, `where w.side = 'L'`));
  const borne = `${names.open}_borne`;
  await client.query(`drop table if exists ${borne}; create unlogged table ${borne} as
    select distinct reference_hash from ${names.open} where reference_hash <> 0; analyze ${borne}`);
  for (const [index, part] of parts.entries()) {
    const { work } = names.part(index);
    const keys = part.passes.flatMap((pass, p) =>
      isNaming(pass)
        ? [`w.k${p} in (select l.k${p} from ${work} l where l.side = 'L' and l.k${p} is not null)`]
        : [],
    );
    const named = [
      `w.reference_hash in (select reference_hash from ${borne})`,
      ...keys,
      `exists (select from tieout.line a where a.reference_hash = w.reference_hash and ${ASIDE('a')} and a.reference_hash <> 0)`,
    ];
    await client.query(intoOpen(names, index, `where w.side = 'E' and (${named.join(' or ')})`));
  }
  await client.query(`drop table ${borne}`);
  await indexOpen(client, names);
}

/** A pass whose keys, where they agree, name one fact or one group of facts. */
export function isNaming(pass: Reconciliation['passes'][number]): boolean {
  return pass.identifies && pass.active && !pass.acrossAccounts && pass.type !== 'net';
}

/** True of a ledger line that no pass sees: outside the rulebook, or out of scope. As the indexes of both say it. */
export const ASIDE = (l: string): string =>
  `${l}.side = 'L' and ${l}.scope in ('in', 'out') and (${l}.unit = 0 or ${l}.scope = 'out')`;

async function makeOpen(client: pg.ClientBase, names: RunNames): Promise<void> {
  const asked = Object.entries(ASKED).map((column) => column.join(' '));
  await client.query(`drop table if exists ${names.open}`);
  await client.query(`create unlogged table ${names.open} (part smallint not null, unit bigint not null, line_id bigint not null, side "char" not null,
    account text collate "C" not null, currency text collate "C" not null, ticks bigint not null, business_date date not null, accounting_date date not null,
    period text not null, reference_hash bigint not null, ext text collate "C" not null, ${asked.join(', ')})`);
}

function intoOpen(names: RunNames, index: number, where: string): string {
  return `insert into ${names.open}
    select ${index}, unit, line_id, side, account, currency, ticks, business_date, accounting_date, period, reference_hash, ext, ${Object.keys(ASKED).join(', ')}
    from ${names.part(index).work} w ${where}`;
}

async function indexOpen(client: pg.ClientBase, { open }: RunNames): Promise<void> {
  await client.query(
    `create unique index on ${open} (unit, line_id); create index on ${open} (reference_hash, ticks, unit, line_id); analyze ${open}`,
  );
}

/** How people name a line: ERP document and line, or the reference of what happened. */
export function labelSql(l: string): string {
  return `case ${l}.side when 'L' then coalesce(${l}.document, '') || '/' || coalesce(${l}.line, '')
    else coalesce(nullif(${l}.reference, ''), ${l}.event_id, '') || coalesce(' (' || ${l}.rule || ')', '') end`;
}

/**
 * True once nothing may still arrive for a line (law 5): the day of the run and the extract are both past the last day of grace,
 * which is inside. Needs aliases o (open line), g (grace) and r (reach).
 */
export function graceOverSql(asOf: string): string {
  return `case o.side when 'E' then ${asOf} > g.grace_end and coalesce(r.reach > g.grace_end, false) else ${asOf} > g.grace_end end`;
}
