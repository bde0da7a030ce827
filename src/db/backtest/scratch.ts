// A database of its own beside the real one, to try something on a copy of the facts, and gone afterwards. A schema inside
// the real database would need every statement, view and trigger twice; a database cannot touch the real one even by a
// fault of ours.
import { DatabaseError } from 'pg';

import { UserError } from '../../errors.ts';
import type { Database } from '../connection.ts';
import { openDatabase, transaction } from '../connection.ts';
import { listSequences, listTables } from '../contents.ts';
import { copyIn } from '../copy.ts';
import { copyOut } from '../copyOut.ts';
import { migrate } from '../migrate.ts';
import { closeAfterFilling, openForFilling } from '../refill.ts';
import { snapshotTime } from '../snapshot.ts';

/** What was delivered and derived, and what people forbade; no runs, matches, journals or periods. */
const FACTS: ReadonlySet<string> = new Set([
  'batch',
  'quarantine',
  'batch_withdrawal',
  'quarantine_step',
  'event',
  'event_standing',
  'unit',
  'ledger_identity',
  'line',
  'line_end',
  'erp_balance',
  'match_ban',
]);
/** Left by a process that was killed: marked as ours, and nobody is connected. */
const STALE = `select d.datname as name from pg_database d
  where shobj_description(d.oid, 'pg_database') = 'tieout backtest of ' || current_database()
    and not exists (select from pg_stat_activity a where a.datname = d.datname)`;

export interface Scratch {
  db: Database;
  drop(): Promise<void>;
}

/** Makes a scratch database with the schema and a copy of the facts, all of one moment. */
export async function scratchOf(real: Database, name: string): Promise<Scratch> {
  for (const { name: stale } of (await real.pool.query<{ name: string }>(STALE)).rows)
    await drop(real, stale);
  const scratch = await made(real, name, 'template0');
  try {
    await migrate(scratch.db, { roles: false });
    await copyFacts(real, scratch.db);
    return scratch;
  } catch (error) {
    await scratch.drop();
    throw error;
  }
}

/** Another one with the same contents; `scratch` is closed for a moment and opened again. */
export async function twinOf(real: Database, scratch: Scratch, from: string, name: string): Promise<Scratch> {
  await scratch.db.close();
  const twin = await made(real, name, from);
  scratch.db = await openDatabase({ dataDir: '', url: urlOf(real, from) });
  return twin;
}

async function made(real: Database, name: string, template: string): Promise<Scratch> {
  try {
    await real.pool.query(`create database ${quotedName(name)} template ${quotedName(template)}`);
  } catch (error) {
    if (!(error instanceof DatabaseError) || error.code !== '42501') throw error;
    throw new UserError({
      where: 'rules backtest',
      what: 'this database user may not make a scratch database',
      expected: 'the right CREATEDB',
      todo: 'alter role NAME createdb, or run it on a restored backup',
    });
  }
  await real.pool.query(
    `do $$ begin execute format('comment on database ${quotedName(name)} is %L', 'tieout backtest of ' || current_database()); end $$`,
  );
  const scratch: Scratch = {
    db: await openDatabase({ dataDir: '', url: urlOf(real, name) }),
    drop: async () => {
      await scratch.db.close();
      await drop(real, name);
    },
  };
  return scratch;
}

async function drop(real: Database, name: string): Promise<void> {
  await real.pool.query(`drop database if exists ${quotedName(name)} with (force)`);
}

function quotedName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function urlOf(real: Database, name: string): string {
  const url = new URL(real.url);
  url.pathname = `/${encodeURIComponent(name)}`;
  return url.href;
}

async function copyFacts(real: Database, scratch: Database): Promise<void> {
  await transaction(real, async (from) => {
    await snapshotTime(from);
    await transaction(scratch, async (to) => {
      const tables = (await listTables(to)).filter(({ name }) => FACTS.has(name));
      await openForFilling(to, tables);
      for (const table of tables) {
        const columns = table.columns.map((column) => `"${column}"`).join(', ');
        await copyIn(to, `tieout.${table.name}(${columns})`, copyOut(from, table) as AsyncIterable<Buffer>);
      }
      await closeAfterFilling(to, tables, await listSequences(from));
      // Nobody's word is needed on a copy.
      await to.query('alter table tieout.line_end disable trigger line_end_rederived');
    });
  });
  await scratch.pool.query('analyze');
}
