-- Who is who, and who said what, are rows that only these functions write: they work with their owner's rights, look names up
-- where the program cannot put one of its own, and take a person's word only with that person's key. Whoever has the program's
-- login, and no key of a second person, has no second word. The owner of the tables may speak without a key: it could write the
-- rows by hand.

-- Wrong keys under a known number, counted; a number that nobody has is not stored.
create table tieout.key_try (
  key_id  text primary key,
  failed  bigint not null,
  last_at timestamptz not null
);

create function tieout.is_owner() returns boolean language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select pg_has_role(session_user, current_user, 'MEMBER') $$;

-- Whose key it is: no row where it is nobody's. Hashes of hashes are compared, so that the time of the comparison tells nothing.
-- Whether the key has ended is the asker's to say, and `decide_by`'s.
create function tieout.prove(secret text)
returns table (key_id text, user_name text, role text, companies text[], revoked boolean, expires_at timestamptz)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare known record;
begin
  select k.key_id, k.key_sha256, k.expires_at, u.name, u.role, u.companies, u.revoked_at is not null or k.revoked_at is not null as revoked into known
    from tieout.user_key k join tieout.app_user u on u.name = k.user_name
   where k.key_id = substring(secret from '^tieout_([0-9a-f]{12})_[A-Za-z0-9_-]{43}$');
  if not found then return; end if;
  if sha256(known.key_sha256) <> sha256(sha256(convert_to(secret, 'UTF8'))) then
    insert into tieout.key_try as t (key_id, failed, last_at) values (known.key_id, 1, clock_timestamp())
      on conflict on constraint key_try_pkey do update set failed = t.failed + 1, last_at = excluded.last_at;
    return;
  end if;
  return query select known.key_id, known.name, known.role, known.companies, known.revoked, known.expires_at;
end $$;

-- The person of a key that is good now; a key that is none ends the transaction.
create function tieout.person_of(secret text, out key_id text, out user_name text, out role text)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  select p.key_id, p.user_name, p.role into key_id, user_name, role from tieout.prove(secret) p
   where not p.revoked and (p.expires_at is null or p.expires_at > clock_timestamp());
  if not found then
    raise exception 'tieout: this key is nobody''s, or is good no longer' using errcode = 'invalid_authorization_specification';
  end if;
end $$;

-- A person's decision. `said_by` counts only where the owner of the tables says it without a key.
create function tieout.decide_by(secret text, said_by text, kind text, os_user text, subject text, why text, evidence text, content text)
returns bigint language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare person record; id bigint;
begin
  if secret ~ '^tieout_session_' then
    -- What a person says first may come by a session; a word that agrees to another's is said with the key itself, always.
    if kind not in ('accept', 'reopen', 'match', 'unmatch', 'dismiss', 'reclass', 'correction', 'reverse', 'case-comment', 'case-assign', 'case-wait',
                    'case-correctSource', 'case-notMine', 'case-reopen') then
      raise exception 'tieout: % needs the person''s own key, not a session', kind using errcode = 'insufficient_privilege';
    end if;
    select * into person from tieout.session_of(secret);
    if person.user_name is null then
      raise exception 'tieout: this session is over' using errcode = 'invalid_authorization_specification';
    end if;
  elsif secret is not null then
    select * into person from tieout.person_of(secret);
  elsif tieout.is_owner() then
    select '' as key_id, said_by as user_name into person;
  else
    raise exception 'tieout: a decision needs the key of the person who makes it' using errcode = 'insufficient_privilege';
  end if;
  insert into tieout.decision (decision_id, kind, actor, key_id, os_user, subject, why, evidence, content, content_hash)
  values (nextval('tieout.decision_id'), kind, person.user_name, person.key_id, os_user, subject, why, evidence, content::jsonb,
          encode(sha256(convert_to(content, 'UTF8')), 'hex'))
  returning decision_id into id;
  return id;
end $$;

-- A decision as the words below read it: who, of which kind, about what. An older one says nothing now.
create function tieout.word_of(word bigint, kinds text[]) returns tieout.decision
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare said tieout.decision;
begin
  select * into said from tieout.decision d where d.decision_id = word and d.kind = any (kinds) and d.at >= transaction_timestamp();
  if not found then
    raise exception 'tieout: decision % of this transaction is no %', word, array_to_string(kinds, ' or ') using errcode = 'check_violation';
  end if;
  return said;
end $$;

create function tieout.approve_journal(word bigint) returns bigint language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare said tieout.decision := tieout.word_of(word, '{approve,reject}'); id bigint;
begin
  insert into tieout.approval (approval_id, journal_id, payload_hash, verdict, approver, decision_id)
  select nextval('tieout.approval_id'), p.journal_id, said.content ->> 'payloadHash',
         case said.kind when 'approve' then 'approved' else 'rejected' end, said.actor, word
    from tieout.posting p where p.posting_reference = said.subject
  returning approval_id into id;
  return id;
end $$;

create function tieout.approve_rules(word bigint) returns boolean language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare said tieout.decision := tieout.word_of(word, '{approve-rules}');
begin
  insert into tieout.rule_approval (hash, approver, decision_id)
  select v.hash, said.actor, word from tieout.rulebook_version v where v.hash = said.subject on conflict do nothing;
  return found;
end $$;

-- What a decision asks for waits for a second person. Whoever asks is in its row.
create function tieout.wait_for_second(word bigint) returns void language sql security definer set search_path = pg_catalog, pg_temp as
$$ insert into tieout.waiting_decision (decision_id) select d.decision_id from tieout.decision d where d.decision_id = word and d.at >= transaction_timestamp() $$;

create function tieout.say_second_word(word bigint) returns void language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare said tieout.decision := tieout.word_of(word, '{approve,reject}');
begin
  insert into tieout.second_word (decision_id, verdict, actor, word_id)
  select d.decision_id, case said.kind when 'approve' then 'approved' else 'rejected' end, said.actor, word
    from tieout.decision d where d.decision_id = (said.content ->> 'decision')::bigint and d.content_hash = said.content ->> 'contentHash';
  if not found then
    raise exception 'tieout: the second word is on another decision' using errcode = 'check_violation';
  end if;
end $$;

create function tieout.settle_by(word bigint) returns bigint language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare said tieout.decision := tieout.word_of(word, '{resolve}'); id bigint;
begin
  insert into tieout.resolution (resolution_id, posting_key, state, state_since, outcome, document_id, why, evidence, actor, agrees_with, decision_id)
  select nextval('tieout.resolution_id'), p.posting_key, p.state, p.state_since, said.content ->> 'outcome', said.content ->> 'documentId',
         said.why, said.evidence, said.actor, nullif(said.content ->> 'agreesWith', '')::bigint, word
    from tieout.posting p where p.posting_reference = said.subject
  returning resolution_id into id;
  return id;
end $$;

create function tieout.propose_rederivation(word bigint, summary jsonb) returns bigint language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare said tieout.decision := tieout.word_of(word, '{rederive}'); id bigint;
begin
  insert into tieout.rederivation (rederivation_id, rulebook_hash, plan_hash, summary, proposer, decision_id)
  values (nextval('tieout.rederivation_id'), said.content ->> 'rulebookHash', said.content ->> 'planHash', summary, said.actor, word)
  returning rederivation_id into id;
  return id;
end $$;

create function tieout.judge_rederivation(word bigint, batch bigint) returns void language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare said tieout.decision := tieout.word_of(word, '{approve,reject}');
begin
  insert into tieout.rederivation_verdict (rederivation_id, verdict, approver, decision_id, batch_id)
  select r.rederivation_id, case said.kind when 'approve' then 'approved' else 'rejected' end, said.actor, word, batch
    from tieout.rederivation r where 'rederive-' || r.rederivation_id = said.subject and r.plan_hash = said.content ->> 'planHash';
  if not found then
    raise exception 'tieout: the word is on another rederivation' using errcode = 'check_violation';
  end if;
end $$;

-- Users and keys. The first user of an empty database is an admin and needs no key; then an admin's key counts.
create function tieout.require_admin(secret text) returns void language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if secret is null and tieout.is_owner() then return; end if;
  if secret is null or (select p.role from tieout.person_of(secret) p) <> 'admin' then
    raise exception 'tieout: only an admin''s key adds and revokes users' using errcode = 'insufficient_privilege';
  end if;
end $$;

create function tieout.add_user(secret text, name text, role text, os_account text, companies text[], key_id text, key_sha256 bytea, expires_at timestamptz)
returns void language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
  perform pg_advisory_xact_lock(7310005, hashtext(''));
  if exists (select from tieout.app_user) then
    perform tieout.require_admin(secret);
  elsif add_user.role <> 'admin' then
    raise exception 'tieout: the first user is an admin' using errcode = 'check_violation';
  end if;
  insert into tieout.app_user as u (name, role, os_account, companies)
  values (add_user.name, add_user.role, add_user.os_account, add_user.companies)
    on conflict (name) do update set role = excluded.role, revoked_at = null, os_account = excluded.os_account, companies = excluded.companies where u.revoked_at is not null;
  if not found then
    raise exception 'tieout: the user % exists', add_user.name using errcode = 'unique_violation';
  end if;
  insert into tieout.user_key (key_id, user_name, key_sha256, expires_at)
  values (add_user.key_id, add_user.name, add_user.key_sha256, add_user.expires_at);
end $$;

create function tieout.revoke_user(secret text, name text, at timestamptz) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform pg_advisory_xact_lock(7310005, hashtext(''));
  perform tieout.require_admin(secret);
  update tieout.app_user u set revoked_at = at where u.name = revoke_user.name and u.revoked_at is null;
  update tieout.user_key k set revoked_at = at where k.user_name = revoke_user.name and k.revoked_at is null;
  if not exists (select from tieout.app_user u where u.role = 'admin' and u.revoked_at is null) then
    raise exception 'tieout: the last admin cannot be revoked' using errcode = 'check_violation';
  end if;
end $$;

-- Who made a decision made its run; only what a run comes to is changed later.
create function tieout.fill_run_maker() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  select actor into strict new.maker from tieout.decision where decision_id = new.decision_id;
  return new;
end $$;
create trigger run_maker before insert on tieout.run for each row when (new.decision_id is not null) execute function tieout.fill_run_maker();
create function tieout.refuse_another_maker() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  raise exception 'tieout: who started run % stays who it was', old.run_id using errcode = 'integrity_constraint_violation';
end $$;
create trigger run_keeps_maker before update on tieout.run for each row
  when ((old.maker, old.kind, old.started_at) is distinct from (new.maker, new.kind, new.started_at) or old.decision_id is distinct from new.decision_id)
  execute function tieout.refuse_another_maker();

-- Every posting begins at the beginning; `guard_posting` has the rest of its way.
create function tieout.refuse_later_state() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  raise exception 'tieout: posting % begins as DRAFT, not as %', new.posting_reference, new.state using errcode = 'check_violation';
end $$;
create trigger posting_begins before insert on tieout.posting for each row when (new.state <> 'DRAFT' or new.fence <> 0)
  execute function tieout.refuse_later_state();

-- The brakes that go are those that two persons agreed to let go.
create or replace function tieout.release_is_agreed() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if not exists (select from tieout.second_word w join tieout.decision d on d.decision_id = w.decision_id
                  where w.decision_id = new.decision_id and w.verdict = 'approved' and d.kind = 'release'
                    and (d.content ->> 'company', d.content ->> 'ledger', (d.content ->> 'upto')::bigint) = (new.company, new.ledger, new.upto)) then
    raise exception 'tieout: no second person has agreed to let go of these brakes' using errcode = 'check_violation';
  end if;
  return new;
end $$;

-- A delivery goes only when two persons want exactly that one gone.
create function tieout.withdrawal_is_agreed() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if not exists (select from tieout.second_word w join tieout.decision d on d.decision_id = w.decision_id
                  where w.decision_id = new.decision_id and w.verdict = 'approved' and d.kind = 'withdraw'
                    and (d.content ->> 'batch')::bigint = new.batch_id) then
    raise exception 'tieout: no second person has agreed to take batch % back', new.batch_id using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger batch_withdrawal_agreed before insert on tieout.batch_withdrawal
  for each row execute function tieout.withdrawal_is_agreed();
create function tieout.check_withdrawn() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if not exists (select from tieout.batch_withdrawal w join tieout.line l on l.batch_id = w.batch_id
                  where w.by_batch = new.batch_id and l.unit = new.unit and l.line_id = new.line_id) then
    raise exception 'tieout: line % of unit % is not of a batch that two persons took back', new.line_id, new.unit
      using errcode = 'check_violation';
  end if;
  if exists (select from tieout.match_member m where m.unit = new.unit and m.line_id = new.line_id and m.released_run is null)
     or exists (select from tieout.journal_source s where s.unit = new.unit and s.line_id = new.line_id and s.ended is null) then
    raise exception 'tieout: line % of unit % is in a live match or journal', new.line_id, new.unit using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger line_end_withdrawn before insert on tieout.line_end
  for each row when (new.kind = 'withdrawn') execute function tieout.check_withdrawn();
