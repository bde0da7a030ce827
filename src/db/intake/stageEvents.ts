// Where events and the lines that they would derive wait inside their transaction (temporary tables, see stageLedger).
// Lines are derived before anyone knows whether the event counts: nearly all do, and the few others are left out by a
// join, which costs less than asking first.
import type pg from 'pg';

import type { ExpectedLine, Scope } from '../../accounting/line.ts';
import { concernsOf } from '../../events/concerns.ts';
import { likenessOf } from '../../events/likeness.ts';
import type { BusinessEvent } from '../../events/model.ts';
import { copyCells, copyIn, piecesOf } from '../copy.ts';

/** What an event became by itself; others of its business identity may still change that. */
export interface Standing {
  standing: 'derived' | 'zero' | 'none' | 'lifecycle' | 'no_rule' | 'duplicate' | 'waiting' | 'superseded';
  because: string;
  rule: string;
}

export interface StagedEvent extends Standing {
  position: number;
  byteOffset: number;
  event: BusinessEvent;
  accountingDate: string;
  dateReason: string;
  authoritative: boolean;
  /** Events of one family may change each other; '' for types that cause no accounting. */
  family: string;
  /** Correction or assessment: never plain, whatever else is there. */
  special: boolean;
}

/** A derived line with its home. */
export interface HomedLine {
  unit: string;
  scope: Scope;
  line: ExpectedLine;
}

const CREATE = `create temporary table stage_event (
    position bigint not null, byte_offset bigint not null, source text collate "C", id text collate "C", type text,
    company text, business_key text collate "C", family text collate "C", content_hash bytea, time timestamptz,
    business_date date, accounting_date date, date_reason text, authoritative boolean, standing text, because text, rule text,
    corrects_source text collate "C", corrects_id text collate "C", correction text, concerns text collate "C", key_runs text collate "C", twin text collate "C", special boolean, payload json)
    on commit drop;
  create temporary table stage_event_line (
    line_id bigint not null default nextval('tieout.line_id'), position bigint not null, unit bigint not null, scope text,
    company text collate "C", ledger text collate "C", account text collate "C", location text collate "C",
    dimension text collate "C", currency text collate "C", amount numeric(19,4), company_currency text,
    company_amount numeric(19,4), business_date date, accounting_date date, fiscal_year text, period text,
    reference text collate "C", event_source text collate "C", event_id text collate "C", ordinal int, rule text, further jsonb)
    on commit drop`;

/** The columns of `tieout.event` that the stage fills, in one order. */
export const EVENT_COLUMNS = `source, id, type, company, business_key, content_hash, time, business_date, accounting_date,
  date_reason, authoritative, standing, because, rule, corrects_source, corrects_id, correction, concerns, key_runs, twin, payload`;
/** The columns of `tieout.line` that a derived line fills. */
export const EVENT_LINE_COLUMNS = `company, ledger, account, location, dimension, currency, amount, company_currency,
  company_amount, business_date, accounting_date, fiscal_year, period, reference, event_source, event_id, ordinal, rule,
  further`;

const EVENT_TARGET = `stage_event (position, byte_offset, family, special, ${EVENT_COLUMNS})`.replace(
  /\s+/g,
  ' ',
);
const LINE_TARGET = `stage_event_line (position, unit, scope, ${EVENT_LINE_COLUMNS})`.replace(/\s+/g, ' ');

export async function createEventStage(client: pg.ClientBase): Promise<void> {
  await client.query(CREATE);
}

/**
 * An event as it waits for its load: what tells it from others, and the COPY text of its columns and of its lines'. As bytes,
 * outside of the heap: what waits as text is copied by each collection of the young generation (2.7 s for a million lines,
 * 1.9 as bytes; with 1,000 events a load the heap grew to 550 MB at times, and with bytes 2,000 take 205 MB).
 */
export interface ReadyEvent {
  position: number;
  byteOffset: number;
  source: string;
  id: string;
  type: string;
  company: string;
  businessKey: string;
  family: string;
  special: boolean;
  /** COPY text of `EVENT_COLUMNS`. */
  cells: Buffer;
  lines: ReadyEventLine[];
}

export interface ReadyEventLine {
  unit: string;
  scope: Scope;
  /** COPY text of `EVENT_LINE_COLUMNS`. */
  cells: Buffer;
}

export async function stageEvents(client: pg.ClientBase, events: readonly ReadyEvent[]): Promise<void> {
  if (events.length === 0) return;
  const rows = piecesOf(events, ({ position, byteOffset, family, special, cells }) => {
    const sorted = copyCells([family, special ? 't' : 'f']);
    return [`${position}\t${byteOffset}\t${sorted}\t`, cells, '\n'];
  });
  await copyIn(client, EVENT_TARGET, rows);
  const lines = events.flatMap((event) =>
    event.lines.flatMap(({ unit, scope, cells }) => [`${event.position}\t${unit}\t${scope}\t`, cells, '\n']),
  );
  if (lines.length > 0) await copyIn(client, LINE_TARGET, lines);
}

export async function analyzeEventStage(client: pg.ClientBase): Promise<void> {
  // Only what the next statements join and group by; the payloads alone took half of the time.
  await client.query(
    'analyze stage_event (position, source, id, type, company, business_key, family, special); analyze stage_event_line (position)',
  );
}

/** @param lines with their homes; a special event has none here, they are derived when its family is decided */
export function readyEvent(staged: StagedEvent, lines: readonly HomedLine[]): ReadyEvent {
  const { event, position, byteOffset, family, special } = staged;
  const { source, id, type, company, businessKey } = event;
  const like = likenessOf(event);
  const cells = copyCells([
    source,
    id,
    type,
    company,
    businessKey,
    `\\x${event.contentHash}`,
    event.time,
    event.businessDate,
    staged.accountingDate,
    staged.dateReason,
    staged.authoritative ? 't' : 'f',
    staged.standing,
    staged.because,
    staged.rule,
    event.corrects?.source ?? null,
    event.corrects?.id ?? null,
    event.correction ?? null,
    concernsOf(event),
    like.key,
    like.twin,
    event.canonical,
  ]);
  const further = lines.length === 0 ? '' : JSON.stringify(lines[0]?.line.further ?? {});
  const ready = lines.map(({ unit, scope, line }) => ({
    unit,
    scope,
    cells: Buffer.from(lineCells(line, further)),
  }));
  return {
    position,
    byteOffset,
    source,
    id,
    type,
    company,
    businessKey,
    family,
    special,
    cells: Buffer.from(cells),
    lines: ready,
  };
}

function lineCells(line: ExpectedLine, further: string): string {
  return copyCells([
    line.company,
    line.ledger,
    line.account,
    line.location,
    line.dimension,
    line.currency,
    line.amount,
    line.companyCurrency,
    line.companyAmount,
    line.businessDate,
    line.accountingDate,
    line.fiscalYear,
    line.period,
    line.reference,
    line.eventSource,
    line.eventId,
    String(line.ordinal),
    line.rule,
    further,
  ]);
}
