// Ledger documents that take an earlier one back without saying so: every line of the later document negates a line of the
// earlier one (account, location, dimension, currency and reference alike). Looked for among what the identifying passes left.
import type pg from 'pg';
import type { RunNames } from './names.ts';
import { netPairs } from './reversals.ts';
import { addReleasedToRest, type WorkingSet } from './fillWork.ts';
import { takeBackFound } from './takeBack.ts';

/** A reconciliation's working set, and the days that its documents wait for their own event. */
export type ReversalSet = WorkingSet & { reconciliation: { graceDays: number } };

/**
 * Nets whole documents with their unlinked reversals, over all reconciliations at once: a document has lines in several.
 * A match that holds the earlier document is given up, so its fact is open again.
 * Not taken: where an expected line of the reference goes the same way (a correction or a refund explains the later document)
 * or one is open, and before the later document's own grace days are over.
 * @returns the sets whose open lines changed
 */
export async function netUnlinkedReversals(
  client: pg.ClientBase,
  names: RunNames,
  sets: readonly ReversalSet[],
): Promise<ReversalSet[]> {
  if (sets.length === 0) return [];
  const pairs = names.reversal;
  await client.query(`drop table if exists ${pairs}`);
  const made = await client.query(pairsStatement(pairs, sets));
  if (made.rowCount === 0) return [];
  const changed: ReversalSet[] = [];
  for (const [part, set] of sets.entries()) {
    const own = `${pairs}_${part}`;
    await client.query(
      `drop table if exists ${own}; create unlogged table ${own} as select unit, line_id, other from ${pairs} where part = ${part}`,
    );
    const any = await client.query(`select from ${own} limit 1`);
    if (any.rowCount !== 0) {
      await takeBackFound(client, set, `select unit, other as line_id from ${own}`);
      await client.query(
        `insert into ${set.names.release} (unit, match_id)
         select distinct m.unit, m.match_id from ${own} p
         join tieout.match_member m on m.unit = p.unit and m.line_id = p.other and m.released_run is null
         on conflict do nothing`,
      );
      await addReleasedToRest(client, set);
      await netPairs(client, set.names, own, 'L');
      changed.push(set);
    }
    await client.query(`drop table ${own}`);
  }
  return changed;
}

/** Pairs of open lines and the earlier lines that they negate, of documents that negate another as a whole. */
function pairsStatement(pairs: string, sets: readonly ReversalSet[]): string {
  const open = sets.map(
    ({ names, reconciliation, asOf }, part) =>
      `select ${part} as part, w.unit, w.line_id, w.company, w.ledger, w.document, w.reference, w.reference_hash, w.account, w.currency,
              w.location, w.dimension, w.ticks, w.ext, w.accounting_date
       from ${names.work} w where w.side = 'L' and w.reference_hash <> 0 and w.reverses is not true and w.posting is null
         and w.business_date + ${reconciliation.graceDays} < date '${asOf}'`,
  );
  const expected = sets
    .map(
      ({ names }) =>
        `select reference_hash, reference from ${names.work} where side = 'E' and reference_hash <> 0`,
    )
    .join(' union all ');
  const [first] = sets as [ReversalSet];
  return `create unlogged table ${pairs} as
    with open as materialized (${open.join(' union all ')}),
    near as materialized (
      select o.*, m.unit as o_unit, m.line_id as other, m.document as o_document,
             row_number() over (partition by o.unit, o.line_id, m.document order by m.line) as other_rank,
             dense_rank() over (partition by o.unit, o.document, m.document, o.account, o.currency, o.location, o.dimension, o.ticks order by o.ext) as own_rank
      from open o cross join lateral (
        select m.* from tieout.line m where m.reference_hash = o.reference_hash and m.reference_hash <> 0 offset 0) m
      where m.side = 'L' and m.scope = 'in' and m.reference = o.reference and m.company = o.company and m.ledger = o.ledger
        and m.unit = o.unit and m.account = o.account and m.currency = o.currency and m.location = o.location and m.dimension = o.dimension
        and (m.amount * 10000)::bigint = -o.ticks and (m.accounting_date, m.document) < (o.accounting_date, o.document)
        and coalesce(m.reversal_of, '') = ''
        and m.batch_id <= ${BigInt(first.to)}
        and not exists (select from tieout.line_end e where e.unit = m.unit and e.line_id = m.line_id and e.batch_id <= ${BigInt(first.to)})
        and not exists (select from tieout.match_member r join tieout.match x on x.unit = r.unit and x.match_id = r.match_id
                        where r.unit = m.unit and r.line_id = m.line_id and r.released_run is null and x.pass = 'reversal')),
    paired as materialized (select * from near where other_rank = own_rank),
    whole as (
      select p.company, p.ledger, p.document, p.o_document, count(distinct p.line_id) as lines
      from paired p group by p.company, p.ledger, p.document, p.o_document
      having count(distinct p.line_id) = (
        select count(*) from tieout.line l where l.document = p.document and l.company = p.company and l.ledger = p.ledger and l.side = 'L'
          and l.amount <> 0 and not exists (select from tieout.line_end e where e.unit = l.unit and e.line_id = l.line_id))),
    -- One earlier document for one later one, the first of several; what takes a document back is not taken back itself by
    -- one that books it anew.
    firsts as (
      select distinct on (company, ledger, o_document) * from (
        select distinct on (company, ledger, document) company, ledger, document, o_document from whole order by company, ledger, document, o_document) c
      order by company, ledger, o_document, document),
    chosen as (
      select f.* from firsts f where not exists (
        select from firsts g where g.company = f.company and g.ledger = f.ledger and g.document = f.o_document))
    select p.part, p.unit, p.line_id, p.other from paired p
    join chosen c on c.company = p.company and c.ledger = p.ledger and c.document = p.document and c.o_document = p.o_document
    -- What a correction or a refund of the same reference explains, or what is still expected, is no reversal.
    where not exists (
        select from tieout.line e where e.reference_hash = p.reference_hash and e.reference_hash <> 0 and e.reference = p.reference and e.side = 'E' and e.account = p.account
          and sign(e.amount) = sign(p.ticks) and not exists (select from tieout.line_end x where x.unit = e.unit and x.line_id = e.line_id))
      and not exists (select from (${expected}) e where e.reference_hash = p.reference_hash and e.reference = p.reference)`;
}
