// The whole sending machine, with its attempts written before each call, against a client that only makes the same calls:
// what the safety costs, on a real Tryton. Batches alternate, so that both meet the same machine.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { approveJournals } from '../../jobs/decisions/approveJournals.ts';
import { post } from '../../jobs/posting/post.ts';
import type { TestDatabase } from '../support/database.ts';
import { testDatabase } from '../support/database.ts';
import { Books } from '../posting/books.ts';
import type { BareClient } from './tryton/bare.ts';
import { bareClient, dateOf, decimalOf } from './tryton/bare.ts';
import { trytonErp } from './tryton/rig.ts';
import { findTryton } from './tryton/server.ts';

const server = findTryton(process.env);
const BATCH = 10;
const BATCHES = 3;
const LANES = 2;

// Said aloud by findTryton where it is not installed.
describe.skipIf(server === undefined)('speed against Tryton', () => {
  let test: TestDatabase;
  let books: Books;
  let bare: BareClient;
  beforeAll(async () => {
    test = await testDatabase();
    books = await new Books(test.db).open();
    bare = await bareClient({ ...server!, database: server!.databases.keyed, company: 1 });
  });
  afterAll(async () => test?.drop());

  it('is told beside the rate of a bare client (0.9 of it is asked for, on a machine that does nothing else)', async () => {
    const reviewer = await books.user('bob', 'reviewer');
    const erp = trytonErp(server!, server!.url, 'module');
    const send = await bareSender(bare);
    let [ours, theirs] = [0, 0];
    // The first batch of each warms up what is read once.
    for (let batch = 0; batch <= BATCHES; batch += 1) {
      for (let n = 0; n < BATCH; n += 1)
        await books.shipment({ id: `SPEED-${batch}-${n}-${Date.now()}`, amount: '10.00' });
      await books.propose();
      const waiting = await books.pool.query<{ r: string }>(
        `select posting_reference as r from posting where state = 'AWAITING_APPROVAL'`,
      );
      await approveJournals(
        { db: test.db, by: reviewer, why: 'speed' },
        waiting.rows.map((row) => row.r),
      );
      const bareMs = await timed(() => inLanes(BATCH, () => send()));
      const machineMs = await timed(() =>
        post({
          db: test.db,
          erps: new Map([['drop', erp]]),
          worker: 'speed',
          clock: () => performance.now(),
          random: Math.random,
          lanes: LANES,
        }),
      );
      if (batch === 0) continue;
      ours += machineMs;
      theirs += bareMs;
    }
    await erp.close?.();
    expect(new Set(await books.states())).toEqual(new Set(['POSTED']));
    const rate = (ms: number): string => ((BATCH * BATCHES * 1_000) / ms).toFixed(1);
    console.log(
      `Tryton: ${rate(ours)} journals/s, a bare client ${rate(theirs)}/s, ratio ${(theirs / ours).toFixed(2)}`,
    );
  }, 180_000);
});

async function timed(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await work();
  return performance.now() - from;
}

async function inLanes(count: number, work: () => Promise<unknown>): Promise<void> {
  let left = count;
  const lane = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await work();
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
}

/** Creates a move of two lines, posts it and reads its lines back: what the adapter calls for a journal. */
async function bareSender(bare: BareClient): Promise<() => Promise<void>> {
  const one = async (model: string, domain: unknown[]): Promise<unknown> =>
    (await bare.search(model, domain, ['id']))[0]?.id;
  const mine = ['company', '=', 1];
  const account = (code: string) => one('account.account', [mine, ['code', '=', code]]);
  const [debit, credit, journal] = [
    await account('1200'),
    await account('4000'),
    await one('account.journal', [['code', '=', 'STO']]),
  ];
  const centre = await one('analytic_account.account', [mine, ['code', '=', 'S001']]);
  const period = await one('account.period', [
    ['fiscalyear.company', '=', 1],
    ['name', '=', '2026-10'],
  ]);
  const date = dateOf('2026-10-15');
  const line = (id: unknown, debited: string, credited: string) => ({
    account: id,
    debit: decimalOf(debited),
    credit: decimalOf(credited),
    description: 'SPEED | shipment',
    analytic_lines: [
      ['create', [{ account: centre, debit: decimalOf(debited), credit: decimalOf(credited), date }]],
    ],
  });
  const fields = [
    'move',
    'move.number',
    'move.post_number',
    'move.state',
    'account.code',
    'debit',
    'credit',
    'second_currency.code',
    'amount_second_currency',
  ];
  let n = 0;
  return async () => {
    const lines = [['create', [line(debit, '10.00', '0.00'), line(credit, '0.00', '10.00')]]];
    const number = `BARE-${Date.now()}-${(n += 1)}`;
    const move = { company: 1, period, journal, date, number, tieout_key: number, lines };
    const [id] = (await bare.call('model.account.move.create', [move])) as number[];
    await bare.call('model.account.move.post', [id]);
    await bare.search(
      'account.move.line',
      [
        ['company', '=', 1],
        ['move', '=', id],
      ],
      fields,
    );
  };
}
