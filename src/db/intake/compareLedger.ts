// What became of each known line: the same again, back after it vanished, changed, changed only in words, or of an older
// extract than what stands. Judged by sets; only lines whose hash differs, or that had vanished, are looked at.
import type pg from 'pg';
import { STORED_COLUMNS } from '../../accounting/ledgerColumns.ts';
import { counts } from '../withdrawn.ts';

// A column that the extract does not carry is absent, and absent is not new: $1 names those that it carries. What is required
// always comes, an amount in one form or the other.
const anyOf = (change: 'version' | 'words'): string =>
  STORED_COLUMNS.filter((row) => row.change === change)
    .map(({ name, presence, column }) => {
      const differs = `s.${column} is distinct from l.${column}`;
      return presence === 'optional' ? `('${name}' = any($1) and ${differs})` : differs;
    })
    .join('\n      or ');

// What stands was last confirmed by its own extract, or by a later full one that covered it and changed nothing.
const CONFIRMED = `greatest(k.extracted_at, k.vanished_at, (
  select max(b.extracted_at) from tieout.batch b
   where b.mode = 'full' and b.refused = '' and b.kind = 'ledger' and b.extracted_at > $2::timestamptz
     and ${counts('b')}
     and l.accounting_date between b.date_from and b.date_to
     and (b.companies = '{}' or l.company = any(b.companies)) and (b.ledgers = '{}' or l.ledger = any(b.ledgers))
     and (b.accounts = '{}' or l.account = any(b.accounts))))`;

const CREATE = `create temporary table other_ledger (
  position bigint not null, version int not null, episode int not null, unit bigint not null, line_id bigint not null,
  vanished boolean not null, outcome text not null) on commit drop`;

const COMPARE = `insert into other_ledger
  with vanished as materialized (
    select e.unit, e.line_id, b.extracted_at from tieout.line_end e join tieout.batch b using (batch_id) where e.kind in ('vanished', 'withdrawn')),
  candidates as materialized (
    select k.*, s.content_hash <> k.content_hash as differs, v.line_id is not null as vanished, v.extracted_at as vanished_at
      from known_ledger k join stage_ledger s using (position)
      left join vanished v on v.unit = k.unit and v.line_id = k.line_id
     where k.content_hash <> s.content_hash or v.line_id is not null),
  compared as (
    select k.position, k.version, k.episode, k.unit, k.line_id, k.vanished,
           k.differs and (${anyOf('version')}) as material,
           k.differs and (${anyOf('words')}) as words,
           $2::timestamptz is not null and k.extracted_at is not null and $2::timestamptz < ${CONFIRMED} as older
      from candidates k
      join stage_ledger s using (position)
      join tieout.line l on l.unit = k.unit and l.line_id = k.line_id)
  select position, version, episode, unit, line_id, vanished, case
      when vanished and older then 'same'
      when vanished and not material and not words then 'returned'
      when vanished then 'changed'
      when not material and not words then 'same'
      when older then 'older'
      when material then 'changed'
      else 'words' end as outcome
    from compared`;

/** Of an older extract than what stands, in other words or of what has vanished since. */
const OLDER = `select count(*)::int as older from other_ledger where outcome = 'older' or (vanished and outcome = 'same')`;

/** Fills `other_ledger` with every known line that is not simply the same again; returns how many are older than what stands. */
export async function compareLedger(
  client: pg.ClientBase,
  delivered: readonly string[],
  extractedAt: string | null,
): Promise<number> {
  await client.query(CREATE);
  const compared = await client.query(COMPARE, [delivered, extractedAt]);
  if (compared.rowCount === 0 || extractedAt === null) return 0;
  return (await client.query<{ older: number }>(OLDER)).rows[0]!.older;
}
