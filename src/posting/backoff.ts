// When to try again: full jitter between nothing and a bound that doubles from 1 s to 15 min. Full jitter, because many
// workers that failed together must not come back together; the random value is the caller's, so a test can hold it.

const FIRST_MS = 1_000;
const LAST_MS = 15 * 60_000;

/**
 * Milliseconds to wait before try `tries` + 1.
 * @param tries waits already made in a row
 * @param random in [0, 1)
 * @param retryAfterMs what the ERP asked for: never sooner than that
 */
export function backoffMs(tries: number, random: number, retryAfterMs = 0): number {
  const bound = Math.min(LAST_MS, FIRST_MS * 2 ** Math.min(tries, 30));
  return Math.max(retryAfterMs, Math.floor(random * bound));
}
