// A changed rulebook over stored facts: proposed by one, applied by another, and then as if it had been there from the start.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import {
  approveRederivation,
  previewRederivation,
  proposeRederivation,
  rejectRederivation,
} from '../../jobs/run/rederive.ts';
import type { ExplainedStatement } from '../../jobs/reports/statement.ts';
import { verify } from '../../jobs/administration/verify.ts';
import type { Database } from '../../src/db/connection.ts';
import { homes } from '../scenarios/scenario.ts';
import { testDatabase } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';
import { FirstTieout, reviewer } from './firstTieout.ts';

let database: TestDatabase;
let db: Database;
let company: FirstTieout;
beforeEach(async () => {
  database = await testDatabase();
  db = database.db;
  company = new FirstTieout();
});
afterEach(async () => {
  company.remove();
  await database.drop();
});

const RECONCILIATIONS = 'rulebook/reconciliations.yaml';
const REFUND = 'rulebook/postings/refund.yaml';

/** Refunds reduce revenue, receivables match over all stores, and the reconciliation of tax has another name. */
function changeRulebook(): () => void {
  const back = [
    company.change(REFUND, 'account: salesReturns', 'account: revenue'),
    company.change(REFUND, 'debit: salesReturns', 'debit: revenue'),
    company.change(
      RECONCILIATIONS,
      'accounts: [receivable]\n  unit: [company, ledger, location]',
      'accounts: [receivable]\n  unit: [company, ledger]',
    ),
    company.change(RECONCILIATIONS, 'name: sales-tax', 'name: tax'),
  ];
  return () => back.toReversed().forEach((each) => each());
}

async function propose(name = 'anna') {
  return proposeRederivation({ ...company.job(db), by: await reviewer(db, name) });
}

async function approve(id: string | undefined, name = 'bob') {
  return approveRederivation({ ...company.job(db), by: await reviewer(db, name), why: 'agreed' }, id ?? '');
}

/** What the tie-out says, without the rows of reconciliations that hold nothing any more. */
const said = ({ reconciliations }: ExplainedStatement) => reconciliations;

async function expectClean(): Promise<void> {
  // Journals and people are stored by the test itself.
  expect((await verify(db)).checks.filter(({ ok, name }) => !ok && !/^11[eh]/.test(name))).toEqual([]);
}

const changes = async (): Promise<string> =>
  (
    await db.pool.query<{ n: string }>(
      `select (select count(*) from tieout.batch) || ' ' || (select count(*) from tieout.line) || ' ' ||
              (select count(*) from tieout.line_end) || ' ' || (select count(*) from tieout.event_standing) as n`,
    )
  ).rows[0]!.n;

describe('a changed rulebook', () => {
  it('alters nothing by itself, and once it is approved everything is as if it had always been there', async () => {
    await company.ingestAll(db);
    const before = await company.reconcile(db);
    const homesBefore = await homes(db);
    const putBack = changeRulebook();
    await company.reconcile(db);
    expect(await homes(db)).toEqual(homesBefore);
    await expectClean();

    const { id, plan } = await propose();
    expect(id).toMatch(/^rederive-\d+$/);
    // The refund's revenue line, and the receivable and tax lines of all nine events, a correction's negations among them.
    expect(plan).toMatchObject({ ended: 21, added: 21, held: [] });
    expect(plan.accounts).toContainEqual({
      reconciliation: 'revenue',
      company: 'JN01',
      ledger: 'GL',
      account: '4100',
      currency: 'USD',
      ended: { lines: 1, amount: '25.00' },
      added: { lines: 0, amount: '0.00' },
    });
    const applied = await approve(id);
    expect(applied).toMatchObject({ events: plan.events, ended: 21, added: 21, moved: plan.moved });
    const after = await company.reconcile(db);
    await expectClean();

    const fresh = await testDatabase();
    await company.ingestAll(fresh.db);
    const always = await company.reconcile(fresh.db);
    expect(said(after)).toEqual(said(always));
    expect(await homes(db)).toEqual(await homes(fresh.db));
    await fresh.drop();

    // The way back is the same way: the old rulebook, proposed and approved.
    putBack();
    const undo = await propose('bob');
    await approve(undo.id, 'anna');
    expect(said(await company.reconcile(db))).toEqual(said(before));
    expect(await homes(db)).toEqual(homesBefore);
    await expectClean();
  });

  it('gives the same result hash whatever the workers', async () => {
    const hashes: string[] = [];
    const first = company.read(RECONCILIATIONS);
    for (const workers of [1, 4]) {
      const other = await testDatabase();
      company.write(RECONCILIATIONS, first);
      await company.ingestAll(other.db);
      await company.reconcile(other.db, workers);
      company.change(RECONCILIATIONS, 'name: sales-tax', 'name: tax');
      const { id } = await proposeRederivation({
        ...company.job(other.db),
        by: await reviewer(other.db, 'anna'),
      });
      await approveRederivation(
        { ...company.job(other.db), by: await reviewer(other.db, 'bob'), why: '' },
        id ?? '',
      );
      hashes.push((await company.reconcile(other.db, workers)).resultHash);
      await other.drop();
    }
    expect(hashes[0]).toMatch(/^[0-9a-f]{32}$/);
    expect(hashes[1]).toBe(hashes[0]);
  });

  it('proposed twice is one proposal; previewed, or applied twice, changes nothing more', async () => {
    await company.ingestAll(db);
    await company.reconcile(db);
    changeRulebook();
    const untouched = await changes();
    const preview = await previewRederivation(company.job(db));
    const one = await propose('anna');
    const two = await propose('carl');
    expect(two).toEqual(one);
    expect(two.plan).toEqual(preview);
    expect(await changes()).toBe(untouched);
    await approve(one.id);
    const applied = await changes();
    await expect(approve(one.id)).rejects.toThrow('it was approved already; nothing was changed');
    expect(await propose()).toMatchObject({ id: undefined, plan: { events: 0, moved: 0 } });
    expect(await changes()).toBe(applied);
  });

  it('leaves closed periods as they are', async () => {
    await company.ingestAll(db);
    await company.reconcile(db);
    company.change('data/periods.csv', '2026-10-31,open,2026-11-01', '2026-10-31,closed,2026-11-02');
    await company.ingest(db, 'periods', 'periods.csv');
    changeRulebook();
    expect(await propose()).toMatchObject({ id: undefined, plan: { events: 0, moved: 0 } });
  });
});

describe('four eyes', () => {
  async function proposed(): Promise<string> {
    await company.ingestAll(db);
    await company.reconcile(db);
    changeRulebook();
    return (await propose('anna')).id ?? '';
  }

  it('who proposed it cannot approve it, under no spelling; the database refuses', async () => {
    const id = await proposed();
    const untouched = await changes();
    await expect(approve(id, 'anna')).rejects.toThrow('who proposed it cannot approve it');
    await expect(approve(id, 'ANNA')).rejects.toThrow('who proposed it cannot approve it');
    await db.pool.query(`insert into tieout.app_user (name, role) values ('paul', 'preparer')`);
    const paul = { name: 'paul', role: 'preparer' as const, keyId: '', osUser: 'test' };
    await expect(approveRederivation({ ...company.job(db), by: paul, why: '' }, id)).rejects.toThrow(
      'paul may not approve a rederivation',
    );
    expect(await changes()).toBe(untouched);
  });

  it('no line ends by a rulebook without an approved proposal, whoever writes to the database', async () => {
    await proposed();
    await expect(
      db.pool.query(
        `insert into tieout.line_end (unit, line_id, kind, batch_id) select unit, line_id, 'rederived', 1 from tieout.line limit 1`,
      ),
    ).rejects.toThrow('ends by a changed rulebook that no second person has approved');
  });

  it('approves exactly what was proposed: facts or rules that changed since are refused', async () => {
    const id = await proposed();
    const putBack = company.change(RECONCILIATIONS, 'name: tax', 'name: taxes');
    await expect(approve(id)).rejects.toThrow('it was proposed with another rulebook');
    putBack();
    company.change('data/periods.csv', '2026-10-31,open,2026-11-01', '2026-10-31,closed,2026-11-02');
    await company.ingest(db, 'periods', 'periods.csv');
    await expect(approve(id)).rejects.toThrow('it would change something else now than what was proposed');
  });

  it('a rejected one is done with, and everything is on the audit chain', async () => {
    const id = await proposed();
    const bob = await reviewer(db, 'bob');
    await rejectRederivation({ ...company.job(db), by: bob, why: 'not before the close' }, id);
    await expect(approve(id)).rejects.toThrow('it was rejected already');
    const again = await propose('anna');
    expect(again.id).not.toBe(id);
    await approve(again.id);
    const audit = await db.pool.query<{ payload: string }>(
      `select payload from tieout.audit where stream in ('decisions', 'intake') and (payload like '%rederive%') order by stream, seq`,
    );
    const kinds = audit.rows.map(({ payload }) => (JSON.parse(payload) as { kind: string }).kind);
    expect(kinds).toEqual(['rederive', 'reject', 'rederive', 'approve', 'rederive']);
    await expectClean();
  });
});

describe('a line in a live journal', () => {
  it('stays, its whole event with it, and the journal is named', async () => {
    await company.ingestAll(db);
    await company.reconcile(db);
    await db.pool.query(JOURNAL);
    changeRulebook();
    const { id, plan } = await propose();
    expect(plan.held).toEqual([
      {
        what: 'event /pos/JN01 r1',
        why: 'a live journal stands on it: 0123456789ABCDEF (DRAFT)',
        todo: 'reject it first: tieout reject 0123456789ABCDEF --as USER --why TEXT',
      },
    ]);
    await approve(id);
    await company.reconcile(db);
    await expectClean();
  });
});

/** A journal that books the refund's line on sales returns. */
const JOURNAL = `with j as (
    insert into tieout.journal (journal_id, subject, revision, kind, erp, company, ledger, posting_date, document_date, fiscal_year,
      period, text, grouping, mode, rulebook_hash, run_id, makers, payload_hash)
    values (1, 's', 1, 'missing', 'drop', 'JN01', 'GL', '2026-10-08', '2026-10-08', '2026', '2026-10', 't', 'detail', 'propose', '', 1, '{anna}', 'h')
    returning journal_id),
  lines as (
    insert into tieout.journal_line (journal_id, line, side, account, currency, amount, company_currency, company_amount, clears)
    values (1, 1, 'debit', '4100', 'USD', 25, 'USD', 25, true), (1, 2, 'credit', '1200', 'USD', 25, 'USD', 25, false) returning 1),
  posted as (
    insert into tieout.posting (posting_key, posting_reference, journal_id, erp, company, payload_hash)
    values ('k', '0123456789ABCDEF', 1, 'drop', 'JN01', 'h') returning 1)
  insert into tieout.journal_source (journal_id, journal_line, unit, line_id, external_key, amount, event_source, event_id)
  select 1, 1, unit, line_id, 'x', amount, event_source, event_id from tieout.line where side = 'E' and account = '4100' and event_id = 'r1'`;

describe('corrections', () => {
  it('follow what they negate to its new account', async () => {
    await company.ingestAll(db);
    const refund = company
      .read('data/events.ndjson')
      .split('\n')
      .find((line) => line.includes('RF-1'))!;
    const { id, data, ...envelope } = JSON.parse(refund) as { id: string; source: string; data: object };
    const replaced = { ...data, corrects: { source: envelope.source, id }, correction: 'replace' };
    company.write('data/more.ndjson', `${JSON.stringify({ ...envelope, id: 'c1', data: replaced })}\n`);
    await company.ingest(db, 'events', 'more.ndjson');
    await company.reconcile(db);
    changeRulebook();
    const { id: proposal } = await propose();
    await approve(proposal);
    const negations = await db.pool.query<{ account: string }>(
      `select l.account from tieout.line l join tieout.line o on o.unit = l.unit and o.line_id = l.negates
        where l.event_id = 'c1' and o.amount = -l.amount and o.account = l.account
          and not exists (select from tieout.line_end e where e.line_id in (l.line_id, o.line_id)) order by 1`,
    );
    expect(negations.rows.map(({ account }) => account)).toEqual(['1200', '2200', '4000']);
    await company.reconcile(db);
    await expectClean();
  });
});

describe('an event that no rule took', () => {
  it('comes in with the next run as soon as one does, without anyone’s word', async () => {
    const rule = company.read(REFUND);
    company.write(REFUND, rule.replace('effective: 2026-01-01', 'effective: 2026-10-10'));
    await company.ingestAll(db);
    const without = await company.reconcile(db);
    const noRule = async () =>
      (
        await db.pool
          .query(`select from tieout.open_exception o join lateral (select reason from tieout.exception_state s
         where s.exception_id = o.exception_id order by run_id desc limit 1) s on true where s.reason = 'NO_RULE'`)
      ).rowCount;
    expect(await noRule()).toBe(1);
    const untouched = await changes();
    await company.reconcile(db);
    expect(await changes()).toBe(untouched);

    company.write(REFUND, rule);
    const now = await company.reconcile(db);
    expect(await noRule()).toBe(0);
    await expectClean();
    const fresh = await testDatabase();
    await company.ingestAll(fresh.db);
    expect(said(now)).toEqual(said(await company.reconcile(fresh.db)));
    expect(said(now)).not.toEqual(said(without));
    await fresh.drop();
  });
});
