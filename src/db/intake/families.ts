// Reads the events of contested business identities, staged and stored, with the lines that stand for them: a page of
// families at a time, so that memory does not grow with a file that repeats another source's.
import type pg from 'pg';

import type { ExpectedLine, Scope } from '../../accounting/line.ts';

const FAMILIES_PER_PAGE = 1000;

export interface StagedMember {
  position: number;
  family: string;
  authoritative: boolean;
  accountingDate: string;
  dateReason: string;
  payload: string;
}

/** The next page of special families after `after`, in order; empty at the end. */
export async function nextFamilies(client: pg.ClientBase, after: string): Promise<string[]> {
  const answer = await client.query<{ family: string }>(
    `select distinct family from special_event where family > $1 order by family limit ${FAMILIES_PER_PAGE}`,
    [after],
  );
  return answer.rows.map(({ family }) => family);
}

export async function stagedMembers(
  client: pg.ClientBase,
  families: readonly string[],
): Promise<StagedMember[]> {
  const answer = await client.query<Omit<StagedMember, 'position'> & { position: string }>(
    `select s.position, s.family, s.authoritative, s.accounting_date as "accountingDate", s.date_reason as "dateReason",
            s.payload::text as payload
       from special_event p join stage_event s using (position) where p.family = any($1) order by s.position`,
    [families],
  );
  return answer.rows.map((row) => ({ ...row, position: Number(row.position) }));
}

export interface StoredMember {
  source: string;
  id: string;
  type: string;
  company: string;
  businessKey: string;
  time: string;
  authoritative: boolean;
  accountingDate: string;
  correctsSource: string | null;
  correctsId: string | null;
  correction: 'void' | 'replace' | null;
  standing: string;
  because: string;
  episode: number;
  payload: string;
}

/** Which stored events to look for: all of a business key, or of the keys that begin with it. */
export interface FamilyKey {
  company: string;
  type: string;
  key: string;
  prefix: boolean;
}

// Each key by the index. As a free join the planner compared every key with every event: 6.5 s for 1,000 keys beside 16,666.
const STORED = `select e.source, e.id, e.type, e.company, e.business_key as "businessKey",
    to_char(e.time at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as time, e.authoritative,
    e.accounting_date as "accountingDate", e.corrects_source as "correctsSource", e.corrects_id as "correctsId", e.correction,
    coalesce(s.standing, e.standing) as standing, coalesce(s.because, e.because) as because, coalesce(s.episode, 0) as episode,
    e.payload::text as payload
  from unnest($1::text[], $2::text[], $3::text[], $4::text[]) as k (company, type, low, high)
  cross join lateral (select * from tieout.event e
    where e.business_key >= k.low collate "C" and e.business_key <= k.high collate "C" and e.type = k.type and e.company = k.company offset 0) e
  left join lateral (select t.standing, t.because, t.episode from tieout.event_standing t
                      where t.source = e.source and t.id = e.id order by t.episode desc limit 1) s on true`;

export async function storedMembers(
  client: pg.ClientBase,
  keys: readonly FamilyKey[],
): Promise<StoredMember[]> {
  const answer = await client.query<StoredMember>(STORED, [
    keys.map(({ company }) => company),
    keys.map(({ type }) => type),
    keys.map(({ key, prefix }) => (prefix ? `${key}\u001f` : key)),
    // U+0020 follows U+001F: everything that begins with the key and its separator.
    keys.map(({ key, prefix }) => (prefix ? `${key} ` : key)),
  ]);
  return answer.rows;
}

/** A line of a stored event that stands. */
export interface StandingLine extends ExpectedLine {
  unit: string;
  lineId: string;
  scope: Scope;
  negates: string | null;
}

const STANDING = `select l.unit, l.line_id as "lineId", l.scope, l.negates, l.company, l.ledger, l.account, l.location, l.dimension,
    l.currency, l.amount, l.company_currency as "companyCurrency", l.company_amount as "companyAmount",
    l.business_date as "businessDate", l.accounting_date as "accountingDate", l.fiscal_year as "fiscalYear", l.period,
    l.reference, l.event_source as "eventSource", l.event_id as "eventId", l.ordinal, l.rule, l.further
  from unnest($1::text[], $2::text[]) as k (source, id)
  join tieout.line l on l.event_source = k.source and l.event_id = k.id and l.origin = 'event'
 where not exists (select from tieout.line_end e where e.unit = l.unit and e.line_id = l.line_id)
 order by l.line_id`;

export async function standingLines(
  client: pg.ClientBase,
  events: readonly { source: string; id: string }[],
): Promise<StandingLine[]> {
  if (events.length === 0) return [];
  const answer = await client.query<StandingLine>(STANDING, [
    events.map(({ source }) => source),
    events.map(({ id }) => id),
  ]);
  return answer.rows;
}

const IN_JOURNAL = `select distinct k.unit || ' ' || k.line_id as line from unnest($1::bigint[], $2::bigint[]) as k (unit, line_id)
  join tieout.journal_source j on j.unit = k.unit and j.line_id = k.line_id where j.ended is null`;

/** Of these lines, the ones (`unit lineId`) that a live journal books. */
export async function linesInJournals(
  client: pg.ClientBase,
  lines: readonly { unit: string; lineId: string }[],
): Promise<Set<string>> {
  if (lines.length === 0) return new Set();
  const answer = await client.query<{ line: string }>(IN_JOURNAL, [
    lines.map(({ unit }) => unit),
    lines.map(({ lineId }) => lineId),
  ]);
  return new Set(answer.rows.map(({ line }) => line));
}

/** Of these delivery identities, the ones (`source U+001F id`) that are stored or staged. */
export async function storedIdentities(
  client: pg.ClientBase,
  ids: readonly { source: string; id: string }[],
): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  const answer = await client.query<{ source: string; id: string }>(
    `select k.source, k.id from unnest($1::text[], $2::text[]) as k (source, id)
      where exists (select from tieout.event e where e.source = k.source and e.id = k.id)
         or exists (select from stage_event s where s.source = k.source and s.id = k.id)`,
    [ids.map(({ source }) => source), ids.map(({ id }) => id)],
  );
  return new Set(answer.rows.map(({ source, id }) => `${source}\u001f${id}`));
}
