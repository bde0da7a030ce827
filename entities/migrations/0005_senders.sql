-- Senders of events: systems, not people. A sender's key opens the doors of HTTP for what its scopes name, nothing else.
create table tieout.sender_key (
  key_id     text primary key,
  sender     text not null,                -- several keys of one sender are valid at once: a key is changed without a gap
  key_sha256 bytea not null,
  scopes     jsonb not null,               -- {events: {sources, types}, read, companies}; empty lists: all
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  revoked_at timestamptz,
  used_at    timestamptz                   -- of its last use, exact to a minute
);

-- Keys are written by an admin's decision alone, as people's are (0004_people.sql); the program itself may only note their use.
create function tieout.admin_word(word bigint, kinds text[]) returns tieout.decision
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare said tieout.decision := tieout.word_of(word, kinds);
begin
  if not exists (select from tieout.app_user u where u.name = said.actor and u.role = 'admin' and u.revoked_at is null)
     and not tieout.is_owner() then
    raise exception 'tieout: keys of senders are an admin''s to give and to end' using errcode = 'insufficient_privilege';
  end if;
  return said;
end $$;

create function tieout.give_sender_key(word bigint, hash bytea) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare said tieout.decision := tieout.admin_word(word, '{keys-add}');
begin
  insert into tieout.sender_key (key_id, sender, key_sha256, scopes, expires_at)
  values (said.content ->> 'keyId', said.subject, hash, said.content -> 'scopes', (said.content ->> 'expiresAt')::timestamptz);
end $$;

create function tieout.end_sender_key(word bigint) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare said tieout.decision := tieout.admin_word(word, '{keys-revoke}');
begin
  update tieout.sender_key set revoked_at = (said.content ->> 'at')::timestamptz
   where key_id = said.content ->> 'keyId' and revoked_at is null;
end $$;
