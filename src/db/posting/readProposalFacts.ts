// The lookups behind a proposal: periods as the ERP last said, what the limits have used up, overrides, revisions.
import type pg from 'pg';

import { isoDate } from '../../accounting/dates.ts';
import { decimal } from '../../money/decimal.ts';
import { Usage } from '../../posting/limits.ts';
import type { PeriodStatus } from '../../posting/missingEntry.ts';

const SEPARATOR = '\u001f';

/** Latest status of every known period, by `company U+001F ledger`. */
export async function readPeriods(
  client: pg.ClientBase | pg.Pool,
  companies: readonly string[],
): Promise<ReadonlyMap<string, PeriodStatus[]>> {
  const found = await client.query<{
    company: string;
    ledger: string;
    fiscal_year: string;
    period: string;
    date_from: string;
    date_to: string;
    status: PeriodStatus['status'];
  }>(
    `select company, ledger, fiscal_year, period, date_from, date_to, status
       from tieout.period_now where company = any($1) order by company, ledger, fiscal_year, period`,
    [companies],
  );
  const periods = new Map<string, PeriodStatus[]>();
  for (const row of found.rows) {
    const key = row.company + SEPARATOR + row.ledger;
    const status = {
      fiscalYear: row.fiscal_year,
      period: row.period,
      from: isoDate(row.date_from),
      to: isoDate(row.date_to),
      status: row.status,
    };
    const there = periods.get(key);
    if (there === undefined) periods.set(key, [status]);
    else there.push(status);
  }
  return periods;
}

/** What approved and posted journals have moved, per account and day. */
export async function readUsage(client: pg.ClientBase, companies: readonly string[]): Promise<Usage> {
  const found = await client.query<{
    company: string;
    account: string;
    posting_date: string;
    fiscal_year: string;
    period: string;
    amount: string;
  }>(
    `select t.company, t.account, t.posting_date, t.fiscal_year, t.period, sum(t.amount) as amount
       from tieout.journal_total t join tieout.posting p on p.journal_id = t.journal_id
      where t.company = any($1) and p.state not in ('DRAFT', 'READY', 'INVALID', 'AWAITING_APPROVAL', 'CANCELLED', 'REJECTED')
        -- Nothing is proposed into a period that is closed by now, so its journals use up no limit.
        and (t.fiscal_year, t.period) in (
          select u.fiscal_year, u.period from tieout.period_now u where u.company = any($1) and u.status = 'open')
      group by t.company, t.account, t.posting_date, t.fiscal_year, t.period`,
    [companies],
  );
  const usage = new Usage();
  for (const row of found.rows) {
    const scope = {
      company: row.company,
      day: row.posting_date,
      fiscalYear: row.fiscal_year,
      period: row.period,
    };
    usage.add(scope, [{ account: row.account, amount: decimal(row.amount) }]);
  }
  return usage;
}

/** Documents that persons have said do not explain an event, and who said it. */
export interface Override {
  documents: ReadonlySet<string>;
  actors: readonly string[];
}

/** All overrides, by `source U+001F id`. */
export async function readOverrides(client: pg.ClientBase | pg.Pool): Promise<ReadonlyMap<string, Override>> {
  const found = await client.query<{
    event_source: string;
    event_id: string;
    documents: string[];
    actor: string;
  }>('select event_source, event_id, documents, actor from tieout.explained_override order by decision_id');
  const overrides = new Map<string, Override>();
  for (const row of found.rows) {
    const key = row.event_source + SEPARATOR + row.event_id;
    const before = overrides.get(key);
    overrides.set(key, {
      documents: new Set([...(before?.documents ?? []), ...row.documents]),
      actors: [...new Set([...(before?.actors ?? []), row.actor])],
    });
  }
  return overrides;
}

/** The last revision of each subject that has one. */
export async function readRevisions(
  client: pg.ClientBase,
  subjects: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const found = await client.query<{ subject: string; revision: number }>(
    'select subject, max(revision) as revision from tieout.journal where subject = any($1) group by subject',
    [subjects],
  );
  return new Map(found.rows.map((row) => [row.subject, row.revision]));
}

/**
 * Who makes what a run proposes: who started it, and who last approved its rule version (if anyone did); and whether as many
 * have approved that version as it needs.
 */
export async function readMakers(
  client: pg.ClientBase,
  runId: string,
  rulebookHash: string,
): Promise<{ makers: string[]; rulesApproved: boolean }> {
  const found = await client.query<{ maker: string; approver: string | null; approved: boolean | null }>(
    `select r.maker, (select a.approver from tieout.rule_approval a where a.hash = $2 order by a.at desc, a.approver limit 1) as approver,
            tieout.rule_approved($2) as approved
       from tieout.run r where r.run_id = $1`,
    [runId, rulebookHash],
  );
  const row = found.rows[0];
  const makers = [row?.maker ?? 'unknown', ...(row?.approver ? [row.approver] : [])];
  return { makers: [...new Set(makers)], rulesApproved: row?.approved === true };
}
