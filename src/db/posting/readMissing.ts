// Events of which a line is an open MISSING_IN_LEDGER leg and none is in a live journal, with all their live lines: the
// proposing rules decide on whole entries only.
import type pg from 'pg';

import { isoDate } from '../../accounting/dates.ts';
import { expectedKey } from '../../accounting/line.ts';
import type { EntryLine, MissingEntry } from '../../posting/missingEntry.ts';

interface Row {
  event_source: string;
  event_id: string;
  company: string;
  ledger: string;
  unit: string;
  line_id: string;
  account: string;
  location: string;
  dimension: string;
  currency: string;
  ordinal: number;
  amount: string;
  company_currency: string;
  company_amount: string | null;
  business_date: string;
  accounting_date: string;
  fiscal_year: string;
  period: string;
  reference: string;
  rule: string;
  region: string;
  brand: string;
  further: Record<string, string> | null;
  event_batch: string;
  missing: boolean;
}

/**
 * All such entries, one per event, company and ledger, in a fixed order. In the caller's transaction: what is missing waits
 * in tables with statistics. As parts of one statement their sizes were guesses, and each line of an event was compared
 * with every missing one: 79 s where an extract without lines left 20,000 missing.
 */
export async function readMissing(client: pg.ClientBase): Promise<MissingEntry[]> {
  await client.query(
    `drop table if exists missing_line, missing_event;
     create temporary table missing_line on commit drop as
       select g.unit, g.line_id
         from tieout.open_exception o
         join lateral (select s.reason, s.status from tieout.exception_state s
                        where s.exception_id = o.exception_id order by s.run_id desc limit 1) s
           on s.reason = 'MISSING_IN_LEDGER' and s.status = 'open'
         join tieout.exception_leg g on g.exception_id = o.exception_id and g.ended_run is null
        where o.class = 'difference';
     analyze missing_line;
     create temporary table missing_event on commit drop as
       select distinct l.event_source, l.event_id
         from missing_line m join tieout.line l on l.unit = m.unit and l.line_id = m.line_id
        where l.side = 'E' and l.origin = 'event'
          and not exists (select from tieout.journal_source s
                           where s.event_source = l.event_source and s.event_id = l.event_id and s.ended is null);
     analyze missing_event`,
  );
  const found = await client.query<Row>(
    `select l.event_source, l.event_id, l.company, l.ledger, l.unit, l.line_id, l.account, l.location, l.dimension, l.currency,
            l.ordinal, l.amount, l.company_currency, l.company_amount, l.business_date, l.accounting_date, l.fiscal_year,
            l.period, l.reference, coalesce(l.rule, '') as rule, a.region, a.brand, l.further, a.event_batch, m.line_id is not null as missing
       -- What the payload says is read once an event: once a line, 7,000 events took 0.5 s more.
       from (select a.*, coalesce(e.payload #>> '{data,region}', '') as region, coalesce(e.payload #>> '{data,brand}', '') as brand, e.batch_id as event_batch
               from missing_event a join tieout.event e on e.source = a.event_source and e.id = a.event_id offset 0) a
       cross join lateral (select * from tieout.line l where l.event_source = a.event_source and l.event_id = a.event_id
                              and l.side = 'E' and l.origin = 'event' offset 0) l
       left join missing_line m on m.unit = l.unit and m.line_id = l.line_id
      where not exists (select from tieout.line_end x where x.unit = l.unit and x.line_id = l.line_id)
      order by l.event_source, l.event_id, l.company, l.ledger, l.account, l.location, l.dimension, l.currency, l.ordinal`,
  );
  return entriesOf(found.rows);
}

function entriesOf(rows: readonly Row[]): MissingEntry[] {
  const events = new Map<string, Map<string, Row[]>>();
  for (const row of rows) {
    const event = JSON.stringify([row.event_source, row.event_id]);
    const place = JSON.stringify([row.company, row.ledger]);
    const places = events.get(event) ?? new Map<string, Row[]>();
    events.set(event, places);
    const there = places.get(place);
    if (there === undefined) places.set(place, [row]);
    else there.push(row);
  }
  return [...events.values()].flatMap((places) => {
    const all = [...places.values()].flat();
    return [...places.values()].map((own) => entryOf(own, all));
  });
}

function entryOf(own: readonly Row[], all: readonly Row[]): MissingEntry {
  const head = own[0]!;
  const elsewhere = all.filter((row) => row.company !== head.company || row.ledger !== head.ledger);
  const missing = elsewhere.filter((row) => row.missing).length;
  return {
    eventSource: head.event_source,
    eventId: head.event_id,
    rule: head.rule,
    company: head.company,
    ledger: head.ledger,
    businessDate: isoDate(head.business_date),
    accountingDate: isoDate(head.accounting_date),
    fiscalYear: head.fiscal_year,
    period: head.period,
    region: head.region,
    brand: head.brand,
    lines: own.map(lineOf),
    sharedIds: Object.values(head.further ?? {}),
    batch: head.event_batch,
    elsewhere: { missing, notMissing: elsewhere.length - missing },
  };
}

function lineOf(row: Row): EntryLine {
  return {
    unit: row.unit,
    lineId: row.line_id,
    externalKey: expectedKey({
      eventSource: row.event_source,
      eventId: row.event_id,
      account: row.account,
      location: row.location,
      dimension: row.dimension,
      currency: row.currency,
      ordinal: row.ordinal,
    }),
    account: row.account,
    location: row.location,
    dimension: row.dimension,
    currency: row.currency,
    amount: row.amount,
    companyCurrency: row.company_currency,
    companyAmount: row.company_amount,
    reference: row.reference,
    missing: row.missing,
  };
}
