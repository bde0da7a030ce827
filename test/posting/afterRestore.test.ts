// A database that came back from a backup has forgotten what it sent since. Nothing leaves beside what may be there already,
// and no worker from before the restore goes on.
import { mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { enterErp } from '../../jobs/posting/enterErp.ts';
import { approveJournals as approve, resolve } from '../../jobs/decisions/approveJournals.ts';
import { post } from '../../jobs/posting/post.ts';
import { previewPost } from '../../jobs/posting/postPreview.ts';
import type { PostRequest, PostSummary } from '../../jobs/posting/post.ts';
import { proposeRelease } from '../../jobs/decisions/release.ts';
import { approveWaiting } from '../../jobs/decisions/secondWord.ts';
import type { Approving } from '../../jobs/decisions/agreeing.ts';
import type { Actor } from '../../jobs/administration/userKeys.ts';
import { transaction } from '../../src/db/connection.ts';
import { unknownFiles } from '../../src/db/posting/erpLease.ts';
import { markRestored, readProject } from '../../src/db/project.ts';
import type { ErpPoster } from '../../src/erp/contract.ts';
import { fileDrop } from '../../src/erp/fileDrop.ts';
import { names } from '../../src/posting/afterRestore.ts';
import { postingKey, postingReference } from '../../src/posting/key.ts';
import type { TestDatabase } from '../support/database.ts';
import { testDatabase } from '../support/database.ts';
import { Books, RULES } from './books.ts';

let test: TestDatabase;
let books: Books;
let folder: string;
let drop: ErpPoster;
let people: Record<'bob' | 'carol', Actor>;
beforeEach(async () => {
  test = await testDatabase();
  books = await new Books(test.db).open();
  people = { bob: await books.user('bob', 'reviewer'), carol: await books.user('carol', 'reviewer') };
  folder = mkdtempSync(join(tmpdir(), 'tieout-restored-'));
  drop = fileDrop({ outbox: join(folder, 'outbox'), archive: join(folder, 'archive') });
  drop.setUp!();
});
afterEach(async () => {
  rmSync(folder, { recursive: true });
  await test.drop();
});

const send = (changes: Partial<PostRequest> = {}): Promise<PostSummary> =>
  post({
    db: test.db,
    erps: new Map([['drop', drop]]),
    worker: 'w1',
    clock: () => performance.now(),
    random: () => 0,
    lanes: 1,
    ...changes,
  });

async function approved(...ids: string[]): Promise<string[]> {
  for (const id of ids) await books.shipment({ id, amount: '10.00' });
  await books.propose();
  const references = await books.references();
  await approve({ db: test.db, by: people.bob, why: 'checked' }, references);
  return references;
}

const restored = (): Promise<void> =>
  transaction(test.db, (client) => markRestored(client, new Date(Date.now() - 3_600_000).toISOString(), 0));
const laterExtract = (): Promise<string> => books.batch(true, new Date(Date.now() + 60_000));
const why = async (): Promise<string> =>
  (await books.pool.query<{ why: string }>('select why from posting order by journal_id limit 1')).rows[0]!
    .why;
const csvFiles = (): string[] => readdirSync(join(folder, 'outbox')).filter((name) => name.endsWith('.csv'));
const STRANGER = 'ABCDEFGHIJKLMNOP';

describe('files that the restored database does not know', () => {
  const put = (place: string, content: string): void =>
    writeFileSync(join(folder, place, `${STRANGER}.csv`), content);

  it('are listed, and what they book is for a person', async () => {
    await approved('SHP-9', 'SHP-91');
    put('archive', 'posting_reference,reference\r\nABCDEFGHIJKLMNOP,SHP-9\r\n');
    await restored();
    await laterExtract();
    const preview = await previewPost(test.db, new Map([['drop', drop]]));
    expect(preview.map(({ held }) => held)).toEqual(['', '']);
    expect((await send()).states).toEqual({ NEEDS_HUMAN: 1, POSTED: 1 });
    expect(await unknownFiles(test.db.pool)).toMatchObject([{ erp: 'drop', journal: STRANGER }]);
    expect(await why()).toMatch(/^sent before the restore, as it seems: .*\.csv names SHP-9$/);
    expect(csvFiles()).toHaveLength(1);
  });

  it('hold nothing back once two persons say that it is not in the ERP', async () => {
    const [reference = ''] = await approved('SHP-9');
    put('outbox', 'x,SHP-9,y');
    await restored();
    await laterExtract();
    await send();
    const evidence = 'absent: the import job refused the file';
    for (const by of [people.bob, people.carol])
      await resolve({ db: test.db, by, why: 'asked' }, reference, evidence);
    expect(await books.states()).toEqual(['RETRY_WAIT']);
    expect((await send()).states).toEqual({ POSTED: 1 });
  });

  it('prove nothing by an id that other business carries too', async () => {
    await books.shipment({ id: 'SHP-1', amount: '10.00', reference: 'ORDER-7' });
    await books.shipment({ id: 'SHP-2', amount: '11.00', reference: 'ORDER-7' });
    await approved();
    put('archive', 'x,ORDER-7,y');
    await restored();
    await laterExtract();
    expect((await send()).states).toEqual({ POSTED: 2 });
  });

  it('are not looked for in what came after the restore', async () => {
    put('archive', 'x,SHP-9,y');
    await restored();
    await laterExtract();
    await approved('SHP-9');
    expect((await send()).states).toEqual({ POSTED: 1 });
  });

  it('cannot be listed while a folder is not there: nothing is sent', async () => {
    await approved('SHP-9');
    renameSync(join(folder, 'archive'), join(folder, 'elsewhere'));
    await restored();
    await laterExtract();
    expect((await send()).states).toEqual({ APPROVED: 1 });
    renameSync(join(folder, 'elsewhere'), join(folder, 'archive'));
    await books.pool.query('update posting set due_at = now()');
    expect((await send()).states).toEqual({ POSTED: 1 });
  });

  it('may lie anywhere in a text, as a word of their own', () => {
    expect(['SHP-9', 'a,SHP-9', '"SHP-9"\r\n', 'SHP-9 SHP-91'].map((text) => names(text, 'SHP-9'))).toEqual(
      Array(4).fill(true),
    );
    expect(['SHP-91', 'XSHP-9', 'SHP-9-A', ''].map((text) => names(text, 'SHP-9'))).toEqual(
      Array(4).fill(false),
    );
  });
});

describe('another revision of the same journal', () => {
  const keyOf = async (revision: number): Promise<string> => {
    const found = await books.pool.query<{ subject: string }>('select subject from journal limit 1');
    return postingReference(postingKey('drop', 'US01', found.rows[0]!.subject, revision));
  };

  it.each([2, 20])('that the ERP has is found: %s revisions on', async (further) => {
    await approved('SHP-9');
    await restored();
    await laterExtract();
    const other = await keyOf(1 + further);
    // Known by now, so that not the list of files finds it.
    await enterErp(test.db, 'drop', drop, await readProject(test.db.pool));
    writeFileSync(join(folder, 'archive', `${other}.csv`), 'whatever');
    expect((await send()).states).toEqual({ NEEDS_HUMAN: 1 });
    expect(await why()).toContain(`carries ${other}, revision ${1 + further} of this journal`);
    expect(csvFiles()).toEqual([]);
  });

  it('is none of which the database knows what became of it', async () => {
    const [first = ''] = await approved('SHP-9');
    await send();
    await books.pool.query('alter table posting disable trigger user');
    await books.pool.query(`update posting set state = 'REVERSED_IN_ERP'`);
    await books.pool.query('alter table posting enable trigger user');
    await books.pool.query(`alter table journal_source disable trigger user`);
    await books.pool.query(`update journal_source set ended = 'reversed'`);
    await books.propose();
    const second = (await books.references())[1] ?? '';
    await approve({ db: test.db, by: people.bob, why: 'checked' }, [second]);
    await restored();
    await laterExtract();
    expect((await send()).states).toEqual({ REVERSED_IN_ERP: 1, POSTED: 1 });
    expect(csvFiles()).toEqual([`${first}.csv`, `${second}.csv`].toSorted());
  });
});

describe('until the ledger was read again', () => {
  const word = (by: Actor): Approving =>
    ({ db: test.db, by, why: 'seen in the ERP' }) as unknown as Approving;

  it('nothing is proposed or sent, and two persons let go', async () => {
    await approved('SHP-9');
    await restored();
    expect((await send()).states).toEqual({ APPROVED: 1 });
    const id = await proposeRelease(word(people.bob), 'US01', 'GL');
    expect((await send()).states).toEqual({ APPROVED: 1 });
    await expect(approveWaiting(word(people.bob), id)).rejects.toThrow('cannot agree to it');
    await approveWaiting(word(people.carol), id);
    expect((await send()).states).toEqual({ POSTED: 1 });
  });

  it('an extract that does not have its day proves nothing', async () => {
    await approved('SHP-9');
    await restored();
    const batch = await laterExtract();
    await books.pool.query(
      `alter table batch disable trigger user; update batch set date_from = '2026-11-01' where batch_id = ${batch}`,
    );
    expect((await send()).states).toEqual({ APPROVED: 1 });
    expect(await why()).toMatch(
      /^held: the database was restored, and no complete extract .* has its day and accounts$/,
    );
  });

  it('a journal that the ledger shows under another name is withdrawn', async () => {
    await approved('SHP-9');
    await restored();
    await books.document('4711', '10.00', 'SHP-9', { batch: await laterExtract() });
    expect((await send()).states).toEqual({ CANCELLED: 1 });
  });
});

describe('a worker from before the restore', () => {
  it('takes nothing up, and ends', async () => {
    await approved('SHP-9');
    const before = await readProject(test.db.pool);
    await restored();
    await laterExtract();
    await expect(send({ project: before })).rejects.toThrow('was restored since this worker started');
    expect(await books.states()).toEqual(['APPROVED']);
  });

  it('cannot go on with what it had in hand', async () => {
    await approved('SHP-9');
    const sending = send({
      crashPoint: (name) => {
        if (name === 'post.before-attempt') throw new Error('paused');
      },
    });
    await expect(sending).rejects.toThrow('paused');
    // The same worker, at the moment when it would write its attempt: the row is as the backup had it, fencing number too.
    const before = await readProject(test.db.pool);
    await restored();
    await books.pool.query('alter table posting disable trigger user');
    await books.pool.query(`update posting set state = 'APPROVED', lease_until = null`);
    await expect(send({ project: before })).rejects.toThrow('start the worker anew');
    expect(csvFiles()).toEqual([]);
    expect((await books.pool.query(`select from attempt where kind = 'post'`)).rowCount).toBe(0);
  });

  it('is told by the lease row where an ERP has no marker', async () => {
    const bare = { ...drop };
    for (const name of ['closed', 'enter', 'setUp', 'ourFiles'] as const) delete bare[name];
    const before = await readProject(test.db.pool);
    expect(await enterErp(test.db, 'sap', bare, before)).toBe('');
    await restored();
    const now = await readProject(test.db.pool);
    expect(await enterErp(test.db, 'sap', bare, now)).toBe('');
    expect(await enterErp(test.db, 'sap', bare, before)).toMatch(/was restored since .* start it anew$/);
    expect(await enterErp(test.db, 'sap', bare, { ...now, id: 'other' })).toContain('by another project');
  });
});

it('holds a journal whose rule says something else for its day by now, and sends it when another rule changed', async () => {
  await approved('SHP-9');
  const rule = { name: 'shipment', effectiveFrom: '2026-01-01', lines: [{ account: 'receivable' }] };
  const version = async (hash: string, postings: unknown[]): Promise<void> => {
    await books.pool.query('alter table rulebook_version disable trigger user');
    await books.pool.query(
      `insert into rulebook_version (hash, canonical, first_seen_by) values ($1, $2, 'root') on conflict (hash) do update set canonical = excluded.canonical`,
      [hash, JSON.stringify({ accounts: [['receivable', { number: '1200' }]], postings })],
    );
  };
  await version(RULES, [rule]);
  const runUnder = (hash: string): Promise<unknown> =>
    books.pool.query(
      `insert into run (run_id, kind, state, as_of, horizon, rulebook_hash, maker, started_at)
       select max(run_id) + 1, 'reconcile', 'completed', '2026-11-02', 0, $1, 'root', now() from run`,
      [hash],
    );
  await version('rules-2', [{ ...rule, lines: [{ account: 'other' }] }]);
  await runUnder('rules-2');
  expect((await send()).states).toEqual({ APPROVED: 1 });
  expect(await why()).toBe(
    'held: the rule shipment has changed since its lines were derived: tieout reject it and tieout rederive',
  );
  await version('rules-3', [{ ...rule, effectiveTo: '2026-10-01' }]);
  await runUnder('rules-3');
  await books.pool.query('update posting set due_at = now()');
  expect((await send()).states).toEqual({ APPROVED: 1 });
  await version('rules-4', [rule, { name: 'refund', effectiveFrom: '2026-01-01' }]);
  await runUnder('rules-4');
  await books.pool.query('update posting set due_at = now()');
  expect((await send()).states).toEqual({ POSTED: 1 });
});
