// What is stored of some documents of an extract, asked while it is read: of a document that nobody knows every line can go
// directly; of a known one the hashes of its rows tell which say the same again.
import type pg from 'pg';

/** What makes a document one: its lines share these. */
export interface DocumentKey {
  company: string;
  ledger: string;
  fiscalYear: string;
  document: string;
}

// One probe a document, not a line (6 us each). Only of lines that were never corrected, moved or missing the hash says
// what stands; a document with others has no hash here, and its lines are compared in the stage.
const ASK = `select k.n::int as n, case when i.first then i.hashes end as hashes
  from unnest($1::text[], $2::text[], $3::text[], $4::text[]) with ordinality as k (company, ledger, fiscal_year, document, n)
  cross join lateral (
    select string_agg(encode(uuid_send(i.row_hash), 'hex'), '') filter (where not exists (
             select from tieout.line_end e where e.unit = i.unit and e.line_id = i.line_id and e.kind in ('vanished', 'withdrawn'))) as hashes,
           bool_and(i.version = 1 and i.episode = 1) as first
      from tieout.ledger_identity i
     where i.company = k.company and i.ledger = k.ledger and i.fiscal_year = k.fiscal_year and i.document = k.document) i
 where i.first is not null`;
const HASH_DIGITS = 32;

/** By index of the document: hashes of its rows; undefined where nothing of it is stored. */
export type KnownDocuments = ReadonlyMap<number, ReadonlySet<string>>;

export async function knownDocuments(
  client: pg.ClientBase,
  documents: readonly DocumentKey[],
): Promise<KnownDocuments> {
  const answer = await client.query<{ n: number; hashes: string | null }>(ASK, [
    documents.map(({ company }) => company),
    documents.map(({ ledger }) => ledger),
    documents.map(({ fiscalYear }) => fiscalYear),
    documents.map(({ document }) => document),
  ]);
  return new Map(answer.rows.map(({ n, hashes }) => [n - 1, hashesOf(hashes ?? '')]));
}

function hashesOf(text: string): Set<string> {
  const hashes = new Set<string>();
  for (let at = 0; at < text.length; at += HASH_DIGITS) hashes.add(text.slice(at, at + HASH_DIGITS));
  return hashes;
}
