// A delivery of the ledger taken back by two persons: its lines end, what it proved it proves no more, and its file may come
// again. Everything goes through the real intake and the real run; `verify` is clean at each step.
import { afterEach, beforeEach, expect, test } from 'vitest';

import { matchByHand } from '../../jobs/decisions/matchByHand.ts';
import { approve } from '../../jobs/decisions/approve.ts';
import { previewWithdrawal, proposeWithdrawal } from '../../jobs/intake/withdrawBatch.ts';
import { readReach } from '../../src/db/read/status.ts';
import { reviewer } from '../jobs/firstTieout.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { BalanceScenario } from './balanceScenario.ts';
import { controlCompany } from './controlCompany.ts';

let at: TestDatabase;
let company: ReturnType<typeof controlCompany>;
let books: BalanceScenario;
beforeEach(async () => {
  at = await testDatabase();
  company = controlCompany();
  books = new BalanceScenario(at.db, company);
});
afterEach(async () => {
  company.remove();
  await at.drop();
});

const word = async (name: string) => ({
  db: at.db,
  by: await reviewer(at.db, name),
  why: 'it is of another company',
  config: company.config,
  rulebook: company.rulebook,
  clock: books.clock,
});
const lastBatch = async (): Promise<string> => {
  const found = await at.db.pool.query<{ id: string }>('select max(batch_id) as id from tieout.batch');
  return found.rows[0]!.id;
};
const open = async (): Promise<string[]> =>
  (
    await at.db.pool.query<{ text: string }>(
      `select s.reason || ' ' || l.document as text from tieout.exception_leg g join tieout.line l using (unit, line_id)
         cross join lateral (select reason from tieout.exception_state s where s.exception_id = g.exception_id order by run_id desc limit 1) s
        where g.ended_run is null order by 1`,
    )
  ).rows.map(({ text }) => text);
async function takeBack(batch: string): Promise<void> {
  const { waits } = await proposeWithdrawal(await word('anna'), batch);
  expect(await approve(await word('anna'), [waits])).toMatchObject([{ ok: false }]);
  expect(await approve(await word('bob'), [waits])).toMatchObject([{ ok: true, state: 'APPROVED' }]);
}

const RIGHT = 'extract 03-31T06 D1/4000@S1=-10.00 D2/1200@S1=10.00';
const WRONG = 'D8/4000@S1=-99.00 D9/1200@S1=98.00';

test('its lines end, nothing else changes, and the same file is taken in again', async () => {
  await books.play(`${RIGHT}\nrun 03-31`);
  const before = await open();
  await books.play(`extract 03-31T07 ${WRONG}\nrun 03-31`);
  const batch = await lastBatch();
  expect(await open()).toHaveLength(4);
  const seen = await previewWithdrawal(at.db, batch);
  expect(seen).toMatchObject({
    goes: [
      { account: '1200', lines: 1, amount: '98.0000' },
      { account: '4000', lines: 1, amount: '-99.0000' },
    ],
    stay: 0,
    matches: [],
    journals: [],
  });
  await takeBack(batch);
  expect(await books.broken()).toEqual([]);
  await books.play('run 03-31');
  expect(await open()).toEqual(before);
  expect(await books.broken()).toEqual([]);
  await expect(previewWithdrawal(at.db, batch)).rejects.toThrow(/taken back already/);

  const again = await books.again();
  expect(again).toMatchObject({ received: 2, accepted: 2, duplicates: 0 });
  await books.play('run 03-31');
  expect(await open()).toHaveLength(4);
  expect(await books.broken()).toEqual([]);
  expect(await books.again()).toMatchObject({ accepted: 0, duplicates: 2 });
  // Taken back once more: the second delivery is one of its own.
  await takeBack(await lastBatch());
  await books.play('run 03-31');
  expect(await open()).toEqual(before);
  expect(await books.broken()).toEqual([]);
});

test('a match or a live journal on its lines stands in the way, by name', async () => {
  await books.play(`${RIGHT}\nextract 03-31T07 D8/4000@S1=-5.00 D9/4000@S1=5.00\nrun 03-31`);
  const batch = await lastBatch();
  const lines = await at.db.pool.query<{ id: string }>(
    `select line_id as id from tieout.line where batch_id = $1 order by 1`,
    [batch],
  );
  const matched = await matchByHand(
    await word('anna'),
    lines.rows.map(({ id }) => id),
  );
  await expect(proposeWithdrawal(await word('anna'), batch)).rejects.toThrow(
    new RegExp(`matches or live journals[\\s\\S]*match ${matched.match}[\\s\\S]*unmatch`),
  );
  expect(await books.broken()).toEqual([]);
});

test('what stands on it meanwhile stops the second word, and nothing of it is done', async () => {
  await books.play(`extract 03-31T07 D8/4000@S1=-5.00 D9/4000@S1=5.00\nrun 03-31`);
  const batch = await lastBatch();
  const { waits } = await proposeWithdrawal(await word('anna'), batch);
  const lines = await at.db.pool.query<{ id: string }>('select line_id as id from tieout.line order by 1');
  await matchByHand(
    await word('anna'),
    lines.rows.map(({ id }) => id),
  );
  expect(await approve(await word('bob'), [waits])).toMatchObject([{ ok: false }]);
  expect((await previewWithdrawal(at.db, batch)).goes).toMatchObject([{ lines: 2 }]);
});

test('a complete extract that was taken back proves no absence, and what a later one holds stays', async () => {
  await books.play('extract 03-31T06 D1/4000@S1=-10.00 full');
  const first = await lastBatch();
  const reach = async () =>
    (await readReach(at.db.pool, company.config.companies.get('US01')!)).map((feed) => feed.reach);
  expect(await reach()).toEqual(['2026-03-30']);
  await takeBack(first);
  expect(await reach()).toEqual([]);
  await books.play('extract 03-31T08 D1/4000@S1=-10.00 D2/4000@S1=-1.00');
  const delta = await lastBatch();
  await books.play('extract 03-31T09 D1/4000@S1=-10.00 full\nrun 03-31');
  const seen = await previewWithdrawal(at.db, delta);
  expect(seen).toMatchObject({ goes: [], stay: 1 });
  await expect(proposeWithdrawal(await word('anna'), delta)).rejects.toThrow(/nothing to take back/);
  await expect(proposeWithdrawal(await word('anna'), await lastBatch())).rejects.toThrow(
    /corrected or ended 1 lines/,
  );
  expect(await books.broken()).toEqual([]);
});

test('without two persons the database ends no line this way', async () => {
  await books.play(RIGHT);
  const batch = await lastBatch();
  await expect(
    at.db.pool.query(
      `insert into tieout.line_end (unit, line_id, kind, batch_id) select unit, line_id, 'withdrawn', 99 from tieout.line limit 1`,
    ),
  ).rejects.toThrow('that two persons took back');
  const { waits } = await proposeWithdrawal(await word('anna'), batch);
  await expect(
    at.db.pool.query(
      `insert into tieout.batch_withdrawal (batch_id, by_batch, decision_id) values ($1, 99, $2)`,
      [batch, waits.slice(1)],
    ),
  ).rejects.toThrow('no second person has agreed');
});
