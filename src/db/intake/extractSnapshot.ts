// A full extract that was taken whole is a snapshot of its scope: what it says is what stands there, until something of it
// changes. The batch keeps that, so that a later extract that begins with the same bytes need not be read from its start.
import type pg from 'pg';

import type { Batch } from './insertBatch.ts';
import { counts } from '../withdrawn.ts';

/** What a full extract covers. Empty lists mean all. */
export interface ExtractScope {
  companies: readonly string[];
  ledgers: readonly string[];
  accounts: readonly string[];
  from: string;
  to: string;
  /** Instant, ISO. */
  extractedAt: string;
}

/** An extract that was such a snapshot when it was taken. */
export interface Snapshot {
  batchId: string;
  bytes: number;
  sha256: string;
  received: number;
  to: string;
  control: Batch['control'];
  reading: string;
  /** Identities in its scope, up to its own. */
  lines: string;
}

// What was corrected, moved or ended since, of these companies.
const touched = (batch: string, companies: string): string => `
  (exists (select from tieout.ledger_identity i
            where (i.version > 1 or i.episode > 1) and i.batch_id > ${batch} and i.company = any(${companies}))
   or exists (select from tieout.line_end e join tieout.line l using (unit, line_id)
               where e.batch_id > ${batch} and l.side = 'L' and l.company = any(${companies})))`;

const FIND = `select batch_id as "batchId", bytes::float8 as bytes, sha256, received::int as received, date_to::text as "to",
    control, snapshot_reading as reading, snapshot_lines as lines
  from (select * from tieout.batch b
         where kind = 'ledger' and ${counts('b')} and feed = $1 and snapshot_reading <> '' and bytes <= $2 and companies = $3 and ledgers = $4
           and accounts = $5 and date_from = $6 and date_to <= $7 and extracted_at <= $8::timestamptz
         order by batch_id desc limit 1) b
 where not ${touched('b.batch_id', 'b.companies')}`;

/**
 * The last snapshot of the same scope, of the same days or the first of them, of at most `bytes`; undefined where
 * something of it changed since.
 */
export async function findSnapshot(
  client: pg.ClientBase | pg.Pool,
  feed: string,
  bytes: number,
  scope: ExtractScope,
): Promise<Snapshot | undefined> {
  const { companies, ledgers, accounts, from, to, extractedAt } = scope;
  const answer = await client.query<Snapshot>(FIND, [
    feed,
    bytes,
    companies,
    ledgers,
    accounts,
    from,
    to,
    extractedAt,
  ]);
  return answer.rows[0];
}

// $1 companies, $2 ledgers, $3 first and $4 last day, $5 batch.
const IN_SCOPE = `i.posting_date between $3 and $4 and i.company = any($1) and ($2::text[] = '{}' or i.ledger = any($2))`;
const STANDS = `select not ${touched('$5', '$1')}
  and (select count(*) from tieout.ledger_identity i where ${IN_SCOPE} and i.batch_id <= $5) = $6::bigint as stands`;

/**
 * True where nothing of the snapshot changed since, and no batch of an older number stored its lines behind it. Under the
 * locks of its companies.
 */
export async function snapshotStands(
  client: pg.ClientBase,
  { companies, ledgers, from }: ExtractScope,
  { batchId, to, lines }: Snapshot,
): Promise<boolean> {
  const values = [companies, ledgers, from, to, batchId, lines];
  return (await client.query<{ stands: boolean }>(STANDS, values)).rows[0]!.stands;
}

const COUNT = `select count(*) filter (where i.batch_id <= $5) as lines,
    count(*) filter (where i.batch_id > $5) > 0
    or exists (select from tieout.batch b
                where b.kind in ('ledger', 'replay') and b.extracted_at > $6::timestamptz
                  and (b.companies = '{}' or b.companies && $1)) as overtaken
  from tieout.ledger_identity i where ${IN_SCOPE}`;

/**
 * Identities in the scope of an extract whose lines are stored.
 * @returns undefined where another that is younger than this one came in before it: what stands may be of that one
 */
export async function countSnapshot(
  client: pg.ClientBase,
  { companies, ledgers, from, to, extractedAt }: ExtractScope,
  batchId: string,
): Promise<string | undefined> {
  const values = [companies, ledgers, from, to, batchId, extractedAt];
  const { lines, overtaken } = (await client.query<{ lines: string; overtaken: boolean }>(COUNT, values))
    .rows[0]!;
  return overtaken ? undefined : lines;
}
