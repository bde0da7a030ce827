// What the search for root causes reads of a run's differences, how much there is of the files and days that it suspects,
// and its answer written to the items. It costs what is open, not what was ever matched.
import type pg from 'pg';
import type { Cause, CauseItem, CauseLine, CauseTotals } from '../../exceptions/causeItem.ts';
import { copyIn, copyLine } from '../copy.ts';
import type { RunNames } from './names.ts';

/** More differences than this are no list of exceptions but a run without its data: the rest goes without a cause. */
const MOST_ITEMS = 100_000;

type Row = Omit<CauseLine, 'amount'> & { id: string; reason: string; ticks: string };

/** Differences that are no matter of time, with their lines. */
export async function readCauseItems(client: pg.ClientBase, names: RunNames): Promise<CauseItem[]> {
  const found = await client.query<Row>(
    `select i.exception_id as id, i.reason, l.side, l.company, l.account, l.location, l.dimension, coalesce(l.tax_code, '') as "taxCode", l.currency,
            trunc(l.amount * 10000)::bigint as ticks, case l.origin when 'opening' then '' else l.accounting_date::text end as day, case l.origin when 'opening' then '' else l.batch_id::text end as batch,
            u.location <> '' as placed,
            case when l.event_id is not null then concat_ws(E'\\x1f', l.event_source, l.event_id) else concat_ws(E'\\x1f', l.company, l.ledger, l.fiscal_year, l.document) end as fact,
            case l.side when 'L' then coalesce(l.document, '') else coalesce(nullif(l.reference, ''), l.event_id, l.document, '') end as name
     from (select exception_id, reason from ${names.item} where class = 'difference' and reason <> 'TIMING' order by exception_id limit ${MOST_ITEMS}) i
     join ${names.leg} g on g.exception_id = i.exception_id
     join tieout.line l on l.unit = g.unit and l.line_id = g.line_id
     join tieout.unit u on u.unit = l.unit
     order by i.exception_id, l.side, name, l.account, l.location, l.dimension, ticks`,
  );
  const items: { id: string; reason: string; lines: CauseLine[] }[] = [];
  for (const { id, reason, ticks, ...line } of found.rows) {
    const last = items.at(-1);
    const lines = last?.id === id ? last.lines : [];
    if (last?.id !== id) items.push({ id, reason, lines });
    lines.push({ ...line, amount: BigInt(ticks) });
  }
  return items;
}

/** @param storeDays keys of company, location and day, joined by U+001F */
export async function causeTotals(
  client: pg.ClientBase,
  suspected: { files: readonly string[]; storeDays: readonly string[] },
): Promise<CauseTotals> {
  const files = await client.query<{ batch: string; path: string; facts: string }>(
    `select b.batch_id as batch, b.path, (
       select count(distinct case when l.event_id is not null then concat_ws(E'\\x1f', l.event_source, l.event_id) else concat_ws(E'\\x1f', l.company, l.ledger, l.fiscal_year, l.document) end)
       from tieout.line l where l.batch_id = b.batch_id and l.scope = 'in') as facts
     from tieout.batch b where b.batch_id = any($1::bigint[])`,
    [suspected.files],
  );
  const days = await client.query<{ key: string; account: string; e: string; l: string }>(
    `select k.key, b.account, coalesce(sum(b.lines) filter (where b.side = 'E'), 0) as e, coalesce(sum(b.lines) filter (where b.side = 'L'), 0) as l
     from unnest($1::text[]) as k (key)
     join tieout.unit u on u.company = split_part(k.key, E'\\x1f', 1) and u.location = split_part(k.key, E'\\x1f', 2)
     join tieout.balance b on b.unit = u.unit and b.accounting_date = split_part(k.key, E'\\x1f', 3)::date and b.scope = 'in'
     group by k.key, b.account`,
    [suspected.storeDays],
  );
  const storeDays = new Map<string, Map<string, { E: number; L: number }>>();
  for (const { key, account, e, l } of days.rows) {
    const accounts = storeDays.get(key) ?? new Map<string, { E: number; L: number }>();
    storeDays.set(key, accounts.set(account, { E: Number(e), L: Number(l) }));
  }
  return {
    files: new Map(files.rows.map((row) => [row.batch, { path: row.path, facts: Number(row.facts) }])),
    storeDays,
  };
}

/** Writes each cause to its items. */
export async function writeCauses(
  client: pg.ClientBase,
  names: RunNames,
  causes: readonly Cause[],
): Promise<void> {
  await client.query(
    `create temporary table run_cause (exception_id text not null, label text not null) on commit drop`,
  );
  await copyIn(
    client,
    'run_cause(exception_id, label)',
    causes.flatMap(({ label, items }) => items.map(({ id }) => copyLine([id, label]))),
  );
  await client.query('analyze run_cause');
  await client.query(
    `update ${names.item} i set root_cause = c.label from run_cause c where c.exception_id = i.exception_id`,
  );
}
