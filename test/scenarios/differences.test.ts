// Every reason of a difference, the neighbour that wins before it, and the forms of a match, each as a small story. All
// stories lie in one database and are judged by one run: each has locations, references and names of its own.
import { afterAll, beforeAll, expect, test } from 'vitest';

import { reconcile } from '../../jobs/reconcile.ts';
import type { ExplainedStatement } from '../../jobs/statement.ts';
import { isoDate } from '../../src/accounting/dates.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { DIFFERENCES } from './differenceStories.ts';
import { MATCHES } from './matchStories.ts';
import { homes, readScenario, scenarioProject, storeScenario } from './scenario.ts';
import { ACCOUNTS, RECONCILIATIONS } from './storyRules.ts';

const STORIES = Object.entries({ ...DIFFERENCES, ...MATCHES });
const project = scenarioProject(RECONCILIATIONS, ACCOUNTS);
let at: TestDatabase;
let statement: ExplainedStatement;
let found: string[];

/** A story with its number before every name, location and reference, so that no two stories can meet. */
function numbered(text: string, story: number): string {
  return text
    .replace(/^(\s*(?:event|ledger)\s+)([EL]\w*)(\s+)(\w+)/gm, `$1$2_${story}$3${story}$4`)
    .replace(/(\s)(R\w*)\s*$/gm, `$1$2_${story}`)
    .replace(/^(\s*expect.*)$/gm, (line) => line.replace(/\b([EL]\d\w*)\b/g, `$1_${story}`));
}

beforeAll(async () => {
  at = await testDatabase();
  const text = STORIES.map(([, story], i) => `company US01\naccount 1200\n${numbered(story, i + 1)}`);
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
  const expected = readScenario(numbered(text, story)).expected.map((line) => line.replace(/\s+/g, ' '));
  expect(found.filter((home) => own.test(home))).toEqual(expected.toSorted());
});

test('the tie-out holds over all of them', () => {
  expect(statement.reconciliations.map((row) => row.unexplained)).toEqual(
    statement.reconciliations.map(() => '0.00'),
  );
});
