// Statistics and block-range summaries of the bulk tables before a run plans over them. The server refreshes both by itself
// a minute later or at the next vacuum, but a night's run starts right after the intake that doubled a table: its plans
// then expect one row where 100,000 come, and an index by batch that is not summarised reads all history. Only the owner of
// the tables may, so functions of the owner do it (entities/migrations/0003_owner_work.sql).
import type pg from 'pg';

import { requireNothingSkipped } from '../connection.ts';

const MANY_LINES = 100_000;

/**
 * Analyses the tables that runs join, where they changed by more than a tenth since their last time. An embedded server that
 * lives for one command has nobody else to count for it: with 50,000 journals proposed the day before, the search for those to
 * withdraw took 100 s, and 0.4 s with statistics.
 */
export async function refreshStatistics(client: pg.ClientBase): Promise<void> {
  await client.query('select tieout.refresh_statistics()');
  requireNothingSkipped(client);
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
  await client.query('select tieout.summarise_ranges($1)', [
    read > MANY_LINES ? '3 seconds' : '200 milliseconds',
  ]);
}
