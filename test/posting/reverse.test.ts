import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { addDays, isoDate } from '../../src/accounting/dates.ts';
import { transaction } from '../../src/db/connection.ts';
import type { ErpPoster } from '../../src/erp/contract.ts';
import { fileDrop } from '../../src/erp/fileDrop.ts';
import { approveJournals as approve } from '../../jobs/decisions/approveJournals.ts';
import { confirm } from '../../jobs/run/confirm.ts';
import { post } from '../../jobs/posting/post.ts';
import { overrideExplained, reverse } from '../../jobs/decisions/reverse.ts';
import type { TestDatabase } from '../support/database.ts';
import { testDatabase } from '../support/database.ts';
import { Books, company, RULES } from './books.ts';

let test: TestDatabase;
let books: Books;
let folder: string;
beforeEach(async () => {
  test = await testDatabase();
  books = await new Books(test.db).open();
  folder = mkdtempSync(join(tmpdir(), 'tieout-reverse-'));
  drop().setUp!();
});
afterEach(async () => {
  rmSync(folder, { recursive: true });
  await test.drop();
});

const drop = (): ErpPoster => fileDrop({ outbox: folder, archive: join(folder, 'archive') });
const send = (today?: string): Promise<unknown> =>
  post({
    db: test.db,
    erps: new Map([['drop', drop()]]),
    worker: 'w',
    clock: () => performance.now(),
    random: () => 0,
    ...(today === undefined ? {} : { days: () => new Map([['US01', isoDate(today)]]) }),
  });

describe('a dated reversal', () => {
  it('waits for the day on which its company has it, whatever day it is in UTC', async () => {
    const word = { db: test.db, by: await books.user('bob', 'reviewer'), why: 'checked' };
    await books.shipment({ id: 'SO-9', amount: '9.00', day: '2026-09-20' });
    await books.propose(company({ closedPeriods: { default: 'accrue', where: [] } }));
    await approve(word, await books.references());
    const states = async (): Promise<unknown[]> =>
      (
        await books.pool.query(
          `select j.posting_date::text as day, p.state from journal j join posting p using (journal_id) order by 1`,
        )
      ).rows;
    const [, reversal] = (await states()) as { day: string }[];
    const eve = addDays(isoDate(reversal!.day), -1);
    await send(eve);
    expect(await states()).toMatchObject([{ state: 'POSTED' }, { state: 'APPROVED' }]);
    await send(reversal!.day);
    expect(await states()).toMatchObject([{ state: 'POSTED' }, { state: 'POSTED' }]);
  });
});

describe('reversing', () => {
  it('exchanges the sides in a new journal, and frees the event only when the ledger shows it', async () => {
    const bob = await books.user('bob', 'reviewer');
    const paul = await books.user('paul', 'preparer');
    const word = { db: test.db, by: bob, why: 'checked' };
    await books.shipment({ id: 'SO-1', amount: '10.00' });
    await books.propose();
    const [reference] = await books.references();
    await approve(word, [reference!]);
    await send();
    const { reversal } = await reverse({ db: test.db, by: paul, why: 'wrong store' }, reference!);
    await expect(reverse({ db: test.db, by: paul, why: 'again' }, reference!)).rejects.toThrow(
      `reversed already, by ${reversal}`,
    );
    expect(await approve(word, [reversal])).toMatchObject([{ ok: true, state: 'APPROVED' }]);
    await send();
    const file = readFileSync(join(folder, `${reversal}.csv`), 'utf8').split('\r\n');
    expect(file.slice(1, 3).map((row) => row.split(',').slice(7, 13).concat(row.slice(-16)))).toEqual([
      ['1200', 'S001', '', 'USD', '', '10.00', reference],
      ['4000', 'S001', '', 'USD', '10.00', '', reference],
    ]);
    expect((await books.propose()).journals).toBe(0);
    await books.document('4711', '-10.00', '', { postingReference: reversal });
    const run = await books.run();
    await transaction(test.db, (client) => confirm(client, run, '1000'));
    expect((await books.pool.query('select distinct ended from journal_source')).rows).toEqual([
      { ended: 'reversed' },
    ]);
    expect((await books.propose()).journals).toBe(1);
  });
});

describe('an override', () => {
  it('names exactly the documents, and then the event is proposed for a second person', async () => {
    const paul = await books.user('paul', 'preparer');
    const job = { db: test.db, by: paul, why: 'the ERP invoice of another order' };
    const event = { source: '/oms', id: 'SO-1' };
    await books.shipment({ id: 'SO-1', amount: '10.00' });
    await books.document('4711', '9.00', 'SO-1');
    await books.propose();
    await expect(overrideExplained(job, event, ['4712'])).rejects.toThrow('expected: 4711');
    await overrideExplained(job, event, ['4711']);
    await books.pool.query(
      `insert into rule_approval (hash, approver, decision_id) values ($1, 'carol', 1)`,
      [RULES],
    );
    // Even where journals go by themselves, this one waits for somebody else than who overrode.
    await books.propose(company({ rollout: { default: 'post', where: [] } }));
    expect(await books.states()).toEqual(['AWAITING_APPROVAL']);
    expect((await books.pool.query('select makers from journal')).rows).toEqual([
      { makers: ['root', 'carol', 'paul'] },
    ]);
  });
});
