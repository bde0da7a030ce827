// Sorts the staged events by set operations into the known, the conflicting, the special (others of their business
// identity exist, so somebody has to decide who counts) and the plain rest.
import type pg from 'pg';

// left_out: not to be stored. conflict = a delivery identity with other content: quarantined.
const CREATE = `create temporary table left_out (position bigint primary key, conflict boolean not null) on commit drop;
  create temporary table special_event (position bigint primary key, family text collate "C" not null) on commit drop`;

// Within the file the first delivery of an identity is the event.
const REPEATED = `insert into left_out
  select s.position, s.content_hash <> f.content_hash
    from stage_event s
    join (select source, id, min(position) as first from stage_event group by source, id having count(*) > 1) r using (source, id)
    join stage_event f on f.position = r.first
   where s.position > r.first`;
const STORED = `insert into left_out
  select s.position, s.content_hash <> e.content_hash
    from stage_event s join tieout.event e on e.source = s.source and e.id = s.id
  on conflict (position) do update set conflict = excluded.conflict`;
const SPECIAL = `with fresh as (
    select s.position, s.family, s.special, s.business_key, s.type, s.company from stage_event s
     where s.family <> '' and not exists (select from left_out o where o.position = s.position)),
  families as (
    select family from fresh group by family having count(*) > 1 or bool_or(special)
    union
    select f.family from fresh f join tieout.event e
        on e.business_key = f.business_key and e.type = f.type and e.company = f.company)
  insert into special_event select f.position, f.family from fresh f join families using (family)`;

export interface Left {
  duplicates: number;
  /** Positions of events whose delivery identity has other content already. */
  conflicts: number[];
}

export async function sortEvents(client: pg.ClientBase): Promise<Left> {
  await client.query(CREATE);
  await client.query(REPEATED);
  await client.query(STORED);
  await client.query('analyze left_out');
  await client.query(SPECIAL);
  await client.query('analyze special_event');
  const left = await client.query<{ duplicates: string; conflicts: string[] }>(
    `select count(*) filter (where not conflict) as duplicates,
            coalesce(array_agg(position order by position) filter (where conflict), '{}') as conflicts from left_out`,
  );
  const { duplicates, conflicts } = left.rows[0]!;
  return { duplicates: Number(duplicates), conflicts: conflicts.map(Number) };
}
