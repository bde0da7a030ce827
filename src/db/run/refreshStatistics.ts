// Statistics and block-range summaries of the bulk tables before a run plans over them. The server refreshes both by itself
// a minute later or at the next vacuum, but a night's run starts right after the intake that doubled a table: its plans
// then expect one row where 100,000 come, and an index by batch that is not summarised reads all history.
import type pg from 'pg';

/**
 * Tables that runs join, and the columns that decide those plans (all 45 of a line cost five times as much; '': all). An
 * embedded server that lives for one command has nobody else to count for it: with 50,000 journals proposed the day before,
 * the search for those to withdraw took 100 s, and 0.4 s with statistics.
 */
const TABLES: Readonly<Record<string, string>> = {
  line: '(unit, line_id, batch_id, side, scope, accounting_date, reference_hash)',
  line_end: '',
  match_member: '',
  open_item: '',
  exception_item: '',
  exception_leg: '',
  exception_state: '',
  open_exception: '',
  journal: '',
  journal_source: '',
  posting: '',
};

// Not ours: another role owns the tables and has to let the server do it.
const RANGED = `select c.oid from pg_class c join pg_am a on a.oid = c.relam join pg_namespace n on n.oid = c.relnamespace
  where n.nspname = 'tieout' and a.amname = 'brin' and pg_has_role(c.relowner, 'USAGE') order by c.oid`;
const MANY_LINES = 100_000;
const LOCK_NOT_AVAILABLE = '55P03';

/**
 * Analyses those that changed by more than a tenth since their last time; what is not ours to analyse is left out. The
 * server does not count an analysis of some columns as one: of lines, which are only ever inserted, the growth since then
 * is told by the number of rows that it estimated.
 */
export async function refreshStatistics(client: pg.ClientBase): Promise<void> {
  const changed = await client.query<{ name: string }>(
    `select s.relname as name from pg_stat_user_tables s join pg_class c on c.oid = s.relid
     where s.schemaname = 'tieout' and s.relname = any($1) and s.n_mod_since_analyze > 1000 + 0.1 * s.n_live_tup
       and (s.relname <> 'line' or s.n_live_tup > 1000 + 1.1 * c.reltuples) order by s.relname`,
    [Object.keys(TABLES)],
  );
  for (const { name } of changed.rows) await client.query(`analyze tieout.${name} ${TABLES[name] ?? ''}`);
}

/**
 * Summarises the block ranges that are not yet, for the runs to come. Ranges that are not summarised are read by every
 * question about new batches; at the start of a run these are just the new ones, so it is done beside the run's last
 * transaction, where a processor is idle. A table that the server is tending itself is left to it after a small run: waiting
 * ends the server's work. After one that read many new lines it is not: the server tends a large table for minutes, and
 * until then each of a next day's dozen questions about new lines read a whole month of a million again (0.35 s each).
 * @param read new lines that the run has read
 */
export async function summariseRanges(client: pg.ClientBase, read: number): Promise<void> {
  const indexes = await client.query<{ oid: number }>(RANGED);
  await client.query(`set lock_timeout = '${read > MANY_LINES ? 3_000 : 200}ms'`);
  try {
    for (const { oid } of indexes.rows)
      await client.query('select brin_summarize_new_values($1)', [oid]).catch((error: unknown) => {
        if (!(error instanceof Error && 'code' in error && error.code === LOCK_NOT_AVAILABLE)) throw error;
      });
  } finally {
    await client.query('reset lock_timeout');
  }
}
