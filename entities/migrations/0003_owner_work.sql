-- What only the owner of a table may do and every run needs all the same. The program logs in as a role that owns nothing, and
-- the server would answer its ANALYZE with a warning and do nothing. So the owner does it in the program's place: nothing here
-- takes a name from outside, and every name is looked up where the program cannot put one of its own.

-- Analyses the tables that runs join, where they changed by more than a tenth since their last time. All 45 columns of a line
-- cost five times as much as those that decide the plans. The server does not count an analysis of some columns as one: of
-- lines, which are only ever inserted, the growth since then is told by the number of rows that it estimated.
create function tieout.refresh_statistics() returns void language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare due text;
begin
  for due in
    select s.relname from pg_stat_user_tables s join pg_class c on c.oid = s.relid
     where s.schemaname = 'tieout' and s.n_mod_since_analyze > 1000 + 0.1 * s.n_live_tup
       and (s.relname <> 'line' or s.n_live_tup > 1000 + 1.1 * c.reltuples)
       and s.relname in ('line', 'line_end', 'match_member', 'open_item', 'exception_item', 'exception_leg', 'exception_state',
                         'open_exception', 'journal', 'journal_source', 'posting')
     order by s.relname
  loop
    case due
      when 'line' then analyze tieout.line (unit, line_id, batch_id, side, scope, accounting_date, reference_hash);
      else execute format('analyze tieout.%I', due);
    end case;
  end loop;
end $$;

-- Summarises the block ranges that are not yet. A table that the server is tending itself is passed over once `patience` is over.
create function tieout.summarise_ranges(patience interval) returns void language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare ranged oid;
begin
  perform set_config('lock_timeout', (extract(epoch from patience) * 1000)::int::text, true);
  for ranged in
    select c.oid from pg_class c join pg_am a on a.oid = c.relam join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = 'tieout' and a.amname = 'brin' order by c.oid
  loop
    begin
      perform brin_summarize_new_values(ranged);
    exception when lock_not_available then null;
    end;
  end loop;
end $$;
