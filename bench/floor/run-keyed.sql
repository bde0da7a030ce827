-- The same join, written into a table keyed as memberships are: a row for each line of a pair, unique while live, found by
-- match. No engine that lets the database refuse a second match of a line can do less.
-- setup
drop schema if exists floor cascade;
create schema floor;
create table floor.stored (unit bigint not null, line_id bigint not null, side "char" not null, k bigint not null, ticks bigint not null);
insert into floor.stored
  select unit, line_id, side, hashtextextended(account || chr(31) || currency || chr(31) || reference, unit), (amount * 10000)::bigint
    from tieout.line where batch_id in ({events}, {ledger}) and unit <> 0;
create sequence floor.match_id;
create table floor.member (unit bigint not null, line_id bigint not null, match_id bigint not null, run_id bigint not null, released_run bigint);
create unique index on floor.member (unit, line_id) where released_run is null;
create index on floor.member (unit, match_id);
analyze floor.stored;
-- timed
with e as (select unit, line_id, k, ticks, row_number() over (partition by unit, k, ticks order by line_id) as rank
             from floor.stored where side = 'E' and (k & 1023) % 2 = {share}),
     l as (select unit, line_id, k, ticks, row_number() over (partition by unit, k, ticks order by line_id) as rank
             from floor.stored where side = 'L' and (k & 1023) % 2 = {share}),
     pair as materialized (
       select e.unit, e.line_id as e_line, l.line_id as l_line, nextval('floor.match_id') as match_id
         from e join l using (unit, k, ticks, rank))
insert into floor.member (unit, line_id, match_id, run_id)
select pair.unit, side.line_id, pair.match_id, 1
  from pair cross join lateral (values (e_line), (l_line)) as side (line_id) order by 1, 2;
