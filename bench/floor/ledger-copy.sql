-- The floor of a ledger intake: raw COPY of the rows that it stored into tables of the same columns and keys, which hold
-- the earlier months already. Each connection copies one half; lines and identities.
-- setup
drop schema if exists floor cascade;
create schema floor;
create table floor.line (like tieout.line including all excluding generated);
create table floor.ledger_identity (like tieout.ledger_identity including all);
insert into floor.line select * from tieout.line where batch_id < {ledger};
insert into floor.ledger_identity select * from tieout.ledger_identity where batch_id < {ledger};
-- rows
floor.line from select * from tieout.line where batch_id = {ledger} and (line_id & 1) = {share} order by line_id
floor.ledger_identity from select * from tieout.ledger_identity where batch_id = {ledger} and (line_id & 1) = {share} order by line_id
