// The workbook of a run: everything it shows is read in one snapshot, the details go to the file as they come, and the
// file gets its name only when its totals agree with the tie-out of the database. The same run gives the same bytes.
import { join } from 'node:path';
import type pg from 'pg';
import type { JournalRow, QuarantineRow, Report, RunFacts } from '../../reports/model.ts';
import type { Rows } from '../../reports/rows.ts';
import { IDENTITY } from '../../reports/cases.ts';
import type { Outcome } from '../../reports/outcome.ts';
import { reportSheets } from '../../reports/report.ts';
import { type WrittenWorkbook, writeWorkbook } from '../../reports/workbook.ts';
import type { IsoDate } from '../../src/accounting/dates.ts';
import type { Config } from '../../src/config/model.ts';
import { type Database, transaction } from '../../src/db/connection.ts';
import { knownReconciliations } from '../../src/db/decisions/decisionRun.ts';
import { readJournals, type StoredJournal } from '../../src/db/report/journals.ts';
import { readProject } from '../../src/db/project.ts';
import { readRefused } from '../../src/db/report/refused.ts';
import { readRun, readRunBatches, type RunRow } from '../../src/db/report/runFacts.ts';
import { Fault } from '../../src/errors.ts';
import { makeNamedFolder } from '../../src/folders.ts';
import { HEAP_GROWTH_PERCENT, withHeapGrowth } from '../../src/heap.ts';
import type { Rulebook } from '../../src/rulebook/model.ts';
import { VERSION } from '../../src/version.ts';
import { type ListCases, orderCases, wholeCases } from './cases.ts';
import { listExceptions } from './exceptions.ts';
import { Nearest } from './nearest.ts';
import { runById } from './runs.ts';
import { readStatement } from './statement.ts';
import { showAmount } from '../../src/money/showAmount.ts';
import { workbookDifferences } from './workbookTotals.ts';

export interface WriteReport {
  db: Database;
  config: Pick<Config, 'calendars' | 'companies' | 'materiality' | 'teams'>;
  rulebook: Rulebook;
  /** Folder of the workbook; made where it is not there. */
  folder: string;
  /** Number of a completed run; default: the last. */
  run?: string;
  /** The workbook is the answer to one that came back. */
  outcome?: Outcome;
}

/** What was written. */
export interface WrittenReport extends WrittenWorkbook {
  run: string;
  asOf: IsoDate;
}

/** Writes `tieout-DAY-run-N.xlsx`; a report of the same run replaces it. */
export function report(job: WriteReport): Promise<WrittenReport> {
  return withHeapGrowth(HEAP_GROWTH_PERCENT.report, () => write(job));
}

function write(job: WriteReport): Promise<WrittenReport> {
  return transaction(job.db, async (client) => {
    await client.query('set transaction isolation level repeatable read');
    const { runId, last } = await runById(client, job.run);
    const run = await readRun(client, runId);
    if (run === undefined) throw new Fault(`run ${runId} is gone`);
    const asOf = run.asOf as IsoDate;
    const known = { runId, horizon: run.horizon, current: last };
    const nearest = await Nearest.open(client, job.rulebook, job.config.calendars, known);
    await client.query('set transaction read only');
    const content = {
      ...(await contentOf(client, job, run, last, nearest)),
      ...(job.outcome === undefined ? {} : { outcome: job.outcome }),
    };
    makeNamedFolder(job.folder, 'the workbook');
    const sheets = reportSheets(content, (counted) => {
      const differences = workbookDifferences(content.statement, counted);
      if (differences.length > 0)
        throw new Fault(
          ['the workbook disagrees with the tie-out; it was not written:', ...differences].join('\n  '),
        );
    });
    const written = await writeWorkbook(join(job.folder, nameOf(asOf, runId, job.outcome)), sheets, {
      title: `Tie-out as of ${asOf}`,
      createdAt: run.completedAt,
      ...(job.outcome === undefined ? {} : { front: 0 }),
      ...(content.cases === undefined
        ? {}
        : {
            custom: {
              [IDENTITY.project]: content.cases.identity.project,
              [IDENTITY.run]: content.cases.identity.run,
            },
          }),
      footer: `Tieout, run ${runId}, as of ${asOf}, rulebook ${run.rulebookHash.slice(0, 12)}`,
    });
    return { ...written, run: runId, asOf };
  });
}

async function contentOf(
  client: pg.ClientBase,
  { rulebook, config }: Pick<WriteReport, 'rulebook' | 'config'>,
  run: RunRow,
  current: boolean,
  nearest: Nearest,
): Promise<Report> {
  const statement = await readStatement(client, {
    cut: { asOf: run.asOf, runId: run.run, reconciliations: await knownReconciliations(client) },
    horizon: run.horizon,
    knownAt: run.completedAt,
    rulebookHash: run.rulebookHash,
    resultHash: run.resultHash,
  });
  return {
    statement,
    run: await factsOf(client, run),
    ...(current ? { cases: await casesOf(client, { rulebook, config }, run.run) } : {}),
    exceptions: listExceptions(client, { rulebook, runId: run.run, asOf: run.asOf, current, nearest }),
    journals: journalRows(readJournals(client, { runId: run.run, until: run.until })),
    quarantine: quarantineRows(readRefused(client, run)),
  };
}

/** An answer has the number of what it answers, so that it replaces no workbook that somebody works in. */
function nameOf(asOf: IsoDate, runId: string, outcome: Outcome | undefined): string {
  const answer = outcome === undefined ? '' : `-answer-${outcome.upload}`;
  return `tieout-${asOf}-run-${runId}${answer}.xlsx`;
}

async function casesOf(
  client: pg.ClientBase,
  wanted: ListCases,
  run: string,
): Promise<NonNullable<Report['cases']>> {
  const { id: project } = await readProject(client);
  return {
    rows: wholeCases(client, wanted, await orderCases(client, wanted)),
    identity: { project, run },
  };
}

async function factsOf(client: pg.ClientBase, run: RunRow): Promise<RunFacts> {
  const { batches, earlier } = await readRunBatches(client, run);
  const { earlierHorizon: _, until: __, ...facts } = run;
  return {
    ...facts,
    asOf: run.asOf as IsoDate,
    engineVersion: VERSION,
    earlierBatches: earlier,
    batches,
  };
}

/** States in which the ERP has a document of ours. */
const WITH_DOCUMENT = new Set(['POSTED', 'CONFIRMED', 'POSTED_NOT_SEEN', 'CONFLICT', 'DUPLICATE_FOUND']);

async function* journalRows(journals: Rows<StoredJournal>): AsyncGenerator<JournalRow> {
  for await (const journal of journals) {
    const { notes, why, text, rules, makers, approvers, events, lines, ...row } = journal;
    const references = [...new Set(lines.map((line) => line.reference).filter((one) => one !== ''))];
    yield {
      ...row,
      postingDate: row.postingDate as IsoDate,
      rule: rules.join(', '),
      reference: references.join(', '),
      why: [...new Set([text, ...notes, why])].filter((part) => part !== '').join('. '),
      proposedBy: makers.join(', '),
      approvedBy: approvers.join(', '),
      document: WITH_DOCUMENT.has(row.state) ? row.document : '',
      eventIds: events,
      lines: lines.map(({ side, amount, reference: _, ...line }) => {
        const shown = showAmount(amount, line.currency);
        return { ...line, debit: side === 'debit' ? shown : null, credit: side === 'credit' ? shown : null };
      }),
    };
  }
}

async function* quarantineRows(records: ReturnType<typeof readRefused>): AsyncGenerator<QuarantineRow> {
  for await (const record of records) {
    const { amount, currency } = record;
    yield { ...record, amount: amount === null ? null : showAmount(amount, currency) };
  }
}
