-- The run's floor: the ranked hash join of stored hashes, written into a bare table. What a run does besides (law 1, open
-- items, classification, tie-out) is what its ratio says.
-- setup
drop schema if exists floor cascade;
create schema floor;
create table floor.stored (unit bigint not null, line_id bigint not null, side "char" not null, k bigint not null, ticks bigint not null);
insert into floor.stored
  select unit, line_id, side, hashtextextended(account || chr(31) || currency || chr(31) || reference, unit), (amount * 10000)::bigint
    from tieout.line where batch_id in ({events}, {ledger}) and unit <> 0;
create table floor.pair (unit bigint not null, e_line bigint not null, l_line bigint not null);
analyze floor.stored;
-- timed
with e as (select unit, line_id, k, ticks, row_number() over (partition by unit, k, ticks order by line_id) as rank
             from floor.stored where side = 'E' and (k & 1023) % 2 = {share}),
     l as (select unit, line_id, k, ticks, row_number() over (partition by unit, k, ticks order by line_id) as rank
             from floor.stored where side = 'L' and (k & 1023) % 2 = {share})
insert into floor.pair
select e.unit, e.line_id, l.line_id from e join l using (unit, k, ticks, rank);
