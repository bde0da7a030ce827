-- The console: a person's key once, then a session. Sessions lie here, as hashes, so that every process knows them and a restart ends
-- none; only these functions write them, and a session is worth its person's first words, never a second one.
create table tieout.user_session (
  session_id   bigint generated always as identity primary key,
  token_sha256 bytea not null unique,
  user_name    text not null references tieout.app_user,
  key_id       text references tieout.user_key,  -- that proved the person; null: a link that worked once
  began_at     timestamptz not null default clock_timestamp(),
  used_at      timestamptz not null default clock_timestamp(), -- exact to a minute
  ends_at      timestamptz not null,
  ended_at     timestamptz,
  check (octet_length(token_sha256) = 32)
);
create index user_session_of on tieout.user_session (user_name) where ended_at is null;

-- Links into a demonstration: each signs an auditor in, once, within five minutes.
create table tieout.once_link (
  token_sha256 bytea primary key check (octet_length(token_sha256) = 32),
  user_name    text not null references tieout.app_user,
  ends_at      timestamptz not null,
  used_at      timestamptz
);

-- Whose session it is, as that person stands now: no row where it is nobody's, or over (30 minutes unused, 12 hours old, ended, or
-- its person or key ended).
create function tieout.session_of(token text, out key_id text, out user_name text, out role text, out companies text[])
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare at timestamptz := clock_timestamp(); known record;
begin
  select s.session_id, s.used_at, coalesce(s.key_id, '') as key_id, u.name, u.role, u.companies into known
    from tieout.user_session s join tieout.app_user u on u.name = s.user_name left join tieout.user_key k on k.key_id = s.key_id
   where s.token_sha256 = sha256(convert_to(token, 'UTF8')) and s.ended_at is null and s.ends_at > at and s.used_at > at - interval '30 minutes'
     and u.revoked_at is null and k.revoked_at is null and (k.expires_at is null or k.expires_at > at);
  if not found then return; end if;
  if known.used_at < at - interval '1 minute' then
    update tieout.user_session s set used_at = at where s.session_id = known.session_id;
  end if;
  key_id := known.key_id; user_name := known.name; role := known.role; companies := known.companies;
end $$;

-- A session for the holder of a key; the key was counted where it is wrong (`prove`).
create function tieout.begin_session(secret text, token_hash bytea) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare person record;
begin
  select * into person from tieout.person_of(secret);
  delete from tieout.user_session s where s.ends_at < clock_timestamp() - interval '30 days';
  insert into tieout.user_session (token_sha256, user_name, key_id, ends_at)
  values (token_hash, person.user_name, person.key_id, clock_timestamp() + interval '12 hours');
end $$;

-- A link for an auditor: it opens what the program's login can read anyway, and changes nothing.
create function tieout.make_once_link(token_hash bytea) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare auditor text;
begin
  select u.name into auditor from tieout.app_user u where u.role = 'auditor' and u.revoked_at is null order by u.created_at, u.name limit 1;
  if not found then return null; end if;
  delete from tieout.once_link l where l.ends_at < clock_timestamp();
  insert into tieout.once_link (token_sha256, user_name, ends_at) values (token_hash, auditor, clock_timestamp() + interval '5 minutes');
  return auditor;
end $$;

-- The link's session; false where the link is unknown, used or late.
create function tieout.use_once_link(link text, token_hash bytea) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare who text;
begin
  update tieout.once_link l set used_at = clock_timestamp() from tieout.app_user u
   where l.token_sha256 = sha256(convert_to(link, 'UTF8')) and l.used_at is null and l.ends_at > clock_timestamp()
     and u.name = l.user_name and u.role = 'auditor' and u.revoked_at is null
  returning l.user_name into who;
  if not found then return false; end if;
  insert into tieout.user_session (token_sha256, user_name, ends_at) values (token_hash, who, clock_timestamp() + interval '12 hours');
  return true;
end $$;

-- Ends this session, or all of its person's.
create function tieout.end_session(token text, everywhere boolean) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  update tieout.user_session s set ended_at = clock_timestamp()
   where s.ended_at is null and (s.token_sha256 = sha256(convert_to(token, 'UTF8'))
      or everywhere and s.user_name = (select o.user_name from tieout.session_of(token) o));
end $$;
