// The month of a demonstration, as a finance team would live it: files come in step by step, each step ends with a
// reconciliation, and what it reports is held against the truth about the mistakes that were made.
import { readFileSync } from 'node:fs';
import path from 'node:path';

import type { ExceptionRow } from '../../reports/exceptionRow.ts';
import { isoDate } from '../../src/accounting/dates.ts';
import type { Config } from '../../src/config/model.ts';
import type { Database } from '../../src/db/connection.ts';
import type { Rulebook } from '../../src/rulebook/model.ts';
import { INTAKE_TRUTH_PATH } from '../../simulate/dirt.ts';
import type { IntakeTruth } from '../../simulate/dirt.ts';
import type { SimulationStep } from '../../simulate/extracts.ts';
import { score } from '../../simulate/score.ts';
import type { Score } from '../../simulate/score.ts';
import { addScores, scoreIntake } from '../../simulate/scoreIntake.ts';
import { type ProposedJournal, scoreJournals } from '../../simulate/scoreJournals.ts';
import type { TruthRow } from '../../simulate/truth.ts';
import { listExceptions } from '../reports/exceptions.ts';
import { list } from '../reports/list.ts';
import { ingestFiles } from '../intake/ingest.ts';
import type { IngestKind } from '../intake/ingest.ts';
import { listQuarantine } from '../intake/quarantine.ts';
import { reconcile } from '../run/reconcile.ts';
import { runById } from '../reports/runs.ts';
import type { ExplainedStatement } from '../reports/statement.ts';

/** More than any month proposes. */
const MOST_JOURNALS = 100_000;

export interface DemoJob {
  db: Database;
  config: Config;
  rulebook: Rulebook;
  /** Where the files lie. */
  folder: string;
  /** Milliseconds since 1970. */
  clock: () => number;
  /** Told what is being done. */
  progress?: (step: string) => void;
}

/** What intake made of the files of one kind. */
export interface Taken {
  files: number;
  received: number;
  accepted: number;
  duplicates: number;
  quarantined: number;
}

/** One step: files taken in, a run over them, and what it reports. */
export interface DemoStep {
  name: string;
  taken: Record<IngestKind, Taken>;
  duplicatesByFile: Map<string, number>;
  statement: ExplainedStatement;
  exceptions: ExceptionRow[];
}

/** Takes the files of a step in, in its order, and reconciles up to its day. */
export async function liveStep(
  job: DemoJob,
  step: Omit<SimulationStep, 'name'> & { name: string },
): Promise<DemoStep> {
  const { db, config, rulebook, clock, folder } = job;
  const nothing = (): Taken => ({ files: 0, received: 0, accepted: 0, duplicates: 0, quarantined: 0 });
  const taken: DemoStep['taken'] = {
    events: nothing(),
    ledger: nothing(),
    balances: nothing(),
    opening: nothing(),
    periods: nothing(),
  };
  const duplicatesByFile = new Map<string, number>();
  for (const { command, files } of step.ingest) {
    job.progress?.(`${step.name}: taking in ${command}`);
    const paths = files.map((file) => path.join(folder, file));
    const report = await ingestFiles(db, config, rulebook, command, paths, { clock, actor: 'demo' });
    for (const [index, file] of report.files.entries()) {
      const sum = taken[command];
      sum.files += 1;
      sum.received += file.received;
      sum.accepted += file.accepted;
      sum.duplicates += file.duplicates;
      sum.quarantined += file.quarantined;
      duplicatesByFile.set(files[index] ?? '', file.duplicates);
    }
  }
  const statement = await reconcile({
    db,
    config,
    rulebook,
    maker: 'demo',
    clock,
    asOf: isoDate(step.asOf),
    progress: (what) => job.progress?.(`${step.name}: ${what}`),
  });
  return { name: step.name, taken, duplicatesByFile, statement, exceptions: await openNow(job) };
}

/** The exceptions of the last run, as `tieout exceptions --json` gives them. */
async function openNow({ db, rulebook }: DemoJob): Promise<ExceptionRow[]> {
  const client = await db.pool.connect();
  try {
    const { runId, asOf, last } = await runById(client);
    const rows: ExceptionRow[] = [];
    for await (const row of listExceptions(client, { rulebook, runId, asOf, current: last })) rows.push(row);
    return rows;
  } finally {
    client.release();
  }
}

/** Every journal that a run proposed, also where a later one withdrew it. */
async function proposedSoFar({ db }: DemoJob): Promise<ProposedJournal[]> {
  const { rows } = await list(db, 'journals', { limit: MOST_JOURNALS });
  return rows.map((row) => ({
    postingReference: String(row['postingReference']),
    references: row['references'] as string[],
    text: String(row['text']),
    withdrawn: row['state'] === 'CANCELLED',
  }));
}

/** Scores what the steps of the month reported: each mistake at the step from which on it can be seen. */
export async function scoreMonth(
  job: DemoJob,
  truth: readonly TruthRow[],
  steps: readonly DemoStep[],
): Promise<Score> {
  const refused: { path: string; reason: string }[] = [];
  for await (const record of listQuarantine(job.db)) {
    refused.push({ path: path.relative(job.folder, record.path), reason: record.reason });
  }
  const dirt = readFileSync(path.join(job.folder, INTAKE_TRUTH_PATH), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as IntakeTruth);
  const duplicates = new Map(steps.flatMap((step) => [...step.duplicatesByFile]));
  return addScores([
    ...steps.flatMap((step) =>
      step.name === 'mid' || step.name === 'late' || step.name === 'close'
        ? [score(truth, step.exceptions, step.name)]
        : [],
    ),
    scoreJournals(truth, await proposedSoFar(job)),
    scoreIntake(dirt, { duplicates, refused }),
  ]);
}
