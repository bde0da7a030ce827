// What the search for root causes reads of a run's differences, how much there is of the files and days that it suspects,
// and its answer written to the items. It costs what is open, not what was ever matched.
import type pg from 'pg';
import type { Cause, CauseItem, CauseLine, CauseTotals, Suspects } from '../../exceptions/causeItem.ts';
import { copyIn, copyLine } from '../copy.ts';
import { fetched } from '../cursor.ts';
import type { RunNames } from './names.ts';
import { without } from '../without.ts';

/** More differences than this are no list of exceptions but a run without its data: the rest goes without a cause. */
const MOST_ITEMS = 100_000;

type Row = Omit<CauseLine, 'amount'> & { id: string; reason: string; ticks: string };

/** Differences that are no matter of time, with their lines. What many lines share is held once. */
export async function readCauseItems(client: pg.ClientBase, names: RunNames): Promise<CauseItem[]> {
  const found = fetched<Row>(
    client,
    'cause_line',
    `select i.exception_id as id, i.reason, o.side, o.company, o.account, o.location, o.dimension, coalesce(o.tax_code, '') as "taxCode", o.currency,
            o.ticks, case o.origin when 'opening' then '' else o.accounting_date::text end as day, case o.origin when 'opening' then '' else o.batch_id::text end as batch,
            u.location <> '' as placed, ${FACT('o')} as fact,
            case o.side when 'L' then coalesce(o.document, '') else coalesce(nullif(o.reference, ''), o.event_id, o.document, '') end as name
     from (select exception_id, reason from ${names.item} where class = 'difference' and reason <> 'TIMING' order by exception_id limit ${MOST_ITEMS}) i
     join ${names.leg} g on g.exception_id = i.exception_id
     join ${names.open} o on o.unit = g.unit and o.line_id = g.line_id
     join tieout.unit u on u.unit = o.unit
     order by i.exception_id, o.side, name, o.account, o.location, o.dimension, o.ticks`,
    [],
  );
  const known = new Map<string, string>();
  const once = (text: string): string => {
    const there = known.get(text);
    if (there === undefined) known.set(text, text);
    return there ?? text;
  };
  const items: { id: string; reason: string; lines: CauseLine[] }[] = [];
  for await (const rows of found) {
    for (const row of rows) {
      let item = items.at(-1);
      if (item?.id !== row.id) items.push((item = { id: row.id, reason: once(row.reason), lines: [] }));
      item.lines.push({
        side: row.side,
        fact: row.fact,
        name: row.name,
        company: once(row.company),
        account: once(row.account),
        location: once(row.location),
        dimension: once(row.dimension),
        taxCode: once(row.taxCode),
        currency: once(row.currency),
        amount: BigInt(row.ticks),
        day: once(row.day),
        batch: once(row.batch),
        placed: row.placed,
      });
    }
  }
  return items;
}

/** Key of the event or document that line `l` is of. */
const FACT = (l: string): string =>
  `case when ${l}.event_id is not null then concat_ws(E'\\x1f', ${l}.event_source, ${l}.event_id)
        else concat_ws(E'\\x1f', ${l}.company, ${l}.ledger, ${l}.fiscal_year, ${l}.document) end`;

/** How much there is of what is suspected. What the run itself adds to the running totals is not stored yet. */
export async function causeTotals(
  client: pg.ClientBase,
  { arrived }: RunNames,
  suspected: Suspects,
): Promise<CauseTotals> {
  const paths = await client.query<{ batch: string; path: string }>(
    `select batch_id as batch, path from tieout.batch where batch_id = any($1::bigint[])`,
    [[...suspected.files.keys()]],
  );
  const files = new Map<string, { path: string; facts: number }>();
  for (const { batch, path } of paths.rows)
    files.set(batch, { path, facts: await factsOfFile(client, batch, suspected.files.get(batch) ?? 0) });
  const days = await client.query<{ key: string; account: string; e: string; l: string }>(
    `with wanted as (
       select k.key, u.unit, split_part(k.key, E'\\x1f', 3)::date as day from unnest($1::text[]) as k (key)
       join tieout.unit u on u.company = split_part(k.key, E'\\x1f', 1) and u.location = split_part(k.key, E'\\x1f', 2)),
     held as (
       select w.key, b.account, b.side, b.lines from wanted w join tieout.balance b on b.unit = w.unit and b.accounting_date = w.day and b.scope = 'in'
       union all
       select w.key, a.account, a.side, a.lines from wanted w join ${arrived} a on a.unit = w.unit and a.accounting_date = w.day and a.scope = 'in')
     select key, account, coalesce(sum(lines) filter (where side = 'E'), 0) as e, coalesce(sum(lines) filter (where side = 'L'), 0) as l
     from held group by key, account`,
    [suspected.storeDays],
  );
  const storeDays = new Map<string, Map<string, { E: number; L: number }>>();
  for (const { key, account, e, l } of days.rows) {
    const accounts = storeDays.get(key) ?? new Map<string, { E: number; L: number }>();
    storeDays.set(key, accounts.set(account, { E: Number(e), L: Number(l) }));
  }
  return { files, storeDays };
}

/**
 * Documents or events of a file, read no further than to `enough`: what a few open lines cost may not grow with the file
 * that they came in (law 7). Read whole, a month's file of 100,000 lines took 0.6 s of every later run.
 */
async function factsOfFile(client: pg.ClientBase, batch: string, enough: number): Promise<number> {
  for (let lines = 8 * enough; ; lines *= 4) {
    // The blocks of the batch are known by its index; a limit alone makes the planner read from the first line ever stored.
    const found = await without<{ lines: number; facts: number }>(client, ['seqscan'], {
      text: `select count(*)::int as lines, count(distinct fact)::int as facts from (
         select case when l.event_id is not null then concat_ws(E'\\x1f', l.event_source, l.event_id) else concat_ws(E'\\x1f', l.company, l.ledger, l.fiscal_year, l.document) end as fact
         from tieout.line l where l.batch_id = $1 and l.scope = 'in' limit $2) f`,
      values: [batch, lines],
    });
    const [{ lines: read, facts } = { lines: 0, facts: 0 }] = found.rows;
    if (facts >= enough || read < lines) return facts;
  }
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
