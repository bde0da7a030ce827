-- The floor of a delivery that comes again: raw COPY of the extract, as delivered, into a bare table of its columns. Each
-- connection copies one half of the file.
-- setup
drop schema if exists floor cascade;
create schema floor;
create table floor.extract ({columns});
-- csv
floor.extract from {file}
