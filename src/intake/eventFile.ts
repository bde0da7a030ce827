// Reads events one by one, each judged by itself and derived on the spot. The next ones are read while the last are on their
// way to the database: directly into their tables, or into the stage where another event may dispute them.
import type pg from 'pg';

import { stageEvents } from '../db/intake/stageEvents.ts';
import type { ReadyEvent } from '../db/intake/stageEvents.ts';
import { stageRefused } from '../db/intake/stageRefused.ts';
import type { RefusedRecord } from '../db/intake/stageRefused.ts';
import { findKnownEvents, storeDirectEvents } from '../db/intake/directEvents.ts';
import type { EventFeed, EventRecord, FeedFile } from '../feeds/feed.ts';
import type { Unit } from '../rulebook/unit.ts';
import type { IntakeContext } from './context.ts';
import { judge } from './judge.ts';
import type { Dates } from './judge.ts';
import { refusedEvent } from './refusedEvent.ts';
import { serverHeard } from './serverHeard.ts';

/** What a file of events holds, as it was read. */
export interface EventTotals {
  received: number;
  skipped: number;
  /** Events that went directly. */
  direct: number;
  companies: Set<string>;
  units: Map<string, Unit>;
}

/** Events that wait: a COPY of many costs less than many. */
class Load {
  events: ReadyEvent[] = [];
  refused: RefusedRecord[] = [];
}

/** With 500 a million lines take 15% more processor. */
const EVENTS_PER_COPY = 2_000;

/**
 * A load takes five turns with the server. Where a whole block of the file was read between them, the server waited for us two
 * fifths of its time and we for it as long: a million lines 25.3 s, 18.9 s so.
 */
const EVENTS_AT_A_STRETCH = 8;

/**
 * Streams the files into the database; memory does not grow with them.
 * @param batchId of events that go directly into their tables; undefined: all go to the stage
 */
export async function readEvents(
  client: pg.ClientBase,
  context: IntakeContext,
  feed: EventFeed,
  files: readonly FeedFile[],
  dates: Dates,
  batchId: string | undefined,
): Promise<EventTotals> {
  const totals: EventTotals = { received: 0, skipped: 0, direct: 0, companies: new Set(), units: new Map() };
  let load = new Load();
  let underway: Promise<void> = Promise.resolve();
  const store = async ({ events, refused }: Load): Promise<void> => {
    if (batchId === undefined) await stageEvents(client, events);
    else {
      const { undisputed, disputed } = sort(events, await findKnownEvents(client, events));
      await storeDirectEvents(client, batchId, context.rulebook.hash, undisputed);
      await stageEvents(client, disputed);
      totals.direct += undisputed.length;
    }
    await stageRefused(client, refused);
  };
  const flush = async (): Promise<void> => {
    await underway;
    const full = load;
    load = new Load();
    underway = store(full);
    // The failure is thrown where `underway` is awaited; until then it must not count as unhandled.
    underway.catch(() => {});
  };
  try {
    for await (const records of feed.read(files)) {
      for (const record of records) {
        take(record, context, dates, totals, load);
        if (totals.received % EVENTS_AT_A_STRETCH === 0) await serverHeard();
        if (load.events.length >= EVENTS_PER_COPY || load.refused.length >= EVENTS_PER_COPY) await flush();
      }
    }
    await flush();
    await underway;
  } catch (error) {
    // What is under way ends first: a COPY that came after the rollback would be a transaction of its own.
    await underway.catch(() => {});
    throw error;
  }
  return totals;
}

/** Undisputed: the first of its delivery identity and of its business identity that anyone has seen, and no correction. */
function sort(
  events: readonly ReadyEvent[],
  known: ReadonlySet<number>,
): { undisputed: ReadyEvent[]; disputed: ReadyEvent[] } {
  const undisputed: ReadyEvent[] = [];
  const disputed: ReadyEvent[] = [];
  const seen = new Set<string>();
  for (const [index, event] of events.entries()) {
    const identity = `${event.source}\u001f${event.id}`;
    const isFirst = !seen.has(identity) && (event.family === '' || !seen.has(event.family));
    seen.add(identity);
    if (event.family !== '') seen.add(event.family);
    if (isFirst && !event.special && !known.has(index)) undisputed.push(event);
    else disputed.push(event);
  }
  return { undisputed, disputed };
}

function take(
  record: EventRecord,
  context: IntakeContext,
  dates: Dates,
  totals: EventTotals,
  load: Load,
): void {
  totals.received += 1;
  if (record.outcome === 'skipped') {
    totals.skipped += 1;
    return;
  }
  if (record.outcome === 'refused') {
    load.refused.push(refusedEvent(record, record.refusal, context));
    return;
  }
  const judged = judge(record, context, dates, totals.units);
  if (!judged.ok) {
    load.refused.push(refusedEvent(record, judged.refusal, context, judged.event));
    return;
  }
  totals.companies.add(judged.event.company);
  load.events.push(judged.ready);
}
