// The posting loop and the second person on the real database, with the real file drop and an ERP that loses answers.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { transaction } from '../../src/db/connection.ts';
import { markRestored } from '../../src/db/project.ts';
import { verifyAudit } from '../../src/db/audit.ts';
import { fileDrop } from '../../src/erp/fileDrop.ts';
import type { ErpPoster, OutgoingJournal } from '../../src/erp/contract.ts';
import { journalAmounts } from '../../src/posting/document.ts';
import { POSTING_SETTINGS } from '../../src/posting/posting.ts';
import type { PostingSettings } from '../../src/posting/posting.ts';
import { approveRules } from '../../jobs/decisions/approveRules.ts';
import {
  approveJournals as approve,
  rejectJournals as reject,
  resolve,
} from '../../jobs/decisions/approveJournals.ts';
import { setUpErp } from '../../jobs/posting/setUpErp.ts';
import { post } from '../../jobs/posting/post.ts';
import { previewPost } from '../../jobs/posting/postPreview.ts';
import type { PostRequest, PostSummary } from '../../jobs/posting/post.ts';
import type { TestDatabase } from '../support/database.ts';
import { testDatabase } from '../support/database.ts';
import { Books, RULES } from './books.ts';

/** Short times, so that absence is proved in half a second. */
const QUICK: PostingSettings = { ...POSTING_SETTINGS, leaseMs: 120, callTimeoutMs: 150, queueMs: 50 };

let test: TestDatabase;
let books: Books;
let folder: string;
beforeEach(async () => {
  test = await testDatabase();
  books = await new Books(test.db).open();
  folder = mkdtempSync(join(tmpdir(), 'tieout-post-'));
  outbox().setUp!();
});
afterEach(async () => {
  rmSync(folder, { recursive: true });
  await test.drop();
});

function send(erp: ErpPoster, changes: Partial<PostRequest> = {}): Promise<PostSummary> {
  return post({
    db: test.db,
    erps: new Map([['drop', erp]]),
    worker: 'w1',
    clock: () => performance.now(),
    random: () => 0,
    ...changes,
  });
}

const outbox = (): ErpPoster =>
  fileDrop({ outbox: join(folder, 'outbox'), archive: join(folder, 'archive') });

const DROP = () =>
  new Map([
    [
      'drop',
      {
        name: 'drop',
        adapter: 'file-drop',
        settings: {},
        folders: { outbox: join(folder, 'outbox'), archive: join(folder, 'archive') },
      },
    ],
  ]);

/** An ERP in memory that commits, and answers only when `answers` says so. */
class MemoryErp implements ErpPoster {
  readonly capabilities = { ...outbox().capabilities, idempotency: 'none' as const };
  readonly documents: OutgoingJournal[] = [];
  calls = 0;
  readonly #behave: (call: number) => 'ok' | 'lost' | 'notArrived' | 'hang' | 'refused';
  constructor(behave: (call: number) => 'ok' | 'lost' | 'notArrived' | 'hang' | 'refused') {
    this.#behave = behave;
  }
  post: ErpPoster['post'] = async (journal) => {
    this.calls += 1;
    const what = this.#behave(this.calls);
    if (what === 'refused')
      return { kind: 'refused', code: 'closedPeriod', message: 'period 2026-10 is closed' };
    if (what !== 'notArrived') this.documents.push(journal);
    if (what === 'hang') await new Promise(() => {});
    if (what !== 'ok') throw new Error('socket hang up');
    return { kind: 'posted', document: this.#document(journal) };
  };
  look: ErpPoster['look'] = (journal) => {
    const found = this.documents.filter((other) => other.postingReference === journal.postingReference);
    return Promise.resolve(
      found.length === 0
        ? { kind: 'absent' }
        : { kind: 'found', documents: found.map((each) => this.#document(each)) },
    );
  };
  #document(journal: OutgoingJournal) {
    return {
      documentId: `D-${journal.postingReference}`,
      reference: journal.postingReference,
      amounts: journalAmounts(journal),
    };
  }
}

async function approved(count: number): Promise<string[]> {
  const bob = await books.user('bob', 'reviewer');
  for (let n = 1; n <= count; n += 1) await books.shipment({ id: `SO-${n}`, amount: `${n}0.00` });
  await books.propose();
  const references = await books.references();
  await approve({ db: test.db, by: bob, why: 'checked' }, references);
  return references;
}

describe('sending', () => {
  it('drops each approved journal once, tells the whole story, and does nothing the second time', async () => {
    const references = await approved(3);
    const sent = await send(outbox());
    expect(sent).toMatchObject({ steps: 3, states: { POSTED: 3 }, nextDueMs: null });
    expect(readdirSync(join(folder, 'outbox')).filter((name) => name.endsWith('.csv'))).toEqual(
      references.map((reference) => `${reference}.csv`).toSorted(),
    );
    const story = await books.pool.query(
      `select from_state || ' > ' || to_state as step, posting_step.moved_by from posting_step join posting using (posting_key) where posting_reference = $1 order by step`,
      [references[0]],
    );
    expect(
      story.rows.map((row: { step: string; moved_by: string }) => `${row.step} ${row.moved_by}`).toSorted(),
    ).toEqual([
      'APPROVED > CLAIMED machine',
      'AWAITING_APPROVAL > APPROVED person',
      'CLAIMED > SENDING machine',
      'DRAFT > READY run',
      'READY > AWAITING_APPROVAL run',
      'SENDING > POSTED machine',
    ]);
    expect(await send(outbox())).toMatchObject({ steps: 0 });
    expect((await verifyAudit(test.db.pool)).broken).toEqual([]);
  });

  it('finds by a look what a lost answer had booked, and books it no second time', async () => {
    await approved(2);
    const erp = new MemoryErp(() => 'lost');
    const sent = await send(erp, { until: 'settled', settings: QUICK });
    expect(sent.states).toEqual({ POSTED: 2 });
    expect([erp.calls, erp.documents.length]).toEqual([2, 2]);
  });

  it('does not take a database clock that was set forward for time in which nothing came to light', async () => {
    await approved(1);
    const erp = new MemoryErp((call) => (call === 1 ? 'notArrived' : 'ok'));
    const looks: number[] = [];
    const settings = { ...QUICK, queueMs: 1_000 };
    await send(
      {
        ...erp,
        look: (journal, call) => (looks.push(performance.now()), erp.look(journal, call)),
      } as ErpPoster,
      {
        until: 'settled',
        lanes: 1,
        settings,
        clock: () => {
          void books.pool
            .query(
              `update posting set first_negative_at = first_negative_at - interval '1 hour', due_at = now() where state = 'UNKNOWN' and lease_until is null`,
            )
            .catch(() => undefined);
          return performance.now();
        },
      },
    );
    expect(erp.calls).toBe(2);
    expect(looks.length).toBeGreaterThan(2);
    expect(looks.at(-2)! - looks[0]!).toBeGreaterThanOrEqual(settings.queueMs);
  });

  it('sends again only after two looks over the whole grace found nothing', async () => {
    await approved(1);
    const erp = new MemoryErp((call) => (call === 1 ? 'notArrived' : 'ok'));
    const sent = await send(erp, { until: 'settled', settings: QUICK });
    expect(sent.states).toEqual({ POSTED: 1 });
    expect([erp.calls, erp.documents.length]).toEqual([2, 1]);
    const looks = await books.pool.query(`select count(*)::int as n from attempt where kind = 'look'`);
    expect((looks.rows[0] as { n: number }).n).toBeGreaterThanOrEqual(3);
    const untold = await books.pool.query(
      'select number, kind from attempt a where not exists (select from attempt_outcome o where o.posting_key = a.posting_key and o.number = a.number)',
    );
    expect(untold.rows).toEqual([]); // the look before the second send found nothing, and that is told too
  });

  it('drops a call that hangs, and finds what it had committed', async () => {
    await approved(1);
    const erp = new MemoryErp(() => 'hang');
    expect((await send(erp, { until: 'settled', settings: QUICK })).states).toEqual({ POSTED: 1 });
    expect(erp.documents).toHaveLength(1);
  });

  it('takes a refusal for an answer, and frees the lines for a new revision', async () => {
    await approved(1);
    expect((await send(new MemoryErp(() => 'refused'))).states).toEqual({ REJECTED: 1 });
    expect((await books.propose()).journals).toBe(1);
    expect(new Set(await books.references()).size).toBe(2);
  });

  it('does not send what the ledger has come to explain', async () => {
    await approved(1);
    await books.document('4711', '10.00', 'SO-1');
    expect(await previewPost(test.db, new Map([['drop', outbox()]]))).toMatchObject([
      { state: 'APPROVED', amount: '10.0000', explainedBy: ['4711'] },
    ]);
    const erp = new MemoryErp(() => 'ok');
    expect((await send(erp)).states).toEqual({ CANCELLED: 1 });
    expect(erp.calls).toBe(0);
    expect((await books.pool.query('select why from posting')).rows).toEqual([
      { why: 'not sent: already explained by 4711' },
    ]);
  });

  const why = async (): Promise<unknown[]> => (await books.pool.query('select state, why from posting')).rows;
  const held = async (): Promise<string[]> =>
    (await previewPost(test.db, new Map([['drop', outbox()]]))).map((journal) => journal.held);
  const sendNothing = async (): Promise<unknown[]> => {
    const erp = new MemoryErp(() => 'ok');
    await send(erp);
    expect(erp.calls).toBe(0);
    return why();
  };

  it('does not send what was closed, changed or left without its approver since the second word', async () => {
    await approved(1);
    await books.pool.query(`alter table app_user disable trigger user`);
    await books.pool.query(`update app_user set revoked_at = now() where name = 'bob'`);
    expect(await held()).toEqual(['no longer in the role of then: bob']);
    expect(await sendNothing()).toEqual([
      { state: 'APPROVED', why: 'held: no longer in the role of then: bob' },
    ]);
  });

  it('withdraws a journal whose stored lines are not those that were approved', async () => {
    await approved(1);
    await books.pool.query(`alter table journal_line disable trigger user`);
    await books.pool.query(
      `update journal_line set amount = amount * 10, company_amount = company_amount * 10`,
    );
    expect(await held()).toEqual(['its stored lines are not those that were approved']);
    expect(await sendNothing()).toEqual([
      { state: 'CANCELLED', why: 'not sent: its stored lines are not those that were approved' },
    ]);
  });

  it('withdraws a journal whose period was closed since', async () => {
    await approved(1);
    await books.pool.query(
      `insert into fiscal_period select company, ledger, fiscal_year, period, date_from, date_to, 'closed', now() + interval '1 day', batch_id from fiscal_period`,
    );
    expect(await held()).toEqual(['period 2026-10 is closed']);
    expect(await sendNothing()).toEqual([{ state: 'CANCELLED', why: 'not sent: period 2026-10 is closed' }]);
  });

  it('sends nothing from a restored database before a complete extract that was taken later', async () => {
    await approved(1);
    await transaction(test.db, (client) => markRestored(client, new Date().toISOString(), 0));
    await books.batch(true, new Date(Date.now() - 3_600_000));
    expect(await sendNothing()).toMatchObject([{ state: 'APPROVED' }]);
    expect(await held()).toEqual([
      expect.stringMatching(/^a brake is on, the database was restored .* has been read since$/),
    ]);
    await books.batch(true, new Date(Date.now() + 60_000));
    expect((await send(new MemoryErp(() => 'ok'))).states).toEqual({ POSTED: 1 });
  });

  it('keeps a journal approved while the archive is not there, and sends it when it is back', async () => {
    await approved(1);
    rmSync(join(folder, 'archive'), { recursive: true });
    expect((await send(outbox())).states).toEqual({ APPROVED: 1 });
    expect((await books.pool.query('select why from posting')).rows).toEqual([
      { why: expect.stringMatching(/^held: .*archive is not there or not set up/) },
    ]);
    expect(readdirSync(join(folder, 'outbox'))).toEqual(['.tieout.json']);
    expect(await setUpErp(test.db, DROP(), 'drop')).toEqual([join(folder, 'archive')]);
    expect(await setUpErp(test.db, DROP(), 'drop')).toEqual([]);
    await books.pool.query('update posting set due_at = now()');
    expect((await send(outbox())).states).toEqual({ POSTED: 1 });
  });

  it('leaves to a person what was cut off when the archive is gone, and sets none up meanwhile', async () => {
    await approved(1);
    const killed = send(outbox(), {
      lanes: 1,
      settings: { ...QUICK, leaseMs: 2_000 },
      crashPoint: (name) => {
        if (name === 'post.after-attempt') throw new Error('killed');
      },
    });
    await expect(killed).rejects.toThrow('killed');
    rmSync(join(folder, 'archive'), { recursive: true });
    await expect(setUpErp(test.db, DROP(), 'drop')).rejects.toThrow('a folder set up anew would say');
    expect((await send(outbox(), { until: 'settled', settings: QUICK })).states).toEqual({ NEEDS_HUMAN: 1 });
  });

  it('makes one document of each journal with eight workers at once, some of which die at named points', async () => {
    await approved(12);
    const erp = new MemoryErp((call) => (call % 3 === 0 ? 'lost' : 'ok'));
    let countdown = 0;
    const worker = (n: number): Promise<unknown> =>
      send(erp, {
        worker: `w${n}`,
        until: 'settled',
        settings: QUICK,
        lanes: 1,
        crashPoint: () => {
          countdown += 1;
          // Thrown where a process would be killed: nothing after it is done by this worker.
          if (n < 6 && countdown % 17 === n) throw new Error('killed');
        },
      }).catch(() => 'dead');
    await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map(worker));
    expect(await books.states()).toEqual(Array(12).fill('POSTED'));
    expect(erp.documents.map((journal) => journal.postingReference).toSorted()).toEqual(
      (await books.references()).toSorted(),
    );
  });

  it('refuses a worker whose fencing number is old', async () => {
    await approved(1);
    await books.pool.query(
      `update posting set state = 'CLAIMED', moved_by = 'machine', fence = 7, worker = 'other', lease_until = now() + interval '1 hour'`,
    );
    expect((await send(outbox())).steps).toBe(0);
    await expect(books.pool.query(`update posting set fence = 6`)).rejects.toThrow('fencing number');
  });
});

describe('the second person', () => {
  it('is another one than who started the run, and a reviewer', async () => {
    const bob = await books.user('bob', 'reviewer');
    const carol = await books.user('carol', 'reviewer');
    const paul = await books.user('paul', 'preparer');
    await books.shipment({ id: 'SO-1', amount: '10.00' });
    await books.propose(undefined, 'Bob');
    const journals = await books.references();
    const word = (by: typeof bob) => approve({ db: test.db, by, why: 'ok' }, journals);
    expect(await word(bob)).toMatchObject([{ ok: false, reason: 'MAKER_IS_CHECKER' }]);
    await expect(word(paul)).rejects.toThrow('may not approve journals');
    expect(await word(carol)).toMatchObject([{ ok: true, state: 'APPROVED' }]);
    expect(await word(carol)).toMatchObject([{ ok: false, reason: 'WRONG_STATE' }]);
    expect((await books.pool.query('select count(*)::int as n from decision')).rows).toEqual([{ n: 1 }]);
  });

  it('of a journal is not who approved its rules last; and who brought rules in does not approve them', async () => {
    const bob = await books.user('bob', 'reviewer');
    const root = await books.user('root', 'reviewer');
    expect(await approveRules({ db: test.db, by: bob, why: 'read' }, RULES)).toEqual({
      hash: RULES,
      approved: true,
    });
    await expect(approveRules({ db: test.db, by: root, why: 'mine' }, RULES)).rejects.toThrow(
      'brought this rule version in',
    );
    await books.shipment({ id: 'SO-1', amount: '10.00' });
    await books.propose(undefined, 'schedule:nightly');
    expect(await approve({ db: test.db, by: bob, why: 'ok' }, await books.references())).toMatchObject([
      { reason: 'MAKER_IS_CHECKER' },
    ]);
  });

  it('of rules that a schedule brought in needs two: nobody has looked at them before', async () => {
    const [bob, rita] = [await books.user('bob', 'reviewer'), await books.user('rita', 'reviewer')];
    const nightly = 'rules-2';
    await books.pool.query(
      `insert into rulebook_version (hash, canonical, first_seen_by) values ('rules-2', '', 'schedule:nightly')`,
    );
    const approved = async (): Promise<unknown> =>
      (await books.pool.query(`select rule_approved('rules-2') as approved`)).rows;
    const word = { db: test.db, why: 'read' };
    expect(await approveRules({ ...word, by: bob }, nightly)).toEqual({ hash: nightly, approved: false });
    expect(await approved()).toEqual([{ approved: false }]);
    await expect(approveRules({ ...word, by: bob }, nightly)).rejects.toThrow('already');
    expect(await approveRules({ ...word, by: rita }, nightly)).toEqual({ hash: nightly, approved: true });
    expect(await approved()).toEqual([{ approved: true }]);
  });

  it('is not of the person whose account of the operating system started the run', async () => {
    const jane = await books.user('jane.doe', 'reviewer');
    await books.pool.query(`update app_user set os_account = 'JDoe' where name = 'jane.doe'`);
    await books.shipment({ id: 'SO-1', amount: '10.00' });
    await books.propose(undefined, 'jdoe');
    expect(await approve({ db: test.db, by: jane, why: 'ok' }, await books.references())).toMatchObject([
      { reason: 'MAKER_IS_CHECKER' },
    ]);
    await books.pool.query(
      `insert into rulebook_version (hash, canonical, first_seen_by) values ('rules-2', '', 'jdoe')`,
    );
    await expect(approveRules({ db: test.db, by: jane, why: 'mine' }, 'rules-2')).rejects.toThrow(
      'brought this rule version in',
    );
  });

  it('rejects, and the lines are free', async () => {
    const bob = await books.user('bob', 'reviewer');
    await books.shipment({ id: 'SO-1', amount: '10.00' });
    await books.propose();
    expect(await reject({ db: test.db, by: bob, why: 'no' }, await books.references())).toMatchObject([
      { ok: true, state: 'CANCELLED' },
    ]);
    expect((await books.pool.query('select distinct ended from journal_source')).rows).toEqual([
      { ended: 'CANCELLED' },
    ]);
    expect(await reject({ db: test.db, by: bob, why: 'no' }, ['NOSUCHJOURNAL222'])).toMatchObject([
      { reason: 'NOT_FOUND' },
    ]);
  });

  it('settles what the machine cannot, by two words to the same effect', async () => {
    const [reference] = await approved(1);
    const carol = await books.user('carol', 'reviewer');
    const paul = await books.user('paul', 'preparer');
    const blind: ErpPoster = Object.assign(new MemoryErp(() => 'lost'), {
      capabilities: { ...outbox().capabilities, look: 'none' as const },
    });
    expect((await send(blind, { until: 'settled', settings: QUICK })).states).toEqual({ NEEDS_HUMAN: 1 });
    const word = (by: typeof carol, evidence: string) =>
      resolve({ db: test.db, by, why: 'looked' }, reference!, evidence);
    await expect(word(paul, 'it is there')).rejects.toThrow('expected: "document NUMBER');
    expect(await word(paul, 'document 4711, seen in the ledger')).toMatchObject({
      ok: true,
      waitsForSecond: true,
    });
    expect(await word(paul, 'document 4711, still')).toMatchObject({ waitsForSecond: true });
    expect(await word(carol, 'document 4712, I think')).toMatchObject({ waitsForSecond: true });
    expect(await word(carol, 'absent')).toMatchObject({ waitsForSecond: true });
    await word(paul, 'document 4711, certainly');
    expect(await word(carol, 'document 4711, me too')).toMatchObject({
      ok: true,
      state: 'POSTED',
      waitsForSecond: false,
    });
    expect((await books.pool.query('select document_id from posting')).rows).toEqual([
      { document_id: '4711' },
    ]);
  });

  it.each<[string, string, string]>([
    ['UNKNOWN', 'document 4711', 'POSTED'],
    ['UNKNOWN', 'absent: asked the bank', 'RETRY_WAIT'],
    ['UNKNOWN', 'void: entered by hand', 'CANCELLED'],
    ['CONFLICT', 'document 4711', 'CONFIRMED'],
    ['CONFLICT', 'absent: deleted since', 'CANCELLED'],
    ['POSTED_NOT_SEEN', 'document 4712', 'POSTED'],
    ['POSTED_NOT_SEEN', 'absent: deleted there', 'CANCELLED'],
    ['DUPLICATE_FOUND', 'void: both reversed', 'CANCELLED'],
  ])('settles %s by "%s": %s', async (from, evidence, to) => {
    const [reference = ''] = await approved(1);
    const carol = await books.user('carol', 'reviewer');
    const bob = { name: 'bob', role: 'reviewer', keyId: 'k', osUser: 'os' } as const;
    await books.pool.query('alter table posting disable trigger user');
    await books.pool.query('update posting set state = $1, fence = 3', [from]);
    await books.pool.query('alter table posting enable trigger user');
    const word = (by: typeof carol) => resolve({ db: test.db, by, why: 'looked' }, reference, evidence);
    expect(await word(bob)).toMatchObject({ ok: true, state: from, waitsForSecond: true });
    expect(await word(carol)).toMatchObject({ ok: true, state: to, waitsForSecond: false });
    const fence = (await books.pool.query<{ fence: string }>('select fence from posting')).rows[0]!.fence;
    expect(fence).toBe(from === 'UNKNOWN' ? '4' : '3');
  });

  it('is told what to do instead where nobody is asked', async () => {
    const [reference = ''] = await approved(1);
    const bob = { name: 'bob', role: 'reviewer', keyId: 'k', osUser: 'os' } as const;
    const word = () => resolve({ db: test.db, by: bob, why: 'looked' }, reference, 'void');
    expect(await word()).toMatchObject({
      reason: 'WRONG_STATE',
      why: 'APPROVED: nothing of it has left: tieout post sends it, tieout reject takes it back',
    });
    await books.pool.query('alter table posting disable trigger user');
    await books.pool.query(`update posting set state = 'REVERSED_IN_ERP'`);
    expect(await word()).toMatchObject({ why: expect.stringContaining('what it booked is open again') });
  });
});

describe('the database refuses', () => {
  beforeEach(async () => {
    await books.shipment({ id: 'SO-1', amount: '10.00' });
    await books.propose();
  });
  const refusal = (sql: string): Promise<string> =>
    books.pool.query(sql).then(
      () => 'taken',
      (error: Error) => error.message,
    );

  it('an illegal move, a move without the second word, and POSTED without a document', async () => {
    expect(await refusal(`update posting set state = 'POSTED'`)).toContain(
      'may not go from AWAITING_APPROVAL to POSTED',
    );
    expect(await refusal(`update posting set state = 'APPROVED', moved_by = 'person'`)).toContain(
      `lacks the second person's word`,
    );
    expect(await refusal(`update posting set payload_hash = 'x'`)).toContain('cannot become another one');
    expect(await refusal('delete from posting')).toContain('never deleted');
  });

  it('a line in a second live journal, by id and by external key', async () => {
    expect(await refusal('insert into journal_source select * from journal_source limit 1')).toContain(
      'journal_source_',
    );
    expect(
      await refusal(
        `insert into journal_source select journal_id, journal_line, unit, line_id + 1000, null, external_key, amount from journal_source limit 1`,
      ),
    ).toContain('journal_source_key_live');
  });

  it('an unbalanced journal, when the transaction commits', async () => {
    expect(
      await refusal(
        `insert into journal_line (journal_id, line, side, account, currency, amount, company_currency, company_amount, clears) values (1, 3, 'debit', '1', 'USD', 1, 'USD', 1, true)`,
      ),
    ).toContain('does not balance: 1.0000 in USD');
    expect(
      await refusal(
        `insert into journal_line (journal_id, line, side, account, currency, amount, company_currency, company_amount, clears) values (1, 3, 'debit', '1', 'USD', -1, 'USD', 1, true)`,
      ),
    ).toContain('journal_line_amount_check');
    expect(await refusal(`update journal_line set amount = 5`)).toContain('facts are stored once');
  });

  it('an approval for another content', async () => {
    await books.user('bob', 'reviewer');
    expect(
      await refusal(
        `insert into approval (approval_id, journal_id, payload_hash, verdict, approver, decision_id) values (1, 1, 'x', 'approved', 'bob', 1)`,
      ),
    ).toContain('another content');
  });
});
