import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { transaction } from '../../src/db/connection.ts';
import { readOutgoing } from '../../src/db/posting/readOutgoing.ts';
import { isPostingReference, payloadHash } from '../../src/posting/key.ts';
import { decimal } from '../../src/money/decimal.ts';
import { confirm } from '../../jobs/run/confirm.ts';
import { approveJournals } from '../../jobs/decisions/approveJournals.ts';
import type { TestDatabase } from '../support/database.ts';
import { testDatabase } from '../support/database.ts';
import { Books, company, RULES } from './books.ts';

let test: TestDatabase;
let books: Books;
beforeEach(async () => {
  test = await testDatabase();
  books = await new Books(test.db).open();
});
afterEach(() => test.drop());

describe('proposing', () => {
  it('makes one balanced journal of an event whose lines are all missing, and none the second time', async () => {
    await books.shipment({ id: 'SO-1', amount: '21.60' });
    expect(await books.propose()).toEqual({ journals: 1, withdrawn: 0, verdicts: { proposed: 1 } });
    expect(await books.states()).toEqual(['AWAITING_APPROVAL']);
    const journal = await readOutgoing(books.pool, '1');
    expect(isPostingReference(journal.postingReference)).toBe(true);
    expect(journal.lines.map((l) => [l.side, l.account, l.location, l.amount, l.reference, l.text])).toEqual([
      ['debit', '1200', 'S001', '21.60', 'SO-1', 'shipment SO-1'],
      ['credit', '4000', 'S001', '21.60', 'SO-1', 'shipment SO-1'],
    ]);
    const stored = await books.pool.query<{ payload_hash: string }>('select payload_hash from posting');
    expect(payloadHash(journal)).toBe(stored.rows[0]?.payload_hash);
    const before = await books.pool.query('select count(*) as n from posting_step');
    expect(await books.propose()).toEqual({ journals: 0, withdrawn: 0, verdicts: {} });
    expect((await books.pool.query('select count(*) as n from posting_step')).rows).toEqual(before.rows);
    expect((await books.pool.query('select count(*) as n from proposal')).rows).toEqual([{ n: '1' }]);
  });

  it('proposes nothing for a part of an entry, and says so', async () => {
    await books.shipment({ id: 'SO-1', amount: '21.60', notMissing: ['4000'] });
    expect((await books.propose()).journals).toBe(0);
    const said = await books.pool.query('select verdict, why from proposal');
    expect(said.rows).toEqual([
      { verdict: 'partly', why: 'only 1 of 2 lines are missing: nothing is proposed for a part' },
    ]);
  });

  it('sums a day up where the company wants summaries, and keeps every event behind it', async () => {
    await books.shipment({ id: 'SO-1', amount: '21.60' });
    await books.shipment({ id: 'SO-2', amount: '8.40' });
    await books.shipment({ id: 'SO-3', amount: '5.00', day: '2026-10-16' });
    await books.propose(company({ journals: 'summary' }));
    const lines = await books.pool.query(
      `select j.document_date, l.side, l.amount, l.text, (select count(*) from journal_source s where s.journal_id = l.journal_id and s.journal_line = l.line) as events
         from journal_line l join journal j using (journal_id) order by 1, 2 desc`,
    );
    expect(lines.rows).toEqual([
      {
        document_date: '2026-10-15',
        side: 'debit',
        amount: '30.0000',
        text: 'shipment 2026-10-15',
        events: '2',
      },
      {
        document_date: '2026-10-15',
        side: 'credit',
        amount: '30.0000',
        text: 'shipment 2026-10-15',
        events: '2',
      },
      { document_date: '2026-10-16', side: 'debit', amount: '5.0000', text: 'shipment SO-3', events: '1' },
      { document_date: '2026-10-16', side: 'credit', amount: '5.0000', text: 'shipment SO-3', events: '1' },
    ]);
  });

  it('asks the ledger first: by reference, then by a set of documents that covers it', async () => {
    await books.shipment({ id: 'SO-1', amount: '21.60' });
    await books.shipment({ id: 'SO-2', amount: '30.00' });
    await books.shipment({ id: 'SO-3', amount: '77.00' });
    await books.document('D1', '21.00', 'SO-1');
    await books.document('D2', '10.00', 'elsewhere');
    await books.document('D3', '20.00', '');
    await books.propose();
    const said = await books.pool.query('select event_id, verdict, documents from proposal order by 1');
    expect(said.rows).toEqual([
      { event_id: 'SO-1', verdict: 'explained', documents: ['D1'] },
      { event_id: 'SO-2', verdict: 'explained', documents: ['D2', 'D3'] },
      { event_id: 'SO-3', verdict: 'proposed', documents: [] },
    ]);
  });

  it('proposes in spite of documents that a person has named as not explaining it, exactly those', async () => {
    await books.shipment({ id: 'SO-1', amount: '21.60' });
    await books.document('D1', '21.00', 'SO-1');
    await books.document('D2', '0.60', 'SO-1');
    await books.pool.query(`insert into explained_override values ('/oms', 'SO-1', '{D1}', 'alice', 1)`);
    await books.propose();
    expect((await books.pool.query('select documents from proposal')).rows).toEqual([{ documents: ['D2'] }]);
    await books.pool.query(`insert into explained_override values ('/oms', 'SO-1', '{D2}', 'alice', 2)`);
    expect((await books.propose()).journals).toBe(1);
  });

  it('asks for a complete extract since the event, a balance that agrees, and no brake; each refusal says which', async () => {
    await books.shipment({ id: 'SO-1', amount: '21.60' });
    await books.pool.query(
      `insert into brake (brake_id, company, ledger, kind, why, run_id) values (1, 'US01', 'GL', 'missing', 'much is missing', 1)`,
    );
    await books.propose();
    await books.user('ben', 'reviewer');
    await books.pool.query(
      `insert into decision (decision_id, kind, actor, subject, why, content_hash, content)
         values (901, 'release', 'ana', 'US01 GL', 'seen', '', '{"company": "US01", "ledger": "GL", "upto": 1}'), (902, 'approve', 'ben', 'D901', '', '', '{}');
       insert into waiting_decision values (901)`,
    );
    const release = `insert into brake_release (decision_id, company, ledger, upto) values (901, 'US01', 'GL', 1)`;
    await expect(books.pool.query(release)).rejects.toThrow('no second person has agreed');
    await books.pool.query(
      `insert into second_word (decision_id, verdict, actor, word_id) values (901, 'approved', 'ben', 902)`,
    );
    await books.pool.query(release);
    await books.pool.query(
      `insert into balance_proof (company, ledger, account, location, dimension, currency, period, extracted_at, closing, computed)
       values ('US01', 'GL', '4000', '', '', 'USD', '2026-10', now(), 10, 9)`,
    );
    await books.propose();
    await books.pool.query('delete from balance_proof');
    expect((await books.propose()).journals).toBe(1);
    const said = await books.pool.query('select verdict, why from proposal order by run_id');
    expect(said.rows.slice(0, 2)).toEqual([
      { verdict: 'braked', why: 'a brake is on: much is missing' },
      { verdict: 'disproven', why: "the ERP's own balance disagrees with the lines of account 4000" },
    ]);
  });

  it('leaves the later of two events that look alike to a person, who may call it a fact of its own', async () => {
    await books.shipment({ id: 'SO-1', amount: '21.60' });
    await books.shipment({ id: 'so_01', amount: '21.60' });
    await books.pool.query('alter table event disable trigger event_is_a_fact');
    await books.pool.query(`update event set key_runs = 'so 1'`);
    await books.propose();
    expect(await books.verdicts()).toEqual({ 'SO-1': 'proposed', so_01: 'lookalike' });
    await books.pool.query(`insert into explained_override values ('/oms', 'so_01', '{SO-1}', 'alice', 1)`);
    expect((await books.propose()).journals).toBe(1);
  });

  it('dates a journal by the periods that the ERP named, and by the policy for closed ones', async () => {
    await books.shipment({ id: 'SO-9', amount: '9.00', day: '2026-09-20' });
    await books.propose();
    expect(await books.verdicts()).toEqual({ 'SO-9': 'closedPeriod' });
    const item = await books.pool.query(
      `select s.reason, s.why, s.exposure from exception_state s where s.reason = 'CLOSED_PERIOD'`,
    );
    expect(item.rows).toEqual([
      { reason: 'CLOSED_PERIOD', why: 'period 2026-09 is closed', exposure: '9.0000' },
    ]);
    await books.propose(company({ closedPeriods: { default: 'nextOpen', where: [] } }));
    const dated = await books.pool.query('select posting_date, document_date, period, notes from journal');
    expect(dated.rows).toEqual([
      {
        posting_date: '2026-10-01',
        document_date: '2026-09-20',
        period: '2026-10',
        notes: ['period 2026-09 is closed: posted in 2026-10, the next open one'],
      },
    ]);
    const open = await books.pool.query(`select count(*) as n from open_exception where class = 'control'`);
    expect(open.rows).toEqual([{ n: '0' }]);
  });

  it('accrues and reverses where the policy says so, and holds the event meanwhile', async () => {
    await books.shipment({ id: 'SO-9', amount: '9.00', day: '2026-09-20' });
    await books.propose(company({ closedPeriods: { default: 'accrue', where: [] } }));
    const made = await books.pool.query(
      `select kind, posting_date, reverses, (select string_agg(l.side || ' ' || l.account, ', ' order by line) from journal_line l where l.journal_id = j.journal_id) as lines from journal j order by journal_id`,
    );
    expect(made.rows).toEqual([
      { kind: 'accrual', posting_date: '2026-10-01', reverses: null, lines: 'debit 1200, credit 4000' },
      { kind: 'reversal', posting_date: '2026-11-01', reverses: '1', lines: 'credit 1200, debit 4000' },
    ]);
    expect((await books.propose(company({ closedPeriods: { default: 'accrue', where: [] } }))).journals).toBe(
      0,
    );
  });

  it('lets a journal go by itself only in mode post, by rules approved by two, under every limit', async () => {
    const policy = company({
      rollout: { default: 'post', where: [] },
      limits: { journal: decimal('50'), accountPerDay: decimal('60') },
    });
    await books.shipment({ id: 'SO-1', amount: '20.00' });
    await books.propose(policy);
    expect(await books.states()).toEqual(['AWAITING_APPROVAL']);
    await books.pool.query(
      `insert into rule_approval (hash, approver, decision_id) values ($1, 'carol', 1)`,
      [RULES],
    );
    await books.shipment({ id: 'SO-2', amount: '50.01' });
    await books.shipment({ id: 'SO-3', amount: '30.00' });
    await books.shipment({ id: 'SO-4', amount: '30.00' });
    await books.shipment({ id: 'SO-5', amount: '0.01' });
    await books.propose(policy);
    expect(await books.states()).toEqual([
      'AWAITING_APPROVAL',
      'AWAITING_APPROVAL',
      'APPROVED',
      'APPROVED',
      'AWAITING_APPROVAL',
    ]);
    const why = await books.pool.query('select why from posting order by journal_id');
    expect(why.rows.map((row: { why: string }) => row.why).slice(1)).toEqual([
      'journal of 50.01 is over the limit of 50',
      'under the limits, by rules that two people approved',
      'under the limits, by rules that two people approved',
      'account 1200 on 2026-10-15: 60.01 is over the limit of 60 a day',
    ]);
  });

  it('counts a period too, over its days, with what a person approved', async () => {
    await books.pool.query(
      `insert into rule_approval (hash, approver, decision_id) values ($1, 'carol', 1)`,
      [RULES],
    );
    const bob = await books.user('bob', 'reviewer');
    await books.shipment({ id: 'SO-1', amount: '40.00', day: '2026-10-02' });
    await books.propose(company({ rollout: { default: 'propose', where: [] } }));
    await approveJournals({ db: books.db, by: bob, why: 'checked' }, await books.references());
    const policy = company({
      rollout: { default: 'post', where: [] },
      limits: { accountPerPeriod: decimal('60') },
    });
    await books.shipment({ id: 'SO-2', amount: '20.00', day: '2026-10-09' });
    await books.shipment({ id: 'SO-3', amount: '0.01', day: '2026-10-30' });
    await books.shipment({ id: 'SO-4', amount: '60.00', day: '2026-11-01' });
    await books.propose(policy);
    expect(await books.states()).toEqual(['APPROVED', 'APPROVED', 'AWAITING_APPROVAL', 'APPROVED']);
    expect((await books.pool.query('select why from posting where journal_id = 3')).rows).toEqual([
      { why: 'account 1200 in 2026-10: 60.01 is over the limit of 60 a period' },
    ]);
  });

  it('judges a summary as one journal, by its sum', async () => {
    await books.pool.query(
      `insert into rule_approval (hash, approver, decision_id) values ($1, 'carol', 1)`,
      [RULES],
    );
    for (const id of ['SO-1', 'SO-2', 'SO-3']) await books.shipment({ id, amount: '20.00' });
    await books.propose(
      company({
        journals: 'summary',
        rollout: { default: 'post', where: [] },
        limits: { journal: decimal('50') },
      }),
    );
    expect((await books.pool.query('select state, why from posting')).rows).toEqual([
      { state: 'AWAITING_APPROVAL', why: 'journal of 60 is over the limit of 50' },
    ]);
    // Frozen: what comes later forms the next one.
    await books.shipment({ id: 'SO-4', amount: '1.00' });
    expect(await books.propose(company({ journals: 'summary' }))).toMatchObject({
      journals: 1,
      withdrawn: 0,
    });
  });

  it('takes the closed-period policy of the account group, and refuses to accrue without a period to reverse in', async () => {
    await books.shipment({ id: 'SO-8', amount: '8.00', day: '2026-09-20' });
    const where = [{ accounts: ['revenue'], policy: 'nextOpen' as const }];
    await books.propose(company({ closedPeriods: { default: 'refuse', where } }));
    expect(await books.verdicts()).toEqual({ 'SO-8': 'proposed' });
    await books.period('2026-10', '2026-10-01', '2026-10-31', 'closed');
    await books.period('2026-11', '2026-11-01', '2026-11-30', 'open');
    await books.shipment({ id: 'SO-9', amount: '9.00', day: '2026-10-20' });
    await books.propose(company({ closedPeriods: { default: 'accrue', where: [] } }));
    const said = await books.pool.query(`select why from proposal where event_id = 'SO-9'`);
    expect(said.rows).toEqual([
      { why: 'period 2026-10 is closed, and the period after 2026-11, for the reversal, is not known' },
    ]);
  });

  it('only observes where a narrower roll-out mode says so', async () => {
    await books.shipment({ id: 'SO-1', amount: '20.00', location: 'S009' });
    await books.shipment({ id: 'SO-2', amount: '20.00', region: 'north' });
    await books.propose(
      company({
        rollout: {
          default: 'propose',
          where: [
            { location: 'S009', mode: 'observe' },
            { region: 'north', accounts: ['revenue'], mode: 'observe' },
          ],
        },
      }),
    );
    expect(await books.states()).toEqual(['READY', 'READY']);
  });

  it('withdraws a journal that has not left when its lines find their match, and proposes anew under a new key', async () => {
    await books.shipment({ id: 'SO-1', amount: '21.60' });
    await books.propose();
    await books.pool.query(
      `insert into exception_state (exception_id, run_id, reason, status, why) values ('x-SO-1-1200', 90, 'TIMING', 'open', 'w')`,
    );
    expect(await books.propose()).toMatchObject({ journals: 0, withdrawn: 1 });
    await books.pool.query(
      `insert into exception_state (exception_id, run_id, reason, status, why) values ('x-SO-1-1200', 91, 'MISSING_IN_LEDGER', 'open', 'w')`,
    );
    expect(await books.propose()).toMatchObject({ journals: 1, withdrawn: 0 });
    const journals = await books.pool.query(
      'select subject, revision, state from journal join posting using (journal_id) order by revision',
    );
    expect(
      journals.rows.map((row: { revision: number; state: string }) => [row.revision, row.state]),
    ).toEqual([
      [1, 'CANCELLED'],
      [2, 'AWAITING_APPROVAL'],
    ]);
    expect(new Set(await books.references()).size).toBe(2);
  });

  it('never puts a line into two live journals, also when two runs propose at once', async () => {
    for (let n = 1; n <= 5; n += 1) await books.shipment({ id: `SO-${n}`, amount: '10.00' });
    const made = await Promise.all([books.propose(), books.propose(), books.propose()]);
    expect(made.map((summary) => summary.journals).toSorted((a, b) => a - b)).toEqual([0, 0, 5]);
  });
});

describe('what the ledger shows of our postings', () => {
  const posted = async (): Promise<string> => {
    await books.shipment({ id: 'SO-1', amount: '21.60' });
    await books.propose();
    // Walked by hand: the states before are tested elsewhere.
    await books.pool.query(`alter table posting disable trigger posting_guard`);
    await books.pool.query(
      `update posting set state = 'POSTED', document_id = 'F', posted_at = now(), state_since = now() - interval '1 minute'`,
    );
    await books.pool.query(`alter table posting enable trigger posting_guard`);
    return (await books.references())[0]!;
  };
  const close = async (): Promise<unknown> => {
    const run = await books.run();
    return transaction(books.db, (client) => confirm(client, run, '1000'));
  };

  it('confirms a document with our reference and amounts, once', async () => {
    const reference = await posted();
    await books.document('4711', '21.60', 'SO-1', { postingReference: reference });
    expect(await close()).toEqual({ confirmed: 1, conflicts: 0, notSeen: 0, reversed: 0 });
    expect(await close()).toEqual({ confirmed: 0, conflicts: 0, notSeen: 0, reversed: 0 });
    const row = await books.pool.query('select state, document_id, confirmed_run from posting');
    expect(row.rows).toEqual([{ state: 'CONFIRMED', document_id: '4711', confirmed_run: '3' }]);
  });

  it('gives matching every line that the document clears, in one join', async () => {
    const reference = await posted();
    await books.document('4711', '21.60', 'SO-1', { postingReference: reference });
    const groups = await books.pool.query(
      `select l.account, l.amount as ledger, c.amount as expected, c.side from line l join posting_clears c
          on c.posting_reference = l.posting_reference and c.unit = l.unit and c.account = l.account and c.currency = l.currency
        where l.side = 'L' order by 1`,
    );
    expect(groups.rows).toEqual([
      { account: '1200', ledger: '21.6000', expected: '21.6000', side: 'E' },
      { account: '4000', ledger: '-21.6000', expected: '-21.6000', side: 'E' },
    ]);
  });

  it('calls other amounts, and a second document, a conflict', async () => {
    const reference = await posted();
    await books.document('4711', '21.60', 'SO-1', { postingReference: reference });
    await books.document('4712', '21.60', 'SO-1', { postingReference: reference });
    expect(await close()).toEqual({ confirmed: 0, conflicts: 1, notSeen: 0, reversed: 0 });
    expect((await books.pool.query('select why from posting')).rows).toEqual([
      { why: 'several documents carry our reference: 4711, 4712' },
    ]);
  });

  it('does not confirm two documents that come to ours together', async () => {
    const reference = await posted();
    await books.document('4711', '20.00', 'SO-1', { postingReference: reference });
    await books.document('4712', '1.60', 'SO-1', { postingReference: reference });
    expect(await close()).toEqual({ confirmed: 0, conflicts: 1, notSeen: 0, reversed: 0 });
  });

  it('does not confirm our amounts in another currency', async () => {
    const reference = await posted();
    await books.document('4711', '21.60', 'SO-1', { postingReference: reference, currency: 'EUR' });
    expect(await close()).toEqual({ confirmed: 0, conflicts: 1, notSeen: 0, reversed: 0 });
  });

  it('misses it only in a complete extract that was taken later', async () => {
    await posted();
    await books.batch(false, new Date(Date.now() + 3_600_000));
    await books.batch(true, new Date(Date.now() - 3_600_000));
    expect(await close()).toMatchObject({ notSeen: 0 });
    await books.batch(true);
    expect(await close()).toMatchObject({ notSeen: 1 });
    await books.propose();
    const item = await books.pool.query(
      `select s.reason from open_exception o join exception_state s using (exception_id) where o.class = 'control'`,
    );
    expect(item.rows).toEqual([{ reason: 'POSTED_NOT_SEEN' }]);
    const reference = (await books.references())[0]!;
    await books.document('4711', '21.60', 'SO-1', { postingReference: reference });
    expect(await close()).toMatchObject({ confirmed: 1 });
  });
});
