// What an extract did to lines that were matched: ended them, moved them outside the rulebook, changed their keys; and accounts
// that lost every line of its days. A change of format looks just like this, and would have a month proposed again.
import type pg from 'pg';

import type { BrakeSettings } from '../../posting/brakes.ts';
import { accountGone, linesChanged } from '../../posting/brakes.ts';
import { insertBrakes, type NewBrake } from './brakes.ts';

/** What was taken in. */
export interface TakenExtract {
  batchId: string;
  path: string;
  /** Of a full extract; null: a delta, or no dates. */
  from: string | null;
  to: string | null;
  full: boolean;
}

// The successor stands outside the rulebook, or is found by other keys than before.
const CHANGED = `(e.kind = 'vanished' or s.unit = 0 or (s.account, s.location, s.dimension, s.currency, s.reference, s.business_date)
  is distinct from (l.account, l.location, l.dimension, l.currency, l.reference, l.business_date))`;

/** Sets the brakes that an extract asks for; in its own transaction, when its lines are stored. */
export async function setIntakeBrakes(
  client: pg.ClientBase,
  extract: TakenExtract,
  settings: (company: string) => BrakeSettings,
): Promise<void> {
  const found = await client.query<Ended>(
    `select l.company, l.ledger, l.account, min(l.accounting_date) as first, max(l.accounting_date) as last,
            count(m.line_id)::int as matched, array_agg(distinct l.document) as documents
       from tieout.line_end e join tieout.line l on l.unit = e.unit and l.line_id = e.line_id
       left join tieout.line s on s.unit = e.successor_unit and s.line_id = e.successor_line
       left join tieout.match_member m on m.unit = l.unit and m.line_id = l.line_id and m.released_run is null
      where e.batch_id = $1 and l.side = 'L' and l.unit <> 0 and l.batch_id <> $1 and ${CHANGED}
      group by 1, 2, 3 order by 1, 2, 3`,
    [extract.batchId],
  );
  const places = new Map<string, Ended[]>();
  for (const row of found.rows) {
    const key = JSON.stringify([row.company, row.ledger]);
    places.set(key, [...(places.get(key) ?? []), row]);
  }
  const brakes: NewBrake[] = [];
  for (const rows of places.values()) {
    const { company, ledger } = rows[0] as Ended;
    const changed = rows.reduce((sum, { matched }) => sum + matched, 0);
    const of = settings(company);
    if (changed >= of.least) {
      const all = changed + (await matchedInScope(client, extract, rows));
      const why = linesChanged(of, { path: extract.path, changed, all });
      if (why !== undefined) brakes.push({ company, ledger, kind: 'changedLines', why });
    }
    if (!extract.full) continue;
    for (const row of rows) {
      if (row.documents.length < 2 || (await hasLines(client, extract, row))) continue;
      brakes.push({ company, ledger, kind: 'accountGone', why: accountGone({ ...extract, ...row }) });
    }
  }
  await insertBrakes(client, brakes, extract);
}

interface Ended {
  company: string;
  ledger: string;
  account: string;
  first: string;
  last: string;
  matched: number;
  documents: string[];
}

/** Matched lines that stayed, of the accounts and dates of the extract. Asked only where many changed. */
async function matchedInScope(
  client: pg.ClientBase,
  { from, to }: TakenExtract,
  rows: readonly Ended[],
): Promise<number> {
  const { company, ledger } = rows[0] as Ended;
  const first = rows.map((row) => row.first).sort()[0];
  const last = rows
    .map((row) => row.last)
    .sort()
    .at(-1);
  const found = await client.query<{ n: number }>(
    `select count(*)::int as n from tieout.ledger_identity i
       join tieout.match_member m on m.unit = i.unit and m.line_id = i.line_id and m.released_run is null
      where i.company = $1 and i.ledger = $2 and i.posting_date between $3 and $4
        and not exists (select from tieout.line_end e where e.unit = i.unit and e.line_id = i.line_id)`,
    [company, ledger, from ?? first, to ?? last],
  );
  return found.rows[0]?.n ?? 0;
}

/** Whether the account still has a line of the extract's days. */
async function hasLines(client: pg.ClientBase, { from, to }: TakenExtract, row: Ended): Promise<boolean> {
  const found = await client.query(
    `select from tieout.unit u cross join lateral (
       select from tieout.line l where l.unit = u.unit and l.account = $3 and l.side = 'L' and l.accounting_date between $4 and $5
          and not exists (select from tieout.line_end e where e.unit = l.unit and e.line_id = l.line_id) limit 1) l
      where u.company = $1 and u.ledger = $2 limit 1`,
    [row.company, row.ledger, row.account, from, to],
  );
  return (found.rowCount ?? 0) > 0;
}
