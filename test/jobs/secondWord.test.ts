// Decisions that wait for a second person: what an acceptance above the limit, an undo of several runs and a word of the wrong
// person come to; and that an acceptance lapses, or is taken back by itself.
import { afterEach, beforeEach, expect, test } from 'vitest';

import { accept, reopen } from '../../jobs/decisions/accept.ts';
import { approve, reject } from '../../jobs/decisions/approve.ts';
import { list } from '../../jobs/reports/list.ts';
import { reconcile } from '../../jobs/run/reconcile.ts';
import { undoRun } from '../../jobs/decisions/undo.ts';
import type { Actor } from '../../jobs/administration/userKeys.ts';
import { isoDate } from '../../src/accounting/dates.ts';
import { decimal } from '../../src/money/decimal.ts';
import { homes, readScenario, scenarioProject, storeScenario } from '../scenarios/scenario.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';

const clock = (): number => Date.parse('2026-04-20T12:00:00Z');
let project: ReturnType<typeof scenarioProject>;
let at: TestDatabase;
const PEOPLE = { pia: 'preparer', rob: 'reviewer', ray: 'reviewer', ann: 'admin' } as const;
type Name = keyof typeof PEOPLE;

beforeEach(async () => {
  project = scenarioProject();
  at = await testDatabase();
  for (const [name, role] of Object.entries(PEOPLE))
    await at.db.pool.query('insert into tieout.app_user (name, role) values ($1, $2)', [name, role]);
});
afterEach(async () => {
  project.remove();
  await at.drop();
});

const by = (name: Name, why = 'known') => {
  const actor: Actor = { name, role: PEOPLE[name], keyId: '', osUser: 'test' };
  const [code, company] = [...project.config.companies][0]!;
  const companies = new Map([[code, { ...company, acceptLimit: decimal('100.00') }]]);
  return { db: at.db, by: actor, why, clock, companies, ...project };
};

async function given(text: string, asOf = '2026-03-31'): Promise<string[]> {
  await storeScenario(at.db, readScenario(`complete 2026-03-31\n${text}`), project.rulebook);
  await reconcile({ db: at.db, ...project, maker: 'test', clock, asOf: isoDate(asOf) });
  return homes(at.db);
}

async function exceptionOf(name: string): Promise<string> {
  const found = await at.db.pool.query<{ id: string }>(
    `select g.exception_id as id from tieout.exception_leg g join tieout.line l on l.unit = g.unit and l.line_id = g.line_id
      where g.ended_run is null and coalesce(l.event_id, l.document) = $1`,
    [name],
  );
  return found.rows[0]?.id ?? '';
}

const waiting = async () => (await list(at.db, 'decisions', { limit: 9, waiting: true })).rows;
const SMALL_AND_LARGE = `
  event E1 101 USD 100.00 2026-03-02 R1
  event E2 101 USD 100.01 2026-03-02 R2`;

test('above the limit an acceptance waits for a reviewer, who is another person', async () => {
  await given(SMALL_AND_LARGE);
  const both = [await exceptionOf('E1'), await exceptionOf('E2')];
  const done = await accept(by('rob'), both);
  expect(done).toMatchObject({ accepted: [both[0]], waits: { exceptions: [both[1]] } });
  expect(await homes(at.db)).toEqual(['MISSING_IN_LEDGER E2', 'accepted MISSING_IN_LEDGER E1']);
  const id = done.waits?.id ?? '';
  expect((await accept(by('rob'), both.slice(1))).waits?.id).toBe(id);
  expect(await waiting()).toMatchObject([{ decision: id, kind: 'accept', actor: 'rob', state: 'waiting' }]);
  expect(await approve(by('rob'), [id])).toMatchObject([{ ok: false, why: /rob asked for it/ }].map(said));
  for (const name of ['pia', 'ann'] as const)
    expect(await approve(by(name), [id])).toMatchObject(
      [{ ok: false, why: /may not say the second/ }].map(said),
    );
  expect(await homes(at.db)).toContain('MISSING_IN_LEDGER E2');
  expect(await approve(by('ray', ''), [id])).toMatchObject([
    { ok: true, what: 'decision', state: 'APPROVED' },
  ]);
  expect(await homes(at.db)).toEqual(['accepted MISSING_IN_LEDGER E1', 'accepted MISSING_IN_LEDGER E2']);
  expect(await approve(by('ray'), [id])).toMatchObject([{ ok: false, why: /approved already/ }].map(said));
  expect(await waiting()).toEqual([]);
});

test('what was agreed to is what was asked for: another amount meanwhile is not accepted', async () => {
  await given('event E2 101 USD 500.00 2026-03-02 R2');
  const { waits } = await accept(by('pia'), [await exceptionOf('E2')]);
  await given('ledger L2 101 USD 200.00 2026-03-02 R2');
  expect(await approve(by('rob'), [waits?.id ?? ''])).toMatchObject(
    [{ ok: false, why: /not what it was/ }].map(said),
  );
  expect(await homes(at.db)).toEqual(['AMOUNT_VARIANCE E2 L2']);
});

test('whoever asked may take it back, a preparer may not put away what another one asked', async () => {
  await given('event E2 101 USD 500.00 2026-03-02 R2');
  const ids = [await exceptionOf('E2')];
  const asked = (await accept(by('rob'), ids)).waits?.id ?? '';
  expect(await reject(by('pia'), [asked])).toMatchObject([{ ok: false }]);
  expect(await reject(by('rob'), [asked])).toMatchObject([{ ok: true, state: 'REJECTED' }]);
  expect(await approve(by('ray'), [asked])).toMatchObject([{ ok: false, why: /rejected already/ }].map(said));
  expect((await accept(by('rob'), ids)).waits?.id).not.toBe(asked);
});

test('one accepted item is opened again by itself, whatever came later; id and age stay', async () => {
  await given('event E1 101 USD 10.00 2026-03-02 R1', '2026-03-20');
  const id = await exceptionOf('E1');
  await accept(by('pia'), [id]);
  await given('event E3 101 USD 30.00 2026-03-25 R3');
  await expect(reopen(by('ann'), [id])).rejects.toThrow('ann may not reopen');
  await expect(reopen(by('pia', ' '), [id])).rejects.toThrow('needs its reason');
  expect(await reopen(by('pia'), [id])).toMatchObject({ reopened: [id] });
  expect(await homes(at.db)).toEqual(['MISSING_IN_LEDGER E1', 'MISSING_IN_LEDGER E3']);
  await expect(reopen(by('pia'), [id])).rejects.toThrow('not accepted');
  expect(await given('event E4 101 USD 40.00 2026-03-25 R4')).toContain('MISSING_IN_LEDGER E1');
});

test('an acceptance lapses when a surer reason is found for the same lines and amount', async () => {
  await given('event E1 101 USD 10.00 2026-03-02 R1');
  const id = await exceptionOf('E1');
  await accept(by('pia'), [id]);
  // As if it had been accepted when no more was known of it than that no event explains it.
  const reasons = `update tieout.exception_state set reason = $2 where exception_id = $1 and status = 'accepted'`;
  const said = async (reason: string): Promise<string[]> => {
    await at.db.pool.query('alter table tieout.exception_state disable trigger all');
    await at.db.pool.query(reasons, [id, reason]);
    return given(`event X${reason.length} 101 USD 0.50 2026-03-25 X${reason.length}`);
  };
  // Less sure than what it was accepted as: it stays; surer: it lapses.
  expect(await said('TIMING')).toContain('accepted MISSING_IN_LEDGER E1');
  expect(await said('MISSING_EVENT')).toContain('MISSING_IN_LEDGER E1');
});

test('an undo of several runs waits, and undoes exactly the runs that were named', async () => {
  await given('event E1 101 USD 10.00 2026-03-02 R1');
  await given('ledger L1 101 USD 10.00 2026-03-02 R1');
  const asked = await undoRun(by('rob'), '1', true);
  expect(asked).toMatchObject({ waits: expect.stringMatching(/^D\d+$/), runs: ['2', '1'] });
  expect(await homes(at.db)).toEqual(['match E1 L1']);
  await given('ledger L9 101 USD 1.00 2026-03-02 R9');
  expect(await approve(by('ray'), [asked.waits ?? ''])).toMatchObject(
    [{ ok: false, why: /other runs stand/ }].map(said),
  );
  const again = await undoRun(by('rob'), '1', true);
  expect(await approve(by('ray'), [again.waits ?? ''])).toMatchObject([
    { ok: true, next: 'undone: run 3, run 2, run 1' },
  ]);
  expect(await homes(at.db)).toEqual([]);
});

/** A pattern as vitest compares it. */
function said({ ok, why }: { ok: boolean; why: RegExp }): unknown {
  return { ok, why: expect.stringMatching(why) };
}
