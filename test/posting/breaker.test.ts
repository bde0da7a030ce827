// The circuit breaker: when it opens, who tries when its pause is over, and that nothing is asked meanwhile.
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { afterAnswer, afterClaim, afterFailure, CLOSED, mayCall } from '../../src/posting/breaker.ts';
import type { Breaker } from '../../src/posting/breaker.ts';
import { post } from '../../jobs/posting/post.ts';
import { approveJournals } from '../../jobs/decisions/approveJournals.ts';
import type { ErpPoster } from '../../src/erp/contract.ts';
import { testDatabase } from '../support/database.ts';
import { Books } from './books.ts';

const failed = (times: number): Breaker =>
  Array.from({ length: times }).reduce<Breaker>((breaker) => afterFailure(breaker, 0), CLOSED);

describe('the circuit breaker', () => {
  it('opens at the fifth failure in a row, its pause doubles to five minutes, an answer closes it', () => {
    expect([1, 4, 5, 6, 11, 40].map((times) => failed(times).openUntilMs)).toEqual([
      0, 0, 5_000, 10_000, 300_000, 300_000,
    ]);
    expect([mayCall(failed(5), 4_999), mayCall(failed(5), 5_000)]).toEqual([false, true]);
    expect(mayCall(afterAnswer(), 0)).toBe(true);
  });

  it('obeys Retry-After at the first failure', () => {
    expect(afterFailure(CLOSED, 1_000, 60_000).openUntilMs).toBe(61_000);
  });

  it('lets one posting try when the pause is over; closed, it holds nobody back', () => {
    const trial = afterClaim(failed(5), 5_000);
    expect([mayCall(trial, 5_000), mayCall(trial, 10_000)]).toEqual([false, true]);
    expect(mayCall(afterClaim(failed(4), 5_000), 5_000)).toBe(true);
  });

  it('keeps journals approved while an ERP is away, and the loop asleep', async () => {
    const test = await testDatabase();
    const books = await new Books(test.db).open();
    const bob = await books.user('bob', 'reviewer');
    for (let n = 1; n <= 12; n += 1) await books.shipment({ id: `SO-${n}`, amount: `${n}0.00` });
    await books.propose();
    await approveJournals({ db: test.db, by: bob, why: 'checked' }, await books.references());
    const calls: number[] = [];
    const away: ErpPoster = {
      capabilities: {
        idempotency: 'none',
        externalId: false,
        look: 'byReference',
        lookLagSeconds: 0,
        documentIdInAnswer: true,
        batchAtomic: false,
        maxBatch: 1,
      },
      post: () => {
        calls.push(performance.now());
        return Promise.resolve({ kind: 'notExecuted', message: 'connection refused' });
      },
      look: () => Promise.resolve({ kind: 'absent' }),
    };
    const stop = new AbortController();
    const request = { db: test.db, erps: new Map([['drop', away]]), worker: 'w1', random: () => 0.99 };
    const sending = post({ ...request, clock: () => performance.now(), stop: stop.signal, until: 'never' });
    await vi.waitUntil(() => calls.length >= 5, { timeout: 200_000 });
    await sleep(500);
    const asked = vi.spyOn(test.db.pool, 'query');
    await sleep(2_000);
    stop.abort();
    const { states } = await sending;
    expect(calls.length).toBeLessThanOrEqual(6); // two lanes may fail at the same time
    expect(states['APPROVED']).toBeGreaterThanOrEqual(6);
    expect(asked.mock.calls.length).toBeLessThan(20);
    await test.drop();
  });
});
