// Closing entries from the person's word to the ledger's proof: write-offs of variances, reclasses of misplaced lines. After
// each run of a story the whole database is verified.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import type { TestDatabase } from '../support/database.ts';
import { copyOf, testDatabase } from '../support/database.ts';
import { Story } from './story.ts';

const ACCOUNTS = `receivable: { number: "1200", side: debit }
other: { number: "1250", side: debit }
revenue: { number: "4000", side: credit }
rounding: { number: "6900", side: debit }
`;
const RECONCILIATIONS = `- name: receivable
  accounts: [receivable, other]
  unit: [company, ledger, location]
  scope: { where: { documentTypes: [RV] } }
  graceDays: 2
  passes:
    - { name: document, type: one-to-one, keys: [reference] }
    - name: cents
      type: one-to-one
      keys: [reference]
      tolerance: { amount: [-0.05, 0.05], account: rounding, budget: { perLine: 0.05 } }
- name: revenue
  accounts: [revenue]
  unit: [company, ledger]
  graceDays: 2
  passes:
    - { name: document, type: one-to-one, keys: [reference, location] }
- name: rounding
  accounts: [rounding]
  unit: [company, ledger]
  scope: { where: { documentTypes: [NONE] } }
  graceDays: 2
  passes:
    - { name: document, type: one-to-one, keys: [reference] }
`;
// SO-1 lacks three cents; SO-2 stands on another account, SO-3 at another store, SO-4's revenue too, in one unit.
const MONTH = `
periods 2026-09=closed 2026-10=open 2026-11=open 2026-12=open
sale SO-1 10.00 2026-10-05
sale SO-2 20.00 2026-10-05
sale SO-3 30.00 2026-10-05
sale SO-4 40.00 2026-10-05
line 4711 SO-1 2026-10-05 1200 S1 9.97
line 4711 SO-1 2026-10-05 6900 S1 0.03
line 4711 SO-1 2026-10-05 4000 S1 -10.00
line 4712 SO-2 2026-10-05 1250 S1 20.00
line 4712 SO-2 2026-10-05 4000 S1 -20.00
line 4713 SO-3 2026-10-05 1200 S2 30.00
line 4713 SO-3 2026-10-05 4000 S1 -30.00
line 4714 SO-4 2026-10-05 1200 S1 40.00
line 4714 SO-4 2026-10-05 4000 S2 -40.00
extract
reconcile
expect home match SO-1 4711
expect home WRONG_ACCOUNT SO-2 4712
expect home WRONG_LOCATION SO-3 4713
expect home WRONG_LOCATION SO-4 4714
`;
const TAKEN = `post\nerp takes\nextract\nas-of 2026-10-31\nreconcile`;

let begun: TestDatabase;
let beginning: Story;
let database: TestDatabase;
let story: Story;
beforeAll(async () => {
  begun = await testDatabase();
  beginning = new Story(begun.db);
  beginning.rule('accounts.yaml', ACCOUNTS);
  beginning.rule('reconciliations.yaml', RECONCILIATIONS);
  for (const name of ['root', 'ana', 'bob']) await beginning.user(name, 'reviewer');
  await beginning.user('eve', 'auditor');
  const untrue = await beginning.tell(MONTH);
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

/** Variances and exceptions of the last run, by account. */
const left = (): Record<string, [string, number, string]> =>
  Object.fromEntries(
    story.runs
      .at(-1)!
      .reconciliations.map((row) => [
        row.account,
        [row.matched.variance, row.exceptions.count, row.unexplained],
      ]),
  );

describe('a write-off', () => {
  const PROPOSED = 'write-off SO-1 ana\nexpect journal SO-1 AWAITING_APPROVAL';

  it('clears the variance: another person approves, it is sent once, the match becomes whole', async () => {
    expect(left()['1200']).toEqual(['-0.03', 2, '0.00']);
    expect(await story.tell(PROPOSED)).toEqual([]);
    expect(await story.tell('approve SO-1 ana')).toEqual([
      'approve SO-1 ana: MAKER_IS_CHECKER a maker cannot approve: who started the run, decided it, or last approved its rules; another person has to',
    ]);
    const [journal] = await story.journals('SO-1');
    expect(
      await story.tell(`approve SO-1 bob
      ${TAKEN}
      expect journal SO-1 CONFIRMED
      expect home match SO-1 4711 9001
      expect home match ${journal!.reference} 9001
      expect control`),
    ).toEqual([]);
    expect(left()['1200']).toEqual(['0.00', 2, '0.00']);
    expect(left()['6900']).toEqual(['0.00', 0, '0.00']);
    const booked = await database.db.pool.query(
      `select k.side, k.account, k.amount::text, j.posting_date::text as day, j.kind from tieout.journal_line k join tieout.journal j on j.journal_id = k.journal_id order by k.line`,
    );
    expect(booked.rows).toEqual([
      { side: 'debit', account: '1200', amount: '0.0300', day: '2026-10-05', kind: 'write-off' },
      { side: 'credit', account: '6900', amount: '0.0300', day: '2026-10-05', kind: 'write-off' },
    ]);
    const before = await story.fingerprint();
    expect(await story.tell('post\nwrite-off SO-2 ana')).toHaveLength(1);
    expect(await story.fingerprint()).toBe(before);
  });

  it('is refused twice, without a variance, without a right, and by the database itself', async () => {
    expect(await story.tell(PROPOSED)).toEqual([]);
    const [journal] = await story.journals('SO-1');
    const before = await story.fingerprint();
    const [twice] = await story.tell('write-off SO-1 bob');
    expect(twice).toContain('in a live journal already');
    expect(twice).toContain(`${journal!.reference} AWAITING_APPROVAL`);
    expect(await story.tell('write-off SO-4 ana')).toEqual([expect.stringContaining('has no variance')]);
    expect(await story.tell('write-off SO-1 eve')).toHaveLength(1);
    await expect(
      database.db.pool.query(
        `insert into tieout.journal_source (journal_id, journal_line, unit, match_id, external_key, amount)
         select journal_id, journal_line, unit, match_id, 'other', amount from tieout.journal_source`,
      ),
    ).rejects.toThrow('journal_source_match_live');
    expect(await story.fingerprint()).toBe(before);
    expect(await story.tell('reject SO-1 bob\nwrite-off SO-1 bob')).toEqual([]);
    expect(await story.tell('expect journal SO-1 CANCELLED AWAITING_APPROVAL')).toEqual([]);
  });

  it('is dated into the next open period, and refused where there is none, no ERP, or only observed', async () => {
    expect(await story.tell('periods 2026-10=closed')).toEqual([]);
    story.policy('rollout: observe');
    expect(await story.tell('write-off SO-1 ana')).toEqual([expect.stringContaining('observe')]);
    story.policy('rollout: propose', '');
    expect(await story.tell('write-off SO-1 ana')).toEqual([expect.stringContaining('has no ERP')]);
    story.policy('rollout: propose');
    expect(await story.tell(PROPOSED)).toEqual([]);
    const dated = await database.db.pool.query(`select posting_date::text as day, notes from tieout.journal`);
    expect(dated.rows).toEqual([
      { day: '2026-11-01', notes: ['period 2026-10 is closed: posted in 2026-11, the next open one'] },
    ]);
    expect(
      await story.tell('reject SO-1 bob\nperiods 2026-11=closed 2026-12=closed\nwrite-off SO-1 ana'),
    ).toEqual([expect.stringContaining('no later one is open')]);
  });

  it('is withdrawn when its match is taken back before it left, also between approval and post', async () => {
    expect(await story.tell(`${PROPOSED}\napprove SO-1 bob`)).toEqual([]);
    await story.undo(story.runs.at(-1)!.run);
    expect(await story.tell('post\nexpect journal SO-1 CANCELLED')).toEqual([]);
    expect(await story.tell('reconcile\nwrite-off SO-1 ana')).toEqual([]);
    await story.undo(story.runs.at(-1)!.run);
    expect(await story.tell('reconcile\nexpect journal SO-1 CANCELLED CANCELLED')).toEqual([]);
  });

  it('finds its lines again after the run of their match was taken back while it was on its way', async () => {
    expect(await story.tell(`${PROPOSED}\napprove SO-1 bob\npost\nexpect journal SO-1 POSTED`)).toEqual([]);
    await story.undo(story.runs.at(-1)!.run);
    expect(
      await story.tell(`reconcile
      expect home match SO-1 4711
      erp takes
      extract
      reconcile
      expect journal SO-1 CONFIRMED
      expect home match SO-1 4711 9001`),
    ).toEqual([]);
    expect(left()['1200']).toEqual(['0.00', 2, '0.00']);
  });

  it('is taken back by its reversal: the variance stands again, and can be written off anew', async () => {
    expect(await story.tell(`${PROPOSED}\napprove SO-1 bob\n${TAKEN}`)).toEqual([]);
    const match = await database.db.pool.query<{ id: string }>(
      `select m.match_id as id from tieout.match_member m join tieout.line l on l.unit = m.unit and l.line_id = m.line_id
        where l.document = '9001' and l.account = '1200' and m.released_run is null`,
    );
    expect(await story.unmatch(match.rows[0]!.id, 'ana')).toHaveProperty('reversal');
    expect(
      await story.tell(`approve SO-1 bob
      ${TAKEN}
      expect journal SO-1 CONFIRMED CONFIRMED
      expect home match 9001 9002
      expect home match SO-1 4711
      write-off SO-1 ana
      expect journal SO-1 CONFIRMED CONFIRMED AWAITING_APPROVAL`),
    ).toEqual([]);
    expect(left()['1200']).toEqual(['-0.03', 2, '0.00']);
  });
});

describe('a reclass', () => {
  it.each([
    ['to another account', 'SO-2', '4712', 'WRONG_ACCOUNT'],
    ['to another location', 'SO-3', '4713', 'WRONG_LOCATION'],
  ])('moves a line %s: both sides are cleared, the exception closes', async (_, sale, document, reason) => {
    expect(
      await story.tell(`reclass ${sale} ana
      expect journal ${sale} AWAITING_APPROVAL
      reconcile
      expect home ${reason} ${sale} ${document}
      expect journal ${sale} AWAITING_APPROVAL
      approve ${sale} bob
      ${TAKEN}
      expect journal ${sale} CONFIRMED
      expect home match ${document} 9001
      expect home match ${sale} 9001
      expect control`),
    ).toEqual([]);
    expect(await story.exceptions(sale)).toEqual([]);
    const closed = await database.db.pool.query(
      `select distinct status from tieout.exception_state where reason = $1 and status = 'closed'`,
      [reason],
    );
    expect(closed.rows).toEqual([{ status: 'closed' }]);
  });

  it('inside one unit joins document, misplaced and expected line as one group', async () => {
    expect(
      await story.tell(`reclass SO-4 ana
      approve SO-4 bob
      ${TAKEN}
      expect journal SO-4 CONFIRMED
      expect home match SO-4 4714 9001 9001`),
    ).toEqual([]);
    expect(left()['4000']).toEqual(['0.00', 0, '0.00']);
  });

  it('is refused for other reasons, twice, and for what a live journal has; all of a command or nothing', async () => {
    expect(await story.tell('sale SO-5 5.00 2026-10-05\nreconcile')).toEqual([]);
    expect(await story.tell('reclass SO-5 ana')).toEqual([expect.stringContaining('MISSING_IN_LEDGER')]);
    expect(await story.tell('reclass SO-2 ana')).toEqual([]);
    const [journal] = await story.journals('SO-2');
    expect(await story.tell('reclass SO-2 bob')).toEqual([
      expect.stringContaining(`${journal!.reference} AWAITING_APPROVAL`),
    ]);
    await expect(
      database.db.pool.query(
        `insert into tieout.journal_source (journal_id, journal_line, unit, line_id, external_key, amount)
         select journal_id, journal_line, unit, line_id, 'other', amount from tieout.journal_source where line_id is not null`,
      ),
    ).rejects.toThrow('journal_source_line_live');
  });

  it('is withdrawn when somebody corrected the document, before approval and before it is sent', async () => {
    const corrected = `line 4800 SO-2 2026-10-06 1250 S1 -20.00\nline 4800 SO-2 2026-10-06 1200 S1 20.00\nextract\nreconcile`;
    expect(
      await story.tell(`reclass SO-2 ana
      approve SO-2 bob
      ${corrected}
      expect home match SO-2 4800
      expect journal SO-2 CANCELLED
      post
      expect journal SO-2 CANCELLED`),
    ).toEqual([]);
  });
});
