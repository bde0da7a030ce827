-- Facts in, lines derived, matches and exceptions out. Facts and bulk tables are insert-only (the app role has no other
-- right on them); `unit` leads the keys of lines, matches and exceptions: it is what work is split by.
-- Text that orders or joins is COLLATE "C": one order on every machine.

create schema if not exists tieout;
-- Unlogged tables of runs and intakes in progress; a killed one's are dropped by the next.
create schema if not exists work;

-- ------------------------------------------------------------------------------------------------------------ intake
-- A batch is one file or stream slice taken in one transaction. Its id is drawn under the shared intake lock and that
-- transaction commits under it, so "all batches up to the horizon" is a closed set once a run held the lock exclusively.
create sequence tieout.batch_id as bigint;
create table tieout.batch (
  batch_id       bigint primary key,
  kind           text not null check (kind in ('events', 'ledger', 'balances', 'opening', 'periods', 'replay', 'rederive', 'journal', 'withdraw')),
  feed           text not null,
  path           text not null,
  sha256         text not null,
  bytes          bigint not null default 0,
  received       bigint not null,
  accepted       bigint not null,
  duplicates     bigint not null,
  skipped        bigint not null,
  quarantined    bigint not null,
  control        jsonb,                    -- {delivered, found}: the control file as delivered, and what the file holds
  control_sha256 text not null default '', -- an empty delta of another day differs in nothing else
  refused        text not null default '', -- why the whole extract was refused (BATCH_INCOMPLETE); nothing of it is stored
  mode           text not null default 'delta' check (mode in ('full', 'delta')),
  complete       boolean not null default false,
  companies      text[] not null default '{}',   -- empty: all
  ledgers        text[] not null default '{}',
  accounts       text[] not null default '{}',
  refused_accounts text[] not null default '{}', -- accounts of refused documents: not complete
  date_from      date,
  date_to        date,
  extracted_at   timestamptz,
  whole_documents boolean not null default false,
  rulebook_hash  text not null default '',
  received_at    timestamptz not null default now(),
  received_by    text not null default '',
  -- Of a full extract that was all that stood in its scope: how its rows were read ('' of any other batch), and how many
  -- identities the scope had. A later one that begins with the same bytes is read from there on.
  snapshot_reading text not null default '',
  snapshot_lines  bigint not null default 0,
  -- By which feed of the language it was read ('' of others): its version, the hash of its meaning, and what else decides what
  -- the bytes give: {set, lookups: {NAME: hash}, header, rows}. feed_key is one hash over all of it.
  feed_version   text not null default '',
  feed_hash      text not null default '',
  feed_key       text not null default '',
  feed_detail    jsonb,
  delivery       int not null default 1,      -- the same file may come again once an earlier delivery of it was withdrawn
  check (received = accepted + duplicates + skipped + quarantined)
);
create index batch_extracted on tieout.batch (extracted_at) where extracted_at is not null;
create index batch_refused on tieout.batch (batch_id) where refused <> '';
-- A refused extract may come again; a taken one is taken once, until two persons take it back. Requests are gathered by chance,
-- so what was gathered is no file: each of their events is asked for by itself.
create unique index batch_same_file on tieout.batch (kind, feed, feed_key, sha256, control_sha256, delivery)
  where refused = '' and kind not in ('replay', 'rederive', 'journal', 'withdraw') and feed <> 'cloudevents';
-- Deliveries that two persons took back: their lines end under the batch `by_batch`, and they prove nothing any more.
create table tieout.batch_withdrawal (
  batch_id    bigint primary key references tieout.batch (batch_id),
  by_batch    bigint not null unique,
  decision_id bigint not null
);

create sequence tieout.quarantine_id as bigint;
create table tieout.quarantine (
  quarantine_id bigint primary key,
  batch_id      bigint not null,
  position      bigint not null,            -- line in the file (1 = first), or sequence in the stream
  byte_offset   bigint not null default 0,
  kind          text not null check (kind in ('event', 'ledger', 'opening', 'balance', 'period')),
  feed          text not null,
  reason        text not null,
  message       text not null,
  path          text not null default '',
  expected      text not null default '',
  found         text not null default '',
  raw           bytea not null,
  raw_hash      bytea not null,
  company       text not null default '',
  type          text not null default '',
  accounts      text[] not null default '{}',  -- accounts it would have belonged to
  currency      text not null default '',
  amount        numeric(19,4),
  document      text not null default '',
  event_source  text collate "C" not null default '',  -- of an event, as far as it told them
  event_id      text collate "C" not null default ''
);
create index quarantine_event on tieout.quarantine (event_id, event_source) where event_id <> '';
create unique index quarantine_same_bytes on tieout.quarantine (kind, feed, raw_hash);
create index quarantine_batch on tieout.quarantine (batch_id);
-- What became of a refused record; the latest row counts, none = still in quarantine.
create table tieout.quarantine_step (
  quarantine_id bigint not null,
  step          int not null,
  outcome       text not null check (outcome in ('replayed', 'dismissed', 'refused-again')),
  batch_id      bigint,
  decision_id   bigint,
  why           text not null default '',
  at            timestamptz not null default now(),
  primary key (quarantine_id, step)
);

-- ------------------------------------------------------------------------------------------------------------ events
create table tieout.event (
  source          text collate "C" not null,
  id              text collate "C" not null,
  type            text not null,
  company         text not null,
  business_key    text collate "C" not null,
  content_hash    bytea not null,            -- SHA-256 of the content
  time            timestamptz not null,
  business_date   date not null,
  accounting_date date not null,
  date_reason     text not null default '',  -- why the accounting date is not the business date
  authoritative   boolean not null default false,
  standing        text not null,             -- at intake; see event_standing for later changes
  because         text not null default '',
  rule            text not null default '',
  rulebook_hash   text not null default '',
  corrects_source text collate "C",
  corrects_id     text collate "C",
  correction      text check (correction in ('void', 'replace')),
  concerns        text collate "C" not null default '',  -- the order, shipment or document that it is about
  key_runs        text collate "C" not null default '',  -- its key without case, leading zeros and separators
  twin            text collate "C" not null default '',  -- hash of what it says of which order; '' where it could repeat none
  payload         json not null,             -- canonical form, the fact as it counts
  batch_id        bigint not null,
  primary key (source, id)
);
create index event_business on tieout.event (business_key, type, company);
create index event_corrects on tieout.event (corrects_source, corrects_id) where corrects_id is not null;
create index event_concerns on tieout.event (concerns, company) where concerns <> '';
create index event_key_runs on tieout.event (key_runs, type, company) where key_runs <> '';
create index event_twin on tieout.event (twin) where twin <> '';
create index event_batch on tieout.event using brin (batch_id) with (pages_per_range = 16, autosummarize = on);
create index event_day on tieout.event using brin (business_date) with (pages_per_range = 16, autosummarize = on);
create index event_unusual on tieout.event (standing) where standing in ('no_rule', 'duplicate', 'waiting');
-- standing: derived (it has lines) | zero (only zero measures) | none (a rule says no entry) | lifecycle | no_rule
--         | duplicate (another event states the same fact) | waiting (its target or earlier revision is not here yet)
--         | superseded (an authoritative event came later; its lines ended)
create table tieout.event_standing (
  source        text collate "C" not null,
  id            text collate "C" not null,
  episode       int not null,
  standing      text not null,
  because       text not null default '',
  rule          text not null default '',
  rulebook_hash text not null default '',
  batch_id      bigint not null,
  primary key (source, id, episode)
);
create index event_standing_no_rule on tieout.event_standing (source, id) where standing = 'no_rule';
create index event_standing_batch on tieout.event_standing using brin (batch_id) with (autosummarize = on);

-- ------------------------------------------------------------------------------------------------------------- lines
create table tieout.unit (
  unit           bigint primary key check (unit > 0),
  reconciliation text not null,
  company        text not null,
  ledger         text not null,
  location       text not null default '',
  dimension      text not null default '',
  text           text not null            -- the hashed text itself: two texts on one hash stop intake
);

-- A ledger line's identity holds neither its unit nor our id: a corrected line may move to another unit. One row per
-- content version and, within it, per episode (a rederived unit, a vanished line that came back).
create table tieout.ledger_identity (
  company       text collate "C" not null,
  ledger        text collate "C" not null,
  fiscal_year   text collate "C" not null,
  document      text collate "C" not null,
  line          text collate "C" not null,
  version       int not null,
  episode       int not null default 1,
  content_hash  bytea not null,
  row_hash      uuid,                      -- of the row as it was delivered: the same again is known before it is read
  posting_date  date not null,             -- prunes the recognition of a month that is delivered again
  extracted_at  timestamptz,
  unit          bigint not null,
  line_id       bigint not null,
  -- A version that changed only text, assignment, tax_code or created_* points to the line that stands, and keeps here
  -- what was delivered: nothing that matching compares has changed, so no match may reopen.
  changes       jsonb,
  late          boolean not null default false, -- of an older extract that arrived after a newer one: it never stood
  rulebook_hash text not null,
  batch_id      bigint not null,
  primary key (company, ledger, fiscal_year, document, line, version, episode)
);
create index ledger_identity_posting on tieout.ledger_identity using brin (posting_date) with (pages_per_range = 16, autosummarize = on);
create index ledger_identity_later on tieout.ledger_identity (company, ledger, fiscal_year, document, line)
  where version > 1 or episode > 1;

create sequence tieout.line_id as bigint cache 1;
-- Columns that every run filters by come first and have a fixed width: the server takes a row apart only up to the last
-- column it needs (reading the batch behind all others cost four times as much).
create table tieout.line (
  unit             bigint not null,          -- 0: in no reconciliation; stored, counted, never matched
  line_id          bigint not null,
  batch_id         bigint not null,
  reference_hash   bigint not null generated always as (case reference when '' then 0 else hashtextextended(reference, 0) end) stored,
  accounting_date  date not null,
  business_date    date not null,
  side             "char" not null check (side in ('E', 'L')),
  scope            text not null check (scope in ('in', 'out', 'void', 'before', 'zero')),
  origin           text not null check (origin in ('event', 'journal', 'opening', 'ledger')),
  company          text collate "C" not null,
  ledger           text collate "C" not null,
  account          text collate "C" not null,
  location         text collate "C" not null default '',
  dimension        text collate "C" not null default '',
  currency         text collate "C" not null,
  amount           numeric(19,4) not null,   -- signed, debit positive
  company_currency text not null default '',
  company_amount   numeric(19,4),            -- null: neither delivered nor known by a rate
  company_given    boolean not null default false, -- the ledger delivered its company amount: only such a one is compared
  fiscal_year      text not null,
  period           text not null,
  reference        text collate "C" not null default '',
  event_source     text collate "C",
  event_id         text collate "C",
  ordinal          int,
  rule             text,
  negates          bigint,                   -- line_id, same unit, of the line that a correction negates
  further          jsonb,                    -- other ids of the event
  document         text collate "C",
  line             text collate "C",
  document_date    date,
  posting_reference text collate "C",
  assignment       text collate "C",
  text             text,
  tax_code         text collate "C",
  document_type    text collate "C",
  journal_source   text collate "C",
  created_by       text,
  created_at       text,
  partner_company  text collate "C",
  reversal_of      text collate "C",
  status           text,
  rulebook_hash    text not null,
  primary key (unit, line_id)
);
create index line_batch on tieout.line using brin (batch_id) with (pages_per_range = 16, autosummarize = on);
create index line_reference on tieout.line (reference_hash) where reference_hash <> 0;
create index line_event on tieout.line (event_source, event_id) where event_id is not null;
create index line_document on tieout.line (document, company, ledger) where document is not null;

create table tieout.line_end (
  unit           bigint not null,
  line_id        bigint not null,
  kind           text not null check (kind in ('corrected', 'superseded', 'rederived', 'cancelled', 'vanished', 'withdrawn')),
  successor_unit bigint,
  successor_line bigint,
  batch_id       bigint not null,
  primary key (unit, line_id)
);
-- An account of which a full extract lacks every live line of its days (two documents or more): most likely the file changed
-- and not the books. Until its lines come again (account_back), or a person says so, no extract proves anything absent there.
create table tieout.account_lost (
  batch_id  bigint not null,                 -- the extract that lacks it
  company   text collate "C" not null,
  ledger    text collate "C" not null,
  account   text collate "C" not null,
  documents int not null,
  date_from date not null,
  date_to   date not null,
  primary key (batch_id, company, ledger, account)
);
create table tieout.account_back (
  lost_by     bigint not null,
  company     text collate "C" not null,
  ledger      text collate "C" not null,
  account     text collate "C" not null,
  batch_id    bigint,                        -- the extract that brought a line of it again
  decision_id bigint,                        -- or who released it
  primary key (lost_by, company, ledger, account),
  check ((batch_id is null) <> (decision_id is null))
);
create index line_end_batch on tieout.line_end using brin (batch_id) with (autosummarize = on);
create index line_end_vanished on tieout.line_end (unit, line_id) where kind in ('vanished', 'withdrawn');

-- ------------------------------------------------------------------------------------------------- what the ERP says
create table tieout.erp_balance (
  company          text not null,
  ledger           text not null,
  account          text not null,
  location         text not null default '',
  dimension        text not null default '',
  currency         text not null,
  period           text not null,
  opening          numeric(19,4) not null,
  debit            numeric(19,4) not null,
  credit           numeric(19,4) not null,
  closing          numeric(19,4) not null,
  company_currency text not null default '',
  company_closing  numeric(19,4),
  extracted_at     timestamptz not null,
  batch_id         bigint not null,
  primary key (company, ledger, account, location, dimension, currency, period, extracted_at)
);
create index erp_balance_batch on tieout.erp_balance (batch_id);
create table tieout.fiscal_period (
  company     text not null,
  ledger      text not null,
  fiscal_year text not null,
  period      text not null,
  date_from   date not null,
  date_to     date not null,
  status      text not null check (status in ('open', 'closed', 'locked')),
  read_at     timestamptz not null,
  batch_id    bigint not null,
  primary key (company, ledger, fiscal_year, period, read_at)
);

-- -------------------------------------------------------------------------------------------------------------- runs
-- Every change of a line's home happens in a run: a reconciliation, a person's decision, or the undo of one. Runs are
-- numbered in the order in which they complete their work; "known at" snaps to the last completed one.
create sequence tieout.run_id as bigint;
create table tieout.run (
  run_id        bigint primary key,
  kind          text not null check (kind in ('reconcile', 'decision', 'undo')),
  state         text not null check (state in ('running', 'completed', 'abandoned')),
  as_of         date not null,
  horizon       bigint not null,           -- last batch that this run saw
  only_name     text not null default '',  -- '' = every reconciliation
  rulebook_hash text not null,
  maker         text not null,             -- who or what started it
  decision_id   bigint,
  undoes        bigint,                    -- run that an undo takes back
  undone_by     bigint,
  result_hash   text,
  totals        jsonb,                     -- the tie-out as printed
  started_at    timestamptz not null,
  completed_at  timestamptz
);
create index run_running on tieout.run (run_id) where state = 'running';
-- Per reconciliation: which batches were new to this run. One run per reconciliation at a time.
create table tieout.run_reconciliation (
  run_id         bigint not null,
  reconciliation text not null,
  horizon_from   bigint not null,
  horizon_to     bigint not null,
  as_of          date not null,
  primary key (run_id, reconciliation)
);

-- ----------------------------------------------------------------------------------------------------------- matches
create sequence tieout.match_id as bigint;
create table tieout.match (
  unit             bigint not null,
  match_id         bigint not null,
  run_id           bigint not null,
  account          text collate "C" not null,
  currency         text collate "C" not null,
  pass             text not null,            -- name; 'reversal', 'posting', 'manual' are built in
  version          text not null default '',
  expected         numeric(19,4) not null,
  ledger           numeric(19,4) not null,
  variance         numeric(19,4) not null,   -- ledger minus expected
  company_variance numeric(19,4) not null default 0,
  variance_account text not null default '',
  compared         jsonb,                    -- only what the lines themselves do not show
  decision_id      bigint,
  summary_key      bigint,                   -- of a summary pass: hash of its key and day, by which a later line finds it
  primary key (unit, match_id),
  check (variance = ledger - expected)
);
create table tieout.match_member (
  unit         bigint not null,
  line_id      bigint not null,
  match_id     bigint not null,
  run_id       bigint not null,              -- made by
  released_run bigint                        -- the one column ever updated
);
create index match_variance on tieout.match (unit) where variance <> 0;
create index match_summary on tieout.match (summary_key) where summary_key is not null;
-- Ledger lines that no pass sees, asked by the names that they bear: what lies outside the rulebook or out of scope.
create index line_aside_reference on tieout.line (reference_hash) where side = 'L' and scope in ('in', 'out') and reference_hash <> 0 and (unit = 0 or scope = 'out');
create index line_aside_assignment on tieout.line (hashtextextended(assignment, 0)) where side = 'L' and scope in ('in', 'out') and assignment <> '' and (unit = 0 or scope = 'out');
-- What a pass has spent of a period's budget, reached by the runs that can have matched its lines.
create index match_spent on tieout.match (run_id, pass) where variance <> 0;
-- Law 1: the database refuses a line in two live matches.
create unique index match_member_live on tieout.match_member (unit, line_id) where released_run is null;
create index match_member_match on tieout.match_member (unit, match_id);
-- What one run released is read by the run itself, by its undo and by explain.
create index match_member_released on tieout.match_member (released_run) where released_run is not null;

-- The residue: in scope, stored, not matched (or not yet due). Never every line.
create table tieout.open_item (
  unit      bigint not null,
  line_id   bigint not null,
  since_run bigint not null,
  side      "char" not null check (side in ('E', 'L')),
  primary key (unit, line_id)
);
-- Before each send the open ledger lines of a journal's units are read: never the thousands that wait to be booked.
create index open_item_ledger on tieout.open_item (unit, line_id) where side = 'L';

-- Running totals by run, as deltas: sums over them up to a run are the sums of the lines up to it (verify recomputes).
create table tieout.balance (
  unit            bigint not null,
  company         text not null,
  ledger          text not null,
  account         text collate "C" not null,
  currency        text collate "C" not null,
  side            "char" not null,
  origin          text not null,
  scope           text not null,
  accounting_date date not null,
  fiscal_year     text not null,
  period          text not null,
  location        text not null default '',
  dimension       text not null default '',
  run_id          bigint not null,
  lines           bigint not null,
  amount          numeric(24,4) not null,
  company_amount  numeric(24,4) not null
);
create index balance_unit on tieout.balance (unit, run_id);
-- The same of ledger lines on accounts that no reconciliation has: they have no unit, and are compared with nothing.
create table tieout.outside (
  company         text collate "C" not null,
  ledger          text collate "C" not null,
  account         text collate "C" not null,
  currency        text collate "C" not null,
  accounting_date date not null,
  run_id          bigint not null,
  lines           bigint not null,
  amount          numeric(24,4) not null
);
create index outside_run on tieout.outside (run_id);
-- The same for what matches hold.
create table tieout.match_total (
  unit             bigint not null,
  account          text collate "C" not null,
  currency         text collate "C" not null,
  run_id           bigint not null,
  pass             text not null,
  matches          bigint not null,
  expected_lines   bigint not null,
  ledger_lines     bigint not null,
  expected         numeric(24,4) not null,
  ledger           numeric(24,4) not null,
  variance         numeric(24,4) not null,
  company_variance numeric(24,4) not null
);
create index match_total_unit on tieout.match_total (unit, run_id);
create index balance_run on tieout.balance (run_id);
create index match_total_run on tieout.match_total (run_id);
create index balance_day on tieout.balance (accounting_date);
-- What the deltas of all runs come to: each run adds its own to it, so that its tie-out need not sum those before it.
create table tieout.cell_total (
  unit           bigint not null,
  account        text collate "C" not null,
  currency       text collate "C" not null,
  side           "char" not null,
  origin         text not null,
  scope          text not null,
  lines          bigint not null,
  amount         numeric(24,4) not null,
  company_amount numeric(24,4) not null,
  primary key (unit, account, currency, side, origin, scope)
);
create table tieout.cell_match (
  unit             bigint not null,
  account          text collate "C" not null,
  currency         text collate "C" not null,
  matches          bigint not null,
  expected_lines   bigint not null,
  ledger_lines     bigint not null,
  expected         numeric(24,4) not null,
  ledger           numeric(24,4) not null,
  variance         numeric(24,4) not null,
  company_variance numeric(24,4) not null,
  primary key (unit, account, currency)
);
-- Whether the lines come to each balance of the ERP, as the last run over all reconciliations left it: of every account,
-- place and period the latest balance. A run changes what its batches touch.
create table tieout.balance_proof (
  company      text collate "C" not null,
  ledger       text collate "C" not null,
  account      text collate "C" not null,
  location     text collate "C" not null,
  dimension    text collate "C" not null,
  currency     text collate "C" not null,
  period       text collate "C" not null,
  extracted_at timestamptz not null,
  closing      numeric(24,4) not null,
  computed     numeric(24,4) not null,
  difference   numeric(24,4) generated always as (closing - computed) stored,
  primary key (company, ledger, account, currency, period, location, dimension)
);
create index balance_proof_extracted on tieout.balance_proof (extracted_at);
create index balance_proof_differs on tieout.balance_proof (company) where difference <> 0;
create index balance_account on tieout.balance (account, period);

-- -------------------------------------------------------------------------------------------------------- exceptions
create table tieout.exception_item (
  exception_id text primary key,             -- first 32 hex digits of the hash of (class, anchor)
  class        text not null check (class in ('difference', 'control')),
  anchor       text collate "C" not null,
  unit         bigint not null,              -- unit of the anchor when it was first seen; 0 for control items
  company      text not null,
  opened_run   bigint not null,
  opened_on    date not null
);
create table tieout.exception_state (
  exception_id text not null,
  run_id       bigint not null,
  reason       text not null,
  also         text[] not null default '{}',
  status       text not null check (status in ('open', 'accepted', 'closed')),
  why          text not null,
  detail       jsonb not null default '{}',  -- values compared, candidates, pass; what explain prints
  exposure     numeric(19,4),
  currency     text not null default '',
  business_date date,
  owner        text not null default '',
  due_date     date,
  root_cause   text not null default '',
  decision_id  bigint,
  primary key (exception_id, run_id)
);
-- Items whose latest state is not `closed`; derived, so that a run need not read the history of settled ones.
create table tieout.open_exception (
  exception_id text primary key,
  class        text not null
);
-- What control reconciliations look at again: keys that do not come to zero yet, refunds whose sale is not here. Every key
-- that is not here was settled when its last line was seen, so a run reads these and what is new, never history.
create table tieout.watched (
  control text not null,                   -- a control reconciliation's name, or refunds
  company text collate "C" not null,
  key     text collate "C" not null,
  primary key (control, company, key)
);
create table tieout.exception_leg (
  exception_id text not null,
  unit         bigint not null,
  line_id      bigint not null,
  run_id       bigint not null,
  ended_run    bigint                        -- the one column ever updated
);
-- Law 1 again: a line is a leg of at most one live difference exception.
create unique index exception_leg_live on tieout.exception_leg (unit, line_id) where ended_run is null;
create index exception_leg_item on tieout.exception_leg (exception_id);

-- ------------------------------------------------------------------------------------------------------------- cases
-- A case is what a person would call one problem: everything open about one event, or else one document. What was only ever
-- in time has none. An item's case is its latest row; that it went from one case to another stays in the rows before.
create table tieout.case_subject (
  case_id    text collate "C" primary key,     -- first 32 hex digits of SHA-256 over the subject
  kind       text not null check (kind in ('event', 'document', 'matter')),
  subject    text collate "C" not null,        -- the event's or document's external key; else the item's anchor
  company    text not null,
  name       text not null,                    -- what people call the event or document; '' of a matter
  opened_run bigint not null,
  opened_on  date not null
);
create table tieout.case_item (
  exception_id text not null,
  run_id       bigint not null,
  case_id      text not null,
  primary key (exception_id, run_id)
);
create index case_item_case on tieout.case_item (case_id);

-- --------------------------------------------------------------------------------------------- people and decisions
create table tieout.app_user (
  name       text primary key,
  role       text not null check (role in ('preparer', 'reviewer', 'poster', 'admin', 'auditor')),
  created_at timestamptz not null default now(),
  revoked_at timestamptz,
  os_account text,                           -- of the operating system; whoever starts a run is known by it
  companies  text[] not null default '{}'    -- sees and decides only what is of these; none named: of all
);
create function tieout.has_company(person text, company text) returns boolean language sql stable set search_path = pg_catalog, pg_temp as
$$ select exists (select from tieout.app_user u where u.name = person and (u.companies = '{}' or company = any (u.companies))) $$;
create table tieout.user_key (
  key_id     text primary key,
  user_name  text not null references tieout.app_user (name),
  key_sha256 bytea not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  revoked_at timestamptz
);
create sequence tieout.decision_id as bigint;
create table tieout.decision (
  decision_id  bigint primary key,
  kind         text not null,               -- match, unmatch, lift, accept, undo, dismiss, approve, reject, resolve, ...
  actor        text not null,
  key_id       text not null default '',
  os_user      text not null default '',
  subject      text not null,
  why          text not null,
  evidence     text not null default '',
  content      jsonb not null default '{}',
  content_hash text not null,
  at           timestamptz not null default now()
);
-- What people said of a case: who looks after it, a comment, until when it waits. What changes an item itself (accept, match,
-- a journal) is a decision of its own kind.
create table tieout.case_step (
  decision_id bigint not null references tieout.decision (decision_id),
  case_id     text not null,
  action      text not null check (action in ('assign', 'comment', 'wait', 'correctSource', 'notMine', 'reopen')),
  assignee    text not null default '',        -- of assign and notMine
  until       date,                            -- of wait and correctSource
  seen        text not null,                   -- hash of what the case was when it was said
  primary key (decision_id, case_id)
);
create index case_step_case on tieout.case_step (case_id);
-- Workbooks that people gave back, and what became of each row that said something. The same words in the same row of the same
-- workbook are not taken twice.
create sequence tieout.upload_id as bigint;
create table tieout.case_upload (
  upload_id bigint primary key,
  path      text not null,
  sha256    text not null,
  actor     text not null,
  at        timestamptz not null
);
create table tieout.case_upload_row (
  upload_id bigint not null references tieout.case_upload (upload_id),
  sheet_row int not null,
  case_id   text not null,
  said      text not null,                     -- hash of the row's key and of what its input cells said, by whom
  decision  jsonb not null,
  outcome   text not null,
  done      boolean not null,
  primary key (upload_id, sheet_row)
);
create index case_upload_row_case on tieout.case_upload_row (case_id);
create unique index case_upload_row_once on tieout.case_upload_row (said) where done;
-- Groups that `unmatch` forbade to confirm again; members by external key, so that new versions stay forbidden too.
create table tieout.match_ban (
  unit        bigint not null,
  members     text not null,                -- hash of the sorted external keys
  decision_id bigint not null,
  lifted_by   bigint,
  primary key (unit, members, decision_id)
);

create table tieout.rulebook_version (
  hash          text primary key,
  canonical     text not null,
  first_seen_at timestamptz not null default now(),
  first_seen_by text not null default ''
);

create table tieout.audit (
  stream   text not null,
  seq      bigint not null,
  previous text not null,
  hash     text not null,                   -- sha256(version | stream | seq | previous | canonical payload)
  payload  text not null,                   -- canonical JSON
  at       timestamptz not null default now(),
  primary key (stream, seq)
);

create table tieout.job_slot (
  job        text not null,
  slot       timestamptz not null,
  state      text not null check (state in ('running', 'done', 'failed')),
  worker     text not null,
  fence      bigint not null default 1,
  lease_until timestamptz not null,
  started_at timestamptz not null default now(),
  ended_at   timestamptz,
  outcome    jsonb,
  primary key (job, slot)
);

-- ------------------------------------------------------------------------------------ facts never change: by trigger
create function tieout.refuse_change() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  raise exception 'tieout: % on % is refused: facts are stored once and never changed', tg_op, tg_table_name
    using errcode = 'integrity_constraint_violation';
end $$;
do $$
declare t text;
begin
  foreach t in array array['batch', 'batch_withdrawal', 'quarantine', 'quarantine_step', 'event', 'event_standing', 'ledger_identity', 'line',
    'line_end', 'account_lost', 'account_back', 'erp_balance', 'fiscal_period', 'match', 'exception_item', 'exception_state', 'case_subject', 'case_item', 'balance', 'outside', 'match_total',
    'decision', 'case_step', 'case_upload', 'case_upload_row', 'rulebook_version', 'audit'] loop
    execute format('create trigger %I before update or delete or truncate on tieout.%I for each statement execute function tieout.refuse_change()', t || '_is_a_fact', t);
  end loop;
end $$;
-- Memberships and legs may only be ended, once.
create function tieout.refuse_all_but_ending() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if tg_op = 'DELETE' then
    raise exception 'tieout: DELETE on % is refused', tg_table_name using errcode = 'integrity_constraint_violation';
  end if;
  if tg_table_name = 'match_member' then
    if old.released_run is not null or new.released_run is null
       or (old.unit, old.line_id, old.match_id, old.run_id) is distinct from (new.unit, new.line_id, new.match_id, new.run_id) then
      raise exception 'tieout: a membership can only be released, once' using errcode = 'integrity_constraint_violation';
    end if;
  elsif old.ended_run is not null or new.ended_run is null
     or (old.exception_id, old.unit, old.line_id, old.run_id) is distinct from (new.exception_id, new.unit, new.line_id, new.run_id) then
    raise exception 'tieout: a leg can only be ended, once' using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $$;
create trigger match_member_only_released before update or delete on tieout.match_member
  for each row execute function tieout.refuse_all_but_ending();
create trigger exception_leg_only_ended before update or delete on tieout.exception_leg
  for each row execute function tieout.refuse_all_but_ending();
