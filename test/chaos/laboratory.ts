// The laboratory: one real PostgreSQL behind a proxy, and for each fault a database of its own, a simulated ERP in its own
// process with a durable log, and workers as processes. The simulated ERP is SAP's, because SAP remembers no key for us:
// an ERP that refuses a second document by itself would hide our mistakes.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import pg from 'pg';

import { openDatabase } from '../../src/db/connection.ts';
import type { Database } from '../../src/db/connection.ts';
import { migrate } from '../../src/db/migrate.ts';
import { POSTING_SETTINGS } from '../../src/posting/posting.ts';
import type { PostingSettings } from '../../src/posting/posting.ts';
import { approveJournals as approve } from '../../jobs/decisions/approveJournals.ts';
import { startSimulator } from '../erp/simulators/start.ts';
import type { RunningSimulator } from '../erp/simulators/start.ts';
import { Books } from '../posting/books.ts';
import type { Orders } from './orders.ts';
import type { Proxy } from './proxy.ts';
import { startProxy } from './proxy.ts';
import type { Server } from './server.ts';
import { startServer, USER } from './server.ts';

export interface Laboratory {
  folder: string;
  server: Server;
  proxy: Proxy;
  close(): Promise<void>;
}

/** One fault's own world. */
export interface Bench {
  name: string;
  lab: Laboratory;
  /** Straight to the server, not through the proxy: what the laboratory itself asks. */
  db: Database;
  books: Books;
  simulator: RunningSimulator;
  orders: Orders;
  /** Approved journals so far, by business reference. */
  approved: string[];
  /** Opens `db` again after the server came back on another port. */
  reopen(): Promise<void>;
  close(): Promise<void>;
}

const TEMPLATE = 'lab_template';
let benches = 0;

export async function openLaboratory(): Promise<Laboratory> {
  const folder = mkdtempSync(join(tmpdir(), 'tieout-chaos-'));
  const server = await startServer(folder);
  const proxy = await startProxy(server.port);
  await asOwner(server, `create database ${TEMPLATE}`);
  const db = await openDatabase({ dataDir: '', url: urlOf(server, server.port(), TEMPLATE) });
  await migrate(db);
  const books = await new Books(db).open();
  for (const person of ['bob', 'carol']) await books.user(person, 'reviewer');
  await db.close();
  return {
    folder,
    server,
    proxy,
    close: async () => {
      await proxy.close();
      await server.stop();
      rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    },
  };
}

/** A server killed and started often may need a moment for each connection. */
async function asOwner(server: Server, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: urlOf(server, server.port(), 'postgres') });
  await client.connect();
  await client.query(statement);
  await client.end();
}

function urlOf(server: Server, port: number, database: string): string {
  return `postgres://${USER}:${server.password}@127.0.0.1:${port}/${database}`;
}

/** A database of its own that nothing is in but the schema. */
export async function emptyDatabase(lab: Laboratory): Promise<{ db: Database; close(): Promise<void> }> {
  benches += 1;
  const name = `empty_${benches}`;
  await asOwner(lab.server, `create database ${name}`);
  const db = await openDatabase({ dataDir: '', url: urlOf(lab.server, lab.server.port(), name) });
  await migrate(db);
  return {
    db,
    close: async () => {
      await db.close();
      await asOwner(lab.server, `drop database ${name} with (force)`);
    },
  };
}

/** Short times: the wait that proves absence is `callTimeoutMs + leaseMs + queueMs` and the look's lag. */
export const QUICK: PostingSettings = {
  ...POSTING_SETTINGS,
  leaseMs: 2_000,
  callTimeoutMs: 1_500,
  queueMs: 1_500,
};

/** @param settings times of the machine; @param erpSettings further settings of the ERP */
export async function openBench(
  lab: Laboratory,
  settings: PostingSettings = QUICK,
  erpSettings: Record<string, string> = {},
): Promise<Bench> {
  benches += 1;
  const name = `bench_${benches}`;
  await asOwner(lab.server, `create database ${name} template ${TEMPLATE}`);
  const open = (): Promise<Database> =>
    openDatabase({ dataDir: '', url: urlOf(lab.server, lab.server.port(), name) });
  const simulator = await startSimulator('s4hana');
  let db = await open();
  const bench: Bench = {
    name,
    lab,
    db,
    books: await new Books(db).resume(),
    simulator,
    approved: [],
    orders: {
      work: 'worker',
      database: urlOf(lab.server, lab.proxy.port, name),
      erp: {
        adapter: 's4hana',
        settings: {
          url: simulator.url,
          user: 'TIEOUT',
          password: 'simulated',
          lookLagSeconds: '0',
          ...erpSettings,
        },
        folders: {},
      },
      settings,
      statementTimeoutMs: 2_000,
      folder: join(lab.folder, name),
    },
    reopen: async () => {
      await db.close().catch(() => undefined);
      db = await open();
      bench.db = db;
      bench.books = await new Books(db).resume();
    },
    close: async () => {
      await db.close();
      await simulator.stop();
      await asOwner(lab.server, `drop database ${name} with (force)`);
    },
  };
  return bench;
}

/** Proposes `count` journals, each of a shipment of its own; they wait for approval. @returns their references */
export async function proposeJournals(bench: Bench, count: number): Promise<string[]> {
  const from = bench.approved.length;
  for (let n = from + 1; n <= from + count; n += 1) {
    await bench.books.shipment({ id: `SO-${n}`, amount: `${n}.00`, day: '2026-10-15' });
    bench.approved.push(`SO-${n}`);
  }
  await bench.books.propose();
  const waiting = await bench.db.pool.query<{ r: string }>(
    `select posting_reference as r from posting where state = 'AWAITING_APPROVAL' order by journal_id`,
  );
  return waiting.rows.map((row) => row.r);
}

export async function approveJournals(bench: Bench, references: readonly string[]): Promise<void> {
  const bob = { name: 'bob', role: 'reviewer', keyId: 'k', osUser: 'os' } as const;
  await approve({ db: bench.db, by: bob, why: 'laboratory' }, references);
}
