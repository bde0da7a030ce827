// What became of an attempt, beside it and never over it.
import type pg from 'pg';

/** Stores the outcome: its kind, and the whole of it as the adapter told it (adapters put no secrets there). */
export async function endAttempt(
  client: pg.ClientBase,
  postingKey: string,
  number: number,
  outcome: { kind: string },
): Promise<void> {
  await client.query(
    'insert into tieout.attempt_outcome (posting_key, number, outcome, detail) values ($1, $2, $3, $4)',
    [postingKey, number, outcome.kind, JSON.stringify(outcome)],
  );
}
