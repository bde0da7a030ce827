// A person who has some companies only: what is of another one is not there for them, by any door, and the database holds it
// for the words that let money move.
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { addUser, listUsers } from '../../jobs/administration/users.ts';
import type { Actor } from '../../jobs/administration/userKeys.ts';
import { authenticate } from '../../jobs/administration/userKeys.ts';
import { accept } from '../../jobs/decisions/accept.ts';
import { approveJournals, rejectJournals, resolve } from '../../jobs/decisions/approveJournals.ts';
import { proposeReclasses, proposeWriteOffs } from '../../jobs/decisions/closing.ts';
import { decideCases } from '../../jobs/decisions/decideCases.ts';
import { matchByHand, unmatch } from '../../jobs/decisions/matchByHand.ts';
import { proposeRelease } from '../../jobs/decisions/release.ts';
import { overrideExplained, reverse } from '../../jobs/decisions/reverse.ts';
import { approveWaiting } from '../../jobs/decisions/secondWord.ts';
import { undoRun } from '../../jobs/decisions/undo.ts';
import { list } from '../../jobs/reports/list.ts';
import { loadConfig } from '../../src/config/load.ts';
import { loadRulebook } from '../../src/config/rulebookFiles.ts';
import { transaction } from '../../src/db/connection.ts';
import { recordDecision } from '../../src/db/decision.ts';
import { insertApproval } from '../../src/db/posting/insertApproval.ts';
import { decimal } from '../../src/money/decimal.ts';
import { Story } from '../posting/story.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';

let at: TestDatabase;
let story: Story;
let ids: Record<'exception' | 'case' | 'match' | 'line' | 'journal', string>;
/** A reviewer of another company, and one of the story's. */
const eve: Actor = { name: 'eve', role: 'reviewer', companies: ['DE01'], keyId: '', osUser: 'test' };
const ray: Actor = { name: 'ray', role: 'reviewer', companies: ['JN01'], keyId: '', osUser: 'test' };
const clock = (): number => Date.parse('2026-10-21T08:00:00Z');

beforeAll(async () => {
  at = await testDatabase();
  story = new Story(at.db);
  await story.user('root', 'reviewer');
  await story.user('eve', 'reviewer', ['DE01']);
  await story.user('ray', 'reviewer', ['JN01']);
  const { pool } = at.db;
  const untrue = await story.tell(`
periods 2026-09=closed 2026-10=open 2026-11=open 2026-12=open
sale SO-1 10.00 2026-10-05
sale SO-2 7.50 2026-10-06
booked 4711 SO-2 7.50 2026-10-06
extract
reconcile
expect journal SO-1 AWAITING_APPROVAL`);
  if (untrue.length > 0) throw new Error(untrue.join('\n'));
  const first = async (sql: string): Promise<string> =>
    String((await pool.query<{ id: string }>(sql)).rows[0]?.id);
  ids = {
    exception: await first('select exception_id as id from tieout.open_exception limit 1'),
    case: await first('select case_id as id from tieout.case_item limit 1'),
    match: await first('select match_id as id from tieout.match_member limit 1'),
    line: await first('select line_id as id from tieout.open_item limit 1'),
    journal: await first('select posting_reference as id from tieout.posting'),
  };
}, 120_000);
afterAll(async () => {
  story.remove();
  await at.drop();
});

const job = (by: Actor) => {
  const config = loadConfig(join(story.folder, 'tieout.yaml'), {});
  const { companies } = config;
  return { db: at.db, by, why: 'seen', clock, config, companies, rulebook: loadRulebook(config) };
};

/** Each way to decide something about what there is, as this person. */
const WAYS: Readonly<Record<string, (by: Actor) => Promise<unknown>>> = {
  accept: (by) => accept(job(by), [ids.exception]),
  reclass: (by) => proposeReclasses(job(by), [ids.exception]),
  'write off': (by) => proposeWriteOffs(job(by), [ids.match]),
  match: (by) => matchByHand(job(by), [ids.line]),
  unmatch: (by) => unmatch(job(by), ids.match),
  reverse: (by) => reverse(job(by), ids.journal),
  override: (by) => overrideExplained(job(by), { source: '/pos', id: 'SO-1' }, []),
  release: (by) => proposeRelease(job(by), 'JN01', 'GL'),
};

describe('a person of another company', () => {
  test.each(Object.keys(WAYS))('finds nothing: %s', async (way) => {
    await expect(WAYS[way]!(eve)).rejects.toThrow(
      /no open exception has this id|no live match has this id|not an open line|no journal has this number|no document explains it|no brake is on there/,
    );
  });
  test('finds no journal', async () => {
    for (const word of [approveJournals, rejectJournals])
      expect(await word(job(eve), [ids.journal])).toMatchObject([{ ok: false, reason: 'NOT_FOUND' }]);
    expect(await resolve(job(eve), ids.journal, 'absent: not there')).toMatchObject({ reason: 'NOT_FOUND' });
  });
  test('finds no case', async () => {
    const decision = { case: ids.case, action: 'comment', why: 'mine?' } as const;
    expect(await decideCases(job(eve), [decision])).toMatchObject([{ ok: false, reason: 'UNKNOWN_CASE' }]);
    expect(await decideCases(job(ray), [decision])).toMatchObject([{ ok: true }]);
  });
  test('may not decide what is about all companies', async () => {
    for (const by of [eve, ray])
      await expect(undoRun(job(by), '1', false)).rejects.toThrow(/undo runs: that is about all companies/);
  });
  test('is refused the second word by the database too', async () => {
    const attempt = (by: Actor) =>
      transaction(at.db, async (client) => {
        const { rows } = await client.query<{ hash: string }>(
          'select payload_hash as hash from tieout.journal',
        );
        const content = { payloadHash: rows[0]!.hash };
        const decisionId = await recordDecision(client, {
          kind: 'approve',
          by,
          subject: ids.journal,
          why: '',
          content,
        });
        await insertApproval(client, { verdict: 'approved', decisionId });
        throw new Error('the database took it');
      });
    await expect(attempt(eve)).rejects.toThrow('company JN01 is not of eve');
    await expect(attempt(ray)).rejects.toThrow('the database took it');
  });
});

test('an acceptance above the limit is agreed to by whoever has that company', async () => {
  const [code, company] = [...job(ray).config.companies][0]!;
  const companies = new Map([[code, { ...company, acceptLimit: decimal('0.01') }]]);
  const { waits } = await accept({ ...job(ray), companies }, [ids.exception]);
  const agree = (by: Actor) => approveWaiting(job(by), waits?.id ?? '');
  await expect(agree(eve)).rejects.toThrow('no open exception has this id');
  const { companies: _, ...all } = eve;
  expect(await agree({ ...all, name: 'root' })).toMatch(/^accepted /);
});

test('the list of users says who has which; an admin has all', async () => {
  const now = Date.now();
  const request = { role: 'reviewer', osUser: 'test', now, by: await story.user('ada', 'admin') };
  const { key } = await addUser(at.db, { ...request, name: 'dan', companies: ['DE01', 'JN01'] });
  const found = await authenticate(at.db, {
    name: 'dan',
    key,
    osUser: '',
    now: new Date(now).toISOString(),
  });
  expect(found).toMatchObject({ actor: { companies: ['DE01', 'JN01'] } });
  expect(await listUsers(at.db, now)).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ name: 'dan', companies: ['DE01', 'JN01'] }),
      expect.objectContaining({ name: 'ada', companies: [] }),
    ]),
  );
  await expect(
    addUser(at.db, { ...request, name: 'amy', role: 'admin', companies: ['DE01'] }),
  ).rejects.toThrow(/in every company/);
  expect((await list(at.db, 'decisions', { limit: 50 })).rows).toEqual(
    expect.arrayContaining([expect.objectContaining({ kind: 'users-add', subject: 'dan' })]),
  );
});
