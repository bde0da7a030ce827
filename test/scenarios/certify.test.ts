// The close of a month: what stands in the way is named, a certified page stays as it is whatever comes later, and two persons
// open it again.
import { afterAll, beforeAll, expect, test } from 'vitest';

import { verify } from '../../jobs/administration/verify.ts';
import type { Actor } from '../../jobs/administration/userKeys.ts';
import { certify, closeStatus, proposeReopening } from '../../jobs/decisions/certify.ts';
import { unmatch } from '../../jobs/decisions/matchByHand.ts';
import { approveWaiting } from '../../jobs/decisions/secondWord.ts';
import { undoRun } from '../../jobs/decisions/undo.ts';
import { Story } from '../posting/story.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';

let at: TestDatabase;
let story: Story;
const people: Record<string, Actor> = {};
beforeAll(async () => {
  at = await testDatabase();
  story = new Story(at.db);
  for (const name of ['root', 'bob', 'ray']) people[name] = await story.user(name, 'reviewer');
  people['pia'] = await story.user('pia', 'preparer');
});
afterAll(async () => {
  story.remove();
  await at.drop();
});

const tell = async (text: string): Promise<void> => expect(await story.tell(text)).toEqual([]);
const job = (name = 'bob') => {
  const { config, rulebook } = story;
  return {
    db: at.db,
    config,
    rulebook,
    clock: () => Date.now(),
    by: people[name]!,
    why: 'the month is done',
  };
};
const october = () => closeStatus(job(), 'JN01', '2026-10');
const inTheWay = async (): Promise<string[]> => {
  const status = await october();
  return status.certified === null
    ? status.checks.filter(({ ok }) => !ok).map(({ check, found }) => `${check}: ${found}`)
    : ['certified'];
};

test('names everything that stands in the way, and certifies nothing before it is gone', async () => {
  await tell(`
periods 2026-09=closed 2026-10=open 2026-11=open 2026-12=open
sale SO-1 10.00 2026-10-05
sale SO-2 7.50 2026-10-06
booked 4711 SO-1 10.00 2026-10-05
extract
as-of 2026-10-20
reconcile`);
  await expect(october()).rejects.toThrow(/it ends on 2026-10-31, and the last run has looked no further/);
  await tell('as-of 2026-11-10\nreconcile');
  expect(await inTheWay()).toEqual([
    "the ERP's balances prove every account to 2026-10: account 1200 USD: no balance was delivered, account 4000 USD: no balance was delivered",
    'no difference is open but what is only a matter of time: MISSING_IN_LEDGER 1 on 1200, -7.50 USD, MISSING_IN_LEDGER 1 on 4000, 7.50 USD',
    'every journal of the period is confirmed: AWAITING_APPROVAL 1',
  ]);
  await expect(certify(job(), 'JN01', '2026-10')).rejects.toThrow(/3 of 13 points do not hold/);
  await tell('approve SO-2 bob\npost\nerp takes\nextract\nbalances 2026-10 1200=17.50 4000=-17.40');
  await tell('reconcile\nexpect journal SO-2 CONFIRMED');
  expect(await inTheWay()).toEqual([
    "the ERP's balances prove every account to 2026-10: account 4000 USD: off by 0.10",
  ]);
  await tell('sale SO-7 1.00 2026-11-02\nbalances 2026-10 1200=17.50 4000=-17.50');
  // What nobody has compared yet stands in the way; a sale of November does not.
  expect((await inTheWay()).filter((point) => point.startsWith('every delivery'))).toEqual([
    expect.stringMatching(/^every delivery about it has been reconciled: batch \d+$/),
  ]);
  await tell('booked 4799 SO-7 1.00 2026-11-02\nextract\nreconcile');
  expect(await inTheWay()).toEqual([]);
});

test('is a reviewer’s to do, for a company and period that are there', async () => {
  await expect(certify(job('pia'), 'JN01', '2026-10')).rejects.toThrow(/pia may not certify periods/);
  await expect(certify(job(), 'XX', '2026-10')).rejects.toThrow(/no such company/);
  await expect(closeStatus(job(), 'JN01', '2026-13')).rejects.toThrow(/no such period/);
});

test('prints the same ever after, and nothing takes apart what it stands on', async () => {
  const done = await certify(job(), 'JN01', '10');
  expect(done).toMatchObject({ certified: { by: 'bob', period: '2026-10' }, identical: true });
  await expect(certify(job('ray'), 'JN01', '2026-10')).rejects.toThrow(/certified already, by bob/);
  const before = JSON.stringify(done.page);
  await tell(`
sale SO-9 3.00 2026-10-30
booked 4799 SO-8 2.00 2026-10-29
extract
reconcile
periods 2026-10=open
reconcile`);
  const after = await october();
  expect(after).toMatchObject({ identical: true });
  expect(JSON.stringify(after.page)).toBe(before);
  // What is missing now is not booked into it, although the ERP says that October is open.
  const { rows } = await at.db.pool.query(
    `select verdict, why from tieout.proposal where event_id = 'SO-9' order by run_id desc limit 1`,
  );
  expect(rows).toEqual([{ verdict: 'closedPeriod', why: 'period 2026-10 is locked' }]);
  const match = await at.db.pool.query<{ id: string }>('select min(match_id) as id from tieout.match_member');
  await expect(unmatch(job(), match.rows[0]!.id)).rejects.toThrow(/closed periods[\s\S]*JN01 2026-10/);
  const undo = await undoRun(job(), '1', true);
  if (!('waits' in undo) || undo.waits === undefined)
    throw new Error('an undo of several runs waits for a second person');
  await expect(approveWaiting(job('ray'), undo.waits)).rejects.toThrow(/certified periods stand on it/);
  expect((await verify(at.db)).checks.filter(({ ok }) => !ok)).toEqual([]);
});

test('a page that somebody changed is found', async () => {
  const { pool } = at.db;
  await pool.query('alter table tieout.certification disable trigger user');
  await pool.query(`update tieout.certification set page_hash = 'x'`);
  const broken = (await verify(at.db)).checks.filter(({ ok }) => !ok).map(({ name }) => name.slice(0, 3));
  expect(broken).toEqual(['11h', '13 ']);
  const { rows } = await pool.query<{ hash: string }>(
    `select content ->> 'pageHash' as hash from tieout.decision where kind = 'certify'`,
  );
  await pool.query('update tieout.certification set page_hash = $1', [rows[0]!.hash]);
  await pool.query('alter table tieout.certification enable trigger user');
});

test('two persons open it again', async () => {
  await expect(proposeReopening(job(), 'JN01', '2026-11')).rejects.toThrow(/not certified/);
  const id = await proposeReopening(job('pia'), 'JN01', '2026-10');
  await expect(approveWaiting(job('pia'), id)).rejects.toThrow(/may not say the second word/);
  await expect(
    at.db.pool.query('insert into tieout.certification_end values (1, $1)', [id.slice(1)]),
  ).rejects.toThrow(/no second person has agreed|second_word/);
  expect(await approveWaiting(job('ray'), id)).toBe('period 2026-10 of JN01 is open again');
  const status = await october();
  expect(status.certified).toBe(null);
  expect((await verify(at.db)).ok).toBe(true);
});
