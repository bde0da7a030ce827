// Certified periods: stored by a reviewer's word, ended by two persons'.
import type pg from 'pg';
import { DatabaseError } from 'pg';

import type { IsoDate } from '../../accounting/dates.ts';
import { DecisionRefused } from '../../errors.ts';
import { appendAudit } from '../audit.ts';
import { type Decision, recordDecision } from '../decision.ts';

/** A period that is certified now. */
export interface Certification {
  certification: string;
  company: string;
  fiscalYear: string;
  period: string;
  /** The period's last day, and the run that the cut is known by. */
  asOf: IsoDate;
  run: string;
  /** SHA-256 of the company's tie-out as it was certified. */
  pageHash: string;
  by: string;
  at: string;
}

/** Those that nobody reopened, newest first. */
export async function readCertifications(client: pg.ClientBase | pg.Pool): Promise<Certification[]> {
  const found = await client.query<Certification>(
    `select c.certification_id as certification, c.company, c.fiscal_year as "fiscalYear", c.period, c.as_of as "asOf", c.run_id as run,
            c.page_hash as "pageHash", d.actor as by, d.at
       from tieout.certified c join tieout.decision d using (decision_id) order by c.certification_id desc`,
  );
  return found.rows;
}

/** Certified periods, in words, whose cut stands on a run: it is not taken back, whatever it did. */
export async function certifiedOn(client: pg.ClientBase, runId: string): Promise<string[]> {
  const found = await client.query<{ period: string }>(
    `select company || ' ' || period as period from tieout.certified where run_id >= $1 order by 1`,
    [runId],
  );
  return found.rows.map(({ period }) => period);
}

/** Certified periods, in words, in which lines of a delivery lie that their cuts hold. */
export async function certifiedOfBatch(client: pg.ClientBase, batchId: string): Promise<string[]> {
  const found = await client.query<{ period: string }>(
    `select distinct c.company || ' ' || c.period as period from tieout.certified c join tieout.run r on r.run_id = c.run_id and r.horizon >= $1
       join tieout.line l on l.company = c.company and l.fiscal_year = c.fiscal_year and l.period = c.period
      where l.batch_id = $1 order by 1`,
    [batchId],
  );
  return found.rows.map(({ period }) => period);
}

/** Stores a decision of kind `certify` and what it certifies. @throws DecisionRefused where the database refuses that person */
export async function insertCertification(client: pg.ClientBase, decision: Decision): Promise<string> {
  const word = await recordDecision(client, decision);
  try {
    const made = await client.query<{ id: string }>('select tieout.certify_period($1) as id', [word]);
    const id = made.rows[0]!.id;
    await appendAudit(client, 'decisions', { certifies: decision.subject }, { certification: [id] });
    return id;
  } catch (error) {
    if (!(error instanceof DatabaseError) || error.code !== '23514') throw error;
    throw new DecisionRefused({ where: decision.subject, what: error.message.replace(/^tieout: /, '') });
  }
}

/** Reopens it; the decision has its second word. */
export async function endCertification(
  client: pg.ClientBase,
  certification: string,
  decisionId: string,
): Promise<void> {
  await client.query('insert into tieout.certification_end (certification_id, decision_id) values ($1, $2)', [
    certification,
    decisionId,
  ]);
  await appendAudit(client, 'decisions', { reopens: certification }, { certification_end: [certification] });
}

/** What of a period is not settled yet: numbers for the checklist of its close. */
export interface Unsettled {
  /** Our journals dated in it, by state; those that are at an end with the ERP are left out. */
  journals: { state: string; n: number }[];
  /** Refused records of the company that wait, or that tell no company. */
  quarantined: number;
  /** Open control items of the company, dated up to its end or not at all; balances and extracts have points of their own, by period. */
  controls: { reason: string; n: number }[];
  /** Decisions that wait for a second person. */
  waiting: string[];
  /** Deliveries with lines up to its end, or balances of it, that no run over everything has seen. */
  unseen: string[];
}

export async function readUnsettled(
  client: pg.ClientBase,
  { company, fiscalYear, period, to }: { company: string; fiscalYear: string; period: string; to: string },
): Promise<Unsettled> {
  const found = await client.query<Unsettled>(
    `with seen as (
       select coalesce(max(horizon), 0) as horizon from tieout.run
        where kind = 'reconcile' and state = 'completed' and undone_by is null and only_name = '')
     select (select coalesce(json_agg(x), '[]') from (
         select p.state, count(*)::int as n from tieout.journal j join tieout.posting p on p.journal_id = j.journal_id
          where j.company = $1 and j.fiscal_year = $2 and j.period = $3
            and p.state not in ('CONFIRMED', 'CANCELLED', 'INVALID', 'REJECTED') group by 1 order by 1) x) as journals,
      (select count(*)::int from tieout.quarantine q where q.company in ($1, '') and not exists (
         select from tieout.quarantine_step s where s.quarantine_id = q.quarantine_id and s.outcome in ('replayed', 'dismissed'))) as quarantined,
      (select coalesce(json_agg(x), '[]') from (
         select s.reason, count(*)::int as n from tieout.open_exception o join tieout.exception_item i using (exception_id)
           join lateral (select * from tieout.exception_state s where s.exception_id = o.exception_id order by s.run_id desc limit 1) s on s.status = 'open'
          where i.class = 'control' and i.company in ($1, '') and coalesce(s.business_date <= $4, true)
            and s.reason not in ('BALANCE_DIFFERENCE', 'FEED_OVERDUE') group by 1 order by 1) x) as controls,
      (select coalesce(json_agg('D' || w.decision_id order by w.decision_id), '[]') from tieout.waiting_decision w join tieout.decision d using (decision_id)
        where coalesce(d.content ->> 'company', $1) = $1
          and not exists (select from tieout.second_word s where s.decision_id = w.decision_id)) as waiting,
      (select coalesce(json_agg(x.batch_id::text order by x.batch_id), '[]') from (
         select l.batch_id from tieout.line l join tieout.batch b on b.batch_id = l.batch_id and b.kind <> 'journal', seen
          where l.batch_id > seen.horizon and l.company = $1 and l.accounting_date <= $4
         union
         select e.batch_id from tieout.erp_balance e, seen where e.batch_id > seen.horizon and e.company = $1 and e.period = $3) x) as unseen`,
    [company, fiscalYear, period, to],
  );
  return found.rows[0]!;
}
