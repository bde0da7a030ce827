// A circuit breaker per ERP: after failures in a row nothing is claimed for it until a pause is over, then one posting
// tries. Journals wait APPROVED meanwhile, so an outage uses up nobody's tries. Values in, values out; the clock is passed.

export interface Breaker {
  failuresInARow: number;
  /** Nothing is claimed before this moment (caller's clock); 0 = closed. */
  openUntilMs: number;
}

export const CLOSED: Breaker = { failuresInARow: 0, openUntilMs: 0 };

// Five: two lost answers in a row happen to a healthy ERP; opening late costs five calls, opening early idles everything.
const FAILURES_TO_OPEN = 5;
const FIRST_PAUSE_MS = 5_000;
const LAST_PAUSE_MS = 5 * 60_000;

/** True where a posting may be claimed; when a pause is over the next one is the trial. */
export function mayCall(breaker: Breaker, nowMs: number): boolean {
  return nowMs >= breaker.openUntilMs;
}

/** A posting was claimed: where that is the trial after a pause, others wait a first pause more for what it tells. */
export function afterClaim(breaker: Breaker, nowMs: number): Breaker {
  return breaker.failuresInARow < FAILURES_TO_OPEN
    ? breaker
    : { ...breaker, openUntilMs: nowMs + FIRST_PAUSE_MS };
}

/** The ERP answered, whatever it said. */
export function afterAnswer(): Breaker {
  return CLOSED;
}

/** No answer (not executed, unknown, unreachable). The pause doubles while the trial fails; `Retry-After` is obeyed. */
export function afterFailure(breaker: Breaker, nowMs: number, retryAfterMs = 0): Breaker {
  const failuresInARow = breaker.failuresInARow + 1;
  const over = failuresInARow - FAILURES_TO_OPEN;
  const pauseMs = over < 0 ? 0 : Math.min(LAST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(over, 20));
  const waitMs = Math.max(pauseMs, retryAfterMs);
  return { failuresInARow, openUntilMs: waitMs === 0 ? 0 : nowMs + waitMs };
}
