// What is new since the last run, counted per reconciliation in one reading: which parts of a run have anything to do, and
// which can skip the search for releases. Asked part by part, twelve parts read all new lines six times each.
import type pg from 'pg';

/** New lines of a reconciliation up to the run's horizon, and what among them can take a match away. */
export interface Fresh {
  lines: number;
  /** Some are not due at the run's day. */
  later: boolean;
  /** Corrections of events. */
  negates: boolean;
  /** Ledger documents that reverse another. */
  reverses: boolean;
  /** Older lines that ended. */
  ends: boolean;
}

export const NOTHING_NEW: Fresh = { lines: 0, later: false, negates: false, reverses: false, ends: false };

/** Per reconciliation that has any, in batches after `from` up to `to`. */
export async function survey(
  client: pg.ClientBase,
  { from, to, asOf }: { from: string; to: string; asOf: string },
): Promise<Map<string, Fresh>> {
  const arrived = await client.query<Omit<Fresh, 'lines' | 'ends'> & { name: string; lines: string }>(
    `select u.reconciliation as name, sum(n.lines) as lines, bool_or(n.later) as later, bool_or(n.negates) as negates, bool_or(n.reverses) as reverses
     from (select l.unit, count(*) as lines, bool_or(l.accounting_date > $3) as later, bool_or(l.negates is not null) as negates, bool_or(coalesce(l.reversal_of, '') <> '') as reverses
           from tieout.line l where l.batch_id > $1 and l.batch_id <= $2 group by l.unit) n
     join tieout.unit u on u.unit = n.unit group by u.reconciliation`,
    [from, to, asOf],
  );
  const ended = await client.query<{ name: string }>(
    `select distinct u.reconciliation as name from tieout.line_end e join tieout.unit u on u.unit = e.unit
     where e.batch_id > $1 and e.batch_id <= $2`,
    [from, to],
  );
  const found = new Map<string, Fresh>();
  for (const { name, lines, ...rest } of arrived.rows)
    found.set(name, { ...rest, lines: Number(lines), ends: false });
  for (const { name } of ended.rows) found.set(name, { ...(found.get(name) ?? NOTHING_NEW), ends: true });
  return found;
}
