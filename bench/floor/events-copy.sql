-- The floor of an intake of events: raw COPY of the rows that it stored, events and derived lines, into tables of the same
-- columns and keys, which hold the earlier months already. Each connection copies one half.
-- setup
drop schema if exists floor cascade;
create schema floor;
create table floor.line (like tieout.line including all excluding generated);
create table floor.event (like tieout.event including all);
insert into floor.line select * from tieout.line where batch_id < {events};
insert into floor.event select * from tieout.event where batch_id < {events};
-- rows
floor.event from select * from tieout.event where batch_id = {events} and (hashtext(id) & 1) = {share} order by id
floor.line from select * from tieout.line where batch_id = {events} and (hashtext(event_id) & 1) = {share} order by line_id
