// Stores what was decided event by event: new events, changed standings, their lines and the ends of others. One
// statement a table and page, given JSON.
import type pg from 'pg';

import type { HomedLine } from './stageEvents.ts';
import { EVENT_COLUMNS } from './stageEvents.ts';

/** A staged event to be stored with this standing. */
export interface DecidedEvent {
  position: number;
  standing: string;
  because: string;
  rule: string;
}

const EVENTS = `insert into tieout.event (${EVENT_COLUMNS}, rulebook_hash, batch_id)
  select ${EVENT_COLUMNS.split(',')
    .map((column) => column.trim())
    .map((column) => (['standing', 'because', 'rule'].includes(column) ? `d.${column}` : `s.${column}`))
    .join(', ')}, $3, $2
    from jsonb_to_recordset($1::jsonb) as d (position bigint, standing text, because text, rule text)
    join stage_event s using (position)`;

export async function storeDecidedEvents(
  client: pg.ClientBase,
  events: readonly DecidedEvent[],
  batchId: string,
  rulebookHash: string,
): Promise<void> {
  if (events.length > 0) await client.query(EVENTS, [JSON.stringify(events), batchId, rulebookHash]);
}

/** A later standing of a stored event. */
export interface LaterStanding {
  source: string;
  id: string;
  episode: number;
  standing: string;
  because: string;
  rule: string;
}

const STANDINGS = `insert into tieout.event_standing (source, id, episode, standing, because, rule, rulebook_hash, batch_id)
  select d.source, d.id, d.episode, d.standing, d.because, d.rule, $3, $2
    from jsonb_to_recordset($1::jsonb) as d (source text, id text, episode int, standing text, because text, rule text)`;

export async function storeStandings(
  client: pg.ClientBase,
  standings: readonly LaterStanding[],
  batchId: string,
  rulebookHash: string,
): Promise<void> {
  if (standings.length > 0) await client.query(STANDINGS, [JSON.stringify(standings), batchId, rulebookHash]);
}

/** An expected line with its id and, on a negation, the line that it negates. */
export interface NumberedLine extends HomedLine {
  lineId: string;
  negates: string | null;
}

const LINES = `insert into tieout.line (unit, line_id, side, origin, scope, company, ledger, account, location, dimension, currency,
    amount, company_currency, company_amount, business_date, accounting_date, fiscal_year, period, reference,
    event_source, event_id, ordinal, rule, negates, further, rulebook_hash, batch_id)
  select d.unit, d."lineId", 'E', 'event', d.scope, d.company, d.ledger, d.account, d.location, d.dimension, d.currency, d.amount,
         d."companyCurrency", d."companyAmount", d."businessDate", d."accountingDate", d."fiscalYear", d.period, d.reference,
         d."eventSource", d."eventId", d.ordinal, d.rule, d.negates, d.further, $3, $2
    from jsonb_to_recordset($1::jsonb) as d (unit bigint, "lineId" bigint, scope text, company text, ledger text, account text,
      location text, dimension text, currency text, amount numeric, "companyCurrency" text, "companyAmount" numeric,
      "businessDate" date, "accountingDate" date, "fiscalYear" text, period text, reference text, "eventSource" text,
      "eventId" text, ordinal int, rule text, negates bigint, further jsonb)`;

export async function storeExpectedLines(
  client: pg.ClientBase,
  lines: readonly NumberedLine[],
  batchId: string,
  rulebookHash: string,
): Promise<void> {
  if (lines.length === 0) return;
  const rows = lines.map(({ line, unit, scope, lineId, negates }) => ({
    ...line,
    unit,
    scope,
    lineId,
    negates,
  }));
  await client.query(LINES, [JSON.stringify(rows), batchId, rulebookHash]);
}

/** Line ids in order of use. */
export async function drawLineIds(client: pg.ClientBase, count: number): Promise<string[]> {
  if (count === 0) return [];
  // One text: a row each would cost the driver more than the sequence costs the server.
  const answer = await client.query<{ ids: string }>(
    `select string_agg(id::text, ' ') as ids from (select nextval('tieout.line_id') as id from generate_series(1, $1::int)) d`,
    [count],
  );
  return answer.rows[0]!.ids.split(' ');
}

export type LineEndKind = 'superseded' | 'rederived';

/** Ends lines; the next run releases what stood on them. */
export async function endLines(
  client: pg.ClientBase,
  lines: readonly { unit: string; lineId: string }[],
  kind: LineEndKind,
  batchId: string,
): Promise<void> {
  if (lines.length === 0) return;
  await client.query(
    `insert into tieout.line_end (unit, line_id, kind, batch_id)
     select unit, line_id, $3, $4::bigint from unnest($1::bigint[], $2::bigint[]) as k (unit, line_id)`,
    [lines.map(({ unit }) => unit), lines.map(({ lineId }) => lineId), kind, batchId],
  );
}
