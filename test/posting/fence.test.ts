// A worker that slept past its lease: another one has the posting, in the same state, and only the fencing number tells
// the two apart. Nothing that the first one writes may count.
import { afterEach, beforeEach, expect, it } from 'vitest';

import { transaction } from '../../src/db/connection.ts';
import { readProject } from '../../src/db/project.ts';
import { beginAttempt } from '../../src/db/posting/beginAttempt.ts';
import { claimPosting } from '../../src/db/posting/claimPosting.ts';
import { movePostings } from '../../src/db/posting/movePostings.ts';
import { renewLease } from '../../src/db/posting/renewLease.ts';
import type { Project } from '../../src/posting/outgoing.ts';
import type { Posting } from '../../src/posting/posting.ts';
import type { TestDatabase } from '../support/database.ts';
import { testDatabase } from '../support/database.ts';
import { Books } from './books.ts';

const LEASE_MS = 60_000;
let test: TestDatabase;
beforeEach(async () => {
  test = await testDatabase();
  const books = await new Books(test.db).open();
  await books.shipment({ id: 'SO-1', amount: '21.60' });
  await books.propose();
  await test.db.pool.query('alter table posting disable trigger posting_guard');
  await test.db.pool.query(`update posting set state = 'APPROVED'`);
  await test.db.pool.query('alter table posting enable trigger posting_guard');
});
afterEach(() => test.drop());

const claim = async (worker: string, changed: Partial<Project> = {}): Promise<Posting | undefined> => {
  const project = { ...(await readProject(test.db.pool)), ...changed };
  return transaction(test.db, (client) =>
    claimPosting(client, { erps: ['drop'], worker, leaseMs: LEASE_MS, days: new Map(), project }),
  );
};

it('is refused whatever it writes, and the one that has the posting is not', async () => {
  const late = (await claim('late'))!;
  expect(await claim('other')).toBeUndefined();
  await test.db.pool.query(`update posting set lease_until = now() - interval '1 s'`);
  const other = (await claim('other'))!;
  expect([late.state, other.state, BigInt(other.fence) > BigInt(late.fence)]).toEqual([
    'CLAIMED',
    'CLAIMED',
    true,
  ]);
  const move = (posting: Posting): Promise<number> =>
    transaction(test.db, async (client) => {
      const { postingKey, fence } = posting;
      const moves = [{ postingKey, fence, from: 'CLAIMED', to: 'APPROVED', why: 'given back' } as const];
      return (await movePostings(client, moves, { mover: 'machine', actor: 'w' })).size;
    });
  const begin = (posting: Posting, worker: string): Promise<number | undefined> =>
    transaction(test.db, (client) => beginAttempt(client, posting, 'look', worker, LEASE_MS));
  const renew = ({ postingKey, fence }: Posting): Promise<boolean> =>
    renewLease(test.db.pool, postingKey, fence, LEASE_MS);
  expect([await begin(late, 'late'), await begin(late, 'other'), await renew(late)]).toEqual([
    undefined,
    undefined,
    false,
  ]);
  expect(await move(late)).toBe(0);
  expect([await begin(other, 'late'), await begin(other, 'other'), await renew(other)]).toEqual([
    undefined,
    1,
    true,
  ]);
  expect(await move(other)).toBe(1);
});

it('gives nothing to a worker from before a restore, or of another project', async () => {
  expect(await claim('old', { epoch: 0 })).toBeUndefined();
  expect(await claim('stranger', { id: 'another' })).toBeUndefined();
  expect(await claim('new')).toBeDefined();
});

it('a posting is POSTED only with the document that it became', async () => {
  await claim('one');
  const posted = (document: string): Promise<unknown> =>
    test.db.pool.query(`update posting set state = 'POSTED', moved_by = 'machine', document_id = $1`, [
      document,
    ]);
  await expect(posted('')).rejects.toThrow(/cannot be POSTED without its document/);
  await posted('9001');
});

it('a line is held by one live journal, whatever key it goes by', async () => {
  const again = `insert into journal_source (journal_id, journal_line, unit, line_id, external_key, amount, event_source, event_id)
    select journal_id, journal_line, unit, line_id, external_key || ' again', amount, event_source, event_id from journal_source limit 1`;
  await expect(test.db.pool.query(again)).rejects.toThrow(/journal_source_line_live/);
});
