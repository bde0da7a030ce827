-- Made by the test of the schema; TIEOUT_UPDATE=1 writes it anew.

tieout.account_back
  lost_by bigint not null
  company text collate "C" not null
  ledger text collate "C" not null
  account text collate "C" not null
  batch_id bigint
  decision_id bigint
  constraint account_back_check CHECK (((batch_id IS NULL) <> (decision_id IS NULL)))
  constraint account_back_pkey PRIMARY KEY (lost_by, company, ledger, account)
  CREATE TRIGGER account_back_is_a_fact BEFORE DELETE OR UPDATE OR TRUNCATE ON tieout.account_back FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

tieout.account_lost
  batch_id bigint not null
  company text collate "C" not null
  ledger text collate "C" not null
  account text collate "C" not null
  documents integer not null
  date_from date not null
  date_to date not null
  constraint account_lost_pkey PRIMARY KEY (batch_id, company, ledger, account)
  CREATE TRIGGER account_lost_is_a_fact BEFORE DELETE OR UPDATE OR TRUNCATE ON tieout.account_lost FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

tieout.app_user
  name text not null
  role text not null
  created_at timestamp with time zone not null default now()
  revoked_at timestamp with time zone
  os_account text
  companies text[] not null default '{}'::text[]
  constraint app_user_pkey PRIMARY KEY (name)
  constraint app_user_role_check CHECK ((role = ANY (ARRAY['preparer'::text, 'reviewer'::text, 'poster'::text, 'admin'::text, 'auditor'::text])))

tieout.approval
  approval_id bigint not null
  journal_id bigint not null
  payload_hash text not null
  verdict text not null
  approver text not null
  makers text[] not null default '{}'::text[]
  decision_id bigint not null
  at timestamp with time zone not null default clock_timestamp()
  constraint approval_journal_id_fkey FOREIGN KEY (journal_id) REFERENCES journal(journal_id)
  constraint approval_pkey PRIMARY KEY (approval_id)
  constraint approval_verdict_check CHECK ((verdict = ANY (ARRAY['approved'::text, 'rejected'::text])))
  constraint maker_is_not_checker CHECK (((verdict = 'rejected'::text) OR (NOT same_person(approver, makers))))
  CREATE UNIQUE INDEX approval_once ON tieout.approval USING btree (journal_id, verdict)
  CREATE TRIGGER approval_is_a_fact BEFORE DELETE OR UPDATE OR TRUNCATE ON tieout.approval FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
  CREATE TRIGGER approval_makers BEFORE INSERT ON tieout.approval FOR EACH ROW EXECUTE FUNCTION fill_approval_makers()

tieout.attempt
  posting_key text not null
  number integer not null
  kind text not null
  fence bigint not null
  worker text not null
  payload_hash text not null
  started_at timestamp with time zone not null default clock_timestamp()
  constraint attempt_kind_check CHECK ((kind = ANY (ARRAY['post'::text, 'look'::text, 'poll'::text])))
  constraint attempt_pkey PRIMARY KEY (posting_key, number)
  CREATE TRIGGER attempt_is_a_fact BEFORE DELETE OR UPDATE OR TRUNCATE ON tieout.attempt FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

tieout.attempt_outcome
  posting_key text not null
  number integer not null
  outcome text not null
  detail jsonb not null default '{}'::jsonb
  ended_at timestamp with time zone not null default clock_timestamp()
  constraint attempt_outcome_pkey PRIMARY KEY (posting_key, number)
  CREATE TRIGGER attempt_outcome_is_a_fact BEFORE DELETE OR UPDATE OR TRUNCATE ON tieout.attempt_outcome FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

tieout.audit
  stream text not null
  seq bigint not null
  previous text not null
  hash text not null
  payload text not null
  at timestamp with time zone not null default now()
  constraint audit_pkey PRIMARY KEY (stream, seq)
  CREATE TRIGGER audit_is_a_fact BEFORE DELETE OR UPDATE OR TRUNCATE ON tieout.audit FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

tieout.balance
  unit bigint not null
  company text not null
  ledger text not null
  account text collate "C" not null
  currency text collate "C" not null
  side "char" not null
  origin text not null
  scope text not null
  accounting_date date not null
  fiscal_year text not null
  period text not null
  location text not null default ''::text
  dimension text not null default ''::text
  run_id bigint not null
  lines bigint not null
  amount numeric(24,4) not null
  company_amount numeric(24,4) not null
  CREATE INDEX balance_account ON tieout.balance USING btree (account, period)
  CREATE INDEX balance_day ON tieout.balance USING btree (accounting_date)
  CREATE INDEX balance_run ON tieout.balance USING btree (run_id)
  CREATE INDEX balance_unit ON tieout.balance USING btree (unit, run_id)
  CREATE TRIGGER balance_is_a_fact BEFORE DELETE OR UPDATE OR TRUNCATE ON tieout.balance FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

tieout.balance_proof
  company text collate "C" not null
  ledger text collate "C" not null
  account text collate "C" not null
  location text collate "C" not null
  dimension text collate "C" not null
  currency text collate "C" not null
  period text collate "C" not null
  extracted_at timestamp with time zone not null
  closing numeric(24,4) not null
  computed numeric(24,4) not null
  difference numeric(24,4) default (closing - computed)
  constraint balance_proof_pkey PRIMARY KEY (company, ledger, account, currency, period, location, dimension)
  CREATE INDEX balance_proof_differs ON tieout.balance_proof USING btree (company) WHERE (difference <> (0)::numeric)
  CREATE INDEX balance_proof_extracted ON tieout.balance_proof USING btree (extracted_at)

tieout.batch
  batch_id bigint not null
  kind text not null
  feed text not null
  path text not null
  sha256 text not null
  bytes bigint not null default 0
  received bigint not null
  accepted bigint not null
  duplicates bigint not null
  skipped bigint not null
  quarantined bigint not null
  control jsonb
  control_sha256 text not null default ''::text
  refused text not null default ''::text
  mode text not null default 'delta'::text
  complete boolean not null default false
  companies text[] not null default '{}'::text[]
  ledgers text[] not null default '{}'::text[]
  accounts text[] not null default '{}'::text[]
  refused_accounts text[] not null default '{}'::text[]
  date_from date
  date_to date
  extracted_at timestamp with time zone
  whole_documents boolean not null default false
  rulebook_hash text not null default ''::text
  received_at timestamp with time zone not null default now()
  received_by text not null default ''::text
  snapshot_reading text not null default ''::text
  snapshot_lines bigint not null default 0
  feed_version text not null default ''::text
  feed_hash text not null default ''::text
  feed_key text not null default ''::text
  feed_detail jsonb
  delivery integer not null default 1
  constraint batch_check CHECK ((received = (((accepted + duplicates) + skipped) + quarantined)))
  constraint batch_kind_check CHECK ((kind = ANY (ARRAY['events'::text, 'ledger'::text, 'balances'::text, 'opening'::text, 'periods'::text, 'replay'::text, 'rederive'::text, 'journal'::text, 'withdraw'::text])))
  constraint batch_mode_check CHECK ((mode = ANY (ARRAY['full'::text, 'delta'::text])))
  constraint batch_pkey PRIMARY KEY (batch_id)
  CREATE INDEX batch_extracted ON tieout.batch USING btree (extracted_at) WHERE (extracted_at IS NOT NULL)
  CREATE INDEX batch_refused ON tieout.batch USING btree (batch_id) WHERE (refused <> ''::text)
  CREATE UNIQUE INDEX batch_same_file ON tieout.batch USING btree (kind, feed, feed_key, sha256, control_sha256, delivery) WHERE ((refused = ''::text) AND (kind <> ALL (ARRAY['replay'::text, 'rederive'::text, 'journal'::text, 'withdraw'::text])) AND (feed <> 'cloudevents'::text))
  CREATE TRIGGER batch_is_a_fact BEFORE DELETE OR UPDATE OR TRUNCATE ON tieout.batch FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

tieout.batch_withdrawal
  batch_id bigint not null
  by_batch bigint not null
  decision_id bigint not null
  constraint batch_withdrawal_batch_id_fkey FOREIGN KEY (batch_id) REFERENCES batch(batch_id)
  constraint batch_withdrawal_by_batch_key UNIQUE (by_batch)
  constraint batch_withdrawal_pkey PRIMARY KEY (batch_id)
  CREATE TRIGGER batch_withdrawal_agreed BEFORE INSERT ON tieout.batch_withdrawal FOR EACH ROW EXECUTE FUNCTION withdrawal_is_agreed()
  CREATE TRIGGER batch_withdrawal_is_a_fact BEFORE DELETE OR UPDATE OR TRUNCATE ON tieout.batch_withdrawal FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

tieout.brake
  brake_id bigint not null
  company text collate "C" not null
  ledger text collate "C" not null
  kind text not null
  why text not null
  batch_id bigint
  run_id bigint
  since timestamp with time zone not null default clock_timestamp()
  constraint brake_check CHECK ((num_nonnulls(batch_id, run_id) = 1))
  constraint brake_kind_check CHECK ((kind = ANY (ARRAY['changedLines'::text, 'accountGone'::text, 'missing'::text])))
  constraint brake_pkey PRIMARY KEY (brake_id)
  CREATE INDEX brake_place ON tieout.brake USING btree (company, ledger)
  CREATE TRIGGER brake_is_a_fact BEFORE DELETE OR UPDATE OR TRUNCATE ON tieout.brake FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

tieout.brake_release
  decision_id bigint not null
  company text collate "C" not null
  ledger text collate "C" not null
  upto bigint not null
  constraint brake_release_decision_id_fkey FOREIGN KEY (decision_id) REFERENCES second_word(decision_id)
  constraint brake_release_pkey PRIMARY KEY (decision_id)
  CREATE TRIGGER brake_release_agreed BEFORE INSERT ON tieout.brake_release FOR EACH ROW EXECUTE FUNCTION release_is_agreed()
  CREATE TRIGGER brake_release_is_a_fact BEFORE DELETE OR UPDATE OR TRUNCATE ON tieout.brake_release FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

tieout.case_item
  exception_id text not null
  run_id bigint not null
  case_id text not null
  constraint case_item_pkey PRIMARY KEY (exception_id, run_id)
  CREATE INDEX case_item_case ON tieout.case_item USING btree (case_id)
  CREATE TRIGGER case_item_is_a_fact BEFORE DELETE OR UPDATE OR TRUNCATE ON tieout.case_item FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

tieout.case_step
  decision_id bigint not null
  case_id text not null
  action text not null
  assignee text not null default ''::text
  until date
  seen text not null
  constraint case_step_action_check CHECK ((action = ANY (ARRAY['assign'::text, 'comment'::text, 'wait'::text, 'correctSource'::text, 'notMine'::text, 'reopen'::text])))
  constraint case_step_decision_id_fkey FOREIGN KEY (decision_id) REFERENCES decision(decision_id)
  constraint case_step_pkey PRIMARY KEY (decision_id, case_id)
  CREATE INDEX case_step_case ON tieout.case_step USING btree (case_id)
  CREATE TRIGGER case_step_is_a_fact BEFORE DELETE OR UPDATE OR TRUNCATE ON tieout.case_step FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

tieout.case_subject
  case_id text collate "C" not null
  kind text not null
  subject text collate "C" not null
  company text not null
  name text not null
  opened_run bigint not null
  opened_on date not null
  constraint case_subject_kind_check CHECK ((kind = ANY (ARRAY['event'::text, 'document'::text, 'matter'::text])))
  constraint case_subject_pkey PRIMARY KEY (case_id)
  CREATE TRIGGER case_subject_is_a_fact BEFORE DELETE OR UPDATE OR TRUNCATE ON tieout.case_subject FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

tieout.case_upload
  upload_id bigint not null
  path text not null
  sha256 text not null
  actor text not null
  at timestamp with time zone not null
  constraint case_upload_pkey PRIMARY KEY (upload_id)
  CREATE TRIGGER case_upload_is_a_fact BEFORE DELETE OR UPDATE OR TRUNCATE ON tieout.case_upload FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

tieout.case_upload_row
  upload_id bigint not null
  sheet_row integer not null
  case_id text not null
  said text not null
  decision jsonb not null
  outcome text not null
  done boolean not null
  constraint case_upload_row_pkey PRIMARY KEY (upload_id, sheet_row)
  constraint case_upload_row_upload_id_fkey FOREIGN KEY (upload_id) REFERENCES case_upload(upload_id)
  CREATE INDEX case_upload_row_case ON tieout.case_upload_row USING btree (case_id)
  CREATE UNIQUE INDEX case_upload_row_once ON tieout.case_upload_row USING btree (said) WHERE done
  CREATE TRIGGER case_upload_row_is_a_fact BEFORE DELETE OR UPDATE OR TRUNCATE ON tieout.case_upload_row FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

tieout.cell_match
  unit bigint not null
  account text collate "C" not null
  currency text collate "C" not null
  matches bigint not null
  expected_lines bigint not null
  ledger_lines bigint not null
  expected numeric(24,4) not null
  ledger numeric(24,4) not null
  variance numeric(24,4) not null
  company_variance numeric(24,4) not null
  constraint cell_match_pkey PRIMARY KEY (unit, account, currency)

tieout.cell_total
  unit bigint not null
  account text collate "C" not null
  currency text collate "C" not null
  side "char" not null
  origin text not null
  scope text not null
  lines bigint not null
  amount numeric(24,4) not null
  company_amount numeric(24,4) not null
  constraint cell_total_pkey PRIMARY KEY (unit, account, currency, side, origin, scope)

tieout.certification
  certification_id bigint not null
  company text collate "C" not null
  fiscal_year text not null
  period text not null
  as_of date not null
  run_id bigint not null
  page_hash text not null
  decision_id bigint not null
  constraint certification_decision_id_fkey FOREIGN KEY (decision_id) REFERENCES decision(decision_id)
  constraint certification_decision_id_key UNIQUE (decision_id)
  constraint certification_pkey PRIMARY KEY (certification_id)
  constraint certification_run_id_fkey FOREIGN KEY (run_id) REFERENCES run(run_id)
  CREATE INDEX certification_period ON tieout.certification USING btree (company, fiscal_year, period)
  CREATE TRIGGER certification_is_a_fact BEFORE DELETE OR UPDATE OR TRUNCATE ON tieout.certification FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

tieout.certification_end
  certification_id bigint not null
  decision_id bigint not null
  constraint certification_end_certification_id_fkey FOREIGN KEY (certification_id) REFERENCES certification(certification_id)
  constraint certification_end_decision_id_fkey FOREIGN KEY (decision_id) REFERENCES second_word(decision_id)
  constraint certification_end_decision_id_key UNIQUE (decision_id)
  constraint certification_end_pkey PRIMARY KEY (certification_id)
  CREATE TRIGGER certification_end_agreed BEFORE INSERT ON tieout.certification_end FOR EACH ROW EXECUTE FUNCTION reopening_is_agreed()
  CREATE TRIGGER certification_end_is_a_fact BEFORE DELETE OR UPDATE OR TRUNCATE ON tieout.certification_end FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

tieout.decision
  decision_id bigint not null
  kind text not null
  actor text not null
  key_id text not null default ''::text
  os_user text not null default ''::text
  subject text not null
  why text not null
  evidence text not null default ''::text
  content jsonb not null default '{}'::jsonb
  content_hash text not null
  at timestamp with time zone not null default now()
  constraint decision_pkey PRIMARY KEY (decision_id)
  CREATE TRIGGER decision_is_a_fact BEFORE DELETE OR UPDATE OR TRUNCATE ON tieout.decision FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

tieout.erp_balance
  company text not null
  ledger text not null
  account text not null
  location text not null default ''::text
  dimension text not null default ''::text
  currency text not null
  period text not null
  opening numeric(19,4) not null
  debit numeric(19,4) not null
  credit numeric(19,4) not null
  closing numeric(19,4) not null
  company_currency text not null default ''::text
  company_closing numeric(19,4)
  extracted_at timestamp with time zone not null
  batch_id bigint not null
  constraint erp_balance_pkey PRIMARY KEY (company, ledger, account, location, dimension, currency, period, extracted_at)
  CREATE INDEX erp_balance_batch ON tieout.erp_balance USING btree (batch_id)
  CREATE TRIGGER erp_balance_is_a_fact BEFORE DELETE OR UPDATE OR TRUNCATE ON tieout.erp_balance FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

tieout.erp_lease
  erp text not null
  project_id text not null
  epoch bigint not null
  listed_epoch bigint not null default 0
  entered_at timestamp with time zone not null default clock_timestamp()
  constraint erp_lease_pkey PRIMARY KEY (erp)

tieout.event
  source text collate "C" not null
  id text collate "C" not null
  type text not null
  company text not null
  business_key text collate "C" not null
  content_hash bytea not null
  time timestamp with time zone not null
  business_date date not null
  accounting_date date not null
  date_reason text not null default ''::text
  authoritative boolean not null default false
  standing text not null
  because text not null default ''::text
  rule text not null default ''::text
  rulebook_hash text not null default ''::text
  corrects_source text collate "C"
  corrects_id text collate "C"
  correction text
  concerns text collate "C" not null default ''::text
  key_runs text collate "C" not null default ''::text
  twin text collate "C" not null default ''::text
  payload json not null
  batch_id bigint not null
  constraint event_correction_check CHECK ((correction = ANY (ARRAY['void'::text, 'replace'::text])))
  constraint event_pkey PRIMARY KEY (source, id)
  CREATE INDEX event_batch ON tieout.event USING brin (batch_id) WITH (pages_per_range='16', autosummarize='on')
  CREATE INDEX event_business ON tieout.event USING btree (business_key, type, company)
  CREATE INDEX event_concerns ON tieout.event USING btree (concerns, company) WHERE (concerns <> ''::text)
  CREATE INDEX event_corrects ON tieout.event USING btree (corrects_source, corrects_id) WHERE (corrects_id IS NOT NULL)
  CREATE INDEX event_day ON tieout.event USING brin (business_date) WITH (pages_per_range='16', autosummarize='on')
  CREATE INDEX event_key_runs ON tieout.event USING btree (key_runs, type, company) WHERE (key_runs <> ''::text)
  CREATE INDEX event_twin ON tieout.event USING btree (twin) WHERE (twin <> ''::text)
  CREATE INDEX event_unusual ON tieout.event USING btree (standing) WHERE (standing = ANY (ARRAY['no_rule'::text, 'duplicate'::text, 'waiting'::text]))
  CREATE TRIGGER event_is_a_fact BEFORE DELETE OR UPDATE OR TRUNCATE ON tieout.event FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

tieout.event_standing
  source text collate "C" not null
  id text collate "C" not null
  episode integer not null
  standing text not null
  because text not null default ''::text
  rule text not null default ''::text
  rulebook_hash text not null default ''::text
  batch_id bigint not null
  constraint event_standing_pkey PRIMARY KEY (source, id, episode)
  CREATE INDEX event_standing_batch ON tieout.event_standing USING brin (batch_id) WITH (autosummarize='on')
  CREATE INDEX event_standing_no_rule ON tieout.event_standing USING btree (source, id) WHERE (standing = 'no_rule'::text)
  CREATE TRIGGER event_standing_is_a_fact BEFORE DELETE OR UPDATE OR TRUNCATE ON tieout.event_standing FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

tieout.exception_item
  exception_id text not null
  class text not null
  anchor text collate "C" not null
  unit bigint not null
  company text not null
  opened_run bigint not null
  opened_on date not null
  constraint exception_item_class_check CHECK ((class = ANY (ARRAY['difference'::text, 'control'::text])))
  constraint exception_item_pkey PRIMARY KEY (exception_id)
  CREATE TRIGGER exception_item_is_a_fact BEFORE DELETE OR UPDATE OR TRUNCATE ON tieout.exception_item FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

tieout.exception_leg
  exception_id text not null
  unit bigint not null
  line_id bigint not null
  run_id bigint not null
  ended_run bigint
  CREATE INDEX exception_leg_item ON tieout.exception_leg USING btree (exception_id)
  CREATE UNIQUE INDEX exception_leg_live ON tieout.exception_leg USING btree (unit, line_id) WHERE (ended_run IS NULL)
  CREATE TRIGGER exception_leg_only_ended BEFORE DELETE OR UPDATE ON tieout.exception_leg FOR EACH ROW EXECUTE FUNCTION refuse_all_but_ending()

tieout.exception_state
  exception_id text not null
  run_id bigint not null
  reason text not null
  also text[] not null default '{}'::text[]
  status text not null
  why text not null
  detail jsonb not null default '{}'::jsonb
  exposure numeric(19,4)
  currency text not null default ''::text
  business_date date
  owner text not null default ''::text
  due_date date
  root_cause text not null default ''::text
  decision_id bigint
  constraint exception_state_pkey PRIMARY KEY (exception_id, run_id)
  constraint exception_state_status_check CHECK ((status = ANY (ARRAY['open'::text, 'accepted'::text, 'closed'::text])))
  CREATE TRIGGER exception_state_is_a_fact BEFORE DELETE OR UPDATE OR TRUNCATE ON tieout.exception_state FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

tieout.explained_override
  event_source text collate "C" not null
  event_id text collate "C" not null
  documents text[] not null
  actor text not null
  decision_id bigint not null
  constraint explained_override_pkey PRIMARY KEY (event_source, event_id, decision_id)
  CREATE TRIGGER explained_override_is_a_fact BEFORE DELETE OR UPDATE OR TRUNCATE ON tieout.explained_override FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

tieout.fiscal_period
  company text not null
  ledger text not null
  fiscal_year text not null
  period text not null
  date_from date not null
  date_to date not null
  status text not null
  read_at timestamp with time zone not null
  batch_id bigint not null
  constraint fiscal_period_pkey PRIMARY KEY (company, ledger, fiscal_year, period, read_at)
  constraint fiscal_period_status_check CHECK ((status = ANY (ARRAY['open'::text, 'closed'::text, 'locked'::text])))
  CREATE TRIGGER fiscal_period_is_a_fact BEFORE DELETE OR UPDATE OR TRUNCATE ON tieout.fiscal_period FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

tieout.job_slot
  job text not null
  slot timestamp with time zone not null
  state text not null
  worker text not null
  fence bigint not null default 1
  lease_until timestamp with time zone not null
  started_at timestamp with time zone not null default now()
  ended_at timestamp with time zone
  outcome jsonb
  constraint job_slot_pkey PRIMARY KEY (job, slot)
  constraint job_slot_state_check CHECK ((state = ANY (ARRAY['running'::text, 'done'::text, 'failed'::text])))

tieout.journal
  journal_id bigint not null
  subject text collate "C" not null
  revision integer not null
  kind text not null
  erp text not null
  company text collate "C" not null
  ledger text collate "C" not null
  posting_date date not null
  document_date date not null
  fiscal_year text not null
  period text not null
  text text not null
  reverses bigint
  grouping text not null
  mode text not null
  rules text[] not null default '{}'::text[]
  rulebook_hash text not null
  run_id bigint not null
  decision_id bigint
  makers text[] not null
  payload_hash text not null
  notes text[] not null default '{}'::text[]
  proposed_at timestamp with time zone not null default clock_timestamp()
  constraint journal_check CHECK (((kind = 'reversal'::text) = (reverses IS NOT NULL)))
  constraint journal_grouping_check CHECK (("grouping" = ANY (ARRAY['detail'::text, 'summary'::text])))
  constraint journal_kind_check CHECK ((kind = ANY (ARRAY['missing'::text, 'reversal'::text, 'write-off'::text, 'reclass'::text, 'correction'::text, 'accrual'::text])))
  constraint journal_makers_check CHECK ((cardinality(makers) > 0))
  constraint journal_mode_check CHECK ((mode = ANY (ARRAY['observe'::text, 'propose'::text, 'post'::text])))
  constraint journal_pkey PRIMARY KEY (journal_id)
  constraint journal_reverses_fkey FOREIGN KEY (reverses) REFERENCES journal(journal_id)
  constraint journal_revision_check CHECK ((revision >= 1))
  constraint journal_subject_revision_key UNIQUE (subject, revision)
  constraint journal_text_check CHECK ((char_length(text) <= 50))
  CREATE INDEX journal_reverses ON tieout.journal USING btree (reverses) WHERE (reverses IS NOT NULL)
  CREATE INDEX journal_run ON tieout.journal USING btree (run_id)
  CREATE CONSTRAINT TRIGGER journal_balances AFTER INSERT ON tieout.journal DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_journal_balance()
  CREATE TRIGGER journal_is_a_fact BEFORE DELETE OR UPDATE OR TRUNCATE ON tieout.journal FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

tieout.journal_line
  journal_id bigint not null
  line integer not null
  side text not null
  account text collate "C" not null
  location text collate "C" not null default ''::text
  dimension text collate "C" not null default ''::text
  currency text collate "C" not null
  amount numeric(19,4) not null
  company_currency text not null
  company_amount numeric(19,4) not null
  reference text collate "C" not null default ''::text
  text text not null default ''::text
  clears boolean not null
  constraint journal_line_amount_check CHECK ((amount >= (0)::numeric))
  constraint journal_line_company_amount_check CHECK ((company_amount >= (0)::numeric))
  constraint journal_line_journal_id_fkey FOREIGN KEY (journal_id) REFERENCES journal(journal_id)
  constraint journal_line_line_check CHECK ((line >= 1))
  constraint journal_line_pkey PRIMARY KEY (journal_id, line)
  constraint journal_line_side_check CHECK ((side = ANY (ARRAY['debit'::text, 'credit'::text])))
  constraint journal_line_text_check CHECK ((char_length(text) <= 50))
  CREATE INDEX journal_line_offset ON tieout.journal_line USING btree (journal_id) WHERE (NOT clears)
  CREATE CONSTRAINT TRIGGER journal_line_balances AFTER INSERT ON tieout.journal_line DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_journal_balance()
  CREATE TRIGGER journal_line_is_a_fact BEFORE DELETE OR UPDATE OR TRUNCATE ON tieout.journal_line FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

tieout.journal_source
  journal_id bigint not null
  journal_line integer not null
  unit bigint not null
  line_id bigint
  match_id bigint
  external_key text collate "C" not null
  amount numeric(19,4) not null
  event_source text collate "C"
  event_id text collate "C"
  ended text
  constraint journal_source_check CHECK ((num_nonnulls(line_id, match_id) = 1))
  constraint journal_source_ended_check CHECK ((ended = ANY (ARRAY['CANCELLED'::text, 'INVALID'::text, 'REJECTED'::text, 'reversed'::text])))
  constraint journal_source_journal_id_fkey FOREIGN KEY (journal_id) REFERENCES journal(journal_id)
  constraint journal_source_journal_line_check CHECK ((journal_line >= 0))
  CREATE INDEX journal_source_event ON tieout.journal_source USING btree (event_source, event_id) WHERE (event_id IS NOT NULL)
  CREATE INDEX journal_source_journal ON tieout.journal_source USING btree (journal_id)
  CREATE UNIQUE INDEX journal_source_key_live ON tieout.journal_source USING btree (external_key) WHERE (ended IS NULL)
  CREATE UNIQUE INDEX journal_source_line_live ON tieout.journal_source USING btree (unit, line_id) WHERE ((ended IS NULL) AND (line_id IS NOT NULL))
  CREATE UNIQUE INDEX journal_source_match_live ON tieout.journal_source USING btree (unit, match_id) WHERE ((ended IS NULL) AND (match_id IS NOT NULL))
  CREATE TRIGGER journal_source_only_ended BEFORE DELETE OR UPDATE ON tieout.journal_source FOR EACH ROW EXECUTE FUNCTION guard_journal_source()

tieout.journal_total
  journal_id bigint not null
  company text collate "C" not null
  account text collate "C" not null
  posting_date date not null
  fiscal_year text not null
  period text not null
  amount numeric(24,4) not null
  constraint journal_total_amount_check CHECK ((amount >= (0)::numeric))
  constraint journal_total_journal_id_fkey FOREIGN KEY (journal_id) REFERENCES journal(journal_id)
  constraint journal_total_pkey PRIMARY KEY (journal_id, account)
  CREATE INDEX journal_total_limit ON tieout.journal_total USING btree (company, account, fiscal_year, period)
  CREATE TRIGGER journal_total_is_a_fact BEFORE DELETE OR UPDATE OR TRUNCATE ON tieout.journal_total FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

tieout.key_try
  key_id text not null
  failed bigint not null
  last_at timestamp with time zone not null
  constraint key_try_pkey PRIMARY KEY (key_id)

tieout.ledger_identity
  company text collate "C" not null
  ledger text collate "C" not null
  fiscal_year text collate "C" not null
  document text collate "C" not null
  line text collate "C" not null
  version integer not null
  episode integer not null default 1
  content_hash bytea not null
  row_hash uuid
  posting_date date not null
  extracted_at timestamp with time zone
  unit bigint not null
  line_id bigint not null
  changes jsonb
  late boolean not null default false
  rulebook_hash text not null
  batch_id bigint not null
  constraint ledger_identity_pkey PRIMARY KEY (company, ledger, fiscal_year, document, line, version, episode)
  CREATE INDEX ledger_identity_later ON tieout.ledger_identity USING btree (company, ledger, fiscal_year, document, line) WHERE ((version > 1) OR (episode > 1))
  CREATE INDEX ledger_identity_posting ON tieout.ledger_identity USING brin (posting_date) WITH (pages_per_range='16', autosummarize='on')
  CREATE TRIGGER ledger_identity_is_a_fact BEFORE DELETE OR UPDATE OR TRUNCATE ON tieout.ledger_identity FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

tieout.line
  unit bigint not null
  line_id bigint not null
  batch_id bigint not null
  reference_hash bigint not null default 
CASE reference
    WHEN ''::text THEN (0)::bigint
    ELSE hashtextextended(reference, (0)::bigint)
END
  accounting_date date not null
  business_date date not null
  side "char" not null
  scope text not null
  origin text not null
  company text collate "C" not null
  ledger text collate "C" not null
  account text collate "C" not null
  location text collate "C" not null default ''::text
  dimension text collate "C" not null default ''::text
  currency text collate "C" not null
  amount numeric(19,4) not null
  company_currency text not null default ''::text
  company_amount numeric(19,4)
  company_given boolean not null default false
  fiscal_year text not null
  period text not null
  reference text collate "C" not null default ''::text
  event_source text collate "C"
  event_id text collate "C"
  ordinal integer
  rule text
  negates bigint
  further jsonb
  document text collate "C"
  line text collate "C"
  document_date date
  posting_reference text collate "C"
  assignment text collate "C"
  text text
  tax_code text collate "C"
  document_type text collate "C"
  journal_source text collate "C"
  created_by text
  created_at text
  partner_company text collate "C"
  reversal_of text collate "C"
  status text
  rulebook_hash text not null
  constraint line_origin_check CHECK ((origin = ANY (ARRAY['event'::text, 'journal'::text, 'opening'::text, 'ledger'::text])))
  constraint line_pkey PRIMARY KEY (unit, line_id)
  constraint line_scope_check CHECK ((scope = ANY (ARRAY['in'::text, 'out'::text, 'void'::text, 'before'::text, 'zero'::text])))
  constraint line_side_check CHECK ((side = ANY (ARRAY['E'::"char", 'L'::"char"])))
  CREATE INDEX line_aside_assignment ON tieout.line USING btree (hashtextextended(assignment, (0)::bigint)) WHERE ((side = 'L'::"char") AND (scope = ANY (ARRAY['in'::text, 'out'::text])) AND (assignment <> ''::text) AND ((unit = 0) OR (scope = 'out'::text)))
  CREATE INDEX line_aside_reference ON tieout.line USING btree (reference_hash) WHERE ((side = 'L'::"char") AND (scope = ANY (ARRAY['in'::text, 'out'::text])) AND (reference_hash <> 0) AND ((unit = 0) OR (scope = 'out'::text)))
  CREATE INDEX line_batch ON tieout.line USING brin (batch_id) WITH (pages_per_range='16', autosummarize='on')
  CREATE INDEX line_document ON tieout.line USING btree (document, company, ledger) WHERE (document IS NOT NULL)
  CREATE INDEX line_event ON tieout.line USING btree (event_source, event_id) WHERE (event_id IS NOT NULL)
  CREATE INDEX line_posting ON tieout.line USING btree (posting_reference) WHERE (posting_reference <> ''::text)
  CREATE INDEX line_reference ON tieout.line USING btree (reference_hash) WHERE (reference_hash <> 0)
  CREATE TRIGGER line_is_a_fact BEFORE DELETE OR UPDATE OR TRUNCATE ON tieout.line FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

tieout.line_end
  unit bigint not null
  line_id bigint not null
  kind text not null
  successor_unit bigint
  successor_line bigint
  batch_id bigint not null
  constraint line_end_kind_check CHECK ((kind = ANY (ARRAY['corrected'::text, 'superseded'::text, 'rederived'::text, 'cancelled'::text, 'vanished'::text, 'withdrawn'::text])))
  constraint line_end_pkey PRIMARY KEY (unit, line_id)
  CREATE INDEX line_end_batch ON tieout.line_end USING brin (batch_id) WITH (autosummarize='on')
  CREATE INDEX line_end_vanished ON tieout.line_end USING btree (unit, line_id) WHERE (kind = ANY (ARRAY['vanished'::text, 'withdrawn'::text]))
  CREATE TRIGGER line_end_is_a_fact BEFORE DELETE OR UPDATE OR TRUNCATE ON tieout.line_end FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
  CREATE TRIGGER line_end_rederived BEFORE INSERT ON tieout.line_end FOR EACH ROW WHEN ((new.kind = 'rederived'::text)) EXECUTE FUNCTION check_rederived()
  CREATE TRIGGER line_end_withdrawn BEFORE INSERT ON tieout.line_end FOR EACH ROW WHEN ((new.kind = 'withdrawn'::text)) EXECUTE FUNCTION check_withdrawn()

tieout.match
  unit bigint not null
  match_id bigint not null
  run_id bigint not null
  account text collate "C" not null
  currency text collate "C" not null
  pass text not null
  version text not null default ''::text
  expected numeric(19,4) not null
  ledger numeric(19,4) not null
  variance numeric(19,4) not null
  company_variance numeric(19,4) not null default 0
  variance_account text not null default ''::text
  compared jsonb
  decision_id bigint
  summary_key bigint
  constraint match_check CHECK ((variance = (ledger - expected)))
  constraint match_pkey PRIMARY KEY (unit, match_id)
  CREATE INDEX match_spent ON tieout.match USING btree (run_id, pass) WHERE (variance <> (0)::numeric)
  CREATE INDEX match_summary ON tieout.match USING btree (summary_key) WHERE (summary_key IS NOT NULL)
  CREATE INDEX match_variance ON tieout.match USING btree (unit) WHERE (variance <> (0)::numeric)
  CREATE TRIGGER match_is_a_fact BEFORE DELETE OR UPDATE OR TRUNCATE ON tieout.match FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

tieout.match_ban
  unit bigint not null
  members text not null
  decision_id bigint not null
  lifted_by bigint
  constraint match_ban_pkey PRIMARY KEY (unit, members, decision_id)

tieout.match_member
  unit bigint not null
  line_id bigint not null
  match_id bigint not null
  run_id bigint not null
  released_run bigint
  CREATE UNIQUE INDEX match_member_live ON tieout.match_member USING btree (unit, line_id) WHERE (released_run IS NULL)
  CREATE INDEX match_member_match ON tieout.match_member USING btree (unit, match_id)
  CREATE INDEX match_member_released ON tieout.match_member USING btree (released_run) WHERE (released_run IS NOT NULL)
  CREATE TRIGGER match_member_only_released BEFORE DELETE OR UPDATE ON tieout.match_member FOR EACH ROW EXECUTE FUNCTION refuse_all_but_ending()

tieout.match_total
  unit bigint not null
  account text collate "C" not null
  currency text collate "C" not null
  run_id bigint not null
  pass text not null
  matches bigint not null
  expected_lines bigint not null
  ledger_lines bigint not null
  expected numeric(24,4) not null
  ledger numeric(24,4) not null
  variance numeric(24,4) not null
  company_variance numeric(24,4) not null
  CREATE INDEX match_total_run ON tieout.match_total USING btree (run_id)
  CREATE INDEX match_total_unit ON tieout.match_total USING btree (unit, run_id)
  CREATE TRIGGER match_total_is_a_fact BEFORE DELETE OR UPDATE OR TRUNCATE ON tieout.match_total FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

tieout.migration
  name text not null
  checksum text not null
  applied_at timestamp with time zone not null default now()
  constraint migration_pkey PRIMARY KEY (name)

tieout.once_link
  token_sha256 bytea not null
  user_name text not null
  ends_at timestamp with time zone not null
  used_at timestamp with time zone
  constraint once_link_pkey PRIMARY KEY (token_sha256)
  constraint once_link_token_sha256_check CHECK ((octet_length(token_sha256) = 32))
  constraint once_link_user_name_fkey FOREIGN KEY (user_name) REFERENCES app_user(name)

tieout.open_exception
  exception_id text not null
  class text not null
  constraint open_exception_pkey PRIMARY KEY (exception_id)

tieout.open_item
  unit bigint not null
  line_id bigint not null
  since_run bigint not null
  side "char" not null
  constraint open_item_pkey PRIMARY KEY (unit, line_id)
  constraint open_item_side_check CHECK ((side = ANY (ARRAY['E'::"char", 'L'::"char"])))
  CREATE INDEX open_item_ledger ON tieout.open_item USING btree (unit, line_id) WHERE (side = 'L'::"char")

tieout.outside
  company text collate "C" not null
  ledger text collate "C" not null
  account text collate "C" not null
  currency text collate "C" not null
  accounting_date date not null
  run_id bigint not null
  lines bigint not null
  amount numeric(24,4) not null
  CREATE INDEX outside_run ON tieout.outside USING btree (run_id)
  CREATE TRIGGER outside_is_a_fact BEFORE DELETE OR UPDATE OR TRUNCATE ON tieout.outside FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

tieout.posting
  posting_key text not null
  posting_reference text collate "C" not null
  journal_id bigint not null
  erp text not null
  company text not null
  payload_hash text not null
  state text not null default 'DRAFT'::text
  moved_by text not null default 'run'::text
  state_since timestamp with time zone not null default clock_timestamp()
  fence bigint not null default 0
  worker text not null default ''::text
  lease_until timestamp with time zone
  due_at timestamp with time zone not null default '-infinity'::timestamp with time zone
  sends integer not null default 0
  tries integer not null default 0
  negative_looks integer not null default 0
  first_negative_at timestamp with time zone
  job_id text not null default ''::text
  document_id text not null default ''::text
  posted_at timestamp with time zone
  confirmed_run bigint
  code text not null default ''::text
  why text not null default ''::text
  constraint posting_journal_id_fkey FOREIGN KEY (journal_id) REFERENCES journal(journal_id)
  constraint posting_journal_id_key UNIQUE (journal_id)
  constraint posting_moved_by_check CHECK ((moved_by = ANY (ARRAY['machine'::text, 'run'::text, 'person'::text])))
  constraint posting_pkey PRIMARY KEY (posting_key)
  constraint posting_posting_reference_check CHECK ((char_length(posting_reference) = 16))
  constraint posting_posting_reference_key UNIQUE (posting_reference)
  constraint posting_state_check CHECK ((state = ANY (ARRAY['DRAFT'::text, 'READY'::text, 'INVALID'::text, 'AWAITING_APPROVAL'::text, 'APPROVED'::text, 'CANCELLED'::text, 'CLAIMED'::text, 'SENDING'::text, 'SENT'::text, 'POSTED'::text, 'REJECTED'::text, 'RETRY_WAIT'::text, 'UNKNOWN'::text, 'CONFLICT'::text, 'DUPLICATE_FOUND'::text, 'NEEDS_HUMAN'::text, 'CONFIRMED'::text, 'POSTED_NOT_SEEN'::text, 'REVERSED_IN_ERP'::text])))
  CREATE INDEX posting_due ON tieout.posting USING btree (due_at) WHERE (state = ANY (ARRAY['APPROVED'::text, 'CLAIMED'::text, 'SENDING'::text, 'SENT'::text, 'UNKNOWN'::text, 'RETRY_WAIT'::text]))
  CREATE INDEX posting_state ON tieout.posting USING btree (state) WHERE (state <> 'CONFIRMED'::text)
  CREATE TRIGGER posting_begins BEFORE INSERT ON tieout.posting FOR EACH ROW WHEN (((new.state <> 'DRAFT'::text) OR (new.fence <> 0))) EXECUTE FUNCTION refuse_later_state()
  CREATE TRIGGER posting_ends_sources AFTER UPDATE OF state ON tieout.posting FOR EACH ROW WHEN ((new.state IS DISTINCT FROM old.state)) EXECUTE FUNCTION end_sources()
  CREATE TRIGGER posting_guard BEFORE DELETE OR UPDATE ON tieout.posting FOR EACH ROW EXECUTE FUNCTION guard_posting()

tieout.posting_step
  posting_key text not null
  step integer not null
  from_state text not null
  to_state text not null
  moved_by text not null
  actor text not null
  fence bigint not null
  why text not null
  evidence jsonb not null default '{}'::jsonb
  at timestamp with time zone not null default clock_timestamp()
  constraint posting_step_pkey PRIMARY KEY (posting_key, step)
  CREATE TRIGGER posting_step_is_a_fact BEFORE DELETE OR UPDATE OR TRUNCATE ON tieout.posting_step FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

tieout.posting_transition
  from_state text not null
  to_state text not null
  moved_by text not null
  constraint posting_transition_moved_by_check CHECK ((moved_by = ANY (ARRAY['machine'::text, 'run'::text, 'person'::text])))
  constraint posting_transition_pkey PRIMARY KEY (from_state, to_state, moved_by)
  CREATE TRIGGER posting_transition_is_a_fact BEFORE DELETE OR UPDATE OR TRUNCATE ON tieout.posting_transition FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

tieout.project
  only_one boolean not null default true
  project_id text not null
  name text not null default ''::text
  epoch bigint not null default 1
  restored_at timestamp with time zone
  backup_at timestamp with time zone
  extract_after timestamp with time zone
  brake_id bigint
  constraint project_check CHECK ((num_nonnulls(restored_at, backup_at, extract_after, brake_id) = ANY (ARRAY[0, 4])))
  constraint project_epoch_check CHECK ((epoch >= 1))
  constraint project_only_one_check CHECK (only_one)
  constraint project_pkey PRIMARY KEY (only_one)

tieout.proposal
  run_id bigint not null
  event_source text collate "C" not null
  event_id text collate "C" not null
  company text not null
  verdict text not null
  why text not null
  documents text[] not null default '{}'::text[]
  journal_id bigint
  constraint proposal_pkey PRIMARY KEY (event_source, event_id, company, run_id)
  constraint proposal_verdict_check CHECK ((verdict = ANY (ARRAY['proposed'::text, 'partly'::text, 'explained'::text, 'unread'::text, 'disproven'::text, 'lookalike'::text, 'braked'::text, 'closedPeriod'::text, 'noErp'::text, 'noRate'::text, 'unbalanced'::text])))
  CREATE INDEX proposal_closed ON tieout.proposal USING btree (run_id) WHERE (verdict = 'closedPeriod'::text)
  CREATE TRIGGER proposal_is_a_fact BEFORE DELETE OR UPDATE OR TRUNCATE ON tieout.proposal FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

tieout.quarantine
  quarantine_id bigint not null
  batch_id bigint not null
  position bigint not null
  byte_offset bigint not null default 0
  kind text not null
  feed text not null
  reason text not null
  message text not null
  path text not null default ''::text
  expected text not null default ''::text
  found text not null default ''::text
  raw bytea not null
  raw_hash bytea not null
  company text not null default ''::text
  type text not null default ''::text
  accounts text[] not null default '{}'::text[]
  currency text not null default ''::text
  amount numeric(19,4)
  document text not null default ''::text
  event_source text collate "C" not null default ''::text
  event_id text collate "C" not null default ''::text
  constraint quarantine_kind_check CHECK ((kind = ANY (ARRAY['event'::text, 'ledger'::text, 'opening'::text, 'balance'::text, 'period'::text])))
  constraint quarantine_pkey PRIMARY KEY (quarantine_id)
  CREATE INDEX quarantine_batch ON tieout.quarantine USING btree (batch_id)
  CREATE INDEX quarantine_event ON tieout.quarantine USING btree (event_id, event_source) WHERE (event_id <> ''::text)
  CREATE UNIQUE INDEX quarantine_same_bytes ON tieout.quarantine USING btree (kind, feed, raw_hash)
  CREATE TRIGGER quarantine_is_a_fact BEFORE DELETE OR UPDATE OR TRUNCATE ON tieout.quarantine FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

tieout.quarantine_step
  quarantine_id bigint not null
  step integer not null
  outcome text not null
  batch_id bigint
  decision_id bigint
  why text not null default ''::text
  at timestamp with time zone not null default now()
  constraint quarantine_step_outcome_check CHECK ((outcome = ANY (ARRAY['replayed'::text, 'dismissed'::text, 'refused-again'::text])))
  constraint quarantine_step_pkey PRIMARY KEY (quarantine_id, step)
  CREATE TRIGGER quarantine_step_is_a_fact BEFORE DELETE OR UPDATE OR TRUNCATE ON tieout.quarantine_step FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

tieout.rederivation
  rederivation_id bigint not null
  rulebook_hash text not null
  plan_hash text not null
  summary jsonb not null
  proposer text not null
  decision_id bigint not null
  at timestamp with time zone not null default clock_timestamp()
  constraint rederivation_pkey PRIMARY KEY (rederivation_id)
  CREATE TRIGGER rederivation_is_a_fact BEFORE DELETE OR UPDATE OR TRUNCATE ON tieout.rederivation FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

tieout.rederivation_verdict
  rederivation_id bigint not null
  verdict text not null
  approver text not null
  proposer text not null default ''::text
  decision_id bigint not null
  batch_id bigint
  at timestamp with time zone not null default clock_timestamp()
  constraint proposer_is_not_approver CHECK (((verdict = 'rejected'::text) OR (NOT same_person(approver, ARRAY[proposer]))))
  constraint rederivation_verdict_batch_id_key UNIQUE (batch_id)
  constraint rederivation_verdict_check CHECK (((verdict = 'approved'::text) = (batch_id IS NOT NULL)))
  constraint rederivation_verdict_pkey PRIMARY KEY (rederivation_id)
  constraint rederivation_verdict_rederivation_id_fkey FOREIGN KEY (rederivation_id) REFERENCES rederivation(rederivation_id)
  constraint rederivation_verdict_verdict_check CHECK ((verdict = ANY (ARRAY['approved'::text, 'rejected'::text])))
  CREATE TRIGGER rederivation_four_eyes BEFORE INSERT ON tieout.rederivation_verdict FOR EACH ROW EXECUTE FUNCTION fill_rederivation_proposer()
  CREATE TRIGGER rederivation_verdict_is_a_fact BEFORE DELETE OR UPDATE OR TRUNCATE ON tieout.rederivation_verdict FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

tieout.resolution
  resolution_id bigint not null
  posting_key text not null
  state text not null
  state_since timestamp with time zone not null
  outcome text not null
  document_id text not null default ''::text
  why text not null
  evidence text not null
  actor text not null
  agrees_with bigint
  first_actor text
  decision_id bigint not null
  at timestamp with time zone not null default clock_timestamp()
  constraint resolution_agrees_with_fkey FOREIGN KEY (agrees_with) REFERENCES resolution(resolution_id)
  constraint resolution_check CHECK (((agrees_with IS NULL) = (first_actor IS NULL)))
  constraint resolution_evidence_check CHECK ((btrim(evidence) <> ''::text))
  constraint resolution_four_eyes CHECK (((first_actor IS NULL) OR (NOT same_person(actor, ARRAY[first_actor]))))
  constraint resolution_outcome_check CHECK ((outcome = ANY (ARRAY['posted'::text, 'absent'::text, 'void'::text])))
  constraint resolution_pkey PRIMARY KEY (resolution_id)
  constraint resolution_posting_key_fkey FOREIGN KEY (posting_key) REFERENCES posting(posting_key)
  CREATE INDEX resolution_posting ON tieout.resolution USING btree (posting_key)
  CREATE TRIGGER resolution_is_a_fact BEFORE DELETE OR UPDATE OR TRUNCATE ON tieout.resolution FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
  CREATE TRIGGER resolution_second BEFORE INSERT ON tieout.resolution FOR EACH ROW EXECUTE FUNCTION fill_resolution()

tieout.rule_approval
  hash text not null
  approver text not null
  decision_id bigint not null
  at timestamp with time zone not null default clock_timestamp()
  constraint rule_approval_hash_fkey FOREIGN KEY (hash) REFERENCES rulebook_version(hash)
  constraint rule_approval_pkey PRIMARY KEY (hash, approver)
  CREATE TRIGGER rule_approval_four_eyes BEFORE INSERT ON tieout.rule_approval FOR EACH ROW EXECUTE FUNCTION check_rule_approval()
  CREATE TRIGGER rule_approval_is_a_fact BEFORE DELETE OR UPDATE OR TRUNCATE ON tieout.rule_approval FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

tieout.rulebook_version
  hash text not null
  canonical text not null
  first_seen_at timestamp with time zone not null default now()
  first_seen_by text not null default ''::text
  constraint rulebook_version_pkey PRIMARY KEY (hash)
  CREATE TRIGGER rulebook_version_is_a_fact BEFORE DELETE OR UPDATE OR TRUNCATE ON tieout.rulebook_version FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

tieout.run
  run_id bigint not null
  kind text not null
  state text not null
  as_of date not null
  horizon bigint not null
  only_name text not null default ''::text
  rulebook_hash text not null
  maker text not null
  decision_id bigint
  undoes bigint
  undone_by bigint
  result_hash text
  totals jsonb
  started_at timestamp with time zone not null
  completed_at timestamp with time zone
  constraint run_kind_check CHECK ((kind = ANY (ARRAY['reconcile'::text, 'decision'::text, 'undo'::text])))
  constraint run_pkey PRIMARY KEY (run_id)
  constraint run_state_check CHECK ((state = ANY (ARRAY['running'::text, 'completed'::text, 'abandoned'::text])))
  CREATE INDEX run_running ON tieout.run USING btree (run_id) WHERE (state = 'running'::text)
  CREATE TRIGGER run_keeps_maker BEFORE UPDATE ON tieout.run FOR EACH ROW WHEN (((((old.maker IS DISTINCT FROM new.maker) OR (old.kind IS DISTINCT FROM new.kind)) OR (old.started_at IS DISTINCT FROM new.started_at)) OR (old.decision_id IS DISTINCT FROM new.decision_id))) EXECUTE FUNCTION refuse_another_maker()
  CREATE TRIGGER run_maker BEFORE INSERT ON tieout.run FOR EACH ROW WHEN ((new.decision_id IS NOT NULL)) EXECUTE FUNCTION fill_run_maker()

tieout.run_missing
  run_id bigint not null
  company text collate "C" not null
  ledger text collate "C" not null
  entries bigint not null
  constraint run_missing_pkey PRIMARY KEY (run_id, company, ledger)
  CREATE TRIGGER run_missing_is_a_fact BEFORE DELETE OR UPDATE OR TRUNCATE ON tieout.run_missing FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

tieout.run_reconciliation
  run_id bigint not null
  reconciliation text not null
  horizon_from bigint not null
  horizon_to bigint not null
  as_of date not null
  constraint run_reconciliation_pkey PRIMARY KEY (run_id, reconciliation)

tieout.second_word
  decision_id bigint not null
  verdict text not null
  actor text not null
  first text[] not null default '{}'::text[]
  word_id bigint not null
  at timestamp with time zone not null default clock_timestamp()
  constraint second_word_decision_id_fkey FOREIGN KEY (decision_id) REFERENCES waiting_decision(decision_id)
  constraint second_word_four_eyes CHECK (((verdict = 'rejected'::text) OR (NOT same_person(actor, first))))
  constraint second_word_pkey PRIMARY KEY (decision_id)
  constraint second_word_verdict_check CHECK ((verdict = ANY (ARRAY['approved'::text, 'rejected'::text])))
  CREATE TRIGGER second_word_filled BEFORE INSERT ON tieout.second_word FOR EACH ROW EXECUTE FUNCTION fill_second_word()
  CREATE TRIGGER second_word_is_a_fact BEFORE DELETE OR UPDATE OR TRUNCATE ON tieout.second_word FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

tieout.sender_key
  key_id text not null
  sender text not null
  key_sha256 bytea not null
  scopes jsonb not null
  created_at timestamp with time zone not null default now()
  expires_at timestamp with time zone
  revoked_at timestamp with time zone
  used_at timestamp with time zone
  constraint sender_key_pkey PRIMARY KEY (key_id)

tieout.unit
  unit bigint not null
  reconciliation text not null
  company text not null
  ledger text not null
  location text not null default ''::text
  dimension text not null default ''::text
  text text not null
  constraint unit_pkey PRIMARY KEY (unit)
  constraint unit_unit_check CHECK ((unit > 0))

tieout.unknown_file
  erp text not null
  posting_reference text collate "C" not null
  place text not null
  content text not null
  epoch bigint not null
  found_at timestamp with time zone not null default clock_timestamp()
  constraint unknown_file_pkey PRIMARY KEY (erp, posting_reference)
  CREATE TRIGGER unknown_file_is_a_fact BEFORE DELETE OR UPDATE OR TRUNCATE ON tieout.unknown_file FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

tieout.user_key
  key_id text not null
  user_name text not null
  key_sha256 bytea not null
  created_at timestamp with time zone not null default now()
  expires_at timestamp with time zone
  revoked_at timestamp with time zone
  constraint user_key_pkey PRIMARY KEY (key_id)
  constraint user_key_user_name_fkey FOREIGN KEY (user_name) REFERENCES app_user(name)

tieout.user_session
  session_id bigint not null
  token_sha256 bytea not null
  user_name text not null
  key_id text
  began_at timestamp with time zone not null default clock_timestamp()
  used_at timestamp with time zone not null default clock_timestamp()
  ends_at timestamp with time zone not null
  ended_at timestamp with time zone
  constraint user_session_key_id_fkey FOREIGN KEY (key_id) REFERENCES user_key(key_id)
  constraint user_session_pkey PRIMARY KEY (session_id)
  constraint user_session_token_sha256_check CHECK ((octet_length(token_sha256) = 32))
  constraint user_session_token_sha256_key UNIQUE (token_sha256)
  constraint user_session_user_name_fkey FOREIGN KEY (user_name) REFERENCES app_user(name)
  CREATE INDEX user_session_of ON tieout.user_session USING btree (user_name) WHERE (ended_at IS NULL)

tieout.waiting_decision
  decision_id bigint not null
  constraint waiting_decision_pkey PRIMARY KEY (decision_id)
  CREATE TRIGGER waiting_decision_is_a_fact BEFORE DELETE OR UPDATE OR TRUNCATE ON tieout.waiting_decision FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

tieout.watched
  control text not null
  company text collate "C" not null
  key text collate "C" not null
  constraint watched_pkey PRIMARY KEY (control, company, key)

tieout.add_user(secret text, name text, role text, os_account text, companies text[], key_id text, key_sha256 bytea, expires_at timestamp with time zone)
  CREATE OR REPLACE FUNCTION tieout.add_user(secret text, name text, role text, os_account text, companies text[], key_id text, key_sha256 bytea, expires_at timestamp with time zone)
   RETURNS void
   LANGUAGE plpgsql
   SECURITY DEFINER
   SET search_path TO 'pg_catalog', 'pg_temp'
  AS $function$
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
  end $function$

tieout.admin_word(word bigint, kinds text[])
  CREATE OR REPLACE FUNCTION tieout.admin_word(word bigint, kinds text[])
   RETURNS decision
   LANGUAGE plpgsql
   STABLE SECURITY DEFINER
   SET search_path TO 'pg_catalog', 'pg_temp'
  AS $function$
  declare said tieout.decision := tieout.word_of(word, kinds);
  begin
    if not exists (select from tieout.app_user u where u.name = said.actor and u.role = 'admin' and u.revoked_at is null)
       and not tieout.is_owner() then
      raise exception 'tieout: keys of senders are an admin''s to give and to end' using errcode = 'insufficient_privilege';
    end if;
    return said;
  end $function$

tieout.approval_id
  sequence bigint start 1

tieout.approve_journal(word bigint)
  CREATE OR REPLACE FUNCTION tieout.approve_journal(word bigint)
   RETURNS bigint
   LANGUAGE plpgsql
   SECURITY DEFINER
   SET search_path TO 'pg_catalog', 'pg_temp'
  AS $function$
  declare said tieout.decision := tieout.word_of(word, '{approve,reject}'); id bigint;
  begin
    insert into tieout.approval (approval_id, journal_id, payload_hash, verdict, approver, decision_id)
    select nextval('tieout.approval_id'), p.journal_id, said.content ->> 'payloadHash',
           case said.kind when 'approve' then 'approved' else 'rejected' end, said.actor, word
      from tieout.posting p where p.posting_reference = said.subject
    returning approval_id into id;
    return id;
  end $function$

tieout.approve_rules(word bigint)
  CREATE OR REPLACE FUNCTION tieout.approve_rules(word bigint)
   RETURNS boolean
   LANGUAGE plpgsql
   SECURITY DEFINER
   SET search_path TO 'pg_catalog', 'pg_temp'
  AS $function$
  declare said tieout.decision := tieout.word_of(word, '{approve-rules}');
  begin
    insert into tieout.rule_approval (hash, approver, decision_id)
    select v.hash, said.actor, word from tieout.rulebook_version v where v.hash = said.subject on conflict do nothing;
    return found;
  end $function$

tieout.batch_id
  sequence bigint start 1

tieout.begin_session(secret text, token_hash bytea)
  CREATE OR REPLACE FUNCTION tieout.begin_session(secret text, token_hash bytea)
   RETURNS void
   LANGUAGE plpgsql
   SECURITY DEFINER
   SET search_path TO 'pg_catalog', 'pg_temp'
  AS $function$
  declare person record;
  begin
    select * into person from tieout.person_of(secret);
    delete from tieout.user_session s where s.ends_at < clock_timestamp() - interval '30 days';
    insert into tieout.user_session (token_sha256, user_name, key_id, ends_at)
    values (token_hash, person.user_name, person.key_id, clock_timestamp() + interval '12 hours');
  end $function$

tieout.brake_id
  sequence bigint start 1

tieout.brake_on
   SELECT b.brake_id,
      b.company,
      b.ledger,
      b.kind,
      b.why,
      b.since
     FROM (brake b
       LEFT JOIN brake_release r ON (((r.company = b.company) AND (r.ledger = b.ledger) AND (r.upto >= b.brake_id))))
    WHERE (r.company IS NULL)
  UNION ALL
   SELECT p.brake_id,
      f.company,
      f.ledger,
      'restored'::text AS kind,
      format('the database was restored from a backup of %s UTC, and no complete extract taken after %s UTC has been read since'::text, to_char((p.backup_at AT TIME ZONE 'UTC'::text), 'YYYY-MM-DD HH24:MI'::text), to_char((p.extract_after AT TIME ZONE 'UTC'::text), 'YYYY-MM-DD HH24:MI:SS'::text)) AS why,
      p.restored_at AS since
     FROM (project p
       CROSS JOIN ( SELECT DISTINCT (fiscal_period.company COLLATE "C") AS company,
              (fiscal_period.ledger COLLATE "C") AS ledger
             FROM fiscal_period) f)
    WHERE ((p.restored_at IS NOT NULL) AND (NOT (EXISTS ( SELECT
             FROM batch b
            WHERE ((b.kind = 'ledger'::text) AND b.complete AND (b.refused = ''::text) AND (b.received_at > p.restored_at) AND (b.extracted_at > p.extract_after) AND ((b.companies = '{}'::text[]) OR (f.company = ANY (b.companies))) AND ((b.ledgers = '{}'::text[]) OR (f.ledger = ANY (b.ledgers))))))) AND (NOT (EXISTS ( SELECT
             FROM brake_release r
            WHERE ((r.company = f.company) AND (r.ledger = f.ledger) AND (r.upto >= p.brake_id))))));

tieout.certification_id
  sequence bigint start 1

tieout.certified
   SELECT c.certification_id,
      c.company,
      c.fiscal_year,
      c.period,
      c.as_of,
      c.run_id,
      c.page_hash,
      c.decision_id
     FROM (certification c
       LEFT JOIN certification_end e ON ((e.certification_id = c.certification_id)))
    WHERE (e.certification_id IS NULL);

tieout.certify_period(word bigint)
  CREATE OR REPLACE FUNCTION tieout.certify_period(word bigint)
   RETURNS bigint
   LANGUAGE plpgsql
   SECURITY DEFINER
   SET search_path TO 'pg_catalog', 'pg_temp'
  AS $function$
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
  end $function$

tieout.check_journal_balance()
  CREATE OR REPLACE FUNCTION tieout.check_journal_balance()
   RETURNS trigger
   LANGUAGE plpgsql
   SET search_path TO 'pg_catalog', 'pg_temp'
  AS $function$
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
  end $function$

tieout.check_rederived()
  CREATE OR REPLACE FUNCTION tieout.check_rederived()
   RETURNS trigger
   LANGUAGE plpgsql
   SET search_path TO 'pg_catalog', 'pg_temp'
  AS $function$
  begin
    if not exists (select from tieout.rederivation_verdict where batch_id = new.batch_id and verdict = 'approved') then
      raise exception 'tieout: line % of unit % ends by a changed rulebook that no second person has approved', new.line_id, new.unit
        using errcode = 'check_violation';
    end if;
    if exists (select from tieout.journal_source s where s.unit = new.unit and s.line_id = new.line_id and s.ended is null) then
      raise exception 'tieout: line % of unit % is in a live journal', new.line_id, new.unit using errcode = 'check_violation';
    end if;
    return new;
  end $function$

tieout.check_rule_approval()
  CREATE OR REPLACE FUNCTION tieout.check_rule_approval()
   RETURNS trigger
   LANGUAGE plpgsql
   SET search_path TO 'pg_catalog', 'pg_temp'
  AS $function$
  declare brought text;
  begin
    select first_seen_by into brought from tieout.rulebook_version where hash = new.hash;
    if tieout.same_person(new.approver, tieout.with_their_people(array[brought])) then
      raise exception 'tieout: % brought this rule version in and cannot approve it', new.approver using errcode = 'check_violation';
    end if;
    return new;
  end $function$

tieout.check_withdrawn()
  CREATE OR REPLACE FUNCTION tieout.check_withdrawn()
   RETURNS trigger
   LANGUAGE plpgsql
   SET search_path TO 'pg_catalog', 'pg_temp'
  AS $function$
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
  end $function$

tieout.decide_by(secret text, said_by text, kind text, os_user text, subject text, why text, evidence text, content text)
  CREATE OR REPLACE FUNCTION tieout.decide_by(secret text, said_by text, kind text, os_user text, subject text, why text, evidence text, content text)
   RETURNS bigint
   LANGUAGE plpgsql
   SECURITY DEFINER
   SET search_path TO 'pg_catalog', 'pg_temp'
  AS $function$
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
  end $function$

tieout.decision_id
  sequence bigint start 1

tieout.end_sender_key(word bigint)
  CREATE OR REPLACE FUNCTION tieout.end_sender_key(word bigint)
   RETURNS void
   LANGUAGE plpgsql
   SECURITY DEFINER
   SET search_path TO 'pg_catalog', 'pg_temp'
  AS $function$
  declare said tieout.decision := tieout.admin_word(word, '{keys-revoke}');
  begin
    update tieout.sender_key set revoked_at = (said.content ->> 'at')::timestamptz
     where key_id = said.content ->> 'keyId' and revoked_at is null;
  end $function$

tieout.end_session(token text, everywhere boolean)
  CREATE OR REPLACE FUNCTION tieout.end_session(token text, everywhere boolean)
   RETURNS void
   LANGUAGE plpgsql
   SECURITY DEFINER
   SET search_path TO 'pg_catalog', 'pg_temp'
  AS $function$
  begin
    update tieout.user_session s set ended_at = clock_timestamp()
     where s.ended_at is null and (s.token_sha256 = sha256(convert_to(token, 'UTF8'))
        or everywhere and s.user_name = (select o.user_name from tieout.session_of(token) o));
  end $function$

tieout.end_sources()
  CREATE OR REPLACE FUNCTION tieout.end_sources()
   RETURNS trigger
   LANGUAGE plpgsql
   SET search_path TO 'pg_catalog', 'pg_temp'
  AS $function$
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
  end $function$

tieout.fill_approval_makers()
  CREATE OR REPLACE FUNCTION tieout.fill_approval_makers()
   RETURNS trigger
   LANGUAGE plpgsql
   SET search_path TO 'pg_catalog', 'pg_temp'
  AS $function$
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
  end $function$

tieout.fill_rederivation_proposer()
  CREATE OR REPLACE FUNCTION tieout.fill_rederivation_proposer()
   RETURNS trigger
   LANGUAGE plpgsql
   SET search_path TO 'pg_catalog', 'pg_temp'
  AS $function$
  declare who record;
  begin
    select proposer into new.proposer from tieout.rederivation where rederivation_id = new.rederivation_id;
    select role, revoked_at into who from tieout.app_user where name = new.approver;
    if not found or who.role <> 'reviewer' or who.revoked_at is not null then
      raise exception 'tieout: % is not a reviewer', new.approver using errcode = 'check_violation';
    end if;
    return new;
  end $function$

tieout.fill_resolution()
  CREATE OR REPLACE FUNCTION tieout.fill_resolution()
   RETURNS trigger
   LANGUAGE plpgsql
   SET search_path TO 'pg_catalog', 'pg_temp'
  AS $function$
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
  end $function$

tieout.fill_run_maker()
  CREATE OR REPLACE FUNCTION tieout.fill_run_maker()
   RETURNS trigger
   LANGUAGE plpgsql
   SECURITY DEFINER
   SET search_path TO 'pg_catalog', 'pg_temp'
  AS $function$
  begin
    select actor into strict new.maker from tieout.decision where decision_id = new.decision_id;
    return new;
  end $function$

tieout.fill_second_word()
  CREATE OR REPLACE FUNCTION tieout.fill_second_word()
   RETURNS trigger
   LANGUAGE plpgsql
   SET search_path TO 'pg_catalog', 'pg_temp'
  AS $function$
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
  end $function$

tieout.give_sender_key(word bigint, hash bytea)
  CREATE OR REPLACE FUNCTION tieout.give_sender_key(word bigint, hash bytea)
   RETURNS void
   LANGUAGE plpgsql
   SECURITY DEFINER
   SET search_path TO 'pg_catalog', 'pg_temp'
  AS $function$
  declare said tieout.decision := tieout.admin_word(word, '{keys-add}');
  begin
    insert into tieout.sender_key (key_id, sender, key_sha256, scopes, expires_at)
    values (said.content ->> 'keyId', said.subject, hash, said.content -> 'scopes', (said.content ->> 'expiresAt')::timestamptz);
  end $function$

tieout.guard_journal_source()
  CREATE OR REPLACE FUNCTION tieout.guard_journal_source()
   RETURNS trigger
   LANGUAGE plpgsql
   SET search_path TO 'pg_catalog', 'pg_temp'
  AS $function$
  begin
    if tg_op = 'DELETE' or old.ended is not null or new.ended is null
       or (old.journal_id, old.journal_line, old.unit, old.line_id, old.match_id, old.external_key, old.amount)
          is distinct from (new.journal_id, new.journal_line, new.unit, new.line_id, new.match_id, new.external_key, new.amount) then
      raise exception 'tieout: what a journal books can only be ended, once' using errcode = 'integrity_constraint_violation';
    end if;
    return new;
  end $function$

tieout.guard_posting()
  CREATE OR REPLACE FUNCTION tieout.guard_posting()
   RETURNS trigger
   LANGUAGE plpgsql
   SET search_path TO 'pg_catalog', 'pg_temp'
  AS $function$
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
  end $function$

tieout.has_company(person text, company text)
  CREATE OR REPLACE FUNCTION tieout.has_company(person text, company text)
   RETURNS boolean
   LANGUAGE sql
   STABLE
   SET search_path TO 'pg_catalog', 'pg_temp'
  AS $function$ select exists (select from tieout.app_user u where u.name = person and (u.companies = '{}' or company = any (u.companies))) $function$

tieout.is_owner()
  CREATE OR REPLACE FUNCTION tieout.is_owner()
   RETURNS boolean
   LANGUAGE sql
   STABLE SECURITY DEFINER
   SET search_path TO 'pg_catalog', 'pg_temp'
  AS $function$ select pg_has_role(session_user, current_user, 'MEMBER') $function$

tieout.journal_id
  sequence bigint start 1

tieout.judge_rederivation(word bigint, batch bigint)
  CREATE OR REPLACE FUNCTION tieout.judge_rederivation(word bigint, batch bigint)
   RETURNS void
   LANGUAGE plpgsql
   SECURITY DEFINER
   SET search_path TO 'pg_catalog', 'pg_temp'
  AS $function$
  declare said tieout.decision := tieout.word_of(word, '{approve,reject}');
  begin
    insert into tieout.rederivation_verdict (rederivation_id, verdict, approver, decision_id, batch_id)
    select r.rederivation_id, case said.kind when 'approve' then 'approved' else 'rejected' end, said.actor, word, batch
      from tieout.rederivation r where 'rederive-' || r.rederivation_id = said.subject and r.plan_hash = said.content ->> 'planHash';
    if not found then
      raise exception 'tieout: the word is on another rederivation' using errcode = 'check_violation';
    end if;
  end $function$

tieout.line_id
  sequence bigint start 1

tieout.make_once_link(token_hash bytea)
  CREATE OR REPLACE FUNCTION tieout.make_once_link(token_hash bytea)
   RETURNS text
   LANGUAGE plpgsql
   SECURITY DEFINER
   SET search_path TO 'pg_catalog', 'pg_temp'
  AS $function$
  declare auditor text;
  begin
    select u.name into auditor from tieout.app_user u where u.role = 'auditor' and u.revoked_at is null order by u.created_at, u.name limit 1;
    if not found then return null; end if;
    delete from tieout.once_link l where l.ends_at < clock_timestamp();
    insert into tieout.once_link (token_sha256, user_name, ends_at) values (token_hash, auditor, clock_timestamp() + interval '5 minutes');
    return auditor;
  end $function$

tieout.match_id
  sequence bigint start 1

tieout.period_now
   SELECT t.company,
      t.ledger,
      t.fiscal_year,
      t.period,
      t.date_from,
      t.date_to,
          CASE
              WHEN (c.certification_id IS NULL) THEN t.status
              ELSE 'locked'::text
          END AS status
     FROM (( SELECT DISTINCT ON (fiscal_period.company, fiscal_period.ledger, fiscal_period.fiscal_year, fiscal_period.period) fiscal_period.company,
              fiscal_period.ledger,
              fiscal_period.fiscal_year,
              fiscal_period.period,
              fiscal_period.date_from,
              fiscal_period.date_to,
              fiscal_period.status
             FROM fiscal_period
            ORDER BY fiscal_period.company, fiscal_period.ledger, fiscal_period.fiscal_year, fiscal_period.period, fiscal_period.read_at DESC, fiscal_period.batch_id DESC) t
       LEFT JOIN certified c ON (((c.company = t.company) AND (c.fiscal_year = t.fiscal_year) AND (c.period = t.period))));

tieout.person_of(secret text, OUT key_id text, OUT user_name text, OUT role text)
  CREATE OR REPLACE FUNCTION tieout.person_of(secret text, OUT key_id text, OUT user_name text, OUT role text)
   RETURNS record
   LANGUAGE plpgsql
   SECURITY DEFINER
   SET search_path TO 'pg_catalog', 'pg_temp'
  AS $function$
  begin
    select p.key_id, p.user_name, p.role into key_id, user_name, role from tieout.prove(secret) p
     where not p.revoked and (p.expires_at is null or p.expires_at > clock_timestamp());
    if not found then
      raise exception 'tieout: this key is nobody''s, or is good no longer' using errcode = 'invalid_authorization_specification';
    end if;
  end $function$

tieout.posting_clears
   SELECT p.posting_reference,
      p.state,
      j.journal_id,
      j.kind,
      l.unit,
      l.line_id,
      NULL::bigint AS match_id,
      l.side,
      l.account,
      l.currency,
      l.amount,
      s.journal_line
     FROM (((posting p
       JOIN journal j USING (journal_id))
       JOIN journal_source s ON (((s.journal_id = j.journal_id) AND (s.ended IS NULL) AND (s.journal_line > 0))))
       JOIN line l ON (((l.unit = s.unit) AND (l.line_id = s.line_id))))
  UNION ALL
   SELECT p.posting_reference,
      p.state,
      j.journal_id,
      j.kind,
      s.unit,
      NULL::bigint AS line_id,
      s.match_id,
      'L'::"char" AS side,
      m.account,
      m.currency,
      s.amount,
      s.journal_line
     FROM (((posting p
       JOIN journal j USING (journal_id))
       JOIN journal_source s ON (((s.journal_id = j.journal_id) AND (s.ended IS NULL) AND (s.journal_line > 0))))
       JOIN match m ON (((m.unit = s.unit) AND (m.match_id = s.match_id))))
  UNION ALL
   SELECT p.posting_reference,
      p.state,
      j.journal_id,
      j.kind,
      l.unit,
      l.line_id,
      NULL::bigint AS match_id,
      l.side,
      l.account,
      l.currency,
      l.amount,
      l.ordinal AS journal_line
     FROM ((posting p
       JOIN journal j USING (journal_id))
       JOIN line l ON (((l.posting_reference = p.posting_reference) AND (l.posting_reference <> ''::text) AND (l.side = 'E'::"char") AND (l.origin = 'journal'::text))))
  UNION ALL
   SELECT p.posting_reference,
      p.state,
      j.journal_id,
      j.kind,
      l.unit,
      l.line_id,
      NULL::bigint AS match_id,
      l.side,
      l.account,
      l.currency,
      l.amount,
      0 AS journal_line
     FROM (((posting p
       JOIN journal j USING (journal_id))
       JOIN posting o ON ((o.journal_id = j.reverses)))
       JOIN line l ON (((l.posting_reference = o.posting_reference) AND (l.posting_reference <> ''::text) AND (l.side = 'L'::"char"))))
    WHERE (EXISTS ( SELECT
             FROM journal_line k
            WHERE ((k.journal_id = j.journal_id) AND k.clears AND (k.account = l.account) AND (k.currency = l.currency))));

tieout.propose_rederivation(word bigint, summary jsonb)
  CREATE OR REPLACE FUNCTION tieout.propose_rederivation(word bigint, summary jsonb)
   RETURNS bigint
   LANGUAGE plpgsql
   SECURITY DEFINER
   SET search_path TO 'pg_catalog', 'pg_temp'
  AS $function$
  declare said tieout.decision := tieout.word_of(word, '{rederive}'); id bigint;
  begin
    insert into tieout.rederivation (rederivation_id, rulebook_hash, plan_hash, summary, proposer, decision_id)
    values (nextval('tieout.rederivation_id'), said.content ->> 'rulebookHash', said.content ->> 'planHash', summary, said.actor, word)
    returning rederivation_id into id;
    return id;
  end $function$

tieout.prove(secret text)
  CREATE OR REPLACE FUNCTION tieout.prove(secret text)
   RETURNS TABLE(key_id text, user_name text, role text, companies text[], revoked boolean, expires_at timestamp with time zone)
   LANGUAGE plpgsql
   SECURITY DEFINER
   SET search_path TO 'pg_catalog', 'pg_temp'
  AS $function$
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
  end $function$

tieout.quarantine_id
  sequence bigint start 1

tieout.rederivation_id
  sequence bigint start 1

tieout.refresh_statistics()
  CREATE OR REPLACE FUNCTION tieout.refresh_statistics()
   RETURNS void
   LANGUAGE plpgsql
   SECURITY DEFINER
   SET search_path TO 'pg_catalog', 'pg_temp'
  AS $function$
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
  end $function$

tieout.refuse_all_but_ending()
  CREATE OR REPLACE FUNCTION tieout.refuse_all_but_ending()
   RETURNS trigger
   LANGUAGE plpgsql
   SET search_path TO 'pg_catalog', 'pg_temp'
  AS $function$
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
  end $function$

tieout.refuse_another_maker()
  CREATE OR REPLACE FUNCTION tieout.refuse_another_maker()
   RETURNS trigger
   LANGUAGE plpgsql
   SET search_path TO 'pg_catalog', 'pg_temp'
  AS $function$
  begin
    raise exception 'tieout: who started run % stays who it was', old.run_id using errcode = 'integrity_constraint_violation';
  end $function$

tieout.refuse_change()
  CREATE OR REPLACE FUNCTION tieout.refuse_change()
   RETURNS trigger
   LANGUAGE plpgsql
   SET search_path TO 'pg_catalog', 'pg_temp'
  AS $function$
  begin
    raise exception 'tieout: % on % is refused: facts are stored once and never changed', tg_op, tg_table_name
      using errcode = 'integrity_constraint_violation';
  end $function$

tieout.refuse_later_state()
  CREATE OR REPLACE FUNCTION tieout.refuse_later_state()
   RETURNS trigger
   LANGUAGE plpgsql
   SET search_path TO 'pg_catalog', 'pg_temp'
  AS $function$
  begin
    raise exception 'tieout: posting % begins as DRAFT, not as %', new.posting_reference, new.state using errcode = 'check_violation';
  end $function$

tieout.release_is_agreed()
  CREATE OR REPLACE FUNCTION tieout.release_is_agreed()
   RETURNS trigger
   LANGUAGE plpgsql
   SET search_path TO 'pg_catalog', 'pg_temp'
  AS $function$
  begin
    if not exists (select from tieout.second_word w join tieout.decision d on d.decision_id = w.decision_id
                    where w.decision_id = new.decision_id and w.verdict = 'approved' and d.kind = 'release'
                      and (d.content ->> 'company', d.content ->> 'ledger', (d.content ->> 'upto')::bigint) = (new.company, new.ledger, new.upto)) then
      raise exception 'tieout: no second person has agreed to let go of these brakes' using errcode = 'check_violation';
    end if;
    return new;
  end $function$

tieout.reopening_is_agreed()
  CREATE OR REPLACE FUNCTION tieout.reopening_is_agreed()
   RETURNS trigger
   LANGUAGE plpgsql
   SET search_path TO 'pg_catalog', 'pg_temp'
  AS $function$
  begin
    if not exists (select from tieout.second_word w join tieout.decision d on d.decision_id = w.decision_id
                    where w.decision_id = new.decision_id and w.verdict = 'approved' and d.kind = 'reopen-period'
                      and (d.content ->> 'certification')::bigint = new.certification_id) then
      raise exception 'tieout: no second person has agreed to reopen this period' using errcode = 'check_violation';
    end if;
    return new;
  end $function$

tieout.require_admin(secret text)
  CREATE OR REPLACE FUNCTION tieout.require_admin(secret text)
   RETURNS void
   LANGUAGE plpgsql
   SECURITY DEFINER
   SET search_path TO 'pg_catalog', 'pg_temp'
  AS $function$
  begin
    if secret is null and tieout.is_owner() then return; end if;
    if secret is null or (select p.role from tieout.person_of(secret) p) <> 'admin' then
      raise exception 'tieout: only an admin''s key adds and revokes users' using errcode = 'insufficient_privilege';
    end if;
  end $function$

tieout.resolution_id
  sequence bigint start 1

tieout.revoke_user(secret text, name text, at timestamp with time zone)
  CREATE OR REPLACE FUNCTION tieout.revoke_user(secret text, name text, at timestamp with time zone)
   RETURNS void
   LANGUAGE plpgsql
   SECURITY DEFINER
   SET search_path TO 'pg_catalog', 'pg_temp'
  AS $function$
  begin
    perform pg_advisory_xact_lock(7310005, hashtext(''));
    perform tieout.require_admin(secret);
    update tieout.app_user u set revoked_at = at where u.name = revoke_user.name and u.revoked_at is null;
    update tieout.user_key k set revoked_at = at where k.user_name = revoke_user.name and k.revoked_at is null;
    if not exists (select from tieout.app_user u where u.role = 'admin' and u.revoked_at is null) then
      raise exception 'tieout: the last admin cannot be revoked' using errcode = 'check_violation';
    end if;
  end $function$

tieout.rule_approved(version text)
  CREATE OR REPLACE FUNCTION tieout.rule_approved(version text)
   RETURNS boolean
   LANGUAGE sql
   STABLE
   SET search_path TO 'pg_catalog', 'pg_temp'
  AS $function$ select (select count(*) from tieout.rule_approval where hash = version)
          >= (select case when first_seen_by like 'schedule:%' then 2 else 1 end from tieout.rulebook_version where hash = version) $function$

tieout.run_id
  sequence bigint start 1

tieout.same_person(name text, others text[])
  CREATE OR REPLACE FUNCTION tieout.same_person(name text, others text[])
   RETURNS boolean
   LANGUAGE sql
   IMMUTABLE PARALLEL SAFE
   SET search_path TO 'pg_catalog', 'pg_temp'
  AS $function$ select exists (select 1 from unnest(others) as o where lower(btrim(o)) = lower(btrim(name))) $function$

tieout.say_second_word(word bigint)
  CREATE OR REPLACE FUNCTION tieout.say_second_word(word bigint)
   RETURNS void
   LANGUAGE plpgsql
   SECURITY DEFINER
   SET search_path TO 'pg_catalog', 'pg_temp'
  AS $function$
  declare said tieout.decision := tieout.word_of(word, '{approve,reject}');
  begin
    insert into tieout.second_word (decision_id, verdict, actor, word_id)
    select d.decision_id, case said.kind when 'approve' then 'approved' else 'rejected' end, said.actor, word
      from tieout.decision d where d.decision_id = (said.content ->> 'decision')::bigint and d.content_hash = said.content ->> 'contentHash';
    if not found then
      raise exception 'tieout: the second word is on another decision' using errcode = 'check_violation';
    end if;
  end $function$

tieout.session_of(token text, OUT key_id text, OUT user_name text, OUT role text, OUT companies text[])
  CREATE OR REPLACE FUNCTION tieout.session_of(token text, OUT key_id text, OUT user_name text, OUT role text, OUT companies text[])
   RETURNS record
   LANGUAGE plpgsql
   SECURITY DEFINER
   SET search_path TO 'pg_catalog', 'pg_temp'
  AS $function$
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
  end $function$

tieout.settle_by(word bigint)
  CREATE OR REPLACE FUNCTION tieout.settle_by(word bigint)
   RETURNS bigint
   LANGUAGE plpgsql
   SECURITY DEFINER
   SET search_path TO 'pg_catalog', 'pg_temp'
  AS $function$
  declare said tieout.decision := tieout.word_of(word, '{resolve}'); id bigint;
  begin
    insert into tieout.resolution (resolution_id, posting_key, state, state_since, outcome, document_id, why, evidence, actor, agrees_with, decision_id)
    select nextval('tieout.resolution_id'), p.posting_key, p.state, p.state_since, said.content ->> 'outcome', said.content ->> 'documentId',
           said.why, said.evidence, said.actor, nullif(said.content ->> 'agreesWith', '')::bigint, word
      from tieout.posting p where p.posting_reference = said.subject
    returning resolution_id into id;
    return id;
  end $function$

tieout.summarise_ranges(patience interval)
  CREATE OR REPLACE FUNCTION tieout.summarise_ranges(patience interval)
   RETURNS void
   LANGUAGE plpgsql
   SECURITY DEFINER
   SET search_path TO 'pg_catalog', 'pg_temp'
  AS $function$
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
  end $function$

tieout.upload_id
  sequence bigint start 1

tieout.use_once_link(link text, token_hash bytea)
  CREATE OR REPLACE FUNCTION tieout.use_once_link(link text, token_hash bytea)
   RETURNS boolean
   LANGUAGE plpgsql
   SECURITY DEFINER
   SET search_path TO 'pg_catalog', 'pg_temp'
  AS $function$
  declare who text;
  begin
    update tieout.once_link l set used_at = clock_timestamp() from tieout.app_user u
     where l.token_sha256 = sha256(convert_to(link, 'UTF8')) and l.used_at is null and l.ends_at > clock_timestamp()
       and u.name = l.user_name and u.role = 'auditor' and u.revoked_at is null
    returning l.user_name into who;
    if not found then return false; end if;
    insert into tieout.user_session (token_sha256, user_name, ends_at) values (token_hash, who, clock_timestamp() + interval '12 hours');
    return true;
  end $function$

tieout.user_session_session_id_seq
  sequence bigint start 1

tieout.wait_for_second(word bigint)
  CREATE OR REPLACE FUNCTION tieout.wait_for_second(word bigint)
   RETURNS void
   LANGUAGE sql
   SECURITY DEFINER
   SET search_path TO 'pg_catalog', 'pg_temp'
  AS $function$ insert into tieout.waiting_decision (decision_id) select d.decision_id from tieout.decision d where d.decision_id = word and d.at >= transaction_timestamp() $function$

tieout.with_their_people(names text[])
  CREATE OR REPLACE FUNCTION tieout.with_their_people(names text[])
   RETURNS text[]
   LANGUAGE sql
   STABLE
   SET search_path TO 'pg_catalog', 'pg_temp'
  AS $function$ select names || array(select name from tieout.app_user where tieout.same_person(os_account, names) and name <> all (names) order by name) $function$

tieout.withdrawal_is_agreed()
  CREATE OR REPLACE FUNCTION tieout.withdrawal_is_agreed()
   RETURNS trigger
   LANGUAGE plpgsql
   SET search_path TO 'pg_catalog', 'pg_temp'
  AS $function$
  begin
    if not exists (select from tieout.second_word w join tieout.decision d on d.decision_id = w.decision_id
                    where w.decision_id = new.decision_id and w.verdict = 'approved' and d.kind = 'withdraw'
                      and (d.content ->> 'batch')::bigint = new.batch_id) then
      raise exception 'tieout: no second person has agreed to take batch % back', new.batch_id using errcode = 'check_violation';
    end if;
    return new;
  end $function$

tieout.word_of(word bigint, kinds text[])
  CREATE OR REPLACE FUNCTION tieout.word_of(word bigint, kinds text[])
   RETURNS decision
   LANGUAGE plpgsql
   STABLE SECURITY DEFINER
   SET search_path TO 'pg_catalog', 'pg_temp'
  AS $function$
  declare said tieout.decision;
  begin
    select * into said from tieout.decision d where d.decision_id = word and d.kind = any (kinds) and d.at >= transaction_timestamp();
    if not found then
      raise exception 'tieout: decision % of this transaction is no %', word, array_to_string(kinds, ' or ') using errcode = 'check_violation';
    end if;
    return said;
  end $function$
