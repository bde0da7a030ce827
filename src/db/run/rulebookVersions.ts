// The rulebooks that runs have used, by hash: what they said can be read again when the folder says something else.
import type pg from 'pg';

/** Keeps a version with who brought it in first; known ones stay as they are. */
export async function noteRulebook(
  client: pg.ClientBase,
  { hash, canonical }: { hash: string; canonical: string },
  seenBy: string,
): Promise<void> {
  await client.query(
    `insert into tieout.rulebook_version (hash, canonical, first_seen_by) values ($1, $2, $3) on conflict (hash) do nothing`,
    [hash, canonical, seenBy],
  );
}

/** How a reconciliation waited in the last run that had it; undefined where no stored version has one of that name. */
export async function lastGrace(
  client: pg.ClientBase,
  name: string,
): Promise<{ graceDays: number; calendar?: string } | undefined> {
  const found = await client.query<{ grace: string; calendar: string | null }>(
    `select r.one ->> 'graceDays' as grace, r.one ->> 'calendar' as calendar
       from tieout.rulebook_version v
       cross join lateral (select one from jsonb_array_elements(v.canonical::jsonb -> 'reconciliations') one where one ->> 'name' = $1) r
      where exists (select from tieout.run n where n.rulebook_hash = v.hash)
      order by (select max(n.run_id) from tieout.run n where n.rulebook_hash = v.hash) desc limit 1`,
    [name],
  );
  const row = found.rows[0];
  if (row === undefined) return undefined;
  return { graceDays: Number(row.grace), ...(row.calendar === null ? {} : { calendar: row.calendar }) };
}

/** Versions whose hash begins so; at most two, none for a beginning shorter than `least`. */
export async function versionsLike(
  client: pg.ClientBase,
  beginning: string,
  least: number,
): Promise<string[]> {
  if (beginning.length < least && !(await isVersion(client, beginning))) return [];
  const found = await client.query<{ hash: string }>(
    `select hash from tieout.rulebook_version where starts_with(hash, $1) order by hash limit 2`,
    [beginning],
  );
  return found.rows.map((row) => row.hash);
}

async function isVersion(client: pg.ClientBase, hash: string): Promise<boolean> {
  const found = await client.query('select from tieout.rulebook_version where hash = $1', [hash]);
  return found.rowCount === 1;
}
