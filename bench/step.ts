// One step of the benchmark in a process of its own, as `tieout` would run it: its peak memory is the step's and nothing
// else's. Prints one JSON line; seconds are the job's alone, without the start of Node.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import pg from 'pg';

import { ingestFiles, type IngestKind } from '../jobs/intake/ingest.ts';
import { reconcile } from '../jobs/run/reconcile.ts';
import { report } from '../jobs/reports/report.ts';
import { isoDate } from '../src/accounting/dates.ts';
import { loadConfig } from '../src/config/load.ts';
import { loadRulebook } from '../src/config/rulebookFiles.ts';
import { type Database, openDatabase } from '../src/db/connection.ts';
import { type StatementTime, timeStatements } from './statements.ts';
import { measured, type Usage } from './usage.ts';

export interface Step {
  kind: 'events' | 'ledger' | 'reconcile' | 'report';
  /** Path of the simulated company's tieout.yaml. */
  config: string;
  /** The server that all steps of a benchmark share. */
  url: string;
  files?: string[];
  asOf?: string;
}

export interface StepResult extends Usage {
  peakMb: number;
  /** Batch of an intake, result hash of a run. */
  result: string;
  /** Seconds in the database by statement, longest first; connections that work at once each count. */
  statements: StatementTime[];
}

async function main(): Promise<void> {
  const step = JSON.parse(process.argv[2] ?? '{}') as Step;
  const statements = timeStatements(pg.Client);
  const config = loadConfig(step.config, {});
  const rulebook = loadRulebook(config);
  const db = await openDatabase({ dataDir: '', url: step.url });
  try {
    const { result, usage } = await measured(db, () => work(step, db, config, rulebook));
    const report: StepResult = {
      ...usage,
      peakMb: process.resourceUsage().maxRSS / 1024,
      result,
      statements: statements().slice(0, 25),
    };
    process.stdout.write(`${JSON.stringify(report)}\n`);
  } finally {
    await db.close();
  }
}

async function work(
  step: Step,
  db: Database,
  config: ReturnType<typeof loadConfig>,
  rulebook: ReturnType<typeof loadRulebook>,
): Promise<string> {
  const clock = (): number => Date.now();
  if (step.kind === 'reconcile') {
    const asOf = isoDate(step.asOf ?? '');
    const statement = await reconcile({ db, config, rulebook, maker: 'bench', clock, asOf });
    return statement.resultHash;
  }
  if (step.kind === 'report') {
    const folder = mkdtempSync(join(tmpdir(), 'tieout-bench-report-'));
    const written = await report({ db, config, rulebook, folder });
    rmSync(folder, { recursive: true });
    return written.run;
  }
  const kind: IngestKind = step.kind;
  const { files } = await ingestFiles(db, config, rulebook, kind, step.files ?? [], { clock });
  const [taken] = files;
  if (taken === undefined || taken.quarantined > 0) {
    throw new Error(`the benchmark's own files are not taken: ${JSON.stringify(files)}`);
  }
  return taken.batch;
}

await main();
