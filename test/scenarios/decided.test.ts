// What a person decided holds over later runs: an accepted difference until its lines change, a match by hand with its
// variance, and a group taken apart, which is only suggested until the decision is lifted or undone.
import { afterAll, beforeAll, expect, test } from 'vitest';

import { accept } from '../../jobs/decisions/accept.ts';
import type { Decide } from '../../jobs/decisions/decisionRun.ts';
import { matchByHand, unmatch } from '../../jobs/decisions/matchByHand.ts';
import { undoRun } from '../../jobs/decisions/undo.ts';
import { reconcile } from '../../jobs/run/reconcile.ts';
import { isoDate } from '../../src/accounting/dates.ts';
import { brokenLaws } from '../support/brokenLaws.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { agree } from '../support/secondPerson.ts';
import { homes, readScenario, scenarioProject, storeScenario } from './scenario.ts';

const project = scenarioProject();
let at: TestDatabase;
let decide: Decide;
const clock = (): number => Date.parse('2026-04-20T12:00:00Z');
beforeAll(async () => {
  at = await testDatabase();
  decide = {
    db: at.db,
    by: { name: 'anna', role: 'reviewer' as const, keyId: '', osUser: 'test' },
    why: 'seen',
    clock,
  };
});
afterAll(async () => {
  project.remove();
  await at.drop();
});

/** Stores what is new and runs; only the homes of the story's lines are told. */
async function after(story: string, text = '', asOf = '2026-03-31'): Promise<string[]> {
  if (text !== '') await storeScenario(at.db, readScenario(`complete 2026-03-31\n${text}`), project.rulebook);
  const { reconciliations } = await reconcile({
    db: at.db,
    ...project,
    maker: 'test',
    clock,
    asOf: isoDate(asOf),
  });
  expect(reconciliations.filter((row) => row.unexplained !== '0.00')).toEqual([]);
  return (await homes(at.db)).filter((home) => new RegExp(`[EL]${story}`).test(home));
}

async function exceptionOf(line: string): Promise<string> {
  const found = await at.db.pool.query<{ id: string }>(
    `select g.exception_id as id from tieout.exception_leg g join tieout.line l on l.unit = g.unit and l.line_id = g.line_id
     where g.ended_run is null and coalesce(l.event_id, l.document) = $1`,
    [line],
  );
  return found.rows[0]?.id ?? '';
}

async function lineOf(name: string): Promise<string> {
  const found = await at.db.pool.query<{ id: string }>(
    `select line_id as id from tieout.line where coalesce(event_id, document) = $1`,
    [name],
  );
  return found.rows[0]?.id ?? '';
}

async function matchOf(name: string): Promise<string> {
  const found = await at.db.pool.query<{ id: string }>(
    `select m.match_id as id from tieout.match_member m join tieout.line l on l.unit = m.unit and l.line_id = m.line_id
     where m.released_run is null and coalesce(l.event_id, l.document) = $1`,
    [name],
  );
  return found.rows[0]?.id ?? '';
}

test('accepted stays accepted, until another line joins it', async () => {
  const first = `
    event  Ea1  101  USD  10.00  2026-03-02  Ra
    ledger La1  101  USD  11.00  2026-03-02  Ra`;
  expect(await after('a', first)).toEqual(['AMOUNT_VARIANCE Ea1 La1']);
  await accept({ ...decide, companies: project.config.companies }, [await exceptionOf('Ea1')]);
  expect(await after('a')).toEqual(['accepted AMOUNT_VARIANCE Ea1 La1']);
  expect(await after('a', 'ledger Lz 101 USD 1.00 2026-03-02 Rz')).toEqual([
    'accepted AMOUNT_VARIANCE Ea1 La1',
  ]);
  expect(await after('a', 'ledger La2 101 USD 5.00 2026-03-02 Ra')).toEqual(['AMOUNT_VARIANCE Ea1 La1 La2']);
});

test('accepted ends when the match comes', async () => {
  expect(await after('b', 'event Eb 101 USD 10.00 2026-03-02 Rb')).toEqual(['MISSING_IN_LEDGER Eb']);
  await accept({ ...decide, companies: project.config.companies }, [await exceptionOf('Eb')]);
  expect(await after('b')).toEqual(['accepted MISSING_IN_LEDGER Eb']);
  expect(await after('b', 'ledger Lb 101 USD 10.00 2026-03-02 Rb')).toEqual(['match Eb Lb']);
});

test('a match by hand: the variance needs an account, and holds', async () => {
  const text = `
    event  Ec  101  USD  10.00  2026-03-02  Rc
    ledger Lc  101  USD  13.00  2026-03-02  Rd`;
  expect(await after('c', text)).toEqual(['MISSING_EVENT Lc', 'MISSING_IN_LEDGER Ec']);
  const lines = [await lineOf('Ec'), await lineOf('Lc')];
  await expect(matchByHand(decide, lines)).rejects.toThrow(/do not sum to zero/);
  await expect(matchByHand(decide, [lines[0] ?? '', await lineOf('Eb')])).rejects.toThrow(/not an open line/);
  const { accounts } = project.rulebook;
  await expect(matchByHand(decide, lines, { account: 'roundin', accounts })).rejects.toThrow(
    /--account roundin: accounts\.yaml has no such account[\s\S]*did you mean rounding\?/,
  );
  expect(await matchByHand(decide, lines, { account: 'rounding', accounts })).toMatchObject({
    variance: '3',
  });
  const typed = await at.db.pool.query(`select variance_account from tieout.match where pass = 'manual'`);
  expect(typed.rows).toEqual([{ variance_account: '6900' }]);
  expect(await after('c')).toEqual(['match Ec Lc']);
  await unmatch(decide, await matchOf('Ec'));
  expect(await after('c')).toEqual(['MISSING_EVENT Lc', 'MISSING_IN_LEDGER Ec']);
});

test('unmatch: the group is only suggested; undone, it matches again', async () => {
  const text = `
    event  Ef  101  USD  10.00  2026-03-02  Rf
    ledger Lf  101  USD  10.00  2026-03-02  Rf`;
  expect(await after('f', text)).toEqual(['match Ef Lf']);
  const { run } = await unmatch(decide, await matchOf('Ef'));
  expect(await after('f')).toEqual(['REVIEW_MATCH Ef Lf']);
  const asked = await undoRun(decide, run ?? '', true);
  await agree({ db: at.db, clock, ...project }, asked.waits);
  expect(await after('f')).toEqual(['match Ef Lf']);
});

test('a match in a closed period is not taken apart, only in one of the same name of another year', async () => {
  const text = `
    event  Eg  101  USD  10.00  2026-03-02  Rg
    ledger Lg  101  USD  10.00  2026-03-02  Rg`;
  expect(await after('g', text)).toEqual(['match Eg Lg']);
  const line = await at.db.pool.query<Record<string, string>>(
    `select company, ledger, fiscal_year, period from tieout.line where document = 'Lg'`,
  );
  const { company, ledger, fiscal_year: year = '', period } = line.rows[0] ?? {};
  const set = (of: string, status: string, day: string): Promise<unknown> =>
    at.db.pool.query(
      `insert into tieout.fiscal_period (company, ledger, fiscal_year, period, date_from, date_to, status, read_at, batch_id)
       values ($1, $2, $3, $4, '2026-03-01', '2026-03-31', $5, $6, 0)`,
      [company, ledger, of, period, status, day],
    );
  await set(year, 'closed', '2026-04-01');
  await expect(unmatch(decide, await matchOf('Eg'))).rejects.toThrow(
    new RegExp(`what it matched lies in closed periods[^]*${company} ${period}`),
  );
  await set(year, 'open', '2026-04-02');
  await set('1999', 'closed', '2026-04-03');
  const { run } = await unmatch(decide, await matchOf('Eg'));
  await undoRun(decide, run ?? '', false);
});

test('everything that was stored proves', async () => {
  expect(await brokenLaws(at.db)).toEqual([]);
});
