// Events that came as messages (a request, a stream) and are few enough to be held in memory: one transaction for all of
// them, and an answer for each. The same judgement, identities and refusals as a file's; stage tables are made only when
// something is disputed, because a request of one event must not pay for them.
import { createHash } from 'node:crypto';

import type pg from 'pg';

import { auditBatch } from '../db/intake/auditBatch.ts';
import type { Database } from '../db/connection.ts';
import { transaction } from '../db/connection.ts';
import { drawBatchId, insertBatch } from '../db/intake/insertBatch.ts';
import { insertUnits } from '../db/intake/insertUnits.ts';
import { sortEvents } from '../db/intake/sortEvents.ts';
import { analyzeEventStage, createEventStage, stageEvents } from '../db/intake/stageEvents.ts';
import { createRefusedStage, stageRefused, storeRefused } from '../db/intake/stageRefused.ts';
import { knownPositions, quarantinedPositions, storedEvents } from '../db/intake/storedEvents.ts';
import { storePlainEvents } from '../db/intake/storePlainEvents.ts';
import { findContested, storeDirectEvents } from '../db/intake/directEvents.ts';
import { lock, lockShared } from '../db/locks.ts';
import type { BusinessEvent, Refusal } from '../events/model.ts';
import { cloudEvents } from '../feeds/cloudEvents.ts';
import type { Unit } from '../rulebook/unit.ts';
import type { IntakeContext } from './context.ts';
import { decideFamilies } from './decideFamilies.ts';
import { CONFLICT } from './events.ts';
import type { Dates, Judged } from './judge.ts';
import { judge } from './judge.ts';
import { refusedEvent } from './refusedEvent.ts';
import { serverHeard } from './serverHeard.ts';
import { isConflict, NotDirect } from './storing.ts';

/** An event as it came: structured JSON, or a refusal of what could not be made into it, with its bytes. */
export type Message = { text: string } | { refusal: Refusal; raw: Buffer };

export type Outcome =
  | { outcome: 'accepted' }
  /** With the refusal where it is in quarantine already. */
  | { outcome: 'duplicate'; refusal?: Refusal }
  | { outcome: 'quarantined'; refusal: Refusal };

export interface Taken {
  batch: string;
  /** In the order of the messages. */
  outcomes: Outcome[];
}

/** How often a group is begun anew because a parallel intake stored the same events first. */
const ATTEMPTS = 5;
const EVENTS_AT_A_STRETCH = 8;

/**
 * Stores the messages in one transaction; what it answers is committed.
 * @param path what people read as where they came from
 * @throws what the database throws; nothing is stored then
 */
export async function takeMessages(
  db: Database,
  context: IntakeContext,
  dates: Dates,
  messages: readonly Message[],
  path: string,
): Promise<Taken> {
  const group = await judgeAll(context, dates, messages, path);
  for (let attempt = 1; ; attempt++) {
    try {
      return await transaction(db, (client) => store(client, group));
    } catch (error) {
      if (attempt === ATTEMPTS || !(error instanceof NotDirect || isConflict(error))) throw error;
    }
  }
}

interface Group {
  context: IntakeContext;
  path: string;
  messages: readonly Message[];
  judged: readonly Judged[];
  units: Map<string, Unit>;
}

async function judgeAll(
  context: IntakeContext,
  dates: Dates,
  messages: readonly Message[],
  path: string,
): Promise<Group> {
  const units = new Map<string, Unit>();
  const judged: Judged[] = [];
  for (const [index, message] of messages.entries()) {
    if ('refusal' in message) judged.push({ ok: false, refusal: message.refusal });
    else
      judged.push(judge({ text: message.text, position: index + 1, byteOffset: 0 }, context, dates, units));
    if (index % EVENTS_AT_A_STRETCH === 0) await serverHeard();
  }
  return { context, path, messages, judged, units };
}

type Good = Judged & { ok: true };

/** Messages of one group, sorted by what is known of them. */
interface Sorted {
  undisputed: Good[];
  disputed: Good[];
  outcomes: (Outcome | undefined)[];
  refused: Map<number, Refusal>;
}

/** First deliveries go on; the same again is a duplicate, other content under the same identity a conflict. */
function sort(judged: readonly Judged[], stored: ReadonlyMap<number, string | null>): Sorted {
  const sorted: Sorted = {
    undisputed: [],
    disputed: [],
    outcomes: judged.map(() => undefined),
    refused: new Map(),
  };
  const hashes = new Map<string, string>();
  const families = new Set<string>();
  let good = -1;
  for (const [index, one] of judged.entries()) {
    if (!one.ok) {
      sorted.refused.set(index, one.refusal);
      continue;
    }
    good += 1;
    const { event, ready } = one;
    const identity = `${event.source}\u001f${event.id}`;
    const known = stored.get(good) ?? hashes.get(identity);
    if (known !== undefined) {
      if (known === event.contentHash) sorted.outcomes[index] = { outcome: 'duplicate' };
      else sorted.refused.set(index, CONFLICT);
      continue;
    }
    hashes.set(identity, event.contentHash);
    const contested =
      stored.has(good) || ready.special || (ready.family !== '' && families.has(ready.family));
    families.add(ready.family);
    (contested ? sorted.disputed : sorted.undisputed).push(one);
  }
  return sorted;
}

async function store(client: pg.ClientBase, group: Group): Promise<Taken> {
  const { context, judged } = group;
  const events = judged.flatMap((one) => (one.ok ? [one.event] : []));
  await lockShared(client, 'INTAKE');
  const batch = await drawBatchId(client);
  const sorted = sort(judged, await storedEvents(client, events));
  await storeDirectEvents(
    client,
    batch,
    context.rulebook.hash,
    sorted.undisputed.map(({ ready }) => ready),
  );
  for (const company of new Set(events.map(({ company: code }) => code).toSorted()))
    await lock(client, 'INTAKE', `events ${company}`);
  if (sorted.undisputed.length > 0 && (await findContested(client, batch))) throw new NotDirect();
  const units = new Map(group.units);
  if (sorted.disputed.length > 0) await decide(client, context, batch, sorted, units);
  await quarantine(client, group, batch, sorted);
  await insertUnits(client, [...units.values()]);
  const outcomes = sorted.outcomes.map((outcome) => outcome ?? ACCEPTED);
  await close(client, group, batch, events, outcomes);
  return { batch, outcomes };
}

const ACCEPTED: Outcome = { outcome: 'accepted' };

/** What others dispute goes by way of the stage, where sets decide. */
async function decide(
  client: pg.ClientBase,
  context: IntakeContext,
  batch: string,
  { disputed, outcomes, refused }: Sorted,
  units: Map<string, Unit>,
): Promise<void> {
  await createEventStage(client);
  await stageEvents(
    client,
    disputed.map(({ ready }) => ready),
  );
  await analyzeEventStage(client);
  const { conflicts } = await sortEvents(client);
  for (const position of await knownPositions(client)) outcomes[position - 1] = { outcome: 'duplicate' };
  for (const position of conflicts) refused.set(position - 1, CONFLICT);
  await storePlainEvents(client, batch, context.rulebook.hash);
  const decided = await decideFamilies(client, context, batch, units);
  for (const [position, refusal] of decided.refused) refused.set(position - 1, refusal);
}

async function quarantine(
  client: pg.ClientBase,
  { context, messages, judged }: Group,
  batch: string,
  { refused, outcomes }: Sorted,
): Promise<void> {
  if (refused.size === 0) return;
  const records = [...refused].map(([index, refusal]) => {
    const message = messages[index]!;
    const raw = 'text' in message ? Buffer.from(message.text) : message.raw;
    const record = {
      outcome: 'refused' as const,
      position: index + 1,
      byteOffset: 0,
      refusal,
      raw: () => raw,
    };
    return refusedEvent(record, refusal, context, judged[index]!.event);
  });
  await createRefusedStage(client);
  await stageRefused(client, records);
  await storeRefused(client, batch, 'event', cloudEvents.name);
  const fresh = await quarantinedPositions(client, batch);
  for (const [index, refusal] of refused)
    outcomes[index] = { outcome: fresh.has(index + 1) ? 'quarantined' : 'duplicate', refusal };
}

async function close(
  client: pg.ClientBase,
  { context, path, messages }: Group,
  batch: string,
  events: readonly BusinessEvent[],
  outcomes: readonly Outcome[],
): Promise<void> {
  const count = (what: Outcome['outcome']): number =>
    outcomes.filter(({ outcome }) => outcome === what).length;
  const hash = createHash('sha256');
  let bytes = 0;
  for (const message of messages) {
    const raw = 'text' in message ? message.text : message.raw;
    hash.update(raw).update('\n');
    bytes += Buffer.byteLength(raw);
  }
  const sha256 = hash.digest('hex');
  const counts = {
    received: messages.length,
    accepted: count('accepted'),
    duplicates: count('duplicate'),
    skipped: 0,
    quarantined: count('quarantined'),
  };
  const told = { kind: 'events' as const, feed: cloudEvents.name, path, sha256, ...counts };
  await insertBatch(client, {
    ...told,
    ...NO_EXTRACT,
    batchId: batch,
    bytes,
    companies: [...new Set(events.map(({ company }) => company))].toSorted(),
    rulebookHash: context.rulebook.hash,
    receivedAt: new Date(context.clock()).toISOString(),
    receivedBy: context.actor,
  });
  await auditBatch(client, batch, { batch, ...told, actor: context.actor });
}

/** What only batches of ledger lines say. */
const NO_EXTRACT = {
  control: null,
  controlSha256: '',
  refused: '',
  mode: 'delta',
  complete: false,
  ledgers: [],
  accounts: [],
  refusedAccounts: [],
  from: null,
  to: null,
  extractedAt: null,
  wholeDocuments: false,
} as const;
