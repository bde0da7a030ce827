// Each change behind the product's back is found, by the comparison that is there for it: taken out, its line here fails.
import { afterAll, beforeAll, expect, test } from 'vitest';

import { anchorCheck, recordChecks } from '../../jobs/administration/verifyRecords.ts';
import { verify } from '../../jobs/administration/verify.ts';
import { accept } from '../../jobs/decisions/accept.ts';
import { auditHeads } from '../../src/db/auditHeads.ts';
import { decimal } from '../../src/money/decimal.ts';
import { Story } from '../posting/story.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { agree } from '../support/secondPerson.ts';

let at: TestDatabase;
let story: Story;

beforeAll(async () => {
  at = await testDatabase();
  story = new Story(at.db);
  for (const name of ['root', 'bob', 'carol']) await story.user(name, 'reviewer');
  const untrue = await story.tell(`
    periods 2026-09=closed 2026-10=open 2026-11=open 2026-12=open
    sale SO-1 10.00 2026-10-05
    sale SO-2 7.50 2026-10-06
    sale SO-3 9.00 2026-10-07
    booked 4711 SO-2 7.50 2026-10-06
    extract
    reconcile
    approve SO-1 bob
    post
    erp takes
    extract
    reconcile
    expect journal SO-1 CONFIRMED`);
  if (untrue.length > 0) throw new Error(untrue.join('\n'));
}, 120_000);
afterAll(async () => {
  story.remove();
  await at.drop();
});

/** The names of the checks that fail after the change, which is then taken back. */
async function found(change: string): Promise<string[]> {
  const client = await at.db.pool.connect();
  try {
    await client.query('begin');
    await client.query('set local session_replication_role = replica');
    const { rowCount } = await client.query(change);
    expect(rowCount, `${change} changes something`).toBeGreaterThan(0);
    const failed = (await recordChecks(client)).filter(({ ok }) => !ok);
    return failed.map(({ name }) => name.split(' ')[0] ?? '');
  } finally {
    await client.query('rollback');
    client.release();
  }
}

test('an untouched database proves, with everything that was recorded', async () => {
  expect((await verify(at.db)).checks.filter(({ ok }) => !ok)).toEqual([]);
});

// The comparison by which each is found. Others may find it as well.
const PAYLOAD = `(select p from (select replace(payload::text, '"10.00', '"99.00')::json as p) x)`;
const CHANGES: readonly [check: string, what: string, change: string][] = [
  [
    '11',
    "an event's payload",
    `update tieout.event set payload = ${PAYLOAD} where payload::text like '%"10.00%'`,
  ],
  [
    '11',
    "an event's type",
    `update tieout.event set type = 'retail.refund.issued.v1' where id = (select min(id) from tieout.event)`,
  ],
  ['11', "an event's time", `update tieout.event set time = time + interval '1 day'`],
  ['11b', "a ledger line's amount", `update tieout.line set amount = amount * 2 where side = 'L'`],
  ['11b', "a ledger line's account", `update tieout.line set account = '4100' where side = 'L'`],
  ['11b', "a ledger line's words", `update tieout.line set text = 'other' where side = 'L'`],
  ['11b', 'a ledger line is gone', `delete from tieout.line where side = 'L'`],
  ['11c', 'an event is gone', `delete from tieout.event where id = (select min(id) from tieout.event)`],
  ['11c', "an event's identity", `update tieout.event set source = '/other'`],
  [
    '11c',
    "an event's hash, made anew",
    `update tieout.event set content_hash = sha256('x') where id = (select min(id) from tieout.event)`,
  ],
  ['11c', 'an event moves to another batch', `update tieout.event set batch_id = batch_id + 1000`],
  ['11c', 'a ledger identity is gone', `delete from tieout.ledger_identity where document = '4711'`],
  ['11d', 'a rulebook', `update tieout.rulebook_version set canonical = canonical || ' '`],
  ['11d', 'a rulebook is gone', `delete from tieout.rulebook_version`],
  ['11e', "a confirmed journal's account", `update tieout.journal_line set account = '4100' where line = 1`],
  [
    '11e',
    "a confirmed journal's amounts",
    `update tieout.journal_line set amount = amount * 2, company_amount = company_amount * 2`,
  ],
  ['11e', "a journal's date", `update tieout.journal set posting_date = posting_date + 31`],
  ['11e', "an approval's hash", `update tieout.approval set payload_hash = 'x'`],
  ['11e', 'all payload hashes', `update tieout.journal set payload_hash = 'x'`],
  ['11f', "a decision's content", `update tieout.decision set content = '{"exceptions": []}'`],
  ['11g', "a posting's state", `update tieout.posting set state = 'POSTED' where state = 'CONFIRMED'`],
  ['11g', "a posting's last step is gone", `delete from tieout.posting_step where to_state = 'CONFIRMED'`],
  ['11h', "a decision's actor", `update tieout.decision set actor = 'carol' where actor = 'bob'`],
  ['11h', "a decision's reason", `update tieout.decision set why = 'because'`],
  ['11h', 'a decision is gone', `delete from tieout.decision where actor = 'bob'`],
  [
    '11h',
    'a decision that nobody took',
    `insert into tieout.decision (decision_id, kind, actor, subject, why, content_hash) values (9999, 'accept', 'bob', 'x', 'x', '${'44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a'}')`,
  ],
  ['11h', 'an approval is gone', `delete from tieout.approval`],
  ['11h', 'the approver', `update tieout.approval set approver = 'carol'`],
  ['11h', 'the makers of an approval', `update tieout.approval set makers = '{}'`],
  ['11h', "a posting's document", `update tieout.posting set document_id = '4711' where state = 'CONFIRMED'`],
  ['11h', "a step's actor", `update tieout.posting_step set actor = 'carol' where actor = 'bob'`],
  ['11h', "a user's role", `update tieout.app_user set role = 'admin' where name = 'carol'`],
  ['11h', 'a user that nobody added', `insert into tieout.app_user (name, role) values ('eve', 'reviewer')`],
  [
    '11h',
    'a key that nobody gave',
    `insert into tieout.user_key (key_id, user_name, key_sha256) values ('k9', 'bob', 'x')`,
  ],
  ['11h', "a run's result hash", `update tieout.run set result_hash = 'x' where kind = 'reconcile'`],
  ['2b', "a match's pass", `update tieout.match set pass = 'document' where pass = 'posting'`],
  [
    '2b',
    "an open item's reason",
    `update tieout.exception_state set reason = 'TIMING' where reason <> 'TIMING'`,
  ],
  [
    '2b',
    'an item that somebody called accepted',
    `update tieout.exception_state set status = 'accepted' where status = 'open'`,
  ],
  ['2b', 'where a document of the ledger is held', `update tieout.match_member set released_run = 1`],
  ['11h', "a run's maker", `update tieout.run set maker = 'carol'`],
  [
    '11h',
    "a batch's row",
    `update tieout.batch set extracted_at = extracted_at + interval '1 day' where extracted_at is not null`,
  ],
  ['11h', 'the audit table is empty', `delete from tieout.audit`],
  ['11h', 'one audit stream is gone', `delete from tieout.audit where stream = 'postings'`],
];

test.each(CHANGES)('%s finds: %s', async (check, _, change) => {
  expect(await found(change)).toContain(check);
});

test('a second word: its speaker, its verdict, and that it had to be waited for', async () => {
  const open = await at.db.pool.query<{ id: string }>('select exception_id as id from tieout.open_exception');
  const limit = { ...story.config.companies.values().next().value!, acceptLimit: decimal('1.00') };
  const by = { name: 'bob', role: 'reviewer' as const, keyId: 'k', osUser: 'os' };
  const companies = new Map([[limit.code, limit]]);
  const ids = open.rows.map(({ id }) => id).slice(0, 1);
  const job = { db: at.db, by, why: 'a gift', clock: () => Date.parse('2026-11-20T12:00:00Z'), companies };
  const { waits } = await accept(job, ids);
  await agree({ ...job, config: story.config, rulebook: story.rulebook }, waits?.id);
  for (const change of [
    `update tieout.second_word set actor = 'carol'`,
    `update tieout.second_word set verdict = 'rejected'`,
    'delete from tieout.second_word',
    'delete from tieout.waiting_decision',
  ])
    expect(await found(change)).toContain('11h');
});

test('a cut tail and a chain written anew show against heads that were written down', async () => {
  const client = await at.db.pool.connect();
  const heads = Object.entries(await auditHeads(client)).map(([stream, head]) => ({ stream, head }));
  const check = async () => anchorCheck(client, heads);
  try {
    expect(await check()).toMatchObject({ ok: true });
    await client.query('begin');
    await client.query('set local session_replication_role = replica');
    await client.query(
      `delete from tieout.audit a where stream = 'runs' and seq = (select max(seq) from tieout.audit b where b.stream = a.stream)`,
    );
    const cut = await check();
    expect(cut.evidence).toEqual([
      expect.stringMatching(/^runs: it ends at row \d+, and was written down at row \d+$/),
    ]);
    await client.query('rollback');
    await client.query('begin');
    await client.query('set local session_replication_role = replica');
    await client.query(`update tieout.audit set hash = 'x' where stream = 'intake'`);
    expect((await check()).evidence).toEqual([expect.stringMatching(/^intake \d+: it is not the row/)]);
  } finally {
    await client.query('rollback');
    client.release();
  }
});
