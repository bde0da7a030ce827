// One delivery of the ledger taken back: what of it still stands, what stands on it, and the end of its lines. Facts stay where
// they are; their lines end under a batch of their own, so that the next run sees it and an earlier cut does not.
import type pg from 'pg';

import { lockShared } from '../locks.ts';
import { auditBatch } from './auditBatch.ts';
import { drawBatchId, insertBatch } from './insertBatch.ts';
import { counts } from '../withdrawn.ts';

export interface Delivery {
  batchId: string;
  kind: string;
  feed: string;
  path: string;
  receivedAt: string;
  companies: string[];
  /** The batch that took it back; null while it counts. */
  withdrawnBy: string | null;
}

export async function findDelivery(client: pg.ClientBase, batchId: string): Promise<Delivery | undefined> {
  const found = await client.query<Delivery>(
    `select b.batch_id as "batchId", b.kind, b.feed, b.path, b.received_at as "receivedAt", w.by_batch as "withdrawnBy",
            array(select distinct l.company from tieout.line l where l.batch_id = b.batch_id order by 1) as companies
       from tieout.batch b left join tieout.batch_withdrawal w using (batch_id) where b.batch_id = $1 and b.refused = ''`,
    [batchId],
  );
  return found.rows[0];
}

// A full extract that was read later, covers a line and did not end it has held it: by that one it stays.
const HELD_BY_OTHER = `exists (select from tieout.batch o
  where o.batch_id > l.batch_id and o.kind = 'ledger' and o.mode = 'full' and o.refused = '' and l.accounting_date between o.date_from and o.date_to
    and (o.companies = '{}' or l.company = any(o.companies)) and (o.ledgers = '{}' or l.ledger = any(o.ledgers))
    and (o.accounts = '{}' or l.account = any(o.accounts)) and l.account <> all(o.refused_accounts)
    and ${counts('o')})`;
const LIVE = `select l.*, ${HELD_BY_OTHER} as held from tieout.line l where l.batch_id = $1 and l.side = 'L'
  and not exists (select from tieout.line_end e where e.unit = l.unit and e.line_id = l.line_id)`;

/** What of a delivery still stands and would go, by account; amounts in their currency, debit positive. */
export interface Goes {
  company: string;
  ledger: string;
  account: string;
  currency: string;
  lines: number;
  amount: string;
}

export interface StandsOn {
  goes: Goes[];
  /** Lines that a later full extract held too. */
  stay: number;
  /** Live matches and journals that hold lines that would go: by number, and by reference. */
  matches: string[];
  journals: string[];
  /** Lines of earlier deliveries that it corrected or found missing. */
  changedOthers: number;
  /** Later deliveries that said some lines again, which their counts alone tell. */
  repeatedBy: string[];
}

export async function readStandsOn(client: pg.ClientBase, batchId: string): Promise<StandsOn> {
  const goes = await client.query<Goes>(
    `select company, ledger, account, currency, count(*)::int as lines, sum(amount) as amount from (${LIVE}) l
      where not held group by 1, 2, 3, 4 order by 1, 2, 3, 4`,
    [batchId],
  );
  const rest = await client.query<Omit<StandsOn, 'goes'>>(
    `with gone as materialized (select unit, line_id, held from (${LIVE}) l)
     select (select count(*) from gone where held)::int as stay,
            array(select distinct m.match_id::text from gone g join tieout.match_member m using (unit, line_id)
                   where not g.held and m.released_run is null order by 1) as matches,
            array(select distinct p.posting_reference from gone g join tieout.journal_source s using (unit, line_id)
                    join tieout.posting p using (journal_id) where not g.held and s.ended is null order by 1) as journals,
            (select count(*) from tieout.line_end e join tieout.line l using (unit, line_id)
              where e.batch_id = $1 and l.batch_id <> $1)::int as "changedOthers",
            array(select b.batch_id::text from tieout.batch b where b.kind = 'ledger' and b.mode = 'delta' and b.refused = ''
                     and b.batch_id > $1 and b.duplicates > 0 order by b.batch_id) as "repeatedBy"`,
    [batchId],
  );
  return { goes: goes.rows, ...rest.rows[0]! };
}

/** Ends its lines. The caller holds the lock of runs and has the second person's word; the database asks for it again. */
export async function endDelivery(
  client: pg.ClientBase,
  { batchId, path, feed }: Delivery,
  by: { decisionId: string; actor: string; now: string; rulebookHash: string },
): Promise<{ batch: string; lines: number }> {
  await lockShared(client, 'INTAKE');
  const batch = await drawBatchId(client);
  await client.query(
    'insert into tieout.batch_withdrawal (batch_id, by_batch, decision_id) values ($1, $2, $3)',
    [batchId, batch, by.decisionId],
  );
  const ended = await client.query(
    `insert into tieout.line_end (unit, line_id, kind, batch_id)
     select l.unit, l.line_id, 'withdrawn', $2::bigint from (${LIVE}) l where not l.held`,
    [batchId, batch],
  );
  const lines = ended.rowCount ?? 0;
  await insertBatch(client, {
    batchId: batch,
    kind: 'withdraw',
    feed,
    path: `batch ${batchId} (${path})`,
    sha256: `withdrawal of batch ${batchId}`,
    bytes: 0,
    received: lines,
    accepted: lines,
    duplicates: 0,
    skipped: 0,
    quarantined: 0,
    control: null,
    controlSha256: '',
    refused: '',
    mode: 'delta',
    complete: false,
    companies: [],
    ledgers: [],
    accounts: [],
    refusedAccounts: [],
    from: null,
    to: null,
    extractedAt: null,
    wholeDocuments: false,
    rulebookHash: by.rulebookHash,
    receivedAt: by.now,
    receivedBy: by.actor,
  });
  await auditBatch(client, batch, { kind: 'withdraw', withdrawn: batchId, decision: by.decisionId, lines });
  return { batch, lines };
}
