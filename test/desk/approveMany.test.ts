// A person sees what they approve before they do: lines, amounts, events, and the sums of many; and many are approved and decided
// by one command, each by its own decision.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { verify } from '../../jobs/administration/verify.ts';
import { accept } from '../../jobs/decisions/accept.ts';
import { approveJournals } from '../../jobs/decisions/approveJournals.ts';
import { decideCases } from '../../jobs/decisions/decideCases.ts';
import { previewApproval } from '../../jobs/decisions/previewApproval.ts';
import type { Actor } from '../../jobs/administration/userKeys.ts';
import { ingestFiles } from '../../jobs/intake/ingest.ts';
import { orderCases } from '../../jobs/reports/cases.ts';
import { previewLines } from '../../src/cli/previewText.ts';
import { transaction } from '../../src/db/connection.ts';
import { Story } from '../posting/story.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';

/** A close's number; `TIEOUT_DESK=1000` measures it at full size. */
const MANY = Number(process.env['TIEOUT_DESK'] ?? '60');

let at: TestDatabase;
let story: Story;
const people: Record<string, Actor> = {};
beforeAll(async () => {
  at = await testDatabase();
  story = new Story(at.db, 'rollout: propose\n    brakes: { least: 100000 }');
  for (const name of ['root', 'ana', 'bob']) people[name] = await story.user(name, 'reviewer');
  await tell('periods 2026-09=closed 2026-10=open 2026-11=open\nbooked 4900 XX-1 3.00 2026-10-04');
  await sales(MANY);
  await tell('extract\nreconcile');
}, 300_000);
afterAll(async () => {
  story.remove();
  await at.drop();
});

async function tell(text: string): Promise<void> {
  const untrue = await story.tell(text);
  if (untrue.length > 0) throw new Error(untrue.join('\n'));
}

/** Sales of 10.01, 10.02, ... that the ledger lacks, in one file. */
async function sales(count: number): Promise<void> {
  const file = join(story.folder, 'in', 'many.ndjson');
  const lines = Array.from({ length: count }, (_, i) => {
    const amount = (10 + (i + 1) / 100).toFixed(2);
    const id = `SO-${i + 1}`;
    const line = { lineId: '1', sku: 'LAMP', quantity: '1', net: amount, cost: '1.00', taxes: [] };
    const data = {
      company: 'JN01',
      currency: 'USD',
      channel: 'store',
      location: 'S1',
      shipmentId: id,
      orderId: id,
      lines: [line],
      total: amount,
    };
    const type = 'retail.shipment.confirmed.v1';
    return JSON.stringify({
      specversion: '1.0',
      id,
      source: '/pos',
      type,
      time: '2026-10-05T14:00:00-05:00',
      data,
    });
  });
  writeFileSync(file, `${lines.join('\n')}\n`);
  const { config, rulebook } = story;
  await ingestFiles(at.db, config, rulebook, 'events', [file], { clock: Date.now });
}

/** 10.01 + ... + 10.0n, exactly. */
const total = (count: number): string => ((count * 1000 + (count * (count + 1)) / 2) / 100).toFixed(2);

test('one is shown with its lines and events, many by their sums', async () => {
  const all = await previewApproval(at.db, {});
  expect(all.sums).toEqual([
    { company: 'JN01', kind: 'missing', journals: MANY, debit: total(MANY), currency: 'USD' },
  ]);
  const one = all.journals.find(({ sourceNames }) => sourceNames.includes('SO-1'))!;
  const text = previewLines(await previewApproval(at.db, { ids: [one.journal] }));
  expect(text).toEqual([
    `${one.journal}  missing  JN01/GL  2026-10-05  ${one.text}`,
    '  about SO-1; asked for by root',
    '  account  at  debit  credit       reference',
    '  1200     S1  10.01          USD  SO-1',
    '  4000     S1          10.01  USD  SO-1',
    '',
    'company  kind     journals  amount',
    'JN01     missing         1   10.01  USD',
  ]);
  // Sixty are not read line by line.
  expect(previewLines(all)).toHaveLength(2);
  expect((await previewApproval(at.db, { companies: ['US01'] })).journals).toEqual([]);
});

test('a decision that waits is told with who asked for it and why', async () => {
  story.policy('rollout: propose\n    acceptLimit: 1.00\n    brakes: { least: 100000 }');
  const job = { db: at.db, by: people['ana']!, why: 'the bank keeps it', clock: Date.now };
  const items = await story.exceptions('4900');
  expect(items).toHaveLength(2);
  const { waits } = await accept({ ...job, companies: story.config.companies }, items);
  const preview = await previewApproval(at.db, { ids: [waits!.id.toLowerCase()] });
  expect(preview.journals).toEqual([]);
  expect(previewLines(preview)).toEqual([
    `${waits!.id}  accept ${waits!.exceptions.join(' ')}, asked for by ana: the bank keeps it`,
  ]);
});

test('many cases are decided, and many journals approved, each by a decision of its own', async () => {
  const cases = await transaction(at.db, (client) => orderCases(client, story));
  const job = {
    db: at.db,
    config: story.config,
    rulebook: story.rulebook,
    by: people['ana']!,
    clock: Date.now,
  };
  const mine = cases.cases.filter(({ name }) => name.startsWith('SO-'));
  expect(mine).toHaveLength(MANY);
  const time = performance.now();
  const half = mine.slice(0, MANY / 2);
  const outcomes = await decideCases(job, [
    ...half.map(({ id }) => ({ case: id, action: 'comment' as const, why: 'asked the store' })),
    ...half.map(({ id }) => ({ case: id, action: 'book' as const, why: 'missing in the ERP' })),
  ]);
  expect(outcomes.filter(({ ok }) => !ok)).toEqual([]);
  const decided = performance.now();
  const waiting = (await previewApproval(at.db, {})).journals;
  expect(waiting).toHaveLength(MANY / 2);
  const word = { db: at.db, by: people['bob']!, why: 'seen' };
  const approved = await approveJournals(
    word,
    waiting.map(({ journal }) => journal),
  );
  expect(approved.filter(({ ok }) => !ok)).toEqual([]);
  const done = performance.now();
  const { rows } = await at.db.pool.query(
    `select (select count(*)::int from tieout.approval) as approvals, (select count(distinct decision_id)::int from tieout.approval) as decisions,
            (select count(*)::int from tieout.posting where state = 'APPROVED') as approved`,
  );
  expect(rows).toEqual([{ approvals: MANY, decisions: MANY, approved: MANY }]);
  if (MANY >= 1000)
    console.log(
      `${MANY} decisions on ${MANY / 2} cases ${((decided - time) / 1000).toFixed(1)} s; ${MANY / 2} approvals ${((done - decided) / 1000).toFixed(1)} s`,
    );
  expect((await verify(at.db)).checks.filter(({ ok }) => !ok)).toEqual([]);
});
