// Every kind of id leads to its story; what is not there, or is several things, says so. Lists are bounded and say it.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { explain } from '../../jobs/reports/explain.ts';
import { list } from '../../jobs/reports/list.ts';
import { runScenario, scenarioProject } from '../scenarios/scenario.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';

const BOOKS = `
as-of    2026-03-31
complete 2026-03-31
event    E1   101  USD  100.00  2026-03-10  R1
ledger   L1   101  USD  100.00  2026-03-11  R1
event    E2   101  USD   50.00  2026-03-10  R2
ledger   L2   101  USD   50.04  2026-03-10  R2
event    E3   101  USD   70.00  2026-03-03  R3
ledger   L3   101  USD   70.00  2026-03-12  R3x
event    E4   101  USD   40.00  2026-03-12  R4
ledger   L4   102  USD   40.00  2026-03-12  R4
event    E7   101  USD    5.00  2026-03-10  R7
accept   E7
`;

let t: TestDatabase;
const project = scenarioProject();
beforeAll(async () => {
  t = await testDatabase();
  await runScenario(t.db, project, BOOKS);
});
afterAll(async () => {
  project.remove();
  await t.drop();
});

const told = async (...words: string[]): Promise<string> => {
  const story = await explain({ db: t.db, ...project, words });
  return [story.title, ...story.told.flatMap(({ heading, lines }) => [heading, ...lines])].join('\n');
};

describe('explain', () => {
  test('a ledger line by document/line: the match, its pass, the variance and what the tolerance left', async () => {
    const story = await told('L2/1');
    expect(story).toMatch(
      /pass cents version [0-9a-f]{8}, run 1 as of 2026-03-31 \(2\d{3}-\d\d-\d\d \d\d:\d\d UTC\)/,
    );
    expect(story).toContain('expected 50.00 USD, ledger 50.04 USD');
    expect(story).toContain('compared: company, ledger and unit, account, currency, reference R2');
    expect(story).toContain('variance 0.04 USD to account 6900');
    expect(story).toContain('variance 0.04 inside -0.05 to 0.05, 0.01 to spare');
  });

  test('an open line: why, and the candidate that came nearest with the condition that failed', async () => {
    const { rows } = await list(t.db, 'lines', { reference: 'R3', limit: 10 });
    const story = await told('line', String(rows[0]?.['line']));
    expect(story).toContain('REVIEW_MATCH');
    expect(story).toContain('reference differs (expected R3, ledger R3x)');
  });

  test('an exception by the beginning of its id: its lines, and its states over time with who decided', async () => {
    const found = await t.db.pool.query<{ id: string }>(
      `select exception_id as id from tieout.exception_state where status = 'accepted' limit 1`,
    );
    const story = await told((found.rows[0]?.id ?? '').slice(0, 12));
    expect(story).toContain('accepted: MISSING_IN_LEDGER');
    expect(story).toContain('anna accept: known');
    expect(story).toMatch(/\d\d:\d\d UTC {2}run 1 as of 2026-03-31: open/);
  });

  test('a match, a document and a reference', async () => {
    const { rows } = await list(t.db, 'matches', { reference: 'R1', limit: 10 });
    expect(await told('match', String(rows[0]?.['match']))).toContain(
      '1 day from expected to ledger, window -1..5, 2 to spare',
    );
    expect(await told('L4')).toContain('WRONG_LOCATION');
    expect(await told('R2')).toContain('E2');
  });

  test('nothing and several are said', async () => {
    await expect(told('nope')).rejects.toThrow(/nothing here has this id[^]*found: +nope/);
    await expect(told('1')).rejects.toThrow(/several things are called 1, or begin so[^]*explain line 1/);
  });
});

describe('list', () => {
  test('is bounded and counts the rest', async () => {
    const { rows, more } = await list(t.db, 'lines', { limit: 3 });
    expect(rows).toHaveLength(3);
    expect(more).toEqual({ count: 6, atLeast: false });
  });

  test('is narrowed by unit and reference, and refuses what it cannot be narrowed by', async () => {
    const all = await list(t.db, 'lines', { unit: 'receivable', limit: 50 });
    expect(all.rows).toHaveLength(9);
    expect((await list(t.db, 'matches', { unit: 'receivable/102', limit: 5 })).rows).toEqual([]);
    await expect(list(t.db, 'runs', { unit: 'x', limit: 5 })).rejects.toThrow('cannot be narrowed');
    await expect(list(t.db, 'lines', { unit: 'x', limit: 5 })).rejects.toThrow('no such unit');
  });

  test('runs are those of reconciliations and decisions', async () => {
    const { rows } = await list(t.db, 'runs', { limit: 5 });
    expect(rows.map((row) => row['kind'])).toEqual(['reconcile', 'decision', 'reconcile']);
  });
});
