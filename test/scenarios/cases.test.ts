// What a person would call one problem is one case, whatever accounts it touches; it keeps its id over runs, and what people
// decide on it is held against what it is.
import { afterAll, beforeAll, expect, test } from 'vitest';

import type { CaseDecision } from '../../jobs/decisions/caseEffects.ts';
import { decideCases, type CaseOutcome } from '../../jobs/decisions/decideCases.ts';
import { caseStory, findCases, type CaseFilter } from '../../jobs/reports/findCases.ts';
import { reconcile } from '../../jobs/run/reconcile.ts';
import type { Actor } from '../../jobs/administration/userKeys.ts';
import type { CaseRow } from '../../reports/caseModel.ts';
import { isoDate } from '../../src/accounting/dates.ts';
import { decimal } from '../../src/money/decimal.ts';
import { brokenLaws } from '../support/brokenLaws.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { readScenario, scenarioProject, storeScenario } from './scenario.ts';

const project = scenarioProject();
let at: TestDatabase;
const clock = (): number => Date.parse('2026-04-20T12:00:00Z');
const anna = { name: 'anna', role: 'reviewer' as const, keyId: '', osUser: 'test' };

beforeAll(async () => {
  at = await testDatabase();
  await at.db.pool.query(
    `insert into tieout.app_user (name, role) values ('anna', 'reviewer'), ('mia', 'preparer')`,
  );
});
afterAll(async () => {
  project.remove();
  await at.drop();
});

async function after(text: string, asOf = '2026-03-31', complete = asOf): Promise<CaseRow[]> {
  if (text !== '')
    await storeScenario(at.db, readScenario(`complete ${complete}\n${text}`), project.rulebook);
  await reconcile({ db: at.db, ...project, maker: 'test', clock, asOf: isoDate(asOf) });
  return found();
}

async function found(filter: CaseFilter = {}): Promise<CaseRow[]> {
  const rows: CaseRow[] = [];
  for await (const row of findCases({ db: at.db, ...project }, filter)) rows.push(row);
  return rows;
}

const one = async (reference: string): Promise<CaseRow> => {
  const [row, ...more] = await found({ reference });
  expect(more).toEqual([]);
  return row!;
};

const decide = (decisions: CaseDecision[], by: Actor = anna): Promise<CaseOutcome[]> =>
  decideCases({ db: at.db, ...project, by, clock }, decisions);

test('a missing sale is one case over its accounts; what is only a matter of time is none', async () => {
  const rows = await after(`
    event  Ea 101 USD  108.00 2026-03-02 Ra
    account 4000
    event  Ea 101 USD -100.00 2026-03-02 Ra
    account 1200
    event  Eb 101 USD   20.00 2026-03-31 Rb`);
  expect(rows).toHaveLength(1);
  expect(rows[0]).toMatchObject({
    title: 'Event Ea: missing in ledger, at 101, 108.00 USD',
    status: 'open',
    amount: '108.00',
    currency: 'USD',
    changed: 'new',
    references: ['Ra'],
    effects: [
      { account: '1200', amount: '-108.00' },
      { account: '4000', amount: '100.00' },
    ],
  });
  expect(rows[0]!.actions.map(({ action }) => action)).toEqual([
    'accept',
    'wait',
    'correctSource',
    'notMine',
  ]);
});

test('a document booked twice belongs to the case of the event that it names', async () => {
  await after(`
    event  Ec  101 USD 50.00 2026-03-03 Rc
    ledger Lc1 101 USD 50.00 2026-03-03 Rc
    ledger Lc2 101 USD 50.00 2026-03-03 Rc`);
  const row = await one('Rc');
  expect(row.title).toBe('Event Ec: duplicate posting, at 101, 50.00 USD');
  expect(row.reasons).toEqual(['DUPLICATE_POSTING']);
});

test('a document without any event is a case of its own, over its accounts', async () => {
  await after(`
    ledger Ld 101 USD  30.00 2026-03-04 -
    account 4000
    ledger Ld.2 101 USD -30.00 2026-03-04 -`);
  const row = await one('Ld');
  expect(row.title).toBe('Document Ld: missing event, at 101, 30.00 USD');
  expect(row.effects.map(({ account }) => account)).toEqual(['1200', '4000']);
});

test('a case keeps its id while its reason changes, and ends when its lines match', async () => {
  const before = await one('Ra');
  await after('ledger La 101 USD 107.00 2026-03-02 Ra');
  const now = await one('Ra');
  expect(now.case).toBe(before.case);
  expect(now.reasons).toEqual(['AMOUNT_VARIANCE', 'MISSING_IN_LEDGER']);
  expect(now.changed).toBe('changed');
  expect(now.actions.map(({ action }) => action)).toContain('match');
  const { changes } = await caseStory({ db: at.db, ...project }, now.case.slice(0, 8));
  expect(changes.map(({ reason, status }) => `${reason} ${status}`)).toContain('AMOUNT_VARIANCE open');
  await after(`
    account 4000
    ledger La.2 101 USD -100.00 2026-03-02 POS-1`);
  expect((await one('Ra')).reasons).toEqual(['AMOUNT_VARIANCE']);
});

test('a decision is refused where the case is not what the person saw, or lacks what it needs', async () => {
  const row = await one('Ra');
  const base = { case: row.case, why: 'seen' };
  expect(
    await decide([
      { ...base, action: 'accept', seen: 'what it was' },
      { ...base, action: 'wait' },
      { ...base, action: 'book' },
      { ...base, action: 'match' },
      { ...base, action: 'match', account: 'roundin' },
      { ...base, action: 'assign', assignee: 'nobody' },
      { ...base, action: 'accept', case: '0'.repeat(32) },
    ]),
  ).toMatchObject([
    { ok: false, reason: 'STALE' },
    { ok: false, reason: 'INCOMPLETE', why: 'wait needs until' },
    { ok: false, reason: 'NOT_POSSIBLE' },
    { ok: false, reason: 'INCOMPLETE', why: 'match needs account' },
    { ok: false, reason: 'REFUSED' },
    { ok: false, reason: 'REFUSED' },
    { ok: false, reason: 'UNKNOWN_CASE' },
  ]);
  expect((await one('Ra')).seen).toBe(row.seen);
  const auditor = { ...anna, role: 'auditor' as const };
  expect(await decide([{ ...base, action: 'comment' }], auditor)).toMatchObject([
    { ok: false, reason: 'REFUSED' },
  ]);
});

test('two decisions on one case in one list: the second finds it decided', async () => {
  const { case: id } = await one('Ld');
  const outcomes = await decide([
    { case: id, action: 'comment', why: 'asked the store' },
    { case: id, action: 'assign', why: '', assignee: 'mia' },
    { case: id, action: 'accept', why: 'known' },
    { case: id, action: 'accept', why: 'known' },
  ]);
  expect(outcomes.map((outcome) => outcome.ok)).toEqual([true, true, true, false]);
  expect(await one('Ld')).toMatchObject({ status: 'accepted', assignee: 'mia', comments: 1 });
  expect(await decide([{ case: id, action: 'reopen', why: 'no' }])).toMatchObject([{ ok: true }]);
  expect((await one('Ld')).status).toBe('open');
});

test('put aside until a day, it opens again by itself on that day, or when it changes', async () => {
  const { case: id } = await one('Rc');
  await decide([{ case: id, action: 'wait', until: isoDate('2026-04-03'), why: 'store asked' }]);
  expect(await one('Rc')).toMatchObject({ status: 'waiting', until: '2026-04-03', waitsFor: 'wait' });
  await after('', '2026-04-02');
  expect((await one('Rc')).status).toBe('waiting');
  await after('', '2026-04-03');
  expect((await one('Rc')).status).toBe('open');
  await decide([{ case: id, action: 'correctSource', until: isoDate('2026-05-01'), why: 'shop asked' }]);
  expect((await one('Rc')).status).toBe('waiting');
  await after('ledger Lc3 101 USD 50.00 2026-03-03 Rc', '2026-04-03');
  expect((await one('Rc')).status).toBe('open');
});

test('a match by hand settles the case, its remainder on the account that was named', async () => {
  const { case: id } = await one('Ra');
  expect(
    await decide([{ case: id, action: 'match', account: 'rounding', why: 'a typing error' }]),
  ).toMatchObject([{ ok: true }]);
  expect(await found({ reference: 'Ra' })).toEqual([]);
});

test('what is asked for is what is found', async () => {
  expect((await found({ over: decimal('40') })).map(({ amount }) => amount)).toEqual(['100.00']);
  expect(await found({ company: 'US02' })).toEqual([]);
  expect((await found({ owner: 'mia' })).map(({ assignee }) => assignee)).toEqual(['mia']);
  expect(await brokenLaws(at.db)).toEqual([]);
});
