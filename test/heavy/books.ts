// The books that the laws are tried on: a simulated month with its residue of every usual kind, on databases that are
// cloned from each other, so that every trial begins at exactly the same state.
import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import pg from 'pg';
import { inject } from 'vitest';

import { ingestFiles } from '../../jobs/intake/ingest.ts';
import type { IngestKind, IngestReport } from '../../jobs/intake/ingest.ts';
import { reconcile } from '../../jobs/run/reconcile.ts';
import type { ExplainedStatement } from '../../jobs/reports/statement.ts';
import { verify } from '../../jobs/administration/verify.ts';
import { isoDate } from '../../src/accounting/dates.ts';
import { loadConfig } from '../../src/config/load.ts';
import { loadRulebook } from '../../src/config/rulebookFiles.ts';
import type { Database } from '../../src/db/connection.ts';
import { openDatabase } from '../../src/db/connection.ts';
import { type BenchFiles, benchFiles } from '../../bench/month.ts';
import { FolderOfFiles } from '../../simulate/folder.ts';
import { databaseUrl } from '../support/server.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const CHILD = fileURLToPath(new URL('child.mjs', import.meta.url));
/** The only clock of all trials: after the month. */
export const NOW = Date.parse('2026-11-03T08:00:00Z');

/** A simulated company in a folder; earlier months share nothing with October but the company. */
export function simulatedCompany(lines: number, seed: number, month = '2026-10') {
  const folder = mkdtempSync(join(tmpdir(), 'tieout-heavy-'));
  const files = new FolderOfFiles(folder);
  const made: BenchFiles = benchFiles(lines, seed, files, month);
  files.close();
  cpSync(join(ROOT, 'examples/retail/rulebook'), join(folder, 'rulebook'), { recursive: true });
  const config = loadConfig(join(folder, 'tieout.yaml'), {});
  const at = (path: string): string => join(folder, path);
  return {
    folder,
    made,
    config,
    rulebook: loadRulebook(config),
    at,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
export type Company = ReturnType<typeof simulatedCompany>;

/** One database of the trials. */
export class Books {
  readonly company: Company;
  db: Database;
  readonly name: string;

  private constructor(company: Company, db: Database, name: string) {
    this.company = company;
    this.db = db;
    this.name = name;
  }

  static async empty(company: Company): Promise<Books> {
    return Books.#make(company, inject('templateName'));
  }

  static async #make(company: Company, template: string): Promise<Books> {
    const name = `${inject('databasePrefix')}_h${process.pid}_${(made += 1)}`;
    await onServer(`create database ${name} template ${template} strategy file_copy`);
    const db = await openDatabase({ dataDir: '', url: urlOf(name), maxConnections: 16 });
    return new Books(company, db, name);
  }

  /** The same state in another database; this one must be at rest. */
  async copy(): Promise<Books> {
    await onServer(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${this.name}' and pid <> pg_backend_pid()`,
    );
    return Books.#make(this.company, this.name);
  }

  async drop(): Promise<void> {
    await this.db.close();
    await onServer(`drop database if exists ${this.name} with (force)`);
  }

  /** Connects again: settings of the database count from then on, and its counters are its own. */
  async renew(): Promise<void> {
    await this.db.close();
    this.db = await openDatabase({ dataDir: '', url: urlOf(this.name), maxConnections: 16 });
  }

  ingest(kind: IngestKind, paths: readonly string[]): Promise<IngestReport> {
    const { config, rulebook } = this.company;
    return ingestFiles(this.db, config, rulebook, kind, paths, { clock: () => NOW });
  }

  reconcile(asOf: string, workers = 2): Promise<ExplainedStatement> {
    const { config, rulebook } = this.company;
    const job = { db: this.db, config, rulebook, maker: 'test', clock: () => NOW };
    return reconcile({ ...job, asOf: isoDate(asOf), workers });
  }

  /** Names and evidence of the invariants that do not hold; empty where `verify` is clean. */
  async broken(): Promise<string[]> {
    const { checks } = await verify(this.db);
    return checks.filter((check) => !check.ok).map(({ name, evidence }) => `${name}: ${evidence.join('; ')}`);
  }

  /** The first column of the first row. */
  async one(sql: string, values: unknown[] = []): Promise<string> {
    const found = await this.db.pool.query<Record<string, string | null>>(sql, values);
    return String(Object.values(found.rows[0] ?? {})[0]);
  }

  /** A step in a process of its own; `killed` where it died at `crashAt`. */
  async inChild(step: ChildStep, env: Record<string, string> = {}, crashAt = ''): Promise<ChildEnd> {
    const argument = JSON.stringify({ ...step, config: this.company.at('tieout.yaml'), now: NOW });
    const child = spawn(process.execPath, [CHILD, argument], {
      env: { ...process.env, ...env, DATABASE_URL: urlOf(this.name), TIEOUT_CRASH_AT: crashAt },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let out = '';
    let err = '';
    child.stdout.on('data', (data: Buffer) => (out += data.toString()));
    child.stderr.on('data', (data: Buffer) => (err += data.toString()));
    const signal = await new Promise<string | null>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code, by) => {
        if (code !== 0 && by === null) reject(new Error(`the child process ended with ${code}: ${err}`));
        else resolve(by);
      });
    });
    return {
      killed: signal === 'SIGKILL',
      ...(out === '' ? {} : { result: JSON.parse(out) as NonNullable<ChildEnd['result']> }),
    };
  }
}

let made = 0;

export interface ChildStep {
  ingest?: [IngestKind, string[]][];
  asOf?: string;
  workers?: number;
}
export interface ChildEnd {
  killed: boolean;
  result?: { resultHash: string; run: string };
}

const urlOf = (name: string): string => databaseUrl(inject('serverUrl'), name);

async function onServer(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: inject('serverUrl') });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
