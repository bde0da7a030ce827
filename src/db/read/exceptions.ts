// Exceptions as a person lists them: the state at a run, with legs summed per cell and the events and documents behind
// them. Read page by page in order of importance, so that memory stays flat at any number.
import type { OwnedLine, StoredException } from './storedException.ts';
import type pg from 'pg';
import { SELF_CLEARING } from '../../rulebook/reasons.ts';
import { decimal } from '../../money/decimal.ts';
import { addControlEvidence } from './controlEvidence.ts';
import { readProposals } from './proposals.ts';

/** Lines of an item whose nearest candidates are told: the members of a group have one story, and it may have thousands. */
export const TOLD_LINES = 10;

export interface ExceptionFilter {
  /** State as known at this run. */
  runId: string;
  reason?: string;
  id?: string;
  /** Days until due by reason, for what no person has dated. */
  dueDays: Readonly<Record<string, number>>;
  asOf: string;
  /** True at the last run: only live items are read, however many were settled before. */
  current: boolean;
}

/** Larger ones live through more collections of garbage: 2,000 cost 25 MB more and no time less (workbook of 100,000). */
const PAGE = 500;

/**
 * Open and accepted exceptions: overdue first, then by amount, then by age; a fixed order to the last.
 * @param complete adds what else is told of a page, while the page before it is being shown
 */
export async function* readExceptions(
  client: pg.ClientBase,
  filter: ExceptionFilter,
  complete: (page: StoredException[]) => Promise<void>,
): AsyncGenerator<StoredException> {
  const order = await client.query<{ exception_id: string }>(
    `select i.exception_id from ${live(filter)}
     join tieout.exception_item i on i.exception_id = s.exception_id
     left join lateral (select sum(abs(l.amount)) as size, abs(sum(case l.side when 'L' then l.amount else -l.amount end)) as net
                        from tieout.exception_leg g join tieout.line l on l.unit = g.unit and l.line_id = g.line_id
                        where g.exception_id = i.exception_id and g.run_id <= $1 and (g.ended_run is null or g.ended_run > $1)) a on true
     where ($2::text is null or s.reason = $2) and ($3::text is null or i.exception_id like $3 || '%')
     order by s.status desc, s.reason = 'TIMING',
              coalesce(s.due_date, i.opened_on + coalesce(($4::jsonb->>s.reason)::int, 5)) >= $5::date,
              coalesce(s.exposure, nullif(a.net, 0), a.size, 0) desc, i.opened_on, i.exception_id`,
    [filter.runId, filter.reason ?? null, filter.id ?? null, JSON.stringify(filter.dueDays), filter.asOf],
  );
  const pageAt = async (at: number): Promise<StoredException[]> => {
    const page = await readPage(
      client,
      filter,
      order.rows.slice(at, at + PAGE).map((row) => row.exception_id),
    );
    await complete(page);
    return page;
  };
  // The database reads a page while the one before it is being shown.
  let coming = order.rows.length === 0 ? Promise.resolve([]) : pageAt(0);
  try {
    for (let at = 0; at < order.rows.length; at += PAGE) {
      const page = await coming;
      coming = at + PAGE < order.rows.length ? pageAt(at + PAGE) : Promise.resolve([]);
      // Its error is raised where it is awaited; until then it must not end the process.
      coming.catch(() => undefined);
      yield* page;
    }
  } finally {
    // Whoever stops listening early gets the connection back with nothing under way.
    await coming.catch(() => undefined);
  }
}

/** Latest states known at the run that are not closed; at the last run this reads only what is live. */
function live(filter: ExceptionFilter): string {
  const closed = filter.id === undefined ? `where s.status <> 'closed'` : '';
  return `(select s.* from (select o.exception_id from tieout.${filter.current && filter.id === undefined ? 'open_exception o where $1::bigint is not null' : 'exception_item o where o.opened_run <= $1'}) o
    join lateral (select * from tieout.exception_state s where s.exception_id = o.exception_id and s.run_id <= $1 order by s.run_id desc limit 1) s on true ${closed}) s`;
}

/** The same of the given ids, in their order; `complete` adds what else is told of them. */
export async function readExceptionsById(
  client: pg.ClientBase,
  filter: ExceptionFilter,
  ids: readonly string[],
  complete: (page: StoredException[]) => Promise<void>,
): Promise<StoredException[]> {
  const page = await readPage(client, filter, ids);
  await complete(page);
  return page;
}

async function readPage(
  client: pg.ClientBase,
  filter: ExceptionFilter,
  ids: readonly string[],
): Promise<StoredException[]> {
  const states = await client.query<StoredException>(
    `select i.exception_id as id, i.class, s.reason, s.also, s.status, s.why, s.detail, s.exposure, s.currency, i.company,
            s.business_date as "businessDate", i.opened_on as "openedOn", s.owner, s.root_cause as "rootCause",
            coalesce(s.due_date, i.opened_on + coalesce(($3::jsonb->>s.reason)::int, 5)) as "dueDate",
            '[]'::json as legs, '[]'::json as events, '{}'::text[] as references, '[]'::json as documents, '' as proposal, '[]'::json as lines, '[]'::json as nearest
     from unnest($2::text[]) with ordinality as w(id, place)
     join tieout.exception_item i on i.exception_id = w.id
     join lateral (select * from tieout.exception_state s where s.exception_id = i.exception_id and s.run_id <= $1 order by s.run_id desc limit 1) s on true
     order by w.place`,
    [filter.runId, ids, JSON.stringify(filter.dueDays)],
  );
  const byId = new Map(states.rows.map((row) => [row.id, row]));
  for (const leg of await readLegs(client, filter.runId, ids)) {
    const item = byId.get(leg.exception);
    if (item !== undefined) addLeg(item, leg);
  }
  await addControlEvidence(client, states.rows);
  const proposals = await readProposals(client, filter.runId, ids);
  for (const item of states.rows) item.proposal = proposals.get(item.id) ?? '';
  return states.rows;
}

/** A line of an item with its names. */
export interface LegRow extends OwnedLine {
  exception: string;
  company: string;
  location: string;
  dimension: string;
  ledger: string;
  account: string;
  currency: string;
  difference: string;
  amount: string;
  side: 'E' | 'L';
  reference: string;
  eventSource: string | null;
  eventId: string | null;
  document: string | null;
  documentLine: string | null;
}

/** The lines of items at a run; those of an item in the order of the outside world's names. */
export async function readLegs(
  client: pg.ClientBase,
  runId: string,
  ids: readonly string[],
): Promise<LegRow[]> {
  const found = await client.query<LegRow>(
    `select g.exception_id as exception, g.unit, g.line_id as line, u.reconciliation, u.company, u.location, u.dimension, u.ledger, l.account, l.currency, l.amount, l.side, l.reference,
            case l.side when 'L' then l.amount else -l.amount end as difference, l.event_source as "eventSource", l.event_id as "eventId", l.document, l.line as "documentLine"
     from tieout.exception_leg g join tieout.unit u on u.unit = g.unit join tieout.line l on l.unit = g.unit and l.line_id = g.line_id
     where g.exception_id = any($2) and g.run_id <= $1 and (g.ended_run is null or g.ended_run > $1)
     order by g.exception_id, u.reconciliation, u.text, l.account, l.currency, l.side, l.document, l.line, l.event_source, l.event_id, l.ordinal`,
    [runId, ids],
  );
  return found.rows;
}

/** Adds a line to its item: its cell's leg, its event, its document, its reference. */
function addLeg(item: StoredException, row: LegRow): void {
  const cell = item.legs.find(
    (leg) =>
      leg.reconciliation === row.reconciliation &&
      leg.company === row.company &&
      leg.location === row.location &&
      leg.dimension === row.dimension &&
      leg.ledger === row.ledger &&
      leg.account === row.account &&
      leg.currency === row.currency,
  );
  if (cell === undefined) {
    const { reconciliation, company, location, dimension, ledger, account, currency } = row;
    item.legs.push({
      reconciliation,
      company,
      location,
      dimension,
      ledger,
      account,
      currency,
      amount: row.difference,
    });
  } else cell.amount = decimal(cell.amount).plus(decimal(row.difference)).toFixed();
  // Not the row itself: it would be kept for as long as its page waits for the database.
  if (item.lines.length < TOLD_LINES && !SELF_CLEARING.has(item.reason))
    item.lines.push({ unit: row.unit, line: row.line, reconciliation: row.reconciliation });
  if (row.reference !== '' && !item.references.includes(row.reference)) item.references.push(row.reference);
  if (row.side === 'L') {
    item.documents.push({
      document: row.document ?? '',
      line: row.documentLine ?? '',
      account: row.account,
      amount: row.amount,
    });
  } else if (
    row.eventId !== null &&
    !item.events.some((event) => event.id === row.eventId && event.source === row.eventSource)
  ) {
    item.events.push({ source: row.eventSource ?? '', id: row.eventId });
  }
}
