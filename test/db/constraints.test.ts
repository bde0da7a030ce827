// What must never happen, tried against the database itself: whoever writes the statement, the answer is no.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { TestDatabase } from '../support/database.ts';
import { testDatabase } from '../support/database.ts';

let t: TestDatabase;
beforeAll(async () => {
  t = await testDatabase();
  await t.db.pool.query(`
    insert into batch (batch_id, kind, feed, path, sha256, received, accepted, duplicates, skipped, quarantined)
      values (1, 'events', 'f', 'p', 'aa', 1, 1, 0, 0, 0);
    insert into match (unit, match_id, run_id, account, currency, pass, expected, ledger, variance)
      values (7, 1, 1, '1200', 'USD', 'document', 10, 10, 0), (7, 2, 2, '1200', 'USD', 'document', 10, 10, 0);
    insert into match_member (unit, line_id, match_id, run_id) values (7, 100, 1, 1);
    insert into exception_item (exception_id, class, anchor, unit, company, opened_run, opened_on)
      values ('x1', 'difference', 'a', 7, 'US01', 1, '2026-03-31'), ('x2', 'difference', 'b', 7, 'US01', 1, '2026-03-31');
    insert into exception_leg (exception_id, unit, line_id, run_id) values ('x1', 7, 101, 1);
    insert into app_user (name, role) values ('ada', 'admin')`);
});
afterAll(() => t.drop());

const refuses = (statement: string, reason: RegExp) =>
  expect(t.db.pool.query(statement), statement).rejects.toThrow(reason);

describe('facts never change', () => {
  const FACTS = [
    'batch',
    'match',
    'exception_item',
    'quarantine',
    'event',
    'line',
    'line_end',
    'decision',
    'audit',
  ];
  test.each(FACTS)('%s refuses UPDATE, DELETE and TRUNCATE', async (table) => {
    const column = await t.db.pool.query<{ name: string }>(
      `select attname as name from pg_attribute where attrelid = $1::regclass and attnum = 1`,
      [`tieout.${table}`],
    );
    const name = column.rows[0]?.name ?? '';
    await refuses(`update ${table} set ${name} = ${name}`, /facts are stored once and never changed/);
    await refuses(`delete from ${table}`, /facts are stored once and never changed/);
    await refuses(`truncate ${table} cascade`, /facts are stored once and never changed/);
  });

  test('every logged table is a fact, or one of the few that are meant to change', async () => {
    const mutable = await t.db.pool.query<{ name: string }>(
      `select c.relname as name from pg_class c
        where c.relnamespace = 'tieout'::regnamespace and c.relkind = 'r' and c.relpersistence = 'p'
          and not exists (select 1 from pg_trigger t where t.tgrelid = c.oid and t.tgname = c.relname || '_is_a_fact')
        order by 1`,
    );
    const allowed: Record<string, string> = {
      unit: 'keyed by its hash',
      match_ban: 'lifted by a decision',
      run_reconciliation: 'written with its run',
      open_exception: 'derived: the open ones',
      watched: 'derived: what control queries look at again',
      cell_total: 'derived: running totals carried forward',
      cell_match: 'derived: totals of matches carried forward',
      balance_proof: 'derived: whether the lines come to the balances of the ERP',
      app_user: 'revoked, taken back',
      user_key: 'revoked',
      job_slot: 'state and lease',
      erp_lease: 'taken and given back',
      key_try: 'counted',
      sender_key: 'revoked, last used',
      user_session: 'last used, ended',
      once_link: 'used',
      run: 'state',
      project: 'its epoch, drawn anew by a restore',
      posting: 'state, held by its own trigger',
      migration: 'a record of the migrations',
      open_item: 'derived: the residue',
      match_member: 'released once, held by its own trigger',
      exception_leg: 'ended once, held by its own trigger',
      journal_source: 'ended once, held by its own trigger',
    };
    const unexpected = mutable.rows.map((row) => row.name).filter((name) => !(name in allowed));
    expect(unexpected).toEqual([]);
  });
});

describe('one home for a line', () => {
  test('a line cannot be in two live matches', async () => {
    await refuses(
      'insert into match_member (unit, line_id, match_id, run_id) values (7, 100, 2, 2)',
      /match_member_live/,
    );
  });

  test('released, it may be matched again; a membership is released once and never deleted', async () => {
    await t.db.pool.query('update match_member set released_run = 2 where line_id = 100 and match_id = 1');
    await t.db.pool.query('insert into match_member (unit, line_id, match_id, run_id) values (7, 100, 2, 2)');
    await refuses('update match_member set released_run = 3 where match_id = 1', /only be released, once/);
    await refuses('update match_member set released_run = null where match_id = 1', /only be released, once/);
    await refuses(
      'update match_member set line_id = 5, released_run = 4 where match_id = 2',
      /only be released, once/,
    );
    await refuses('delete from match_member', /DELETE on match_member is refused/);
  });

  test('a line cannot be a leg of two live exceptions', async () => {
    await refuses(
      `insert into exception_leg (exception_id, unit, line_id, run_id) values ('x2', 7, 101, 1)`,
      /exception_leg_live/,
    );
    await t.db.pool.query('update exception_leg set ended_run = 2 where line_id = 101');
    await t.db.pool.query(
      `insert into exception_leg (exception_id, unit, line_id, run_id) values ('x2', 7, 101, 2)`,
    );
    await refuses("update exception_leg set ended_run = 3 where exception_id = 'x1'", /only be ended, once/);
  });
});

describe('counts, identities, people', () => {
  test('a batch whose counts do not add up is refused', async () => {
    await refuses(
      `insert into batch (batch_id, kind, feed, path, sha256, received, accepted, duplicates, skipped, quarantined)
       values (2, 'events', 'f', 'p', 'bb', 3, 1, 0, 0, 1)`,
      /check constraint/,
    );
  });

  test('the same file cannot be taken twice, a replay can', async () => {
    const insert = (id: number, kind: string) =>
      `insert into batch (batch_id, kind, feed, path, sha256, received, accepted, duplicates, skipped, quarantined)
       values (${id}, '${kind}', 'f', 'p', 'aa', 1, 1, 0, 0, 0)`;
    await refuses(insert(3, 'events'), /batch_same_file/);
    await t.db.pool.query(`${insert(4, 'replay')}; ${insert(5, 'replay')}`);
  });

  test('a match whose variance is not ledger minus expected is refused', async () => {
    await refuses(
      `insert into match (unit, match_id, run_id, account, currency, pass, expected, ledger, variance)
       values (7, 9, 1, '1200', 'USD', 'document', 10, 10.01, 0)`,
      /check constraint/,
    );
  });

  test('an unknown role is refused, and so is a key of nobody', async () => {
    await refuses(`insert into app_user (name, role) values ('eve', 'boss')`, /check constraint/);
    await refuses(
      `insert into user_key (key_id, user_name, key_sha256) values ('k', 'nobody', '\\x00')`,
      /foreign key constraint/,
    );
  });
});

describe('journals', () => {
  test('an unbalanced journal is refused when the transaction commits', async () => {
    await refuses(
      `begin;
       insert into journal (journal_id, subject, revision, kind, erp, company, ledger, posting_date, document_date,
           fiscal_year, period, text, grouping, mode, rulebook_hash, run_id, makers, payload_hash)
         values (1, 's', 1, 'missing', 'drop', 'US01', 'GL', '2026-03-31', '2026-03-31', '2026', '2026-03', 't', 'detail',
           'propose', 'h', 1, array['run'], 'p');
       insert into journal_line (journal_id, line, side, account, currency, amount, company_currency, company_amount, clears)
         values (1, 1, 'debit', '1200', 'USD', 10, 'USD', 10, false), (1, 2, 'credit', '4000', 'USD', 9.99, 'USD', 9.99, false);
       commit`,
      /journal 1/,
    );
  });
});
