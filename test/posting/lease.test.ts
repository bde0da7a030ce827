// A lease ends by the worker's own clock too: a database that is away says nothing, and another worker may have the claim.
import type pg from 'pg';
import { expect, it } from 'vitest';

import { holdLease } from '../../jobs/posting/lease.ts';
import { POSTING_SETTINGS, type Posting } from '../../src/posting/posting.ts';

it('holds up to its last millisecond, counted from when the claim was asked for', async () => {
  let now = 1_000;
  const lease = holdLease({
    pool: {} as pg.Pool, // asked for a renewal only when a quarter of the lease is over
    posting: { postingKey: 'k', fence: '1' } as Posting,
    settings: POSTING_SETTINGS,
    clock: () => now,
    claimedAt: 400,
  });
  expect(lease.holds()).toBe(true);
  now = 400 + POSTING_SETTINGS.leaseMs - 1;
  expect(lease.holds()).toBe(true);
  now += 1;
  expect(lease.holds()).toBe(false);
  await lease.end();
});
