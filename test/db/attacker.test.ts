// Somebody has the program's connection (its DATABASE_URL) and at most one person's key, and tries to get a second person's
// word, another's name, or other books. Each try is what a client of the database can send; none needs our program.
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { addUser } from '../../jobs/administration/users.ts';
import { approveJournals } from '../../jobs/decisions/approveJournals.ts';
import { authenticate } from '../../jobs/administration/userKeys.ts';
import { appendAudit } from '../../src/db/audit.ts';
import type { Database } from '../../src/db/connection.ts';
import { transaction } from '../../src/db/connection.ts';
import { readLogin } from '../../src/db/appLogin.ts';
import { migrate } from '../../src/db/migrate.ts';
import { Books } from '../posting/books.ts';
import { appUrl, asApp } from '../support/appLogin.ts';
import type { TestDatabase } from '../support/database.ts';
import { emptyDatabase, testDatabase } from '../support/database.ts';

const NOW = Date.now();
let t: TestDatabase;
let app: Database;
let books: Books;
const keys: Record<string, string> = {};

beforeAll(async () => {
  t = await testDatabase();
  const ada = await addUser(t.db, { name: 'ada', role: 'admin', osUser: 'os', now: NOW });
  keys['ada'] = ada.key;
  const by = await actor('ada', t.db);
  for (const [name, role] of [
    ['rob', 'reviewer'],
    ['ray', 'reviewer'],
    ['pia', 'preparer'],
  ] as const)
    keys[name] = (await addUser(t.db, { name, role, by, osUser: 'os', now: NOW })).key;
  books = await new Books(t.db).open();
  await books.shipment({ id: 'SO-1', amount: '10.00' });
  await books.shipment({ id: 'SO-2', amount: '20.00' });
  await books.propose();
  app = await asApp(t.db);
});
afterAll(async () => {
  await app.close();
  await t.drop();
});

async function actor(name: string, db: Database) {
  const proof = await authenticate(db, {
    name,
    key: keys[name] ?? '',
    osUser: 'os',
    now: new Date().toISOString(),
  });
  if (!proof.ok) throw new Error(`the key of ${name} does not open`);
  return proof.actor;
}

/** A session of its own, so that what it sets does not stay; `RESET ROLE` and the like come first. */
async function attack(...statements: string[]): Promise<string> {
  const client = new pg.Client({ connectionString: await appUrl(t.db) });
  await client.connect();
  try {
    for (const one of statements) await client.query(one);
    return 'done';
  } catch (error) {
    return (error as Error).message;
  } finally {
    await client.end();
  }
}

const PENDING = `(select posting_reference from tieout.posting where state = 'AWAITING_APPROVAL' order by 1 limit 1)`;
const HASH = `(select payload_hash from tieout.posting where state = 'AWAITING_APPROVAL' order by posting_reference limit 1)`;
const DENIED = /permission denied|must be (owner|superuser|able)|must have|is refused/;

describe('the program itself works by this login', () => {
  test('a reviewer with a key approves; the database takes the name from the key', async () => {
    expect(await readLogin(app.pool)).toMatchObject({ owner: false });
    const [, second = ''] = await books.references();
    const by = { ...(await actor('ray', app)), name: 'somebody else', role: 'admin' as const };
    await expect(approveJournals({ db: app, by, why: 'checked' }, [second])).rejects.toThrow(
      'may not approve',
    );
    const outcome = await approveJournals({ db: app, by: { ...by, role: 'reviewer' }, why: 'checked' }, [
      second,
    ]);
    expect(outcome).toMatchObject([{ ok: true, state: 'APPROVED' }]);
    const said = await t.db.pool.query('select approver, makers from tieout.approval');
    expect(said.rows).toMatchObject([{ approver: 'ray' }]);
  });

  test('chains can be written, and wrong keys are counted', async () => {
    await transaction(app, (client) => appendAudit(client, 'intake', { test: true }));
    const key = `${keys['rob']?.slice(0, -2)}xx`;
    const claim = { name: 'rob', key, osUser: 'os', now: new Date().toISOString() };
    expect(await authenticate(app, claim)).toEqual({ ok: false, reason: 'WRONG_KEY' });
    expect(await authenticate(app, claim)).toEqual({ ok: false, reason: 'WRONG_KEY' });
    const tries = await t.db.pool.query('select failed from tieout.key_try');
    expect(tries.rows).toEqual([{ failed: '2' }]);
  });
});

describe('an attacker with the program’s connection', () => {
  test.each([
    ['reset role', ['reset role', 'alter table tieout.audit disable trigger user']],
    ['reset session authorization', ['reset session authorization', 'delete from tieout.audit']],
    ['set role to the owner', [`set role tieout`]],
    ['switch triggers off', [`set session_replication_role = replica`]],
    ['make a role', ['create role mine superuser']],
    ['a program on the server', [`copy (select 1) to program 'true'`]],
    ['a file on the server', [`copy (select 1) to '/tmp/tieout-attack'`]],
    ['read a file of the server', [`create temporary table f (l text)`, `copy f from '/etc/passwd'`]],
    ['a large object from a file', [`select lo_import('/etc/passwd')`]],
    ['settings of the server', [`alter system set fsync = off`]],
    ['update a fact', [`update tieout.line set amount = amount * 2`]],
    ['update an event', [`update tieout.event set company = 'X'`]],
    ['delete audit rows', ['delete from tieout.audit']],
    ['empty the audit', ['truncate tieout.audit']],
    ['drop a guard', ['drop trigger posting_guard on tieout.posting']],
    [
      'replace a guard',
      [
        `create or replace function tieout.same_person(name text, others text[]) returns boolean language sql immutable as 'select false'`,
      ],
    ],
    [
      'another state of a transition',
      [`insert into tieout.posting_transition values ('READY', 'POSTED', 'machine')`],
    ],
    ['a user', [`insert into tieout.app_user (name, role) values ('eve', 'reviewer')`]],
    ['a role of a user', [`update tieout.app_user set role = 'reviewer' where name = 'pia'`]],
    [
      'a key',
      [
        `insert into tieout.user_key (key_id, user_name, key_sha256) values ('000000000000', 'rob', sha256('x'))`,
      ],
    ],
    [
      'a decision in another name',
      [
        `insert into tieout.decision (decision_id, kind, actor, subject, why, content_hash) values (1, 'approve', 'rob', 'x', 'x', '')`,
      ],
    ],
    [
      'an approval',
      [
        `insert into tieout.approval (approval_id, journal_id, payload_hash, verdict, approver, decision_id) select 1, journal_id, payload_hash, 'approved', 'rob', 1 from tieout.posting limit 1`,
      ],
    ],
    [
      'a second word',
      [
        `insert into tieout.second_word (decision_id, verdict, actor, word_id) values (1, 'approved', 'rob', 1)`,
      ],
    ],
    [
      'an approval of rules',
      [`insert into tieout.rule_approval (hash, approver, decision_id) values ('x', 'rob', 1)`],
    ],
    [
      'a word on a posting',
      [
        `insert into tieout.resolution (resolution_id, posting_key, state, state_since, outcome, why, evidence, actor, decision_id) values (1, 'x', 'x', now(), 'void', 'x', 'x', 'rob', 1)`,
      ],
    ],
    ['the person of a key without it', [`select tieout.person_of('x')`]],
  ])('%s: refused', async (_, statements) => {
    expect(await attack(...statements)).toMatch(DENIED);
  });

  test('without a key there is no decision, whoever is named', async () => {
    expect(
      await attack(`select tieout.decide_by(null, 'rob', 'approve', 'os', ${PENDING}, 'x', '', '{}')`),
    ).toMatch('needs the key');
    expect(
      await attack(
        `select tieout.decide_by('tieout_0123456789ab_${'A'.repeat(43)}', 'rob', 'approve', 'os', 'x', 'x', '', '{}')`,
      ),
    ).toMatch("nobody's");
    expect(
      await attack(`select tieout.add_user(null, 'eve', 'reviewer', null, '{}', '0', '', null)`),
    ).toMatch("only an admin's key");
  });

  test('a preparer with a key gets no approval, no reviewer and no other name', async () => {
    const pia = keys['pia'];
    const content = `jsonb_build_object('payloadHash', ${HASH})::text`;
    expect(
      await attack(
        `select tieout.approve_journal(tieout.decide_by('${pia}', 'rob', 'approve', 'os', ${PENDING}, 'x', '', ${content}))`,
      ),
    ).toMatch('pia is not a reviewer');
    expect(
      await attack(`select tieout.add_user('${pia}', 'eve', 'reviewer', null, '{}', '0', '', null)`),
    ).toMatch("only an admin's key");
    expect(await attack(`select tieout.revoke_user('${pia}', 'rob', now())`)).toMatch("only an admin's key");
  });

  test('a reviewer cannot agree to what they asked for, nor use an old word again', async () => {
    const rob = keys['rob'];
    const asked = await transaction(app, async (client) => {
      const id = await client.query<{ id: string; hash: string }>(
        `with d as (select tieout.decide_by($1, '', 'release', 'os', 'US01 GL', 'x', '', '{}') as id)
         select id, '44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a' as hash from d`,
        [rob],
      );
      await client.query('select tieout.wait_for_second($1)', [id.rows[0]!.id]);
      return id.rows[0]!;
    });
    const content = JSON.stringify({ decision: asked.id, contentHash: asked.hash });
    const say = (key: string | undefined) =>
      `select tieout.say_second_word(tieout.decide_by('${key}', '', 'approve', 'os', 'D${asked.id}', 'x', '', '${content}'))`;
    expect(await attack(say(rob))).toMatch('second_word_four_eyes');
    expect(await attack(`insert into tieout.brake_release values (${asked.id}, 'US01', 'GL', 9)`)).toMatch(
      'no second person',
    );
    const { rows } = await t.db.pool.query(
      `select decision_id from tieout.decision where actor = 'ray' limit 1`,
    );
    expect(await attack(`select tieout.approve_journal(${rows[0].decision_id})`)).toMatch(
      'of this transaction',
    );
  });

  test('a journal does not begin as approved, nor become so by a person who is none', async () => {
    const insert = `insert into tieout.posting (posting_key, posting_reference, journal_id, erp, company, payload_hash, state)
      select 'forged', 'FORGEDFORGED0000', journal_id, p.erp, p.company, p.payload_hash, 'APPROVED' from tieout.posting p limit 1`;
    expect(await attack(insert)).toMatch('begins as DRAFT');
    const move = (by: string) =>
      `update tieout.posting set state = 'APPROVED', moved_by = '${by}' where state = 'AWAITING_APPROVAL'`;
    expect(await attack(move('person'))).toMatch("lacks the second person's word");
    expect(await attack(move('run'))).toMatch('may not go');
    expect(await attack(`update tieout.posting set payload_hash = 'x'`)).toMatch('cannot become another');
  });

  test('who made a run cannot be written over', async () => {
    expect(await attack(`update tieout.run set maker = 'nobody'`)).toMatch('stays who it was');
    const { rows } = await t.db.pool.query(
      `select decision_id from tieout.decision where actor = 'rob' limit 1`,
    );
    await transaction(app, async (client) => {
      const made = await client.query(
        `insert into tieout.run (run_id, kind, state, as_of, horizon, rulebook_hash, maker, decision_id, started_at)
         values (99, 'decision', 'running', '2026-11-01', 0, 'x', 'nobody', $1, now()) returning maker`,
        [rows[0].decision_id],
      );
      expect(made.rows).toEqual([{ maker: 'rob' }]);
      await client.query('rollback; begin');
    });
  });

  test('names of its own do not stand before ours', async () => {
    // Temporary tables and operators in the schema that the program owns, both first on the path of the session.
    const rob = keys['rob'];
    const shadow = [
      'begin',
      'create temporary table app_user (name text, role text, revoked_at timestamptz, os_account text)',
      `insert into app_user values ('pia', 'reviewer', null, null)`,
      `create operator work.= (leftarg = text, rightarg = text, procedure = pg_catalog.textne)`,
      `create operator work.<> (leftarg = text, rightarg = text, procedure = pg_catalog.texteq)`,
      `set search_path = pg_temp, work, pg_catalog, tieout`,
    ];
    const content = `pg_catalog.jsonb_build_object('payloadHash', (select payload_hash from tieout.posting where state operator(pg_catalog.=) 'AWAITING_APPROVAL' limit 1))::text`;
    const by = (key: string | undefined) =>
      `select tieout.approve_journal(tieout.decide_by('${key}', 'ray', 'approve', 'os', (select posting_reference from tieout.posting where state operator(pg_catalog.=) 'AWAITING_APPROVAL' limit 1), 'x', '', ${content}))`;
    expect(await attack(...shadow, by(keys['pia']))).toMatch('pia is not a reviewer');
    expect(
      await attack(
        ...shadow,
        `update tieout.posting set state = 'APPROVED', moved_by = 'person' where state operator(pg_catalog.=) 'AWAITING_APPROVAL'`,
      ),
    ).toMatch("lacks the second person's word");
    expect(
      await attack(
        `set search_path = work`,
        `select tieout.add_user('${rob}', 'eve', 'reviewer', null, '{}', '0', '', null)`,
      ),
    ).toMatch("only an admin's key");
  });

  test('another project’s database is closed', async () => {
    const other = await emptyDatabase();
    await migrate(other.db);
    const url = new URL(await appUrl(t.db));
    url.pathname = new URL(other.db.url).pathname;
    const client = new pg.Client({ connectionString: url.href });
    await expect(client.connect()).rejects.toThrow(/permission denied for database/);
    await other.drop();
  });
});
