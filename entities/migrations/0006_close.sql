-- The close: a period of a company that somebody certified is a cut that prints again identically, and stays closed, whatever the
-- ERP says of it, until two persons reopen it.
create sequence tieout.certification_id as bigint;
create table tieout.certification (
  certification_id bigint primary key,
  company     text collate "C" not null,
  fiscal_year text not null,
  period      text not null,
  as_of       date not null,                 -- the period's last day
  run_id      bigint not null references tieout.run (run_id),
  page_hash   text not null,                 -- SHA-256 of the company's tie-out as it was certified
  decision_id bigint not null unique references tieout.decision (decision_id)
);
create index certification_period on tieout.certification (company, fiscal_year, period);
create table tieout.certification_end (
  certification_id bigint primary key references tieout.certification (certification_id),
  decision_id      bigint not null unique references tieout.second_word (decision_id)
);
create view tieout.certified as
  select c.* from tieout.certification c left join tieout.certification_end e on e.certification_id = c.certification_id
   where e.certification_id is null;

-- The periods as they stand: what the ERP last told of each, and locked where it is certified. Decisions,
-- proposals and rederivations all ask here.
create view tieout.period_now as
  select t.company, t.ledger, t.fiscal_year, t.period, t.date_from, t.date_to,
         case when c.certification_id is null then t.status else 'locked' end as status
    from (select distinct on (company, ledger, fiscal_year, period) company, ledger, fiscal_year, period, date_from, date_to, status
            from tieout.fiscal_period order by company, ledger, fiscal_year, period, read_at desc, batch_id desc) t
    left join tieout.certified c on c.company = t.company and c.fiscal_year = t.fiscal_year and c.period = t.period;

-- Only a reviewer's word certifies, with that person's key, and each period once at a time.
create function tieout.certify_period(word bigint) returns bigint language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare said tieout.decision := tieout.word_of(word, '{certify}'); id bigint;
begin
  perform pg_advisory_xact_lock(7310006, hashtext(said.subject));
  if not exists (select from tieout.app_user u where u.name = said.actor and u.role = 'reviewer' and u.revoked_at is null)
     or not tieout.has_company(said.actor, said.content ->> 'company') then
    raise exception 'tieout: % may not certify this period', said.actor using errcode = 'check_violation';
  end if;
  if exists (select from tieout.certified c where (c.company, c.fiscal_year, c.period)
       = (said.content ->> 'company', said.content ->> 'fiscalYear', said.content ->> 'period')) then
    raise exception 'tieout: the period is certified already' using errcode = 'check_violation';
  end if;
  insert into tieout.certification (certification_id, company, fiscal_year, period, as_of, run_id, page_hash, decision_id)
  values (nextval('tieout.certification_id'), said.content ->> 'company', said.content ->> 'fiscalYear', said.content ->> 'period',
          (said.content ->> 'asOf')::date, (said.content ->> 'run')::bigint, said.content ->> 'pageHash', word)
  returning certification_id into id;
  return id;
end $$;

create function tieout.reopening_is_agreed() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if not exists (select from tieout.second_word w join tieout.decision d on d.decision_id = w.decision_id
                  where w.decision_id = new.decision_id and w.verdict = 'approved' and d.kind = 'reopen-period'
                    and (d.content ->> 'certification')::bigint = new.certification_id) then
    raise exception 'tieout: no second person has agreed to reopen this period' using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger certification_end_agreed before insert on tieout.certification_end
  for each row execute function tieout.reopening_is_agreed();
create trigger certification_is_a_fact before update or delete or truncate on tieout.certification
  for each statement execute function tieout.refuse_change();
create trigger certification_end_is_a_fact before update or delete or truncate on tieout.certification_end
  for each statement execute function tieout.refuse_change();
