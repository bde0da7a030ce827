// A decision between a run that was killed and its next attempt, and an undo between two rulebooks: the cut that stands is
// that of the last effective run, and the audit says what was done.
import { afterEach, beforeEach, expect, test } from 'vitest';

import { accept } from '../../jobs/decisions/accept.ts';
import type { Decide } from '../../jobs/decisions/decisionRun.ts';
import { undoRun } from '../../jobs/decisions/undo.ts';
import { reconcile } from '../../jobs/run/reconcile.ts';
import { statementAt } from '../../jobs/reports/statementAt.ts';
import { isoDate } from '../../src/accounting/dates.ts';
import { brokenLaws } from '../support/brokenLaws.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { readScenario, scenarioProject, storeScenario } from './scenario.ts';

const LINES = `
complete 2026-03-31
event    E1   101  USD  100.00  2026-03-05  R1
event    E2   101  USD   50.00  2026-03-06  R2
event    E3   101  USD   25.00  2026-03-20  R3
ledger   L3   101  USD   25.00  2026-03-20  R3
`;

const clock = (): number => Date.parse('2026-04-20T12:00:00Z');
let project: ReturnType<typeof scenarioProject>;
let at: TestDatabase;
let decide: Decide;
beforeEach(async () => {
  project = scenarioProject();
  at = await testDatabase();
  decide = {
    db: at.db,
    by: { name: 'anna', role: 'reviewer' as const, keyId: '', osUser: 'test' },
    why: 'known',
    clock,
  };
  await storeScenario(at.db, readScenario(LINES), project.rulebook);
});
afterEach(async () => {
  project.remove();
  await at.drop();
});

const run = (asOf: string, more: Partial<Parameters<typeof reconcile>[0]> = {}): Promise<{ run: string }> =>
  reconcile({ db: at.db, ...project, maker: 'test', clock, asOf: isoDate(asOf), ...more });

async function exceptionOf(event: string): Promise<string> {
  const found = await at.db.pool.query<{ id: string }>(
    `select g.exception_id as id from tieout.exception_leg g join tieout.line l on l.unit = g.unit and l.line_id = g.line_id
      where g.ended_run is null and l.event_id = $1`,
    [event],
  );
  return found.rows[0]?.id ?? '';
}

/** What runs work in, and drop at their end. */
async function runTables(): Promise<unknown[]> {
  return (
    await at.db.pool.query(
      `select tablename from pg_tables where schemaname = 'work' and tablename ~ '^r[0-9]'`,
    )
  ).rows;
}

const failed = (): Promise<unknown[]> => brokenLaws(at.db);

test('a killed run that a decision has overtaken is begun anew, under a number after it', async () => {
  await run('2026-03-15');
  const killed = run('2026-03-31', {
    crash: (place) => {
      if (place === 'reconcile.before-storing') throw new Error('killed');
    },
  });
  await expect(killed).rejects.toThrow('killed');
  expect(await runTables()).not.toEqual([]);
  const decision = await accept({ ...decide, companies: project.config.companies }, [
    await exceptionOf('E1'),
  ]);
  const later = await run('2026-03-31');
  expect(BigInt(later.run)).toBeGreaterThan(BigInt(decision.run ?? ''));
  expect(await runTables()).toEqual([]);
  expect((await statementAt(at.db, {})).asOf).toBe('2026-03-31');
  await accept({ ...decide, companies: project.config.companies }, [await exceptionOf('E2')]);
  expect((await statementAt(at.db, {})).reconciliations.map((row) => row.unexplained)).toEqual(['0.00']);
  expect(await failed()).toEqual([]);
});

test('an undo brings back the rulebook of the cut that stands again, and is an undo in the audit', async () => {
  await run('2026-03-15');
  const { hash } = project.rulebook;
  const changed = { ...project.rulebook, hash: hash.replace(/^./, (digit) => (digit === '0' ? '1' : '0')) };
  const second = await run('2026-03-31', { rulebook: changed });
  await undoRun(decide, second.run, false);
  expect((await statementAt(at.db, {})).rulebookHash).toBe(hash);
  const last = await at.db.pool.query<{ kind: string; as_of: string; same: boolean }>(
    `select payload::json->>'kind' as kind, payload::json->>'asOf' as as_of,
            payload::json->>'horizon' = (select horizon::text from tieout.run order by run_id desc limit 1) as same
       from tieout.audit where stream = 'runs' order by seq desc limit 1`,
  );
  expect(last.rows[0]).toEqual({ kind: 'undo', as_of: '2026-03-15', same: true });
  expect(await failed()).toEqual([]);
});
