// Every reason of a difference, the neighbour that wins before it, and the forms of a match, each as a small story. All
// stories lie in one database and are judged by one run: each has locations, references and names of its own.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { listExceptions } from '../../jobs/reports/exceptions.ts';
import { explain } from '../../jobs/reports/explain.ts';
import { Nearest } from '../../jobs/reports/nearest.ts';
import { reconcile } from '../../jobs/run/reconcile.ts';
import { runById } from '../../jobs/reports/runs.ts';
import type { ExplainedStatement } from '../../jobs/reports/statement.ts';
import type { ExceptionRow } from '../../reports/exceptionRow.ts';
import { isoDate } from '../../src/accounting/dates.ts';
import { transaction } from '../../src/db/connection.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { DIFFERENCES } from './differenceStories.ts';
import { MATCHES } from './matchStories.ts';
import { numbered } from './numbered.ts';
import { homes, readScenario, scenarioProject, storeScenario } from './scenario.ts';
import { ACCOUNTS, RECONCILIATIONS } from './storyRules.ts';

const STORIES = Object.entries({ ...DIFFERENCES, ...MATCHES });
const project = scenarioProject(RECONCILIATIONS, ACCOUNTS);
let at: TestDatabase;
let statement: ExplainedStatement;
let found: string[];

beforeAll(async () => {
  at = await testDatabase();
  const text = STORIES.map(([, story], i) => numbered(story, i));
  const scenario = readScenario(['complete 2026-04-30', ...text].join('\n'));
  await storeScenario(at.db, scenario, project.rulebook);
  statement = await reconcile({
    db: at.db,
    ...project,
    maker: 'test',
    clock: () => Date.parse('2026-05-10T12:00:00Z'),
    asOf: isoDate('2026-04-30'),
  });
  found = await homes(at.db);
}, 60_000);
afterAll(async () => {
  project.remove();
  await at.drop();
});

test.each(STORIES.map(([title, text], i) => ({ title, text, story: i + 1 })))('$title', ({ text, story }) => {
  const own = new RegExp(`_${story}( |$)`);
  const expected = readScenario(numbered(text, story - 1)).expected.map((line) => line.replace(/\s+/g, ' '));
  expect(found.filter((home) => own.test(home))).toEqual(expected.toSorted());
});

test('the tie-out holds over all of them', () => {
  expect(statement.reconciliations.map((row) => row.unexplained)).toEqual(
    statement.reconciliations.map(() => '0.00'),
  );
});

/** The exceptions as the workbook and the command list them. */
function listed(run?: string): Promise<ExceptionRow[]> {
  const { config, rulebook } = project;
  return transaction(at.db, async (client) => {
    const { runId, asOf, horizon, last } = await runById(client, run);
    const known = { runId, horizon, current: last };
    const nearest = await Nearest.open(client, rulebook, config.calendars, known);
    const rows: ExceptionRow[] = [];
    for await (const row of listExceptions(client, { rulebook, runId, asOf, current: last, nearest }))
      rows.push(row);
    return rows;
  });
}

describe('the nearest candidate', () => {
  test('is the same in the list as in explain, for every exception and for every single line', async () => {
    // What is said of a match has no candidate.
    const rows = (await listed()).filter(({ reason }) => reason !== 'TIMING' && reason !== 'WRONG_PERIOD');
    expect(rows.filter(({ nearest }) => nearest.length > 0).length).toBeGreaterThan(40);
    for (const row of rows) {
      const story = await explain({ db: at.db, ...project, words: [row.id] });
      expect(story.facts['nearest'], row.why).toEqual(row.nearest);
      const [document] = row.ledger;
      if (row.ledger.length !== 1 || row.eventIds.length > 0 || document === undefined) continue;
      const words = ['document', `${document.document}/${document.line}`];
      const line = await explain({ db: at.db, ...project, words });
      const [nearest] = row.nearest;
      if (nearest === undefined) expect(line.facts['nearest'], row.why).toBeNull();
      else expect(nearest).toEqual({ line: nearest.line, ...(line.facts['nearest'] as object) });
    }
  }, 120_000);

  test('says what the pass had against it, and what waits needs none', async () => {
    const rows = await listed();
    const wordsOf = (reason: string): string[] =>
      rows
        .filter((row) => row.reason === reason)
        .flatMap(({ nearest }) => nearest.map(({ words }) => words.replace(/match \d+/, 'a match')));
    expect(wordsOf('TIMING')).toEqual([]);
    expect(Object.fromEntries(REASONS.map((reason) => [reason, wordsOf(reason)[0]]))).toMatchInlineSnapshot(`
      {
        "AMBIGUOUS": "ledger L1_30/1, pass document: reference agrees, same amount, 1 day later in the ledger, all of it fits: others fit as well, it came after the run, its budget is spent, or a person took this match apart",
        "AMOUNT_VARIANCE": "ledger L1_23/1, pass document: reference agrees, same day, amount 10.00 apart, must be equal",
        "CURRENCY_MISMATCH": "expected R1_1, pass document: reference agrees, same amount, same day, currency USD instead of EUR",
        "DATE_OUT_OF_WINDOW": "ledger L2_11/1, pass document: reference agrees, same amount, 2 days earlier in the ledger, window -1..5",
        "DUPLICATE_POSTING": "expected R1_26, pass document: reference agrees, same amount, same day, already in a match",
        "MISSING_EVENT": "expected R1_38, pass document: same amount, 2 days later in the ledger, reference differs (expected R1_38, ledger MAN2)",
        "MISSING_IN_LEDGER": "ledger L1_38/1, pass document: same amount, 1 day later in the ledger, reference differs (expected R1_38, ledger MAN)",
        "REFERENCE_MISMATCH": "ledger L1_35/1, pass document: same amount, 4 days later in the ledger, reference differs (expected R1_35, ledger R2_35)",
        "REVIEW_MATCH": "ledger L1_41/1, pass document: same amount, 1 day later in the ledger, reference differs (expected R1_41, ledger R2_41)",
        "SIGN_REVERSED": "ledger L1_4/1, pass document: reference agrees, same day, amount 80.00 apart, must be equal",
        "SPLIT_INCOMPLETE": "ledger L1_14/1, pass day: business date 2026-03-02 agrees, 3 expected sum to -65.00, 1 in the ledger to -10.00: 55.00 apart, must be equal",
        "WRONG_ACCOUNT": "ledger L1_7/1, pass document: reference agrees, same amount, same day, account 1050 instead of 1200",
        "WRONG_COMPANY": "ledger L1_6/1, pass document: reference agrees, same amount, same day, company US02 instead of US01 and location 6B instead of 6A",
        "WRONG_LOCATION": "ledger L2_9/1, pass document: reference agrees, same amount, same day, location 9B instead of 9A",
      }
    `);
  });
});

const REASONS = [
  'CURRENCY_MISMATCH',
  'SIGN_REVERSED',
  'WRONG_COMPANY',
  'WRONG_ACCOUNT',
  'WRONG_LOCATION',
  'DATE_OUT_OF_WINDOW',
  'SPLIT_INCOMPLETE',
  'AMOUNT_VARIANCE',
  'DUPLICATE_POSTING',
  'REVIEW_MATCH',
  'AMBIGUOUS',
  'REFERENCE_MISMATCH',
  'MISSING_IN_LEDGER',
  'MISSING_EVENT',
];
