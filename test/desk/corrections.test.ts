// The journal for a correction, asked for on its case: proposed, explained, approved by another person, posted once, found again in
// the next extract. Each story is a month in which something ordinary went wrong in the ERP.
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';

import { casesOf, type CaseOutcome, decideCases } from '../../jobs/decisions/decideCases.ts';
import { orderCases } from '../../jobs/reports/cases.ts';
import { transaction } from '../../src/db/connection.ts';
import type { Actor } from '../../jobs/administration/userKeys.ts';
import type { CaseRow } from '../../reports/caseModel.ts';
import { copyOf, type TestDatabase, testDatabase } from '../support/database.ts';
import { Story } from '../posting/story.ts';

const ACCOUNTS = `receivable: { number: "1200", side: debit }
revenue: { number: "4000", side: credit }
rounding: { number: "6900", side: debit }
`;
// SO-1 is booked twice; SO-2 with debit and credit exchanged; SO-3 with 11.00 for 10.00; SO-4 only its receivable with 42.00 for 40.00,
// the rest on an account that nothing is compared with; SO-5 twice, the second time with a fee outside the rulebook.
const MONTH = `
periods 2026-09=closed 2026-10=open 2026-11=open 2026-12=open
sale SO-1 10.00 2026-10-05
sale SO-2 20.00 2026-10-05
sale SO-3 10.00 2026-10-06
sale SO-4 40.00 2026-10-06
sale SO-5 50.00 2026-10-06
booked 4711 SO-1 10.00 2026-10-05
booked 4721 SO-1 10.00 2026-10-05
booked 4712 SO-2 -20.00 2026-10-05
booked 4713 SO-3 11.00 2026-10-06
line 4714 SO-4 2026-10-06 1200 S1 42.00
line 4714 SO-4 2026-10-06 4000 S1 -40.00
line 4714 SO-4 2026-10-06 5500 S1 -2.00
booked 4715 SO-5 50.00 2026-10-06
line 4725 SO-5 2026-10-06 1200 S1 50.00
line 4725 SO-5 2026-10-06 4000 S1 -47.00
line 4725 SO-5 2026-10-06 5500 S1 -3.00
extract
reconcile
`;
const TAKEN = `post\nerp takes\nextract\nas-of 2026-10-31\nreconcile`;

let begun: TestDatabase;
let beginning: Story;
let at: TestDatabase;
let story: Story;
const people = new Map<string, Actor>();
beforeAll(async () => {
  begun = await testDatabase();
  beginning = new Story(begun.db);
  beginning.rule('accounts.yaml', ACCOUNTS);
  for (const name of ['root', 'ana', 'bob']) people.set(name, await beginning.user(name, 'reviewer'));
  people.set('aud', await beginning.user('aud', 'auditor'));
  const untrue = await beginning.tell(MONTH);
  if (untrue.length > 0) throw new Error(untrue.join('\n'));
}, 60_000);
afterAll(async () => {
  beginning.remove();
  await begun.drop();
});
beforeEach(async () => {
  at = await copyOf(begun);
  story = new Story(at.db).follow(beginning);
});
afterEach(async () => {
  story.remove();
  await at.drop();
});

const job = (name: string) => ({
  db: at.db,
  config: story.config,
  rulebook: story.rulebook,
  by: people.get(name)!,
  clock: Date.now,
});

async function caseOf(sale: string): Promise<CaseRow | undefined> {
  const { cases } = await transaction(at.db, (client) => orderCases(client, story));
  const found = await casesOf(job('ana'), new Set(cases.map(({ id }) => id)));
  return [...found.values()].find(({ references }) => references.includes(sale));
}

async function decide(
  sale: string,
  action: 'reverse' | 'writeOff' | 'book',
  by = 'ana',
  account?: string,
): Promise<CaseOutcome> {
  const id = (await caseOf(sale))!.case;
  const [outcome] = await decideCases(job(by), [
    { case: id, action, why: 'seen with the store', ...(account === undefined ? {} : { account }) },
  ]);
  return outcome!;
}

async function booked(): Promise<string[]> {
  const found = await at.db.pool.query<{ line: string }>(
    `select concat_ws(' ', j.kind, k.side, k.account, trim_scale(k.amount), k.reference) as line from tieout.journal_line k
       join tieout.journal j on j.journal_id = k.journal_id order by j.journal_id, k.account`,
  );
  return found.rows.map(({ line }) => line);
}

async function states(): Promise<string[]> {
  const found = await at.db.pool.query<{ state: string }>(
    'select state from tieout.posting order by journal_id',
  );
  return found.rows.map(({ state }) => state);
}

const offered = (row: CaseRow | undefined, action: string): string | undefined =>
  row?.actions.find((one) => one.action === action)?.does;

test('a sale booked twice: the second document is reversed, once, by two persons', async () => {
  const twice = await caseOf('SO-1');
  expect(twice?.reasons).toEqual(['DUPLICATE_POSTING']);
  expect(offered(twice, 'reverse')).toBe('proposes a journal that reverses 4721; another person approves it');
  expect(await decide('SO-1', 'reverse')).toMatchObject({
    ok: true,
    did: expect.stringMatching(/^proposed journal \w{16}$/),
  });
  expect(await booked()).toEqual(['correction credit 1200 10 SO-1', 'correction debit 4000 10 SO-1']);
  // It stands in a journal: asked again, nothing is offered, and the case says who asked.
  const waiting = await caseOf('SO-1');
  expect(offered(waiting, 'reverse')).toBeUndefined();
  expect(waiting?.exceptions[0]?.proposal).toMatch(/^journal \w{16} waits for approval \(asked for by ana\)/);
  expect(await decide('SO-1', 'reverse', 'bob')).toMatchObject({ ok: false, reason: 'NOT_POSSIBLE' });
  expect(await decide('SO-1', 'book', 'ana')).toMatchObject({
    ok: false,
    why: expect.stringMatching(/maker cannot approve/),
  });
  expect(await decide('SO-1', 'book', 'bob')).toMatchObject({ ok: true });
  expect(await story.tell(`${TAKEN}\nexpect home match 4721 9001\nexpect home match SO-1 4711`)).toEqual([]);
  expect(await states()).toEqual(['CONFIRMED']);
  expect(await caseOf('SO-1')).toBeUndefined();
  const before = await story.fingerprint();
  expect(await story.tell('post')).toEqual([]);
  expect(await story.fingerprint()).toBe(before);
});

test('debit and credit exchanged: taken back and booked as expected, in one entry', async () => {
  expect((await caseOf('SO-2'))?.reasons).toEqual(['SIGN_REVERSED']);
  expect(await decide('SO-2', 'reverse')).toMatchObject({ ok: true });
  expect(await booked()).toEqual(['correction debit 1200 40 SO-2', 'correction credit 4000 40 SO-2']);
  expect(await decide('SO-2', 'book', 'bob')).toMatchObject({ ok: true });
  expect(await story.tell(`${TAKEN}\nexpect home match SO-2 4712 9001`)).toEqual([]);
  expect(await states()).toEqual(['CONFIRMED']);
  expect(await caseOf('SO-2')).toBeUndefined();
});

test('another amount on both sides: the difference is booked, and no account is asked for', async () => {
  expect((await caseOf('SO-3'))?.actions.find(({ action }) => action === 'writeOff')?.needs).toEqual(['why']);
  expect(await decide('SO-3', 'writeOff', 'ana', 'rounding')).toMatchObject({
    ok: false,
    why: expect.stringMatching(/comes to zero by itself/),
  });
  expect(await decide('SO-3', 'writeOff')).toMatchObject({ ok: true });
  expect(await booked()).toEqual(['correction credit 1200 1 SO-3', 'correction debit 4000 1 SO-3']);
  expect(await decide('SO-3', 'book', 'bob')).toMatchObject({ ok: true });
  expect(await story.tell(`${TAKEN}\nexpect home match SO-3 4713 9001`)).toEqual([]);
  expect(await states()).toEqual(['CONFIRMED']);
});

test('another amount on one side: what is left goes to the account that the person names', async () => {
  const four = await caseOf('SO-4');
  expect(four?.actions.find(({ action }) => action === 'writeOff')).toEqual({
    action: 'writeOff',
    does: 'proposes a journal that books the difference; -2 USD goes to the account that you name; another person approves it',
    needs: ['account', 'why'],
  });
  expect(await decide('SO-4', 'writeOff')).toMatchObject({ ok: false, reason: 'INCOMPLETE' });
  expect(await decide('SO-4', 'writeOff', 'ana', 'roundin')).toMatchObject({
    ok: false,
    why: expect.stringMatching(/did you mean rounding/),
  });
  expect(await decide('SO-4', 'writeOff', 'ana', 'receivable')).toMatchObject({
    ok: false,
    why: expect.stringMatching(/cannot go to an account that it corrects/),
  });
  expect(await decide('SO-4', 'writeOff', 'ana', 'rounding')).toMatchObject({ ok: true });
  expect(await booked()).toEqual(['correction credit 1200 2 SO-4', 'correction debit 6900 2 SO-4']);
  expect(await decide('SO-4', 'book', 'bob')).toMatchObject({ ok: true });
  expect(await story.tell(`${TAKEN}\nexpect home match SO-4 4714 9001`)).toEqual([]);
  expect(await states()).toEqual(['CONFIRMED']);
});

test('a document of which a part lies elsewhere is not half reversed', async () => {
  const five = await caseOf('SO-5');
  expect(five?.reasons).toContain('DUPLICATE_POSTING');
  expect(offered(five, 'reverse')).toBeUndefined();
  expect(await decide('SO-5', 'reverse')).toMatchObject({ ok: false, reason: 'NOT_POSSIBLE' });
  expect(await booked()).toEqual([]);
});

test('what the ERP corrects by itself is withdrawn before it is sent', async () => {
  expect(await decide('SO-1', 'reverse')).toMatchObject({ ok: true });
  expect(await decide('SO-1', 'book', 'bob')).toMatchObject({ ok: true });
  story.delivers(
    `JN01,4731,1,2026-10-07,1200,S1,USD,-10.00,SO-1,RV,,4721
JN01,4731,2,2026-10-07,4000,S1,USD,10.00,SO-1,RV,,4721`,
  );
  expect(await story.tell('extract\nas-of 2026-10-31\nreconcile\npost')).toEqual([]);
  expect(await states()).toEqual(['CANCELLED']);
});

test('an auditor proposes nothing', async () => {
  expect(await decide('SO-1', 'reverse', 'aud')).toMatchObject({ ok: false, reason: 'REFUSED' });
  expect(await booked()).toEqual([]);
});
