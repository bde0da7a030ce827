// What happened to things over time: the states of an exception, the matches a line was in, the standing of an event, and
// what was decided about its missing entry.
import type pg from 'pg';

export interface ExceptionHistory {
  class: string;
  company: string;
  openedOn: string;
  states: {
    run: string;
    asOf: string;
    /** When that run, or the decision, was done. */
    at: string;
    reason: string;
    also: string[];
    status: string;
    why: string;
    exposure: string | null;
    currency: string;
    owner: string;
    rootCause: string;
    detail: Record<string, unknown>;
    /** Who decided, where a person did. */
    actor: string | null;
    decided: string | null;
  }[];
}

export async function exceptionHistory(
  client: pg.ClientBase,
  id: string,
): Promise<ExceptionHistory | undefined> {
  const item = await client.query<Omit<ExceptionHistory, 'states'>>(
    `select class, company, opened_on as "openedOn" from tieout.exception_item where exception_id = $1`,
    [id],
  );
  const head = item.rows[0];
  if (head === undefined) return undefined;
  const states = await client.query<ExceptionHistory['states'][number]>(
    `select s.run_id as run, r.as_of as "asOf", coalesce(r.completed_at, r.started_at) as at, s.reason, s.also, s.status, s.why, s.exposure, s.currency, s.owner, s.root_cause as "rootCause", s.detail,
            d.actor, d.kind || ': ' || d.why as decided
     from tieout.exception_state s join tieout.run r on r.run_id = s.run_id left join tieout.decision d on d.decision_id = coalesce(s.decision_id, r.decision_id)
     where s.exception_id = $1 order by s.run_id`,
    [id],
  );
  return { ...head, states: states.rows };
}

export interface MatchStory {
  match: string;
  unit: string;
  reconciliation: string;
  pass: string;
  version: string;
  run: string;
  asOf: string;
  at: string;
  account: string;
  currency: string;
  expected: string;
  ledger: string;
  variance: string;
  companyVariance: string;
  varianceAccount: string;
  /** Run that released it, and what kind of run that was; null while it lives. */
  releasedRun: string | null;
  releasedBy: string | null;
  actor: string | null;
  why: string | null;
}

const MATCH = `select x.match_id as match, x.unit, u.reconciliation, x.pass, x.version, x.run_id as run, r.as_of as "asOf", coalesce(r.completed_at, r.started_at) as at, x.account, x.currency, x.expected, x.ledger,
    x.variance, x.company_variance as "companyVariance", x.variance_account as "varianceAccount", m.released as "releasedRun", e.kind as "releasedBy", d.actor, d.why
  from tieout.match x join tieout.unit u on u.unit = x.unit join tieout.run r on r.run_id = x.run_id
  join lateral (select case when count(*) filter (where n.released_run is null) = 0 then max(n.released_run) end as released
                from tieout.match_member n where n.unit = x.unit and n.match_id = x.match_id) m on true
  left join tieout.run e on e.run_id = m.released left join tieout.decision d on d.decision_id = x.decision_id`;

export async function matchStory(client: pg.ClientBase, id: string): Promise<MatchStory | undefined> {
  const found = await client.query<MatchStory>(
    `${MATCH} where x.match_id = $1::bigint and x.unit in (select unit from tieout.unit)`,
    [id],
  );
  return found.rows[0];
}

/** Every match that a line was in, the first one first. */
export async function matchesOfLine(
  client: pg.ClientBase,
  unit: string,
  line: string,
): Promise<MatchStory[]> {
  const found = await client.query<MatchStory>(
    `${MATCH} where x.unit = $1 and x.match_id in (select match_id from tieout.match_member where unit = $1 and line_id = $2) order by x.run_id, x.match_id`,
    [unit, line],
  );
  return found.rows;
}

export interface EventHistory {
  source: string;
  id: string;
  type: string;
  /** When it happened, as its sender says. */
  time: string;
  company: string;
  businessDate: string;
  accountingDate: string;
  dateReason: string;
  batch: string;
  path: string;
  receivedAt: string;
  corrects: string | null;
  correction: string | null;
  correctedBy: string | null;
  /** The first standing and every later one. */
  standings: { standing: string; because: string; rule: string; rulebookHash: string; batch: string }[];
  /** What was decided about its missing entry, whenever that changed. */
  proposals: { run: string; verdict: string; why: string; documents: string[]; journal: string | null }[];
}

export async function eventHistory(
  client: pg.ClientBase,
  source: string,
  id: string,
): Promise<EventHistory | undefined> {
  const found = await client.query<EventHistory>(
    `select e.source, e.id, e.type, e.time, e.company, e.business_date as "businessDate", e.accounting_date as "accountingDate", e.date_reason as "dateReason",
            e.batch_id as batch, coalesce(b.path, '') as path, b.received_at as "receivedAt", e.corrects_source || ' ' || e.corrects_id as corrects, e.correction,
            (select string_agg(c.source || ' ' || c.id, ', ' order by c.source, c.id) from tieout.event c where c.corrects_source = e.source and c.corrects_id = e.id) as "correctedBy",
            (select json_agg(s order by s.episode) from (
               select 0 as episode, e.standing, e.because, e.rule, e.rulebook_hash as "rulebookHash", e.batch_id::text as batch
               union all select n.episode, n.standing, n.because, n.rule, n.rulebook_hash, n.batch_id::text from tieout.event_standing n where n.source = e.source and n.id = e.id) s) as standings,
            (select coalesce(json_agg(p order by p.run), '[]') from (
               select run_id as run, verdict, why, documents, journal_id::text as journal from tieout.proposal where event_source = e.source and event_id = e.id) p) as proposals
     from tieout.event e left join tieout.batch b on b.batch_id = e.batch_id where e.source = $1 and e.id = $2`,
    [source, id],
  );
  return found.rows[0];
}

/** Delivered versions of a ledger line, the first one first. */
export interface LedgerVersion {
  version: number;
  episode: number;
  batch: string;
  path: string;
  extractedAt: string | null;
  line: string;
  changes: Record<string, unknown> | null;
  late: boolean;
}

export async function ledgerVersions(
  client: pg.ClientBase,
  at: { company: string; ledger: string; document: string; line: string },
): Promise<LedgerVersion[]> {
  const found = await client.query<LedgerVersion>(
    `select i.version, i.episode, i.batch_id as batch, coalesce(b.path, '') as path, i.extracted_at as "extractedAt", i.line_id as line, i.changes, i.late
     from tieout.ledger_identity i left join tieout.batch b on b.batch_id = i.batch_id
     where i.company = $1 and i.ledger = $2 and i.document = $3 and i.line = $4
       and i.fiscal_year in (select distinct fiscal_year from tieout.line where document = $3 and company = $1 and ledger = $2)
     order by i.fiscal_year, i.version, i.episode`,
    [at.company, at.ledger, at.document, at.line],
  );
  return found.rows;
}
