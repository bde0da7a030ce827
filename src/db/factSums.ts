// What a batch brought, as two numbers that do not depend on order: how many facts, and the sum of their hashes. The audit
// row of the batch keeps them; `verify` adds up again what is stored. A fact's hash covers its identity and its content.
import type pg from 'pg';

/** Facts of one kind in one batch. */
export interface FactSum {
  count: string;
  /** Sum of 63-bit parts of SHA-256 hashes, as two decimal numbers. */
  sum: string;
}

/** SQL of the two kinds: rows with `batch_id` and `digest`, SHA-256 over identity and content hash. */
export const FACTS = {
  events: `select batch_id, sha256(convert_to(source || E'\\x1f' || id || E'\\x1f', 'UTF8') || content_hash) as digest from tieout.event`,
  ledger: `select batch_id, sha256(convert_to(company || E'\\x1f' || ledger || E'\\x1f' || fiscal_year || E'\\x1f' || document || E'\\x1f' || line
      || E'\\x1f' || version || E'\\x1f' || episode || E'\\x1f', 'UTF8') || content_hash) as digest from tieout.ledger_identity`,
} as const;
export type FactKind = keyof typeof FACTS;

/** SQL: count and sum of rows with a `digest`. */
export const COUNT_AND_SUM = `count(*)::text as count,
  coalesce(sum(('x' || encode(substr(digest, 1, 8), 'hex'))::bit(64)::bigint::numeric), 0)::text || ' '
    || coalesce(sum(('x' || encode(substr(digest, 9, 8), 'hex'))::bit(64)::bigint::numeric), 0)::text as sum`;

/** What a batch has stored so far in this transaction, by kind; a kind of which it has nothing is left out. */
export async function factSums(
  client: pg.ClientBase,
  batchId: string,
): Promise<Partial<Record<FactKind, FactSum>>> {
  const sums: Partial<Record<FactKind, FactSum>> = {};
  for (const kind of Object.keys(FACTS) as FactKind[]) {
    const found = await client.query<FactSum>(
      `select ${COUNT_AND_SUM} from (${FACTS[kind]} where batch_id = $1) f`,
      [batchId],
    );
    const row = found.rows[0];
    if (row !== undefined && row.count !== '0') sums[kind] = { count: row.count, sum: row.sum };
  }
  return sums;
}

/** Batches whose stored facts are not those that the chain counted; at most five findings. */
export async function batchesUnlikeTheChain(client: pg.ClientBase, kind: FactKind): Promise<string[]> {
  const found = await client.query<{ batch: string; said: string; is: string }>(
    `with said as (
       select a.payload::jsonb ->> 'batch' as batch, a.payload::jsonb -> 'facts' -> $1 as facts from tieout.audit a where a.stream = 'intake'),
     stored as (select batch_id::text as batch, ${COUNT_AND_SUM} from (${FACTS[kind]}) f group by batch_id)
     select batch, coalesce(said.facts ->> 'count', '0') as said, coalesce(stored.count, '0') as "is"
       from (select * from said where facts is not null) said full join stored using (batch)
      where (said.facts ->> 'count', said.facts ->> 'sum') is distinct from (stored.count, stored.sum) order by 1 limit 5`,
    [kind],
  );
  return found.rows.map(({ batch, said, is }) =>
    said === is
      ? `batch ${batch}: its ${kind} are not those that came in (${is} of them)`
      : `batch ${batch}: ${said} ${kind} came in, ${is} are stored`,
  );
}
