// What a control exception is about, in the events, references and documents that people look up. It owns no line, so this
// comes from its detail: names it carries itself, or the match, line or document that it points at.
import type pg from 'pg';
import type { StoredException } from './storedException.ts';

interface Seen {
  item: string;
  reference: string;
  event_source: string | null;
  event_id: string | null;
  document: string | null;
  line: string | null;
  account: string;
  amount: string;
}

const LINE = 'l.reference, l.event_source, l.event_id, l.document, l.line, l.account, l.amount, l.side';

/** Fills events, references and documents of the control items of a page. */
export async function addControlEvidence(
  client: pg.ClientBase,
  page: readonly StoredException[],
): Promise<void> {
  const items = page.filter((item) => item.class === 'control');
  if (items.length === 0) return;
  for (const item of items) addNamed(item);
  const pointing = items.filter(({ detail }) => detail.matchId ?? detail.lineId ?? detail.document);
  if (pointing.length === 0) return;
  const found = await client.query<Seen>(
    `with item as (
       select * from jsonb_to_recordset($1::jsonb) as i(item text, unit bigint, "matchId" bigint, "lineId" bigint, company text, ledger text, "fiscalYear" text, document text)),
     seen as (
       select i.item, ${LINE} from item i join tieout.match_member m on m.unit = i.unit and m.match_id = i."matchId"
       join tieout.line l on l.unit = m.unit and l.line_id = m.line_id
       union
       select i.item, ${LINE} from item i join tieout.line l on l.unit = i.unit and l.line_id = i."lineId"
       union
       select i.item, ${LINE} from item i
       join tieout.line l on l.document = i.document and l.company = i.company and l.ledger = i.ledger and l.fiscal_year = i."fiscalYear" and l.origin = 'ledger'
       where i."lineId" is null and not exists (select from tieout.line_end e where e.unit = l.unit and e.line_id = l.line_id))
     select item, reference, event_source, event_id, document, line, account, amount from seen
     order by item, side, document, line, event_source, event_id, account, amount, reference`,
    [JSON.stringify(pointing.map(({ id, detail }) => ({ item: id, ...pointer(detail) })))],
  );
  const byId = new Map(pointing.map((item) => [item.id, item]));
  for (const row of found.rows) {
    const item = byId.get(row.item);
    if (item !== undefined) addSeen(item, row);
  }
}

/** The fields of a detail that point at lines. */
function pointer(detail: Record<string, unknown>): Record<string, unknown> {
  const { unit, matchId, lineId, company, ledger, fiscalYear, document } = detail;
  return { unit, matchId, lineId, company, ledger, fiscalYear, document };
}

function addNamed(item: StoredException): void {
  const { source, id, events, references } = item.detail;
  if (typeof source === 'string' && typeof id === 'string') addEvent(item, source, id);
  if (Array.isArray(events))
    for (const event of events as { source: string; id: string }[]) addEvent(item, event.source, event.id);
  if (Array.isArray(references))
    for (const reference of references as string[]) addReference(item, reference);
}

function addSeen(item: StoredException, row: Seen): void {
  addReference(item, row.reference);
  if (row.event_id !== null) addEvent(item, row.event_source ?? '', row.event_id);
  if (row.document === null) return;
  item.documents.push({
    document: row.document,
    line: row.line ?? '',
    account: row.account,
    amount: row.amount,
  });
}

function addReference(item: StoredException, reference: string): void {
  if (reference !== '' && !item.references.includes(reference)) item.references.push(reference);
}

function addEvent(item: StoredException, source: string, id: string): void {
  if (!item.events.some((event) => event.source === source && event.id === id))
    item.events.push({ source, id });
}
