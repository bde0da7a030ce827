// Expected lines of our own journals: an offset line (an accrual, a write-off's other side) has no event behind it, so the
// ledger is expected to hold it from the moment it was posted; an accrual's dated reversal from the same moment.
import type pg from 'pg';

import type { Scope } from '../../accounting/line.ts';
import { DEAD } from './stateLists.ts';

/** A journal's offset line without an expected line yet. Amounts are signed decimal text, debit positive. */
export interface OffsetLine {
  postingReference: string;
  kind: string;
  line: number;
  company: string;
  ledger: string;
  account: string;
  location: string;
  dimension: string;
  currency: string;
  amount: string;
  companyCurrency: string;
  companyAmount: string;
  postingDate: string;
  fiscalYear: string;
  period: string;
  reference: string;
}

const OURS = `tieout.line x where x.posting_reference = p.posting_reference and x.posting_reference <> '' and x.side = 'E' and x.origin = 'journal'`;

/** Offset lines of what is posted, or is in the ledger although no answer said so. */
export async function findOffsets(client: pg.ClientBase): Promise<OffsetLine[]> {
  const found = await client.query<OffsetLine>(
    `with posted as (
       select j.journal_id, p.posting_reference, j.kind, j.company, j.ledger, j.posting_date, j.fiscal_year, j.period
         from tieout.journal j join tieout.posting p on p.journal_id = j.journal_id
         left join tieout.posting o on o.journal_id = j.reverses
        where j.journal_id in (select k.journal_id from tieout.journal_line k where not k.clears)
          and p.state not in ${DEAD}
          and (p.state in ('POSTED', 'CONFIRMED', 'POSTED_NOT_SEEN') or o.state in ('POSTED', 'CONFIRMED', 'POSTED_NOT_SEEN')
            or exists (select from tieout.line l where l.posting_reference = p.posting_reference and l.posting_reference <> '' and l.side = 'L'))
          and not exists (select from ${OURS}))
     select p.posting_reference as "postingReference", p.kind, k.line, p.company, p.ledger, k.account, k.location, k.dimension, k.currency,
            case k.side when 'debit' then k.amount else -k.amount end as amount, k.company_currency as "companyCurrency",
            case k.side when 'debit' then k.company_amount else -k.company_amount end as "companyAmount",
            p.posting_date as "postingDate", p.fiscal_year as "fiscalYear", p.period, k.reference
       from posted p join tieout.journal_line k on k.journal_id = p.journal_id and not k.clears
      order by 1, 3`,
  );
  return found.rows;
}

/** Expected lines of journals that two persons have called off since: unit and line, live ones only. */
export async function findCalledOff(client: pg.ClientBase): Promise<{ unit: string; lineId: string }[]> {
  const found = await client.query<{ unit: string; lineId: string }>(
    `select x.unit, x.line_id as "lineId" from tieout.journal j join tieout.posting p on p.journal_id = j.journal_id
       join lateral (select * from ${OURS}) x on true
      where j.journal_id in (select k.journal_id from tieout.journal_line k where not k.clears)
        and p.state in ${DEAD}
        and not exists (select from tieout.line_end e where e.unit = x.unit and e.line_id = x.line_id)
      order by 1, 2`,
  );
  return found.rows;
}

export async function insertOffsets(
  client: pg.ClientBase,
  batchId: string,
  rulebookHash: string,
  lines: readonly (OffsetLine & { unit: string; scope: Scope })[],
): Promise<void> {
  await client.query(
    `insert into tieout.line (unit, line_id, side, origin, scope, company, ledger, account, location, dimension, currency, amount, company_currency, company_amount,
       business_date, accounting_date, fiscal_year, period, reference, event_source, event_id, ordinal, rule, further, posting_reference, rulebook_hash, batch_id)
     select d.unit, nextval('tieout.line_id'), 'E', 'journal', d.scope, d.company, d.ledger, d.account, d.location, d.dimension, d.currency, d.amount,
            d."companyCurrency", d."companyAmount", d."postingDate", d."postingDate", d."fiscalYear", d.period, d.reference,
            'journal', d."postingReference", d.line, d.kind, '{}', d."postingReference", $2, $3
       from jsonb_to_recordset($1::jsonb) as d (unit bigint, scope text, company text, ledger text, account text, location text, dimension text, currency text,
            amount numeric, "companyCurrency" text, "companyAmount" numeric, "postingDate" date, "fiscalYear" text, period text, reference text,
            "postingReference" text, line int, kind text)`,
    [JSON.stringify(lines), rulebookHash, batchId],
  );
}

export async function endOffsets(
  client: pg.ClientBase,
  batchId: string,
  lines: readonly { unit: string; lineId: string }[],
): Promise<void> {
  await client.query(
    `insert into tieout.line_end (unit, line_id, kind, batch_id)
     select unit, "lineId", 'cancelled', $2 from jsonb_to_recordset($1::jsonb) as d (unit bigint, "lineId" bigint)`,
    [JSON.stringify(lines), batchId],
  );
}
