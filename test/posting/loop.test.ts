// The closed loop, from a sale that the ledger lacks to the document that proves it, and every way in which it can go wrong.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { accept } from '../../jobs/decisions/accept.ts';
import { transaction } from '../../src/db/connection.ts';
import type { TestDatabase } from '../support/database.ts';
import { copyOf, testDatabase } from '../support/database.ts';
import { Story } from './story.ts';

const MISSING = `
periods 2026-09=closed 2026-10=open 2026-11=open 2026-12=open
sale SO-1 10.00 2026-10-05
sale SO-2 7.50 2026-10-06
booked 4711 SO-2 7.50 2026-10-06
extract
`;
const PROPOSED = `
reconcile
expect home MISSING_IN_LEDGER SO-1
expect home match SO-2 4711
expect journal SO-1 AWAITING_APPROVAL
expect journal SO-2
`;

let begun: TestDatabase;
let beginning: Story;
let database: TestDatabase;
let story: Story;
beforeAll(async () => {
  begun = await testDatabase();
  beginning = new Story(begun.db);
  for (const name of ['root', 'bob', 'carol']) await beginning.user(name, 'reviewer');
  const untrue = await beginning.tell(MISSING);
  if (untrue.length > 0) throw new Error(untrue.join('\n'));
});
afterAll(async () => {
  beginning.remove();
  await begun.drop();
});
beforeEach(async () => {
  database = await copyOf(begun);
  story = new Story(database.db).follow(beginning);
});
afterEach(async () => {
  story.remove();
  await database.drop();
});

const SENT = `${PROPOSED}
approve SO-1 bob
post
expect journal SO-1 POSTED
`;

describe('the loop', () => {
  it('closes: missing, proposed, approved by another person, posted, found, confirmed, tied out', async () => {
    expect(
      await story.tell(
        `${SENT}\nerp takes\nextract\nreconcile\nexpect journal SO-1 CONFIRMED\nexpect control`,
      ),
    ).toEqual([]);
    expect(await story.tell('expect home match SO-1 9001')).toEqual([]);
    const [first, last] = story.runs;
    expect(first?.journals).toMatchObject({ proposed: 1, waiting: 1, confirmed: 0 });
    expect(last?.journals).toMatchObject({ proposed: 0, waiting: 0, confirmed: 1 });
    expect(last?.reconciliations.map((row) => [row.account, row.exceptions.count, row.unexplained])).toEqual([
      ['1200', 0, '0.00'],
      ['4000', 0, '0.00'],
    ]);
    const pass = await database.db.pool.query(
      `select distinct pass from tieout.match where match_id::text = $1`,
      [await story.matchOf('9001')],
    );
    expect(pass.rows).toEqual([{ pass: 'posting' }]);
  });

  it('does nothing the second time, whatever the command', async () => {
    expect(await story.tell(PROPOSED)).toEqual([]);
    for (const again of [
      'reconcile',
      'approve SO-1 bob',
      'post',
      'erp takes',
      'extract',
      'reconcile',
      'post',
    ]) {
      const refused = await story.tell(again);
      const after = await story.fingerprint();
      if (again === 'extract') continue; // The next extract is another file: empty, and no line more.
      const second = await story.tell(again);
      expect(await story.fingerprint()).toEqual(after);
      expect([again, refused, second.length]).toEqual([again, [], again.startsWith('approve') ? 1 : 0]);
    }
    expect(await story.tell('expect journal SO-1 CONFIRMED')).toEqual([]);
  });

  it('needs two persons: who started the run may not approve, and the database says so itself', async () => {
    expect(await story.tell(PROPOSED)).toEqual([]);
    expect(await story.tell('approve SO-1 root')).toEqual([
      'approve SO-1 root: MAKER_IS_CHECKER a maker cannot approve: who started the run, decided it, or last approved its rules; another person has to',
    ]);
    const forged = `insert into tieout.approval (approval_id, journal_id, payload_hash, verdict, approver, decision_id)
      select 1, journal_id, payload_hash, 'approved', $1, 1 from tieout.journal`;
    await expect(database.db.pool.query(forged, [' Root '])).rejects.toThrow('is not a reviewer');
    await expect(database.db.pool.query(forged, ['root'])).rejects.toThrow('maker_is_not_checker');
    await expect(
      database.db.pool.query(`update tieout.posting set state = 'APPROVED', moved_by = 'person'`),
    ).rejects.toThrow("lacks the second person's word");
    expect(
      await story.tell(
        'post\nexpect journal SO-1 AWAITING_APPROVAL\napprove SO-1 carol\nexpect journal SO-1 APPROVED',
      ),
    ).toEqual([]);
  });

  it('misses what the ERP lost only in a complete later extract, never sends it again, and believes it when it comes', async () => {
    expect(
      await story.tell(`${SENT}
      reconcile
      expect journal SO-1 POSTED
      erp loses
      extract
      reconcile
      expect journal SO-1 POSTED_NOT_SEEN
      expect control POSTED_NOT_SEEN
      expect home MISSING_IN_LEDGER SO-1
      post
      reconcile
      expect journal SO-1 POSTED_NOT_SEEN
      booked 5000 SO-1 10.00 2026-10-05 SO-1
      extract
      reconcile
      expect journal SO-1 CONFIRMED
      expect home match SO-1 5000
      expect control`),
    ).toEqual([]);
  });

  it('cancels what would book an accepted difference, and sends nothing of it', async () => {
    expect(await story.tell(`${PROPOSED}\napprove SO-1 bob`)).toEqual([]);
    const open = await database.db.pool.query<{ id: string }>(
      `select distinct g.exception_id as id from tieout.exception_leg g join tieout.journal_source s on s.unit = g.unit and s.line_id = g.line_id
       where g.ended_run is null`,
    );
    const [first = ''] = open.rows.map(({ id }) => id);
    const by = { name: 'carol', role: 'reviewer' as const, keyId: '', osUser: 'test' };
    const done = await accept({ db: database.db, by, why: 'a gift', clock: Date.now, companies: new Map() }, [
      first,
      first,
    ]);
    expect(done).toMatchObject({ accepted: [first], withdrawn: 1 });
    expect(
      await story.tell('expect journal SO-1 CANCELLED\npost\nreconcile\nexpect journal SO-1 CANCELLED'),
    ).toEqual([]);
    const sends = await database.db.pool.query(`select from tieout.attempt where kind = 'post'`);
    expect(sends.rowCount).toBe(0);
  });

  it('holds back at the last moment what was accepted after it had been approved', async () => {
    expect(await story.tell(`${PROPOSED}\napprove SO-1 bob`)).toEqual([]);
    // As a decision leaves it that was taken while the posting could not be cancelled.
    await database.db.pool.query(
      `insert into tieout.exception_state (exception_id, run_id, reason, status, why)
       select exception_id, run_id + 1, reason, 'accepted', why from tieout.exception_state where reason = 'MISSING_IN_LEDGER'`,
    );
    expect(await story.tell('post\nexpect journal SO-1 CANCELLED')).toEqual([]);
    const why = await database.db.pool.query<{ why: string }>('select why from tieout.posting');
    expect(why.rows[0]?.why).toMatch(/^not sent: already explained by the accepted difference [0-9a-f]{12}/);
  });

  it('calls a document of another company a conflict, though accounts and amounts are the same', async () => {
    expect(await story.tell(`${SENT}\nerp takes\nextract`)).toEqual([]);
    await database.db.pool.query(`set session_replication_role = replica;
      update tieout.line set company = 'DE01' where posting_reference <> '' and side = 'L'; set session_replication_role = default`);
    expect(await story.tell('reconcile\nexpect journal SO-1 CONFLICT')).toEqual([]);
    const why = await database.db.pool.query<{ why: string }>('select why from tieout.posting');
    expect(why.rows[0]?.why).toMatch(/^document \d+ stands in DE01\//);
  });

  it('calls other amounts a conflict, which two persons settle; nothing is proposed meanwhile', async () => {
    expect(
      await story.tell(`${SENT}
      erp takes 9.00
      extract
      reconcile
      expect journal SO-1 CONFLICT
      expect control POST_UNKNOWN
      expect home AMOUNT_VARIANCE SO-1 9001
      resolve SO-1 bob void reversed by hand
      expect journal SO-1 CONFLICT
      resolve SO-1 carol void reversed by hand
      expect journal SO-1 CANCELLED`),
    ).toEqual([]);
    // It was given up, and yet it is in the ledger: that stays on record, and the sale is not proposed beside it.
    expect(await story.tell('reconcile\nexpect control POST_UNKNOWN\nexpect journal SO-1 CANCELLED')).toEqual(
      [],
    );
  });

  it('takes a second document with our reference for a conflict, and shows it as a duplicate', async () => {
    expect(
      await story.tell(`${SENT}
      erp takes
      booked 5000 SO-1 10.00 2026-10-05 SO-1
      extract
      reconcile
      expect journal SO-1 CONFLICT
      expect home match SO-1 5000
      expect home DUPLICATE_POSTING 9001`),
    ).toEqual([]);
  });

  it('surfaces what was given up and came late: matched once, on record, and not sent again', async () => {
    expect(
      await story.tell(`${SENT}
      erp loses
      extract
      reconcile
      resolve SO-1 bob void searched everywhere
      resolve SO-1 carol void searched everywhere
      expect journal SO-1 CANCELLED
      reconcile
      expect journal SO-1 CANCELLED AWAITING_APPROVAL
      approve SO-1 bob
      expect journal SO-1 CANCELLED APPROVED`),
    ).toEqual([]);
    const [given] = await story.journals('SO-1');
    expect(
      await story.tell(`booked 5000 SO-1 10.00 2026-10-05 ${given!.reference}
      extract
      post
      expect journal SO-1 CANCELLED CANCELLED
      reconcile
      expect home match SO-1 5000
      expect journal SO-1 CANCELLED CANCELLED
      expect control POST_UNKNOWN`),
    ).toEqual([]);
  });

  it('withdraws a journal whose document came by itself before it was sent', async () => {
    expect(
      await story.tell(`${PROPOSED}
      booked 5000 SO-1 10.00 2026-10-07
      extract
      reconcile
      expect home match SO-1 5000
      expect journal SO-1 CANCELLED`),
    ).toEqual([]);
    expect(story.runs.at(-1)?.journals).toMatchObject({ withdrawn: 1, proposed: 0 });
  });

  it('a sale voided after its journal was posted is taken back by a journal of its own', async () => {
    expect(
      await story.tell(`${SENT}
      erp takes
      extract
      reconcile
      expect home match SO-1 9001
      void SO-1 2026-10-07
      extract
      reconcile
      expect home match SO-1 9001
      expect home MISSING_IN_LEDGER SO-1-void
      expect journal SO-1-void AWAITING_APPROVAL
      approve SO-1-void bob
      post
      erp takes
      extract
      reconcile
      expect journal SO-1-void CONFIRMED
      expect home match SO-1-void 9002`),
    ).toEqual([]);
    expect(story.runs.at(-1)?.reconciliations.map((row) => row.exceptions.count)).toEqual([0, 0]);
  });

  it('puts no line into two live journals: changed policy, closed period, runs at once', async () => {
    expect(await story.tell(PROPOSED)).toEqual([]);
    expect(
      await story.tell('periods 2026-10=closed\nreconcile\nexpect journal SO-1 AWAITING_APPROVAL'),
    ).toEqual([]);
    story.policy('journals: summary\n    rollout: propose\n    closedPeriods: nextOpen');
    expect(await story.tell('reconcile\nexpect journal SO-1 AWAITING_APPROVAL')).toEqual([]);
    expect(await story.tell('sale SO-3 3.00 2026-10-06\nextract\nas-of 2026-11-20')).toEqual([]);
    await Promise.all([story.tell('reconcile'), story.tell('reconcile'), story.tell('reconcile')]);
    const live = await database.db.pool.query(
      `select event_id, count(distinct journal_id) as n from tieout.journal_source where ended is null group by 1 order by 1`,
    );
    expect(live.rows).toEqual([
      { event_id: 'SO-1', n: '1' },
      { event_id: 'SO-3', n: '1' },
    ]);
  });
});

describe('an accrual', () => {
  it('stands in the next open period with expected lines of its own, and its dated reversal after it', async () => {
    story.policy('rollout: propose\n    closedPeriods: accrue');
    expect(await story.tell('periods 2026-10=closed\nas-of 2026-10-31\nreconcile')).toEqual([]);
    const kinds = (await story.journals('SO-1')).map(({ kind, state }) => [kind, state]);
    expect(kinds).toEqual([
      ['accrual', 'AWAITING_APPROVAL'],
      ['reversal', 'AWAITING_APPROVAL'],
    ]);
    const word = {
      db: database.db,
      by: { name: 'bob', role: 'reviewer' as const, keyId: 'k', osUser: 'os' },
      why: 'ok',
    };
    const [accrual, reversal] = await story.journals('SO-1');
    const { approveJournals } = await import('../../jobs/decisions/approveJournals.ts');
    await approveJournals(word, [accrual!.reference, reversal!.reference]);
    expect(
      await story.tell(
        'post\nexpect journal SO-1 POSTED APPROVED\nerp takes\nextract\nas-of 2026-12-01\nreconcile',
      ),
    ).toEqual([]);
    // The accrual is explained; the reversal is expected on its day; the sale itself still is.
    expect(await story.tell(`expect home match ${accrual!.reference} 9001`)).toEqual([]);
    expect(await story.tell(`expect home TIMING ${reversal!.reference}`)).toEqual([]);
    expect(await story.tell('expect home MISSING_IN_LEDGER SO-1')).toEqual([]);
    expect(await story.tell('expect journal SO-1 CONFIRMED APPROVED')).toEqual([]);
  });
});

describe('taking back', () => {
  const CONFIRMED = `${SENT}\nerp takes\nextract\nreconcile\nexpect journal SO-1 CONFIRMED`;

  it('an undo cancels what has not left, and a rerun proposes it again', async () => {
    expect(await story.tell(PROPOSED)).toEqual([]);
    const before = await story.fingerprint();
    const [run] = story.runs;
    const reference = await story.reference('SO-1');
    expect(await story.undo(run!.run)).toEqual({
      waits: undefined,
      undone: [run!.run],
      cancelled: [reference],
      reversals: [],
    });
    expect(
      await story.tell(
        'expect journal SO-1 CANCELLED\nreconcile\nexpect journal SO-1 CANCELLED AWAITING_APPROVAL',
      ),
    ).toEqual([]);
    expect(story.runs.at(-1)?.resultHash).toBe(run?.resultHash);
    expect((await story.fingerprint()).split('] ')[1]).toBe(before.split('] ')[1]);
  });

  it('an undo is refused while a journal of the run is on its way, and names it', async () => {
    expect(await story.tell(`${PROPOSED}\napprove SO-1 bob`)).toEqual([]);
    await database.db.pool.query(
      `update tieout.posting set state = 'CLAIMED', moved_by = 'machine', fence = fence + 1`,
    );
    await database.db.pool.query(`update tieout.posting set state = 'SENDING', moved_by = 'machine'`);
    const reference = await story.reference('SO-1');
    await expect(story.undo(story.runs[0]!.run)).rejects.toThrow(`${reference} SENDING`);
  });

  it('an undo proposes the reversal of what is posted; once the ledger shows it, the sale is open again', async () => {
    expect(await story.tell(CONFIRMED)).toEqual([]);
    const reference = await story.reference('SO-1');
    const asked = await story.undo(story.runs[0]!.run, 'bob', true);
    await story.user('dora', 'reviewer');
    await expect(story.agree(asked.waits, 'bob')).rejects.toThrow('bob asked for it, and cannot agree');
    expect(await story.agree(asked.waits, 'dora')).toMatch(
      new RegExp(`; the reversal \\S+ of ${reference} waits for approval$`),
    );
    expect(
      await story.tell(`reconcile
      expect home match SO-1 9001
      expect journal SO-1 CONFIRMED AWAITING_APPROVAL
      approve SO-1 carol
      post
      erp takes
      extract
      reconcile
      expect home match 9001 9002
      expect home MISSING_IN_LEDGER SO-1
      expect journal SO-1 CONFIRMED CONFIRMED AWAITING_APPROVAL`),
    ).toEqual([]);
  });

  it('a match that a journal made is taken back by its reversal, not by taking it apart', async () => {
    expect(await story.tell(CONFIRMED)).toEqual([]);
    const reference = await story.reference('SO-1');
    expect(await story.unmatch(await story.matchOf('SO-1'))).toMatchObject({
      reversal: { reverses: reference },
    });
    expect(
      await story.tell('expect home match SO-1 9001\nexpect journal SO-1 CONFIRMED AWAITING_APPROVAL'),
    ).toEqual([]);
    await expect(story.unmatch(await story.matchOf('SO-1'))).rejects.toThrow('reversed already');
    // Original and reversal in one extract as well as one after the other: the two net.
    expect(
      await story.tell(
        'approve SO-1 carol\npost\nerp takes\nextract\nreconcile\nexpect home match 9001 9002',
      ),
    ).toEqual([]);
    await expect(story.unmatch(await story.matchOf('9001'))).rejects.toThrow('not taken apart');
  });

  it('document and reversal in one extract net, and the sale stays missing', async () => {
    expect(await story.tell(`${SENT}`)).toEqual([]);
    const by = { name: 'carol', role: 'reviewer' as const, keyId: 'k', osUser: 'os' };
    const { reverse } = await import('../../jobs/decisions/reverse.ts');
    await reverse({ db: database.db, by, why: 'wrong' }, await story.reference('SO-1'));
    expect(
      await story.tell(`approve SO-1 bob
      post
      erp takes
      extract
      reconcile
      expect home match 9001 9002
      expect home MISSING_IN_LEDGER SO-1`),
    ).toEqual([]);
  });
});

it('a run that fails at its end leaves journals as they were, and is done again', async () => {
  expect(await story.tell(SENT)).toEqual([]);
  expect(await story.tell('erp takes\nextract')).toEqual([]);
  const before = await story.fingerprint();
  await transaction(database.db, async (client) => {
    await client.query(
      `create function tieout.fail() returns trigger language plpgsql as $$ begin raise exception 'killed'; end $$`,
    );
    await client.query(
      `create trigger fail before update of state on tieout.run for each row when (new.state = 'completed') execute function tieout.fail()`,
    );
  });
  await expect(story.tell('reconcile')).rejects.toThrow('killed');
  expect(await story.fingerprint()).toBe(before);
  await database.db.pool.query('drop trigger fail on tieout.run');
  expect(await story.tell('reconcile\nexpect journal SO-1 CONFIRMED\nexpect home match SO-1 9001')).toEqual(
    [],
  );
});

describe('what the ledger shows for the first time', () => {
  it.each([
    ['at another place', 'S2', '10.00', /stands at another place than we sent/],
    ['with other amounts', 'S1', '9.00', /has other accounts or amounts than we sent/],
  ])('%s is a conflict that says so', async (_, place, amount, why) => {
    expect(await story.tell(SENT)).toEqual([]);
    const { reference } = (await story.journals('SO-1'))[0]!;
    story.delivers(
      `JN01,9001,1,2026-10-05,1200,${place},USD,${amount},SO-1,RV,${reference},\nJN01,9001,2,2026-10-05,4000,${place},USD,-${amount},SO-1,RV,${reference},`,
    );
    expect(await story.tell('erp loses\nextract\nreconcile\nexpect journal SO-1 CONFLICT')).toEqual([]);
    const said = await story.db.pool.query<{ why: string }>('select why from posting');
    expect(said.rows[0]?.why).toMatch(why);
  });
});

describe('what was confirmed', () => {
  const CONFIRMED = `${SENT}\nerp takes\nextract\nreconcile\nexpect journal SO-1 CONFIRMED`;
  const ours = async (): Promise<string> => (await story.journals('SO-1'))[0]!.reference;
  const lines = (document: string, amount: string, reference: string, reverses = ''): string =>
    [`1,2026-10-05,1200,S1,USD,${amount}`, `2,2026-10-05,4000,S1,USD,-${amount}`]
      .map((line) => `JN01,${document},${line.replace('--', '')},SO-1,RV,${reference},${reverses}`)
      .join('\n');

  it('and was edited in the ERP since is a conflict', async () => {
    expect(await story.tell(CONFIRMED)).toEqual([]);
    story.delivers(lines('9001', '9.00', await ours()));
    expect(await story.tell('extract\nreconcile\nexpect journal SO-1 CONFLICT')).toEqual([]);
  });

  it('and was reversed there nets with its reversal, and the sale is missing again', async () => {
    expect(await story.tell(CONFIRMED)).toEqual([]);
    story.delivers(lines('9002', '-10.00', '', '9001'));
    expect(
      await story.tell(
        'extract\nreconcile\nexpect home MISSING_IN_LEDGER SO-1\nexpect home match 9001 9002\nexpect journal SO-1 REVERSED_IN_ERP AWAITING_APPROVAL',
      ),
    ).toEqual([]);
  });
});
