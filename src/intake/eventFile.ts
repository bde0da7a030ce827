// Reads events one by one into the stage, each judged by itself and derived on the spot. The next ones are read while the
// last are on their way to the database.
import type pg from 'pg';

import { eventLineStageRow, eventStageRow, stageEvents } from '../db/intake/stageEvents.ts';
import { stageRefused } from '../db/intake/stageRefused.ts';
import type { RefusedRecord } from '../db/intake/stageRefused.ts';
import type { BusinessEvent } from '../events/model.ts';
import { readEvent } from '../events/read.ts';
import type { EventFeed, EventRecord, FeedFile } from '../feeds/feed.ts';
import type { Unit } from '../rulebook/unit.ts';
import type { accountingDates } from './accountingDate.ts';
import type { IntakeContext } from './context.ts';
import { derive, home } from './derived.ts';
import { familyOf, revisionOf } from './familyKey.ts';
import { refusedEvent } from './refusedEvent.ts';

/** What a file of events holds, as it was read. */
export interface EventTally {
  received: number;
  skipped: number;
  companies: Set<string>;
  units: Map<string, Unit>;
}

type Dates = ReturnType<typeof accountingDates>;

/** What is on its way to the stage. */
class Load {
  events: string[] = [];
  lines: string[] = [];
  refused: RefusedRecord[] = [];
}

const EVENTS_PER_COPY = 500;

/** Streams the files into the stage; memory does not grow with them. */
export async function readEvents(
  client: pg.ClientBase,
  context: IntakeContext,
  feed: EventFeed,
  files: readonly FeedFile[],
  dates: Dates,
): Promise<EventTally> {
  const tally: EventTally = { received: 0, skipped: 0, companies: new Set(), units: new Map() };
  let load = new Load();
  let underway: Promise<void> = Promise.resolve();
  const flush = async (): Promise<void> => {
    await underway;
    const full = load;
    load = new Load();
    underway = stageEvents(client, full.events, full.lines).then(() => stageRefused(client, full.refused));
    // The failure is thrown where `underway` is awaited; until then it must not count as unhandled.
    underway.catch(() => {});
  };
  for await (const records of feed.read(files)) {
    for (const record of records) {
      take(record, context, dates, tally, load);
      if (load.events.length >= EVENTS_PER_COPY || load.refused.length >= EVENTS_PER_COPY) await flush();
    }
  }
  await flush();
  await underway;
  return tally;
}

function take(
  record: EventRecord,
  context: IntakeContext,
  dates: Dates,
  tally: EventTally,
  load: Load,
): void {
  const { position, byteOffset } = record;
  tally.received += 1;
  if (record.outcome === 'skipped') {
    tally.skipped += 1;
    return;
  }
  if (record.outcome === 'refused') {
    load.refused.push(refusedEvent(record, record.refusal, context));
    return;
  }
  const read = readEvent(record.text, context.events);
  if (!read.ok) {
    load.refused.push(refusedEvent(record, read.refusal, context));
    return;
  }
  const { event } = read;
  const { day, reason } = dates(event.company, event.businessDate);
  const isVoid = event.correction === 'void';
  const derived = isVoid ? NOTHING : derive(event, day, context);
  if ('refusal' in derived) {
    load.refused.push(refusedEvent(record, derived.refusal, context, event));
    return;
  }
  tally.companies.add(event.company);
  const { standing, because, rule, lines } = derived;
  const special = event.corrects !== undefined || revisionOf(event) > 0;
  const staged = {
    position,
    byteOffset,
    event,
    accountingDate: day,
    dateReason: reason,
    authoritative: context.isAuthoritative(event.source, event.type, locationOf(event), event.businessDate),
    family: standing === 'lifecycle' ? '' : familyOf(event).family,
    special,
    standing,
    because,
    rule,
  };
  load.events.push(eventStageRow(staged));
  if (special || lines.length === 0) return;
  const further = JSON.stringify(event.further);
  for (const line of lines)
    load.lines.push(eventLineStageRow(position, home(line, context, tally.units), further));
}

const NOTHING = { standing: 'zero' as const, because: '', rule: '', lines: [] };

/** The place whose source has the word on this event. */
function locationOf({ places }: BusinessEvent): string {
  return places.location ?? places.fromLocation ?? places.toLocation ?? places.sellingLocation ?? '';
}
