// Letting go of brakes as rows: one person's word, and the second one's on it. That they are two is the database's to say
// (constraint releaser_is_not_approver).
import type pg from 'pg';

export interface Release {
  id: string;
  company: string;
  ledger: string;
  proposer: string;
  verdict: string | null;
}

/** The release with that number; locked against a second word at the same time. */
export async function findRelease(client: pg.ClientBase, id: string): Promise<Release | undefined> {
  const found = await client.query<Release>(
    `select r.release_id as id, r.company, r.ledger, r.proposer,
            (select v.verdict from tieout.brake_release_verdict v where v.release_id = r.release_id) as verdict
       from tieout.brake_release r where r.release_id = $1 for update`,
    [id],
  );
  return found.rows[0];
}

/** Of every brake of the company and ledger that is on; undefined where none is. */
export async function insertRelease(
  client: pg.ClientBase,
  {
    company,
    ledger,
    proposer,
    decisionId,
  }: { company: string; ledger: string; proposer: string; decisionId: string },
): Promise<string | undefined> {
  const stored = await client.query<{ id: string }>(
    `insert into tieout.brake_release (release_id, company, ledger, upto, proposer, decision_id)
     select nextval('tieout.brake_release_id'), $1, $2, max(brake_id), $3, $4 from tieout.brake_on
      where company = $1 and ledger = $2 having count(*) > 0 returning release_id as id`,
    [company, ledger, proposer, decisionId],
  );
  return stored.rows[0]?.id;
}

/** Throws the database's error (class 23) where that person may not. */
export async function insertReleaseVerdict(
  client: pg.ClientBase,
  word: { id: string; verdict: 'approved' | 'rejected'; approver: string; decisionId: string },
): Promise<void> {
  await client.query(
    'insert into tieout.brake_release_verdict (release_id, verdict, approver, decision_id) values ($1, $2, $3, $4)',
    [word.id, word.verdict, word.approver, word.decisionId],
  );
}
