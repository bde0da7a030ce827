// What an evidence folder holds of the database, one file a table: each row as one line of JSON, in a fixed order.
import type pg from 'pg';

import { fetched } from '../cursor.ts';

/** Which part of the books the folder is about. */
export interface EvidenceScope {
  companies: readonly string[];
  /** Of each company, in the same order: the days and the name of the period. */
  from: readonly string[];
  to: readonly string[];
  period: string;
}

const INSTANT = (column: string): string =>
  `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
/** In front of every select: the companies with the days of their periods, and the period's name. */
const SCOPE = `with scope(company, first, last) as (select * from unnest($1::text[], $2::date[], $3::date[])), named(period) as (select $4::text)`;
const OF_PERIOD = (company: string, day: string): string =>
  `join scope s on s.company = ${company} and ${day} between s.first and s.last`;

/** A fact is shown by the hash of its content: whoever holds the content can prove it, and no one can read it from here. */
const FACTS = `select json_build_object('kind', 'event', 'source', e.source, 'id', e.id, 'type', e.type, 'company', e.company,
    'accountingDate', e.accounting_date, 'contentHash', encode(e.content_hash, 'hex'))::text as row
  from tieout.event e ${OF_PERIOD('e.company', 'e.accounting_date')}
  union all
  select json_build_object('kind', 'ledger', 'company', i.company, 'ledger', i.ledger, 'fiscalYear', i.fiscal_year, 'document', i.document,
    'line', i.line, 'version', i.version, 'episode', i.episode, 'postingDate', i.posting_date, 'contentHash', encode(i.content_hash, 'hex'))::text
  from tieout.ledger_identity i ${OF_PERIOD('i.company', 'i.posting_date')}
  order by 1`;

/** By file name. */
export const EVIDENCE_TABLES: Readonly<Record<string, string>> = {
  facts: FACTS,
  batches: `select json_build_object('batch', b.batch_id, 'kind', b.kind, 'feed', b.feed, 'path', b.path, 'sha256', b.sha256, 'received', b.received,
      'accepted', b.accepted, 'duplicates', b.duplicates, 'skipped', b.skipped, 'quarantined', b.quarantined, 'refused', b.refused,
      'complete', b.complete, 'from', b.date_from, 'to', b.date_to, 'receivedAt', ${INSTANT('b.received_at')}, 'by', b.received_by)::text as row
    from tieout.batch b where b.companies = '{}' or b.companies && array(select company from scope)
    order by b.batch_id`,
  balances: `select json_build_object('company', b.company, 'ledger', b.ledger, 'account', b.account, 'location', b.location, 'dimension', b.dimension,
      'currency', b.currency, 'period', b.period, 'opening', b.opening::text, 'debit', b.debit::text, 'credit', b.credit::text,
      'closing', b.closing::text, 'extractedAt', ${INSTANT('b.extracted_at')}, 'batch', b.batch_id)::text as row
    from tieout.erp_balance b join scope s on s.company = b.company where b.period = (select period from named)
    order by b.company, b.ledger, b.account, b.location, b.dimension, b.currency, b.extracted_at`,
  journals: `select json_build_object('journal', j.journal_id, 'revision', j.revision, 'kind', j.kind, 'postingReference', p.posting_reference, 'state', p.state,
      'company', j.company, 'ledger', j.ledger, 'postingDate', j.posting_date, 'fiscalYear', j.fiscal_year, 'period', j.period, 'text', j.text,
      'document', p.document_id, 'run', j.run_id, 'rules', j.rules, 'rulebookHash', j.rulebook_hash, 'payloadHash', j.payload_hash, 'makers', j.makers,
      'proposedAt', ${INSTANT('j.proposed_at')},
      'lines', (select json_agg(json_build_object('line', l.line, 'account', l.account, 'location', l.location, 'dimension', l.dimension, 'side', l.side,
         'currency', l.currency, 'amount', l.amount::text, 'reference', l.reference) order by l.line) from tieout.journal_line l where l.journal_id = j.journal_id),
      'events', (select json_agg(distinct s.event_source || ' ' || s.event_id) from tieout.journal_source s where s.journal_id = j.journal_id and s.event_id is not null),
      'approvals', (select json_agg(json_build_object('verdict', a.verdict, 'approver', a.approver, 'makers', a.makers, 'at', ${INSTANT('a.at')}) order by a.approval_id)
         from tieout.approval a where a.journal_id = j.journal_id),
      'steps', (select json_agg(json_build_object('from', t.from_state, 'to', t.to_state, 'by', t.moved_by, 'actor', t.actor, 'why', t.why, 'at', ${INSTANT('t.at')}) order by t.step)
         from tieout.posting_step t where t.posting_key = p.posting_key))::text as row
    from tieout.journal j join tieout.posting p on p.journal_id = j.journal_id ${OF_PERIOD('j.company', 'j.posting_date')}
    order by j.journal_id`,
  runs: `select json_build_object('run', r.run_id, 'kind', r.kind, 'asOf', r.as_of, 'horizon', r.horizon, 'rulebookHash', r.rulebook_hash, 'maker', r.maker,
      'decision', r.decision_id, 'undoes', r.undoes, 'undoneBy', r.undone_by, 'resultHash', r.result_hash, 'completedAt', ${INSTANT('r.completed_at')})::text as row
    from tieout.run r where r.state = 'completed'
    order by r.run_id`,
  decisions: `select json_build_object('decision', d.decision_id, 'kind', d.kind, 'actor', d.actor, 'key', d.key_id, 'account', d.os_user, 'subject', d.subject,
      'why', d.why, 'evidence', d.evidence, 'content', d.content, 'contentHash', d.content_hash, 'at', ${INSTANT('d.at')},
      'second', (select json_build_object('verdict', w.verdict, 'actor', w.actor, 'at', ${INSTANT('w.at')}) from tieout.second_word w where w.decision_id = d.decision_id))::text as row
    from tieout.decision d
    order by d.decision_id`,
  users: `select json_build_object('name', u.name, 'role', u.role, 'companies', u.companies, 'since', ${INSTANT('u.created_at')}, 'revokedAt', ${INSTANT('u.revoked_at')})::text as row
    from tieout.app_user u order by u.name collate "C"`,
  rulebooks: `select json_build_object('hash', v.hash, 'canonical', v.canonical, 'firstSeenAt', ${INSTANT('v.first_seen_at')}, 'firstSeenBy', v.first_seen_by,
      'approvals', (select json_agg(json_build_object('approver', a.approver, 'at', ${INSTANT('a.at')}) order by a.at) from tieout.rule_approval a where a.hash = v.hash))::text as row
    from tieout.rulebook_version v order by v.first_seen_at, v.hash`,
  audit: `select json_build_object('stream', a.stream, 'seq', a.seq, 'previous', a.previous, 'hash', a.hash, 'payload', a.payload)::text as row
    from tieout.audit a
    order by a.stream collate "C", a.seq`,
};

/** The rows of one table, each as a line of JSON. */
export async function* evidenceRows(
  client: pg.ClientBase,
  table: string,
  { companies, from, to, period }: EvidenceScope,
): AsyncGenerator<string> {
  const pages = fetched<{ row: string }>(client, 'evidence', `${SCOPE} ${EVIDENCE_TABLES[table]!}`, [
    companies,
    from,
    to,
    period,
  ]);
  for await (const rows of pages) for (const { row } of rows) yield row;
}
