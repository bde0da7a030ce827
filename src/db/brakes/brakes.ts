// Brakes as rows: what is on, and what sets one. A brake that says the same again while it is on is set once.
import type pg from 'pg';

/** A brake that is on. */
export interface Brake {
  /** Its number; a release names the last one that it lets go of. */
  brake: string;
  company: string;
  ledger: string;
  why: string;
  /** Instant, ISO. */
  since: string;
}

/** All brakes that are on, in a fixed order. */
export async function readBrakes(client: pg.ClientBase | pg.Pool): Promise<Brake[]> {
  const found = await client.query<Brake>(
    'select brake_id as brake, company, ledger, why, since from tieout.brake_on order by company, ledger, brake_id',
  );
  return found.rows;
}

export interface NewBrake {
  company: string;
  ledger: string;
  kind: 'changedLines' | 'accountGone' | 'missing';
  why: string;
}

/** @param by the intake or the run that noticed */
export async function insertBrakes(
  client: pg.ClientBase,
  brakes: readonly NewBrake[],
  by: { batchId: string } | { runId: string },
): Promise<void> {
  if (brakes.length === 0) return;
  await client.query(
    `insert into tieout.brake (brake_id, company, ledger, kind, why, batch_id, run_id)
     select nextval('tieout.brake_id'), b.company, b.ledger, b.kind, b.why, $2, $3
       from jsonb_to_recordset($1::jsonb) as b (company text, ledger text, kind text, why text)
      where not exists (select from tieout.brake_on o where (o.company, o.ledger, o.kind, o.why) = (b.company, b.ledger, b.kind, b.why))`,
    [JSON.stringify(brakes), 'batchId' in by ? by.batchId : null, 'runId' in by ? by.runId : null],
  );
}

/** Lets go of every brake of the company and ledger up to number `upto`; the decision has its second word. */
export async function insertRelease(
  client: pg.ClientBase,
  release: { decisionId: string; company: string; ledger: string; upto: string },
): Promise<void> {
  await client.query(
    'insert into tieout.brake_release (decision_id, company, ledger, upto) values ($1, $2, $3, $4)',
    [release.decisionId, release.company, release.ledger, release.upto],
  );
}
