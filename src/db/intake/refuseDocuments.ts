// A bad line refuses its whole document: its other lines leave the stage too. Two lines of one number in one extract that
// say different things are such a fault; picking one of them would lose money without a word.
import type pg from 'pg';

/** A staged good line whose document is refused, with the fault that it shares. */
export interface RefusedSibling {
  position: number;
  reason: string;
  message: string;
  company: string;
  ledger: string;
  document: string;
  account: string;
  currency: string;
  amount: string;
}

const KEY = 'company, ledger, fiscal_year, document, line';

const REPEATED = `create temporary table repeated_ledger on commit drop as
  select ${KEY}, min(position) as first, count(distinct content_hash) > 1 as conflict
    from stage_ledger group by ${KEY} having count(*) > 1`;

const REFUSED = `with bad as (
    select company, ledger, document, '' as fiscal_year, min(position) as position,
           (array_agg(reason order by position))[1] as reason, (array_agg(message order by position))[1] as message
      from stage_refused where document <> '' group by company, ledger, document
    union all
    select r.company, r.ledger, r.document, r.fiscal_year, min(r.first), 'BAD_KEY',
           (array_agg('line: expected each line of document ' || r.document || ' once, found line ' || r.line || ' twice with different content'
              order by r.first))[1]
      from repeated_ledger r where r.conflict group by r.company, r.ledger, r.document, r.fiscal_year)
  select distinct on (s.position) s.position, b.reason, b.message, b.position as at,
         s.company, s.ledger, s.document, s.account, s.currency, s.amount
    from stage_ledger s
    join bad b on b.company = s.company and b.ledger = s.ledger and b.document = s.document
              and b.fiscal_year in ('', s.fiscal_year)
   order by s.position, b.position`;

/** Finds lines that come twice, and the good lines of refused documents, which it takes off the stage. */
export async function refuseDocuments(client: pg.ClientBase): Promise<RefusedSibling[]> {
  await client.query(REPEATED);
  const answer = await client.query<Omit<RefusedSibling, 'position'> & { position: string; at: string }>(
    REFUSED,
  );
  if (answer.rows.length > 0) {
    await client.query('delete from stage_ledger where position = any($1::bigint[])', [
      answer.rows.map((row) => row.position),
    ]);
  }
  return answer.rows.map(({ at, ...row }) => ({
    ...row,
    position: Number(row.position),
    message:
      row.position === at
        ? row.message
        : `document ${row.document} is refused for its line at ${at}: ${row.message}`,
  }));
}

/** Drops further copies of a line with the same content; returns how many. */
export async function dropRepeats(client: pg.ClientBase): Promise<number> {
  const answer = await client.query(
    `delete from stage_ledger s using repeated_ledger r
      where (s.company, s.ledger, s.fiscal_year, s.document, s.line) = (r.company, r.ledger, r.fiscal_year, r.document, r.line)
        and s.position > r.first`,
  );
  return answer.rowCount ?? 0;
}
