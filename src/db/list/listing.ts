// What every list has in common: a bound on its rows, and a count of those beyond it that stops counting in time.
import type pg from 'pg';

export interface Listing {
  /** A unit's number or text, or the name of a reconciliation (all of its units). */
  unit?: string;
  /** Reference, document, event id or posting reference. */
  reference?: string;
  /** Most rows to be shown. */
  limit: number;
}

export interface Listed<Row> {
  rows: Row[];
  /** Rows that were not shown; `atLeast` where counting them stopped. */
  more: { count: number; atLeast: boolean };
}

/** Counting a table of millions to the last row takes longer than anyone reads. */
const MOST_COUNTED = 10_000;

/** Runs `select` with the bound; it must end in a complete order. */
export async function listed<Row extends pg.QueryResultRow>(
  client: pg.ClientBase,
  select: string,
  values: readonly unknown[],
  limit: number,
): Promise<Listed<Row>> {
  const found = await client.query<Row>(`select * from (${select}) listed limit ${limit + 1}`, [...values]);
  if (found.rows.length <= limit) return { rows: found.rows, more: { count: 0, atLeast: false } };
  const counted = await client.query<{ n: number }>(
    `select count(*)::int as n from (select from (${select}) listed limit ${limit + MOST_COUNTED}) counted`,
    [...values],
  );
  const n = counted.rows[0]?.n ?? 0;
  return {
    rows: found.rows.slice(0, limit),
    more: { count: n - limit, atLeast: n === limit + MOST_COUNTED },
  };
}

/** Units that a person names: by number, text, or reconciliation. */
export async function unitsNamed(client: pg.ClientBase, name: string): Promise<string[]> {
  const found = await client.query<{ unit: string }>(
    `select unit from tieout.unit where unit::text = $1 or text = $1 or reconciliation = $1 order by unit`,
    [name],
  );
  return found.rows.map((row) => row.unit);
}

/**
 * Lines that bear a reference in any of the ways people name them, as a select of (unit, line_id). Each way has an index;
 * event ids are looked up per source, which are few. `$n` is the parameter that holds the reference.
 */
export function linesReferenced(n: number): string {
  return `select unit, line_id from tieout.line where reference_hash = hashtextextended($${n}::text, 0) and reference = $${n}::text and reference <> ''
    union select unit, line_id from tieout.line where document = $${n}::text
    union select unit, line_id from tieout.line where posting_reference = $${n}::text and posting_reference <> ''
    union select l.unit, l.line_id from (${SOURCES}) s join tieout.line l on l.event_source = s.source and l.event_id = $${n}::text`;
}

/** The sources of events, found by skipping along the key instead of reading every event. */
export const SOURCES = `with recursive s(source) as (
    select min(source collate "C") from tieout.event
    union all select (select min(e.source collate "C") from tieout.event e where e.source > s.source) from s where s.source is not null)
  select source from s where source is not null`;
