// A worker's hold on one posting while it works: renewed in the database while a call runs, and watched by our own clock,
// which counts on while the process is stopped. When it ends the call's socket is dropped and nothing more is written.
import type pg from 'pg';

import { renewLease } from '../../src/db/posting/renewLease.ts';
import type { Posting, PostingSettings } from '../../src/posting/posting.ts';

export interface Lease {
  /** True while it lasts by our clock and nobody told us otherwise. */
  holds(): boolean;
  /** Runs something that renews the lease in the database; it then counts from before that. */
  renewing<T>(work: () => Promise<T>): Promise<T>;
  /**
   * A call to an ERP: renewed meanwhile, dropped when the lease or the time for a call is over. What the adapter throws,
   * and a call that ignores its signal, count as `silence`.
   */
  call<T, K extends string>(
    work: (signal: AbortSignal) => Promise<T>,
    silence: K,
  ): Promise<T | { kind: K; message: string }>;
  /** Stops renewing. The claim itself ends with the move that settled it, or by time. */
  end(): Promise<void>;
}

export interface LeaseRequest {
  pool: pg.Pool;
  posting: Posting;
  settings: PostingSettings;
  /** Monotonic milliseconds. */
  clock: () => number;
  /** When the claim was asked for, by that clock. */
  claimedAt: number;
}

export function holdLease({ pool, posting, settings, clock, claimedAt }: LeaseRequest): Lease {
  let expiresAt = claimedAt + settings.leaseMs;
  let lost = false;
  let renewal: Promise<void> = Promise.resolve();
  const controller = new AbortController();
  const holds = (): boolean => !lost && clock() < expiresAt;

  const renew = async (): Promise<void> => {
    const at = clock();
    try {
      if (await renewLease(pool, posting.postingKey, posting.fence, settings.leaseMs))
        expiresAt = at + settings.leaseMs;
      else lost = true;
    } catch {
      // The database is away: the lease runs out by itself unless a later renewal gets through.
    }
  };
  const watch = setInterval(() => {
    if (!holds()) controller.abort(new Error('the lease ended'));
    else renewal = renewal.then(renew);
  }, settings.leaseMs / 4);
  watch.unref();

  return {
    holds,
    renewing: async (work) => {
      const at = clock();
      const result = await work();
      expiresAt = Math.max(expiresAt, at + settings.leaseMs);
      return result;
    },
    call: async (work, silence) => {
      const tooLong = AbortSignal.timeout(settings.callTimeoutMs);
      const signal = AbortSignal.any([controller.signal, tooLong]);
      const over = new Promise<{ kind: typeof silence; message: string }>((resolve) => {
        const tell = (): void =>
          resolve({ kind: silence, message: `the call was dropped: ${reasonOf(signal)}` });
        if (signal.aborted) tell();
        else signal.addEventListener('abort', tell, { once: true });
      });
      const called = work(signal).catch((error: unknown) => ({
        kind: silence,
        message: `the adapter failed: ${error instanceof Error ? error.message : String(error)}`,
      }));
      return Promise.race([called, over]);
    },
    end: async () => {
      clearInterval(watch);
      await renewal;
    },
  };
}

function reasonOf(signal: AbortSignal): string {
  const reason: unknown = signal.reason;
  return reason instanceof Error && reason.name === 'TimeoutError' ? 'it took too long' : 'the lease ended';
}
