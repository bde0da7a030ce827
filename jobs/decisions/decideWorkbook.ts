// A workbook that comes back: who gives it is known by the door, which case a row is by its key, and what was seen by its
// check. Each row that says something is decided once or refused with its reason; the answer is a workbook of ours.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';

import type { OutcomeRow } from '../../reports/outcome.ts';
import { type DecidedRow, identityOf, readCases, type RefusedRow } from '../../reports/readCases.ts';
import { transaction } from '../../src/db/connection.ts';
import {
  doneBefore,
  insertUpload,
  insertUploadRows,
  lastDecided,
  type UploadRow,
} from '../../src/db/decisions/caseUploads.ts';
import { readProject } from '../../src/db/project.ts';
import { UserError } from '../../src/errors.ts';
import { readBook } from '../../src/feeds/xlsx/readBook.ts';
import type { CaseDecision, DecideCases } from './caseEffects.ts';
import { type CaseOutcome, decideCases } from './decideCases.ts';
import { report, type WrittenReport } from '../reports/report.ts';

export interface DecideWorkbook extends DecideCases {
  /** The file that came back. */
  path: string;
}

/** What became of the workbook, and where the answer is. */
export interface DecidedWorkbook {
  upload: string;
  rows: OutcomeRow[];
  done: number;
  refused: number;
  /** Rows in which nobody wrote anything. */
  untouched: number;
  answer: WrittenReport;
}

export async function decideWorkbook(job: DecideWorkbook): Promise<DecidedWorkbook> {
  const bytes = readFile(job.path);
  const returned = await returnedCases(job, bytes);
  const before = await transaction(job.db, (client) =>
    doneBefore(
      client,
      returned.decided.map((row) => wordsOf(row, job.by.name)),
    ),
  );
  const fresh = returned.decided.filter((row) => !before.has(wordsOf(row, job.by.name)));
  const rows = [
    ...returned.refused.map(refusedRow),
    ...returned.decided.flatMap((row) => repeatedRow(row, before.get(wordsOf(row, job.by.name)))),
    ...(await decideRows(job, fresh)),
  ].toSorted((a, b) => a.row - b.row);
  const upload = await keep(job, bytes, rows, fresh);
  const answer = await report({
    db: job.db,
    config: job.config,
    rulebook: job.rulebook,
    folder: job.config.reports,
    outcome: { upload, file: basename(job.path), by: job.by.name, rows },
  });
  const done = rows.filter((row) => row.done).length;
  return { upload, rows, done, refused: rows.length - done, untouched: returned.untouched, answer };
}

function readFile(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new UserError({ where: path, what: 'cannot be read', found: (error as Error).message });
  }
}

async function returnedCases(job: DecideWorkbook, bytes: Buffer) {
  const where = job.path;
  const book = await readBook(bytes, where);
  const identity = identityOf(book);
  if ('what' in identity) throw new UserError({ where, ...identity });
  const { id: project } = await readProject(job.db.pool);
  if (identity.project !== project)
    throw new UserError({
      where,
      what: 'the workbook was made from another database',
      expected: `project ${project}`,
      found: `project ${identity.project}`,
      todo: 'give it back to the installation that made it',
    });
  const returned = readCases(book, project);
  if ('what' in returned) throw new UserError({ where, ...returned });
  return returned;
}

/** The same words of the same person in the same row of the same workbook are one decision, however often they come. */
function wordsOf(row: DecidedRow, by: string): string {
  const { case: id, seen, action = '', until = '', account, assignee, comment } = row;
  return createHash('sha256')
    .update([by, id, seen, action, until, account, assignee, comment].join('\u001f'))
    .digest('hex');
}

const place = ({ row, sheet, title, case: id }: RefusedRow | DecidedRow) => ({ row, sheet, title, case: id });

const refusedRow = (row: RefusedRow): OutcomeRow => ({
  ...place(row),
  decision: '',
  done: false,
  outcome: `${row.reason}: ${row.why}`,
});

function repeatedRow(row: DecidedRow, before: { upload: string; outcome: string } | undefined): OutcomeRow[] {
  if (before === undefined) return [];
  const outcome = `done before, by upload ${before.upload}: ${before.outcome}`;
  return [{ ...place(row), decision: row.action ?? '', done: true, outcome }];
}

/** What a row asks for, in the order in which it is done: who looks after it, then the decision, or else the comment alone. */
function decisionsOf(row: DecidedRow): CaseDecision[] {
  const { case: id, seen, action, until, account, assignee, comment } = row;
  const common = { case: id, seen, why: comment };
  const decisions: CaseDecision[] = [];
  if (assignee !== '' && action !== 'notMine') decisions.push({ ...common, action: 'assign', assignee });
  if (action !== undefined)
    decisions.push({
      ...common,
      action,
      ...(until === undefined ? {} : { until }),
      ...(account === '' ? {} : { account }),
      ...(assignee === '' ? {} : { assignee }),
    });
  else if (comment !== '') decisions.push({ ...common, action: 'comment' });
  return decisions;
}

async function decideRows(job: DecideWorkbook, rows: readonly DecidedRow[]): Promise<OutcomeRow[]> {
  const asked = rows.map((row) => ({ row, decisions: decisionsOf(row) }));
  const outcomes = await decideCases(
    job,
    asked.flatMap(({ decisions }) => decisions),
  );
  const stale = outcomes.filter((outcome) => !outcome.ok && outcome.reason !== 'REFUSED');
  const decided = await transaction(job.db, (client) =>
    lastDecided(
      client,
      stale.map((outcome) => outcome.case),
    ),
  );
  let at = 0;
  return asked.map(({ row, decisions }) => {
    const mine = outcomes.slice(at, (at += decisions.length));
    return {
      ...place(row),
      decision: row.action ?? decisions[0]?.action ?? '',
      done: mine.length > 0 && mine.every((outcome) => outcome.ok),
      outcome:
        mine.length === 0
          ? 'INCOMPLETE: Until or Account is filled in, and no decision is chosen'
          : mine.map((outcome) => outcomeWords(outcome, decided.get(row.case))).join('; '),
    };
  });
}

function outcomeWords(outcome: CaseOutcome, before: string | undefined): string {
  if (outcome.ok) return outcome.did;
  return `${outcome.reason}: ${outcome.why}${before === undefined || outcome.reason === 'REFUSED' ? '' : `; ${before}`}`;
}

async function keep(
  job: DecideWorkbook,
  bytes: Buffer,
  rows: readonly OutcomeRow[],
  fresh: readonly DecidedRow[],
): Promise<string> {
  const said = new Map(fresh.map((row) => [`${row.sheet} ${row.row}`, row]));
  return transaction(job.db, async (client) => {
    const upload = await insertUpload(client, {
      path: basename(job.path),
      sha256: createHash('sha256').update(bytes).digest('hex'),
      actor: job.by.name,
      at: new Date(job.clock()).toISOString(),
    });
    const stored = rows.flatMap((row): UploadRow[] => {
      const decided = said.get(`${row.sheet} ${row.row}`);
      if (decided === undefined) return [];
      return [
        {
          sheetRow: row.row,
          caseId: row.case,
          said: wordsOf(decided, job.by.name),
          decision: { ...decided, action: row.decision },
          outcome: row.outcome,
          done: row.done,
        },
      ];
    });
    await insertUploadRows(client, upload, stored);
    return upload;
  });
}
