// Ids that begin like what a person typed. Only ids that are drawn (hashes, references) have beginnings: what is counted is
// named by its whole number, or `undo run 7` would take run 77 back where there is no run 7.
import type pg from 'pg';

export type Beginning = 'case' | 'exception' | 'journal' | 'rule version';

/** Each through an index, or over a table that stays small. */
const SELECT: Readonly<Record<Beginning, string>> = {
  case: `select case_id as id from tieout.case_subject where case_id >= lower($1) collate "C" and case_id < (lower($1) || '~') collate "C"`,
  exception: `select exception_id as id from tieout.open_exception where starts_with(exception_id, lower($1))`,
  journal: `select posting_reference as id from tieout.posting
             where posting_reference >= upper($1) collate "C" and posting_reference < (upper($1) || '~') collate "C"`,
  // A hash also names a rulebook that no run has used yet, so that few digits of it are never unique.
  'rule version': `select hash as id from tieout.rulebook_version where length($1) >= 12 and starts_with(hash, lower($1))`,
};

/** The first `most` of them. */
export async function idsLike(
  client: pg.ClientBase | pg.Pool,
  kind: Beginning,
  beginning: string,
  most: number,
): Promise<string[]> {
  const found = await client.query<{ id: string }>(`${SELECT[kind]} order by 1 limit ${most}`, [beginning]);
  return found.rows.map(({ id }) => id);
}
