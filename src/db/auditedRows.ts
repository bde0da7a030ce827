// The rows that the audit chain tells of, each by a hash: what a chain says is worth something only when it can be held
// against the rows. One table says for each kind of row its key and its columns; the writer and `verify` both use it.
// Columns that change by themselves later (leases, counters) are left out; instants count as numbers, so that no time zone
// of a session changes a hash.
import type pg from 'pg';

interface Audited {
  /** SQL: the row's key as text, of the table's alias `t`. */
  key: string;
  /** SQL: what counts of it. */
  columns: string;
}

const at = (column: string): string => `extract(epoch from t.${column})`;

export const AUDITED = {
  batch: {
    key: 't.batch_id::text',
    columns: `t.kind, t.feed, t.path, t.sha256, t.bytes, t.received, t.accepted, t.duplicates, t.skipped, t.quarantined, t.control,
      t.control_sha256, t.refused, t.mode, t.complete, t.companies, t.ledgers, t.accounts, t.refused_accounts, t.date_from, t.date_to,
      ${at('extracted_at')}, t.whole_documents, t.rulebook_hash, ${at('received_at')}, t.received_by`,
  },
  run: {
    key: 't.run_id::text',
    columns: `t.kind, t.as_of, t.horizon, t.only_name, t.rulebook_hash, t.maker, t.decision_id, t.undoes, t.result_hash, t.totals, ${at('completed_at')}`,
  },
  decision: {
    key: 't.decision_id::text',
    columns: `t.kind, t.actor, t.key_id, t.os_user, t.subject, t.why, t.evidence, t.content, t.content_hash, ${at('at')}`,
  },
  waiting_decision: { key: 't.decision_id::text', columns: `'waits'` },
  second_word: {
    key: 't.decision_id::text',
    columns: `t.verdict, t.actor, t.first, t.word_id, ${at('at')}`,
  },
  approval: {
    key: 't.approval_id::text',
    columns: `t.journal_id, t.payload_hash, t.verdict, t.approver, t.makers, t.decision_id, ${at('at')}`,
  },
  rule_approval: { key: `t.hash || ' ' || t.approver`, columns: `t.decision_id, ${at('at')}` },
  resolution: {
    key: 't.resolution_id::text',
    columns: `t.posting_key, t.state, ${at('state_since')}, t.outcome, t.document_id, t.why, t.evidence, t.actor, t.agrees_with, t.first_actor, t.decision_id, ${at('at')}`,
  },
  rederivation: {
    key: 't.rederivation_id::text',
    columns: `t.rulebook_hash, t.plan_hash, t.proposer, t.decision_id, ${at('at')}`,
  },
  rederivation_verdict: {
    key: 't.rederivation_id::text',
    columns: `t.verdict, t.approver, t.proposer, t.decision_id, t.batch_id, ${at('at')}`,
  },
  certification: {
    key: 't.certification_id::text',
    columns: 't.company, t.fiscal_year, t.period, t.as_of, t.run_id, t.page_hash, t.decision_id',
  },
  certification_end: { key: 't.certification_id::text', columns: 't.decision_id' },
  explained_override: {
    key: `t.event_source || ' ' || t.event_id || ' ' || t.decision_id`,
    columns: 't.documents, t.actor',
  },
  posting: {
    key: 't.posting_reference',
    columns:
      't.posting_key, t.journal_id, t.erp, t.company, t.payload_hash, t.state, t.document_id, t.job_id',
  },
  posting_step: {
    key: `t.posting_key || ' ' || t.step`,
    columns: `t.from_state, t.to_state, t.moved_by, t.actor, t.fence, t.why, t.evidence, ${at('at')}`,
  },
  app_user: {
    key: 't.name',
    columns: `t.role, ${at('created_at')}, ${at('revoked_at')}, t.os_account, array_to_string(t.companies, ',')`,
  },
  user_key: {
    key: 't.key_id',
    columns: `t.user_name, encode(t.key_sha256, 'hex'), ${at('created_at')}, ${at('expires_at')}, ${at('revoked_at')}`,
  },
  sender_key: {
    key: 't.key_id',
    columns: `t.sender, encode(t.key_sha256, 'hex'), t.scopes, ${at('created_at')}, ${at('expires_at')}, ${at('revoked_at')}`,
  },
} as const satisfies Readonly<Record<string, Audited>>;
export type AuditedTable = keyof typeof AUDITED;

/** Rows to be told of, by table: their keys. */
export type RowsOf = Partial<Record<AuditedTable, readonly string[]>>;
/** The same with the hash of each, as an audit row carries it under `rows`. */
export type RowHashes = Partial<Record<AuditedTable, Readonly<Record<string, string>>>>;

/** SQL: key and hash of every row, of the table's alias `t`. */
export function hashedRows(table: AuditedTable): string {
  const { key, columns } = AUDITED[table];
  return `select ${key} as key, encode(sha256(convert_to(jsonb_build_array(${columns})::text, 'UTF8')), 'hex') as hash from tieout.${table} t`;
}

/** The hashes of these rows as they stand in this transaction, in one statement: postings are moved under a lease. */
export async function hashesOf(client: pg.ClientBase, rows: RowsOf): Promise<RowHashes> {
  const tables = (Object.keys(rows) as AuditedTable[]).filter((table) => rows[table]!.length > 0);
  if (tables.length === 0) return {};
  const found = await client.query<{ table: AuditedTable; key: string; hash: string }>(
    tables
      .map(
        (table, index) =>
          `select '${table}' as table, h.* from (${hashedRows(table)} where ${whereKeys(table, `$${index + 1}`)}) h`,
      )
      .join(' union all '),
    tables.map((table) => rows[table]),
  );
  const hashes: Partial<Record<AuditedTable, Record<string, string>>> = {};
  for (const { table, key, hash } of found.rows) (hashes[table] ??= {})[key] = hash;
  return hashes;
}

const NUMBERED: ReadonlySet<AuditedTable> = new Set([
  'batch',
  'run',
  'decision',
  'waiting_decision',
  'second_word',
  'approval',
  'resolution',
  'rederivation',
  'rederivation_verdict',
  'certification',
  'certification_end',
]);

/** By the table's index, which the key as text would not use. */
function whereKeys(table: AuditedTable, keys: string): string {
  if (table === 'posting_step')
    return `(t.posting_key, t.step) in (select split_part(k, ' ', 1), split_part(k, ' ', 2)::int from unnest(${keys}::text[]) k)`;
  const { key } = AUDITED[table];
  return NUMBERED.has(table)
    ? `${key.replace('::text', '')} = any(${keys}::bigint[])`
    : `${key} = any(${keys}::text[])`;
}

const SHOWN = 5;

/**
 * Where the last word of the chains on a row is not what the row says: changed, gone, or never told of.
 * @returns at most five findings for one table
 */
export async function unlikeTheChain(client: pg.ClientBase, table: AuditedTable): Promise<string[]> {
  const found = await client.query<{ key: string; said: string | null; is: string | null }>(
    `with said as (
       select distinct on (r.key) r.key, r.value as hash from tieout.audit a
         cross join lateral jsonb_each_text(a.payload::jsonb -> 'rows' -> $1) r
        where a.payload like '%"rows":{%' and a.payload like '%"' || $1 || '":{%' order by r.key, a.at desc, a.seq desc),
     stored as (${hashedRows(table)}${SELECT_ONLY[table] ?? ''})
     select coalesce(said.key, stored.key) as key, said.hash as said, stored.hash as "is"
       from said full join stored using (key) where said.hash is distinct from stored.hash order by 1 limit ${SHOWN}`,
    [table],
  );
  return found.rows.map(({ key, said, is }) => {
    if (is === null) return `${table} ${key}: the audit chain tells of it, and it is not there`;
    if (said === null) return `${table} ${key}: no audit row tells of it`;
    return `${table} ${key}: it is not what the audit chain says it was`;
  });
}

/** Rows that no chain has to tell of yet. */
const SELECT_ONLY: Partial<Record<AuditedTable, string>> = {
  run: ` where t.state = 'completed'`,
  // A draft of a transaction in progress is never seen; one that was never moved is told of by nobody.
  posting: ` where t.state <> 'DRAFT'`,
};
