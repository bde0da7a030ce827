// The first example as a company of a test: a copy of its folder that the test may change, and its files taken in.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { ingestFiles } from '../../jobs/intake/ingest.ts';
import type { IngestKind } from '../../jobs/intake/ingest.ts';
import { reconcile } from '../../jobs/run/reconcile.ts';
import type { ExplainedStatement } from '../../jobs/reports/statement.ts';
import type { Actor } from '../../jobs/administration/userKeys.ts';
import { isoDate } from '../../src/accounting/dates.ts';
import { loadConfig } from '../../src/config/load.ts';
import { loadRulebook } from '../../src/config/rulebookFiles.ts';
import type { Config } from '../../src/config/model.ts';
import type { Database } from '../../src/db/connection.ts';
import type { Rulebook } from '../../src/rulebook/model.ts';

const EXAMPLE = fileURLToPath(new URL('../../examples/first-tieout', import.meta.url));
export const NOW = Date.parse('2026-11-02T12:00:00Z');

export class FirstTieout {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'tieout-first-'));

  constructor() {
    for (const part of ['tieout.yaml', 'rulebook', 'data'])
      cpSync(path.join(EXAMPLE, part), path.join(this.folder, part), { recursive: true });
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  read(file: string): string {
    return readFileSync(path.join(this.folder, file), 'utf8');
  }

  write(file: string, text: string): void {
    writeFileSync(path.join(this.folder, file), text);
  }

  /** Replaces a text, which must be there, and returns how to put it back. */
  change(file: string, old: string, by: string): () => void {
    const text = this.read(file);
    if (!text.includes(old)) throw new Error(`${file} has no ${old}`);
    this.write(file, text.replaceAll(old, by));
    return () => this.write(file, text);
  }

  job(db: Database): { db: Database; config: Config; rulebook: Rulebook; clock: () => number } {
    const config = loadConfig(path.join(this.folder, 'tieout.yaml'), {});
    return { db, config, rulebook: loadRulebook(config), clock: () => NOW };
  }

  async ingest(db: Database, kind: IngestKind, file: string): Promise<void> {
    const { config, rulebook, clock } = this.job(db);
    await ingestFiles(db, config, rulebook, kind, [path.join(this.folder, 'data', file)], { clock });
  }

  async ingestAll(db: Database): Promise<void> {
    await this.ingest(db, 'periods', 'periods.csv');
    await this.ingest(db, 'opening', 'opening.csv');
    await this.ingest(db, 'events', 'events.ndjson');
    await this.ingest(db, 'ledger', 'ledger.csv');
    await this.ingest(db, 'balances', 'balances.csv');
  }

  reconcile(db: Database, workers = 2): Promise<ExplainedStatement> {
    return reconcile({ ...this.job(db), maker: 'schedule', asOf: isoDate('2026-10-31'), workers });
  }
}

/** A reviewer of that name, made where there is none yet. */
export async function reviewer(db: Database, name: string): Promise<Actor> {
  await db.pool.query(
    `insert into tieout.app_user (name, role) values ($1, 'reviewer') on conflict do nothing`,
    [name],
  );
  return { name, role: 'reviewer', keyId: '', osUser: 'test' };
}
