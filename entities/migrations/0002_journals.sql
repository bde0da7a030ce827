-- Journals out, exactly once. A journal never changes; what becomes of it is the state of its posting, whose legal
-- transitions are rows here and are refused otherwise by trigger. What a journal books is named in journal_source and is
-- in at most one live journal: that, and no hash, stops an event from being posted twice.

-- ------------------------------------------------------------------------------------------------- rule versions
-- A version counts as approved by two when someone other than who brought it in has approved it; where a schedule brought it
-- in, nobody has looked at it yet, and two have to.
create table tieout.rule_approval (
  hash        text not null references tieout.rulebook_version (hash),
  approver    text not null,
  decision_id bigint not null,
  at          timestamptz not null default clock_timestamp(),
  primary key (hash, approver)
);
create function tieout.same_person(name text, others text[]) returns boolean language sql immutable parallel safe set search_path = pg_catalog, pg_temp as
$$ select exists (select 1 from unnest(others) as o where lower(btrim(o)) = lower(btrim(name))) $$;

-- Runs are started by accounts of the operating system: the people behind them are makers, too.
create function tieout.with_their_people(names text[]) returns text[] language sql stable set search_path = pg_catalog, pg_temp as
$$ select names || array(select name from tieout.app_user where tieout.same_person(os_account, names) and name <> all (names) order by name) $$;

create function tieout.check_rule_approval() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
declare brought text;
begin
  select first_seen_by into brought from tieout.rulebook_version where hash = new.hash;
  if tieout.same_person(new.approver, tieout.with_their_people(array[brought])) then
    raise exception 'tieout: % brought this rule version in and cannot approve it', new.approver using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger rule_approval_four_eyes before insert on tieout.rule_approval
  for each row execute function tieout.check_rule_approval();

-- ------------------------------------------------------------------------------------------------------ journals
create sequence tieout.journal_id as bigint;
create table tieout.journal (
  journal_id    bigint primary key,
  subject       text collate "C" not null,   -- what it is about: hash of kind and external keys; a revision keeps it
  revision      int not null check (revision >= 1),
  kind          text not null check (kind in ('missing', 'reversal', 'write-off', 'reclass', 'correction', 'accrual')),
  erp           text not null,
  company       text collate "C" not null,
  ledger        text collate "C" not null,
  posting_date  date not null,               -- accounting date
  document_date date not null,               -- business date
  fiscal_year   text not null,
  period        text not null,
  text          text not null check (char_length(text) <= 50),
  reverses      bigint references tieout.journal (journal_id),
  grouping      text not null check (grouping in ('detail', 'summary')),
  mode          text not null check (mode in ('observe', 'propose', 'post')),
  rules         text[] not null default '{}',
  rulebook_hash text not null,
  run_id        bigint not null,
  decision_id   bigint,
  makers        text[] not null check (cardinality(makers) > 0),
  payload_hash  text not null,               -- hash of canonical JSON of all that is sent
  notes         text[] not null default '{}',-- why it is dated or held as it is, in words
  proposed_at   timestamptz not null default clock_timestamp(),
  unique (subject, revision),
  check ((kind = 'reversal') = (reverses is not null))
);
create index journal_run on tieout.journal (run_id);
create index journal_reverses on tieout.journal (reverses) where reverses is not null;

create table tieout.journal_line (
  journal_id       bigint not null references tieout.journal (journal_id),
  line             int not null check (line >= 1),
  side             text not null check (side in ('debit', 'credit')),
  account          text collate "C" not null,
  location         text collate "C" not null default '',
  dimension        text collate "C" not null default '',
  currency         text collate "C" not null,
  amount           numeric(19,4) not null check (amount >= 0),
  company_currency text not null,
  company_amount   numeric(19,4) not null check (company_amount >= 0),
  reference        text collate "C" not null default '',
  text             text not null default '' check (char_length(text) <= 50),
  clears           boolean not null,         -- true: joins the lines it names; false: gets expected lines of origin 'journal'
  primary key (journal_id, line)
);
create index journal_line_offset on tieout.journal_line (journal_id) where not clears;
-- Debits = credits, per transaction currency and in company currency, when the transaction commits.
create function tieout.check_journal_balance() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
declare bad record;
begin
  select currency, sum(case side when 'debit' then amount else -amount end) as off,
         sum(sum(case side when 'debit' then company_amount else -company_amount end)) over () as company_off,
         sum(count(*)) over () as lines
    into bad
    from tieout.journal_line where journal_id = new.journal_id
   group by currency order by (sum(case side when 'debit' then amount else -amount end) <> 0) desc limit 1;
  if not found or bad.lines < 2 then
    raise exception 'tieout: journal % has fewer than two lines', new.journal_id using errcode = 'check_violation';
  end if;
  if bad.off <> 0 or bad.company_off <> 0 then
    raise exception 'tieout: journal % does not balance: % in %, % in company currency', new.journal_id, bad.off, bad.currency, bad.company_off
      using errcode = 'check_violation';
  end if;
  return null;
end $$;
create constraint trigger journal_balances after insert on tieout.journal deferrable initially deferred
  for each row execute function tieout.check_journal_balance();
create constraint trigger journal_line_balances after insert on tieout.journal_line deferrable initially deferred
  for each row execute function tieout.check_journal_balance();

-- What a journal books: a line (expected or ledger) or the variance of a match. `journal_line` = the line of the journal
-- that takes it in; 0 = held but not cleared (an accrual stands in for an entry that is still expected).
create table tieout.journal_source (
  journal_id   bigint not null references tieout.journal (journal_id),
  journal_line int not null check (journal_line >= 0),
  unit         bigint not null,
  line_id      bigint,
  match_id     bigint,
  external_key text collate "C" not null,
  amount       numeric(19,4) not null,       -- signed, of that line or variance, when it was taken in
  event_source text collate "C",
  event_id     text collate "C",
  ended        text check (ended in ('CANCELLED', 'INVALID', 'REJECTED', 'reversed')), -- the one column ever updated
  check (num_nonnulls(line_id, match_id) = 1)
);
-- One expected line, one live journal; the external key too, so that a rederived line cannot slip in.
create unique index journal_source_line_live on tieout.journal_source (unit, line_id) where ended is null and line_id is not null;
create unique index journal_source_match_live on tieout.journal_source (unit, match_id) where ended is null and match_id is not null;
create unique index journal_source_key_live on tieout.journal_source (external_key) where ended is null;
create index journal_source_journal on tieout.journal_source (journal_id);
create index journal_source_event on tieout.journal_source (event_source, event_id) where event_id is not null;

-- Gross amounts in company currency, for the cumulative limits.
create table tieout.journal_total (
  journal_id   bigint not null references tieout.journal (journal_id),
  company      text collate "C" not null,
  account      text collate "C" not null,
  posting_date date not null,
  fiscal_year  text not null,
  period       text not null,
  amount       numeric(24,4) not null check (amount >= 0),
  primary key (journal_id, account)
);
create index journal_total_limit on tieout.journal_total (company, account, fiscal_year, period);

-- What was decided for each event whose lines are missing, whenever that changed; the latest row counts.
create table tieout.proposal (
  run_id       bigint not null,
  event_source text collate "C" not null,
  event_id     text collate "C" not null,
  company      text not null,
  verdict      text not null check (verdict in ('proposed', 'partly', 'explained', 'unread', 'disproven', 'lookalike', 'braked', 'closedPeriod', 'noErp', 'noRate', 'unbalanced')),
  why          text not null,
  documents    text[] not null default '{}',
  journal_id   bigint,
  primary key (event_source, event_id, company, run_id)
);
create index proposal_closed on tieout.proposal (run_id) where verdict = 'closedPeriod';
-- A person's word that documents which seem to explain an event do not; good for exactly these documents.
create table tieout.explained_override (
  event_source text collate "C" not null,
  event_id     text collate "C" not null,
  documents    text[] not null,
  actor        text not null,
  decision_id  bigint not null,
  primary key (event_source, event_id, decision_id)
);

-- Who we are, for the ERP's marker: one project a database. `name` is what tieout.yaml calls it, entered by the first that
-- says one; a second project is refused. A restore draws a new epoch, so that a worker on the old database cannot send
-- beside one on the restored copy, and what it draws beside says what the ledger has to show before anything leaves.
create table tieout.project (
  only_one      boolean primary key default true check (only_one),
  project_id    text not null,
  name          text not null default '',
  epoch         bigint not null default 1 check (epoch >= 1),
  restored_at   timestamptz,
  backup_at     timestamptz,                 -- what came after it is not known here
  extract_after timestamptz,                 -- an extract taken later shows all that the ERP was sent before the restore
  brake_id      bigint,                      -- a release of brakes up to this one lets go of the restore's
  check (num_nonnulls(restored_at, backup_at, extract_after, brake_id) in (0, 4))
);
insert into tieout.project (project_id) values (gen_random_uuid()::text);

-- Who sends to an ERP now: compared by each sender right before it sends. A file drop has it in its marker files as well,
-- where a worker on another database sees it too.
create table tieout.erp_lease (
  erp          text primary key,             -- its name in tieout.yaml
  project_id   text not null,
  epoch        bigint not null,
  listed_epoch bigint not null default 0,    -- of the last restore after which its folders were looked through
  entered_at   timestamptz not null default clock_timestamp()
);
-- Files under our names that lay in an ERP's folders after a restore and that the restored database does not know.
create table tieout.unknown_file (
  erp               text not null,
  posting_reference text collate "C" not null,
  place             text not null,           -- folder and name, as found
  content           text not null,           -- its words: what it books is looked up in them
  epoch             bigint not null,
  found_at          timestamptz not null default clock_timestamp(),
  primary key (erp, posting_reference)
);

-- ------------------------------------------------------------------------------------------------------ postings
create table tieout.posting_transition (
  from_state text not null,
  to_state   text not null,
  moved_by   text not null check (moved_by in ('machine', 'run', 'person')),
  primary key (from_state, to_state, moved_by)
);
insert into tieout.posting_transition (from_state, to_state, moved_by) values
  ('DRAFT', 'READY', 'run'),
  ('DRAFT', 'INVALID', 'run'),
  ('READY', 'AWAITING_APPROVAL', 'run'),
  ('READY', 'APPROVED', 'run'),
  ('READY', 'CANCELLED', 'run'),
  ('READY', 'CANCELLED', 'person'),
  ('AWAITING_APPROVAL', 'APPROVED', 'person'),
  ('AWAITING_APPROVAL', 'CANCELLED', 'person'),
  ('AWAITING_APPROVAL', 'CANCELLED', 'run'),
  ('APPROVED', 'CLAIMED', 'machine'),
  ('APPROVED', 'CANCELLED', 'run'),
  ('APPROVED', 'CANCELLED', 'person'),
  ('CLAIMED', 'SENDING', 'machine'),
  ('CLAIMED', 'APPROVED', 'machine'),
  ('CLAIMED', 'CANCELLED', 'machine'),
  ('CLAIMED', 'RETRY_WAIT', 'machine'),
  ('CLAIMED', 'POSTED', 'machine'),
  ('CLAIMED', 'CONFLICT', 'machine'),
  ('CLAIMED', 'DUPLICATE_FOUND', 'machine'),
  ('CLAIMED', 'NEEDS_HUMAN', 'machine'),
  ('SENDING', 'POSTED', 'machine'),
  ('SENDING', 'SENT', 'machine'),
  ('SENDING', 'REJECTED', 'machine'),
  ('SENDING', 'RETRY_WAIT', 'machine'),
  ('SENDING', 'UNKNOWN', 'machine'),
  ('SENDING', 'CONFLICT', 'machine'),
  ('SENT', 'POSTED', 'machine'),
  ('SENT', 'POSTED', 'run'),
  ('SENT', 'REJECTED', 'machine'),
  ('SENT', 'UNKNOWN', 'machine'),
  ('SENT', 'CONFLICT', 'machine'),
  ('UNKNOWN', 'POSTED', 'machine'),
  ('UNKNOWN', 'POSTED', 'run'),
  ('UNKNOWN', 'CONFLICT', 'machine'),
  ('UNKNOWN', 'CONFLICT', 'run'),
  ('UNKNOWN', 'DUPLICATE_FOUND', 'machine'),
  ('UNKNOWN', 'RETRY_WAIT', 'machine'),
  ('UNKNOWN', 'NEEDS_HUMAN', 'machine'),
  ('UNKNOWN', 'POSTED', 'person'),
  ('UNKNOWN', 'RETRY_WAIT', 'person'),
  ('UNKNOWN', 'CANCELLED', 'person'),
  ('RETRY_WAIT', 'CLAIMED', 'machine'),
  ('RETRY_WAIT', 'NEEDS_HUMAN', 'machine'),
  ('RETRY_WAIT', 'POSTED', 'run'),
  ('POSTED', 'CONFIRMED', 'run'),
  ('POSTED', 'CONFLICT', 'run'),
  ('POSTED', 'POSTED_NOT_SEEN', 'run'),
  ('CONFIRMED', 'CONFLICT', 'run'),
  ('CONFIRMED', 'POSTED_NOT_SEEN', 'run'),
  ('CONFIRMED', 'REVERSED_IN_ERP', 'run'),
  ('POSTED_NOT_SEEN', 'CONFIRMED', 'run'),
  ('POSTED_NOT_SEEN', 'CONFLICT', 'run'),
  ('POSTED_NOT_SEEN', 'POSTED', 'person'),
  ('POSTED_NOT_SEEN', 'CANCELLED', 'person'),
  ('CONFLICT', 'CONFIRMED', 'person'),
  ('CONFLICT', 'CANCELLED', 'person'),
  ('DUPLICATE_FOUND', 'POSTED', 'person'),
  ('DUPLICATE_FOUND', 'CANCELLED', 'person'),
  ('NEEDS_HUMAN', 'POSTED', 'run'),
  ('NEEDS_HUMAN', 'CONFLICT', 'run'),
  ('NEEDS_HUMAN', 'POSTED', 'person'),
  ('NEEDS_HUMAN', 'RETRY_WAIT', 'person'),
  ('NEEDS_HUMAN', 'CANCELLED', 'person');

create table tieout.posting (
  posting_key       text primary key,          -- hash of (erp, company, journal subject, revision)
  posting_reference text collate "C" not null unique check (char_length(posting_reference) = 16),
  journal_id        bigint not null unique references tieout.journal (journal_id),
  erp               text not null,
  company           text not null,
  payload_hash      text not null,
  state             text not null default 'DRAFT' check (state in ('DRAFT', 'READY', 'INVALID', 'AWAITING_APPROVAL',
    'APPROVED', 'CANCELLED', 'CLAIMED', 'SENDING', 'SENT', 'POSTED', 'REJECTED', 'RETRY_WAIT', 'UNKNOWN', 'CONFLICT',
    'DUPLICATE_FOUND', 'NEEDS_HUMAN', 'CONFIRMED', 'POSTED_NOT_SEEN', 'REVERSED_IN_ERP')),
  moved_by          text not null default 'run' check (moved_by in ('machine', 'run', 'person')),
  state_since       timestamptz not null default clock_timestamp(),
  fence             bigint not null default 0, -- grows with every claim; a stale worker's number is refused
  worker            text not null default '',
  lease_until       timestamptz,
  due_at            timestamptz not null default '-infinity',
  sends             int not null default 0,    -- attempts of kind 'post'
  tries             int not null default 0,    -- waits in a row, for the backoff
  negative_looks    int not null default 0,    -- since the last send
  first_negative_at timestamptz,
  job_id            text not null default '',
  document_id       text not null default '',
  posted_at         timestamptz,
  confirmed_run     bigint,
  code              text not null default '',
  why               text not null default ''
);
create index posting_due on tieout.posting (due_at) where state in ('APPROVED', 'CLAIMED', 'SENDING', 'SENT', 'UNKNOWN', 'RETRY_WAIT');
create index posting_state on tieout.posting (state) where state <> 'CONFIRMED';

-- One row a change of state; the audit chain carries the same.
create table tieout.posting_step (
  posting_key text not null,
  step        int not null,
  from_state  text not null,
  to_state    text not null,
  moved_by    text not null,
  actor       text not null,                  -- worker, person, or run
  fence       bigint not null,
  why         text not null,
  evidence    jsonb not null default '{}',
  at          timestamptz not null default clock_timestamp(),
  primary key (posting_key, step)
);
-- Written and committed before the call; its outcome is a row of its own, so an attempt without one is a call of which
-- nobody knows what became.
create table tieout.attempt (
  posting_key  text not null,
  number       int not null,
  kind         text not null check (kind in ('post', 'look', 'poll')),
  fence        bigint not null,
  worker       text not null,
  payload_hash text not null,
  started_at   timestamptz not null default clock_timestamp(),
  primary key (posting_key, number)
);
create table tieout.attempt_outcome (
  posting_key text not null,
  number      int not null,
  outcome     text not null,
  detail      jsonb not null default '{}',
  ended_at    timestamptz not null default clock_timestamp(),
  primary key (posting_key, number)
);

-- ---------------------------------------------------------------------------------------------- the second person
create sequence tieout.approval_id as bigint;
create table tieout.approval (
  approval_id  bigint primary key,
  journal_id   bigint not null references tieout.journal (journal_id),
  payload_hash text not null,                -- a changed journal needs a new approval
  verdict      text not null check (verdict in ('approved', 'rejected')),
  approver     text not null,
  makers       text[] not null default '{}', -- filled by trigger: nobody can leave one out
  decision_id  bigint not null,
  at           timestamptz not null default clock_timestamp(),
  constraint maker_is_not_checker check (verdict = 'rejected' or not tieout.same_person(approver, makers))
);
create unique index approval_once on tieout.approval (journal_id, verdict);
-- Makers: who started the run, who decided the row, who last approved the rule version.
create function tieout.fill_approval_makers() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
declare j record; who record;
begin
  select * into j from tieout.journal where journal_id = new.journal_id;
  new.makers := tieout.with_their_people(j.makers
    || array(select maker from tieout.run where run_id = j.run_id)
    || array(select approver from tieout.rule_approval where hash = j.rulebook_hash order by at desc, approver limit 1)
    || array(select actor from tieout.decision where decision_id = j.decision_id));
  if new.payload_hash <> j.payload_hash then
    raise exception 'tieout: the approval is for another content of journal %', new.journal_id using errcode = 'check_violation';
  end if;
  select role, revoked_at into who from tieout.app_user where name = new.approver;
  if not found or who.role <> 'reviewer' or who.revoked_at is not null then
    raise exception 'tieout: % is not a reviewer', new.approver using errcode = 'check_violation';
  end if;
  if not tieout.has_company(new.approver, j.company) then
    raise exception 'tieout: company % is not of %', j.company, new.approver using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger approval_makers before insert on tieout.approval for each row execute function tieout.fill_approval_makers();

-- A person's word on a posting that the machine cannot settle; it counts when a second person agrees to the same.
create sequence tieout.resolution_id as bigint;
create table tieout.resolution (
  resolution_id bigint primary key,
  posting_key   text not null references tieout.posting (posting_key),
  state         text not null,
  state_since   timestamptz not null,         -- a word on one stay in a state is none on the next
  outcome       text not null check (outcome in ('posted', 'absent', 'void')),
  document_id   text not null default '',
  why           text not null,
  evidence      text not null check (btrim(evidence) <> ''),
  actor         text not null,
  agrees_with   bigint references tieout.resolution (resolution_id),
  first_actor   text,                         -- filled by trigger
  decision_id   bigint not null,
  at            timestamptz not null default clock_timestamp(),
  check ((agrees_with is null) = (first_actor is null)),
  constraint resolution_four_eyes check (first_actor is null or not tieout.same_person(actor, array[first_actor]))
);
create index resolution_posting on tieout.resolution (posting_key);
create function tieout.fill_resolution() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
declare first record; who record;
begin
  new.first_actor := null;
  if new.agrees_with is not null then
    select * into first from tieout.resolution where resolution_id = new.agrees_with;
    if not found or (first.posting_key, first.state, first.state_since, first.outcome, first.document_id)
       is distinct from (new.posting_key, new.state, new.state_since, new.outcome, new.document_id) then
      raise exception 'tieout: the second word on % differs from the first', new.posting_key using errcode = 'check_violation';
    end if;
    new.first_actor := first.actor;
  end if;
  select role, revoked_at into who from tieout.app_user where name = new.actor;
  if not found or who.role not in ('preparer', 'reviewer', 'poster') or who.revoked_at is not null then
    raise exception 'tieout: % may not settle postings', new.actor using errcode = 'check_violation';
  end if;
  if not tieout.has_company(new.actor, (select p.company from tieout.posting p where p.posting_key = new.posting_key)) then
    raise exception 'tieout: this posting is not of a company of %', new.actor using errcode = 'check_violation';
  end if;
  if new.agrees_with is not null and who.role <> 'reviewer' then
    raise exception 'tieout: the second word is a reviewer''s; % is not one', new.actor using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger resolution_second before insert on tieout.resolution for each row execute function tieout.fill_resolution();

-- A changed rulebook proposed for what is stored already. What would change is one hash; a second person's word is on
-- exactly that, and nothing is derived again without it.
create sequence tieout.rederivation_id as bigint;
create table tieout.rederivation (
  rederivation_id bigint primary key,
  rulebook_hash   text not null,
  plan_hash       text not null,                 -- of every line that ends and every line that comes, by external key
  summary         jsonb not null,                -- what it would change, as it was shown
  proposer        text not null,
  decision_id     bigint not null,
  at              timestamptz not null default clock_timestamp()
);
create table tieout.rederivation_verdict (
  rederivation_id bigint primary key references tieout.rederivation (rederivation_id),
  verdict         text not null check (verdict in ('approved', 'rejected')),
  approver        text not null,
  proposer        text not null default '',      -- filled by trigger: nobody can leave them out
  decision_id     bigint not null,
  batch_id        bigint unique,                 -- the batch that applied it
  at              timestamptz not null default clock_timestamp(),
  check ((verdict = 'approved') = (batch_id is not null)),
  constraint proposer_is_not_approver check (verdict = 'rejected' or not tieout.same_person(approver, array[proposer]))
);
create function tieout.fill_rederivation_proposer() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
declare who record;
begin
  select proposer into new.proposer from tieout.rederivation where rederivation_id = new.rederivation_id;
  select role, revoked_at into who from tieout.app_user where name = new.approver;
  if not found or who.role <> 'reviewer' or who.revoked_at is not null then
    raise exception 'tieout: % is not a reviewer', new.approver using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger rederivation_four_eyes before insert on tieout.rederivation_verdict
  for each row execute function tieout.fill_rederivation_proposer();
create function tieout.check_rederived() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if not exists (select from tieout.rederivation_verdict where batch_id = new.batch_id and verdict = 'approved') then
    raise exception 'tieout: line % of unit % ends by a changed rulebook that no second person has approved', new.line_id, new.unit
      using errcode = 'check_violation';
  end if;
  if exists (select from tieout.journal_source s where s.unit = new.unit and s.line_id = new.line_id and s.ended is null) then
    raise exception 'tieout: line % of unit % is in a live journal', new.line_id, new.unit using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger line_end_rederived before insert on tieout.line_end
  for each row when (new.kind = 'rederived') execute function tieout.check_rederived();

-- ------------------------------------------------------------------------- decisions that wait for a second person
-- A decision that does nothing until another person agrees. What it asks for is the content of its row in `decision`, so the
-- second word is on exactly that.
create table tieout.waiting_decision (
  decision_id bigint primary key
);
create table tieout.second_word (
  decision_id bigint primary key references tieout.waiting_decision (decision_id),
  verdict     text not null check (verdict in ('approved', 'rejected')),
  actor       text not null,
  first       text[] not null default '{}',      -- who asked; filled by trigger: nobody can leave one out
  word_id     bigint not null,               -- the decision row of the second word itself
  at          timestamptz not null default clock_timestamp(),
  -- Whoever asked may take it back, and never agree to it.
  constraint second_word_four_eyes check (verdict = 'rejected' or not tieout.same_person(actor, first))
);
create function tieout.fill_second_word() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
declare who record;
begin
  new.first := tieout.with_their_people(array(select actor from tieout.decision where decision_id = new.decision_id));
  select role, revoked_at into who from tieout.app_user where name = new.actor;
  if not found or who.revoked_at is not null or (who.role <> 'reviewer' and not (new.verdict = 'rejected' and tieout.same_person(new.actor, new.first))) then
    raise exception 'tieout: the second word is a reviewer''s; % is not one', new.actor using errcode = 'check_violation';
  end if;
  -- Brakes are of one company; every other waiting decision that names none is about all of them, or about items that the program looks up.
  if exists (select from tieout.decision d where d.decision_id = new.decision_id and d.kind = 'release'
              and not tieout.has_company(new.actor, d.content ->> 'company')) then
    raise exception 'tieout: these brakes are not of a company of %', new.actor using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger second_word_filled before insert on tieout.second_word for each row execute function tieout.fill_second_word();
create trigger waiting_decision_is_a_fact before update or delete or truncate on tieout.waiting_decision
  for each statement execute function tieout.refuse_change();
create trigger second_word_is_a_fact before update or delete or truncate on tieout.second_word
  for each statement execute function tieout.refuse_change();
-- ------------------------------------------------------------------------------------------------------- brakes
-- What stops proposing and sending for a company and ledger, with one sentence that says why, until two persons let go.
create sequence tieout.brake_id as bigint;
create table tieout.brake (
  brake_id bigint primary key,
  company  text collate "C" not null,
  ledger   text collate "C" not null,
  kind     text not null check (kind in ('changedLines', 'accountGone', 'missing')),
  why      text not null,
  batch_id bigint,
  run_id   bigint,
  since    timestamptz not null default clock_timestamp(),
  check (num_nonnulls(batch_id, run_id) = 1)
);
create index brake_place on tieout.brake (company, ledger);
-- Lets go of every brake of a company and ledger up to `upto`; what falls later holds. A row stands on a decision that two
-- persons have agreed to.
create table tieout.brake_release (
  decision_id bigint primary key references tieout.second_word (decision_id),
  company     text collate "C" not null,
  ledger      text collate "C" not null,
  upto        bigint not null
);
create function tieout.release_is_agreed() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if not exists (select from tieout.second_word where decision_id = new.decision_id and verdict = 'approved') then
    raise exception 'tieout: no second person has agreed to let go of the brakes' using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger brake_release_agreed before insert on tieout.brake_release
  for each row execute function tieout.release_is_agreed();
-- Those that are on. The last part is the brake of a restore: it is on wherever something can be posted, until a complete
-- extract that was taken late enough has been read, or two persons let go.
create view tieout.brake_on as
  select b.brake_id, b.company, b.ledger, b.kind, b.why, b.since from tieout.brake b
  left join tieout.brake_release r on r.company = b.company and r.ledger = b.ledger and r.upto >= b.brake_id
  where r.company is null
  union all
  select p.brake_id, f.company, f.ledger, 'restored',
         format('the database was restored from a backup of %s UTC, and no complete extract taken after %s UTC has been read since',
                to_char(p.backup_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI'), to_char(p.extract_after at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS')),
         p.restored_at
    from tieout.project p cross join (select distinct company collate "C" as company, ledger collate "C" as ledger from tieout.fiscal_period) f
   where p.restored_at is not null
     and not exists (select from tieout.batch b
                      where b.kind = 'ledger' and b.complete and b.refused = '' and b.received_at > p.restored_at and b.extracted_at > p.extract_after
                        and (b.companies = '{}' or f.company = any(b.companies)) and (b.ledgers = '{}' or f.ledger = any(b.ledgers)))
     and not exists (select from tieout.brake_release r where r.company = f.company and r.ledger = f.ledger and r.upto >= p.brake_id);
-- Newly missing entries of each run, a store-day counted once: what the next runs are held against.
create table tieout.run_missing (
  run_id  bigint not null,
  company text collate "C" not null,
  ledger  text collate "C" not null,
  entries bigint not null,
  primary key (run_id, company, ledger)
);

-- ------------------------------------------------------------------------------------- the machine, held by trigger
create function tieout.rule_approved(version text) returns boolean language sql stable set search_path = pg_catalog, pg_temp as
$$ select (select count(*) from tieout.rule_approval where hash = version)
        >= (select case when first_seen_by like 'schedule:%' then 2 else 1 end from tieout.rulebook_version where hash = version) $$;

create function tieout.guard_posting() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if tg_op = 'DELETE' then
    raise exception 'tieout: a posting is never deleted' using errcode = 'integrity_constraint_violation';
  end if;
  if (old.posting_key, old.posting_reference, old.journal_id, old.erp, old.company, old.payload_hash)
     is distinct from (new.posting_key, new.posting_reference, new.journal_id, new.erp, new.company, new.payload_hash) then
    raise exception 'tieout: posting % cannot become another one', old.posting_reference using errcode = 'integrity_constraint_violation';
  end if;
  if new.fence < old.fence then
    raise exception 'tieout: fencing number of % would fall', old.posting_reference using errcode = 'integrity_constraint_violation';
  end if;
  if new.state = old.state then return new; end if;
  if not exists (select 1 from tieout.posting_transition
                 where from_state = old.state and to_state = new.state and moved_by = new.moved_by) then
    raise exception 'tieout: posting % may not go from % to % by %', old.posting_reference, old.state, new.state, new.moved_by
      using errcode = 'check_violation';
  end if;
  if old.state = 'READY' and new.state = 'APPROVED' and not exists (
       select 1 from tieout.journal j where j.journal_id = new.journal_id and j.mode = 'post' and tieout.rule_approved(j.rulebook_hash)) then
    raise exception 'tieout: posting % needs a person: mode is not post, or its rules are not approved by two', old.posting_reference
      using errcode = 'check_violation';
  end if;
  if new.moved_by = 'person' and old.state in ('READY', 'AWAITING_APPROVAL', 'APPROVED') and not exists (
       select 1 from tieout.approval a where a.journal_id = new.journal_id and a.payload_hash = new.payload_hash
          and a.verdict = case new.state when 'APPROVED' then 'approved' else 'rejected' end) then
    raise exception 'tieout: posting % lacks the second person''s word', old.posting_reference using errcode = 'check_violation';
  end if;
  if new.moved_by = 'person' and old.state in ('UNKNOWN', 'POSTED_NOT_SEEN', 'CONFLICT', 'DUPLICATE_FOUND', 'NEEDS_HUMAN') and not exists (
       select 1 from tieout.resolution r where r.posting_key = new.posting_key and r.agrees_with is not null
          and r.state = old.state and r.state_since = old.state_since) then
    raise exception 'tieout: posting % is settled by two persons only', old.posting_reference using errcode = 'check_violation';
  end if;
  if new.state in ('POSTED', 'CONFIRMED') and new.document_id = '' then
    raise exception 'tieout: posting % cannot be % without its document', old.posting_reference, new.state using errcode = 'check_violation';
  end if;
  new.state_since := clock_timestamp();
  if new.state = 'POSTED' and new.posted_at is null then new.posted_at := new.state_since; end if;
  return new;
end $$;
create trigger posting_guard before update or delete on tieout.posting for each row execute function tieout.guard_posting();

-- Sources live as long as their journal does. A reversal frees what the reversed journal held only when the ledger
-- showed it: freeing it earlier could book the same event twice.
create function tieout.end_sources() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if new.state in ('CANCELLED', 'INVALID', 'REJECTED') then
    update tieout.journal_source set ended = new.state where journal_id = new.journal_id and ended is null;
  elsif new.state = 'REVERSED_IN_ERP' then
    update tieout.journal_source set ended = 'reversed' where journal_id = new.journal_id and ended is null;
  elsif new.state = 'CONFIRMED' then
    update tieout.journal_source s set ended = 'reversed' from tieout.journal j
     where j.journal_id = new.journal_id and s.journal_id = j.reverses and s.ended is null;
  end if;
  return null;
end $$;
create trigger posting_ends_sources after update of state on tieout.posting
  for each row when (new.state is distinct from old.state) execute function tieout.end_sources();

create function tieout.guard_journal_source() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if tg_op = 'DELETE' or old.ended is not null or new.ended is null
     or (old.journal_id, old.journal_line, old.unit, old.line_id, old.match_id, old.external_key, old.amount)
        is distinct from (new.journal_id, new.journal_line, new.unit, new.line_id, new.match_id, new.external_key, new.amount) then
    raise exception 'tieout: what a journal books can only be ended, once' using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $$;
create trigger journal_source_only_ended before update or delete on tieout.journal_source
  for each row execute function tieout.guard_journal_source();

do $$
declare t text;
begin
  foreach t in array array['rule_approval', 'journal', 'journal_line', 'journal_total', 'proposal', 'explained_override',
    'posting_transition', 'posting_step', 'attempt', 'attempt_outcome', 'approval', 'resolution', 'rederivation',
    'rederivation_verdict', 'brake', 'brake_release', 'run_missing', 'unknown_file'] loop
    execute format('create trigger %I before update or delete or truncate on tieout.%I for each statement execute function tieout.refuse_change()', t || '_is_a_fact', t);
  end loop;
end $$;

-- ------------------------------------------------------------------------------ what the first pass of matching reads
-- Our reference in the ledger; few lines carry one.
create index line_posting on tieout.line (posting_reference) where posting_reference <> '';

-- Per posting reference: every line that a ledger line with this reference clears. One join finds the group:
--   line l (side L, new) join posting_clears c on c.posting_reference = l.posting_reference and c.unit = l.unit
--     and c.account = l.account and c.currency = l.currency
-- and a group per (posting_reference, unit, account, currency) is a match when ledger lines and cleared lines sum to
-- zero (ledger minus expected; a cleared ledger line counts on the ledger's side). Three kinds of cleared lines: what
-- journal_source names; expected lines of origin 'journal' (offsets); for a reversal, the reversed document's lines.
create view tieout.posting_clears as
  select p.posting_reference, p.state, j.journal_id, j.kind, l.unit, l.line_id, null::bigint as match_id, l.side, l.account, l.currency,
         l.amount, s.journal_line
    from tieout.posting p join tieout.journal j using (journal_id)
    join tieout.journal_source s on s.journal_id = j.journal_id and s.ended is null and s.journal_line > 0
    join tieout.line l on l.unit = s.unit and l.line_id = s.line_id
  union all
  select p.posting_reference, p.state, j.journal_id, j.kind, s.unit, null, s.match_id, 'L', m.account, m.currency, s.amount, s.journal_line
    from tieout.posting p join tieout.journal j using (journal_id)
    join tieout.journal_source s on s.journal_id = j.journal_id and s.ended is null and s.journal_line > 0
    join tieout.match m on m.unit = s.unit and m.match_id = s.match_id
  union all
  select p.posting_reference, p.state, j.journal_id, j.kind, l.unit, l.line_id, null, l.side, l.account, l.currency, l.amount, l.ordinal
    from tieout.posting p join tieout.journal j using (journal_id)
    join tieout.line l on l.posting_reference = p.posting_reference and l.posting_reference <> '' and l.side = 'E' and l.origin = 'journal'
  union all
  select p.posting_reference, p.state, j.journal_id, j.kind, l.unit, l.line_id, null, l.side, l.account, l.currency, l.amount, 0
    from tieout.posting p join tieout.journal j using (journal_id)
    join tieout.posting o on o.journal_id = j.reverses
    join tieout.line l on l.posting_reference = o.posting_reference and l.posting_reference <> '' and l.side = 'L'
   where exists (select from tieout.journal_line k where k.journal_id = j.journal_id and k.clears
                    and k.account = l.account and k.currency = l.currency);
