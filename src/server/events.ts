// POST /v1/events. Answered when it is committed: 202 says that each event is stored, known already, or in quarantine with its
// reason. The same request again changes nothing.
import type { FastifyInstance, FastifyRequest } from 'fastify';

import type { Message, Outcome } from '../intake/messages.ts';
import type { Refusal } from '../events/model.ts';
import type { SenderScopes } from '../db/senderKeys.ts';
import type { Mode } from './binding.ts';
import { modeOf, MOST_EVENT_BYTES, textsOf } from './binding.ts';
import type { Sender } from './keyring.ts';
import { outsideScope } from './keyring.ts';
import { Problem } from './problem.ts';
import type { Shared } from './shared.ts';

/** What became of one event of a request. */
export interface Item {
  index: number;
  id: string | null;
  outcome: Outcome['outcome'] | 'forbidden';
  reason?: string;
  path?: string;
  expected?: string;
  found?: string;
}

export interface EventsAnswer {
  accepted: number;
  duplicates: number;
  quarantined: number;
  /** Only where there are such. */
  forbidden?: number;
  /** For GET /v1/batches/ID; null where nothing was to be stored. */
  batch: string | null;
  items: Item[];
}

export function eventRoutes(app: FastifyInstance, shared: Shared): void {
  const before = ({ raw }: FastifyRequest): void => {
    const mode = modeOf(raw);
    if (mode !== 'batch' && Number(raw.headers['content-length'] ?? 0) > MOST_EVENT_BYTES) throw tooLarge();
  };
  app.post('/v1/events', { config: { scope: 'events', before } }, async (request, reply) => {
    const mode = modeOf(request.raw);
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    if (mode !== 'batch' && body.length > MOST_EVENT_BYTES) throw tooLarge();
    const answer = await takeEvents(
      shared,
      { scopes: request.sender!.scopes, actor: actorOf(request.sender!) },
      textsOf(request.raw, mode satisfies Mode, body),
    );
    return reply
      .code(answer.forbidden === answer.items.length && answer.items.length > 0 ? 403 : 202)
      .send(answer);
  });
}

function tooLarge(): Problem {
  const expected = `at most ${MOST_EVENT_BYTES} bytes of one event`;
  return new Problem(413, {
    detail: `body: expected ${expected}, found more`,
    path: 'body',
    expected,
    found: 'more',
  });
}

/** Whoever brings events: what they may bring, and how batches name them. */
export interface Bringer {
  scopes: SenderScopes;
  actor: string;
}

/** Stores what the sender may bring, and says what became of each event. */
export async function takeEvents(
  { gatherer }: Shared,
  sender: Bringer,
  texts: readonly string[],
): Promise<EventsAnswer> {
  const items: Item[] = [];
  const messages: Message[] = [];
  const places: number[] = [];
  for (const [index, text] of texts.entries()) {
    const told = identityOf(text);
    const outside = outsideScope(sender.scopes, told);
    items.push({ index, id: typeof told.id === 'string' ? told.id : null, outcome: 'forbidden', ...outside });
    if (outside !== undefined) continue;
    places.push(index);
    messages.push({ text });
  }
  const taken = messages.length === 0 ? undefined : await gatherer.add(messages, sender.actor);
  for (const [at, outcome] of (taken?.outcomes ?? []).entries()) {
    const index = places[at]!;
    items[index] = { index, id: items[index]!.id, ...told(outcome) };
  }
  const count = (what: Item['outcome']): number => items.filter(({ outcome }) => outcome === what).length;
  const forbidden = count('forbidden');
  return {
    accepted: count('accepted'),
    duplicates: count('duplicate'),
    quarantined: count('quarantined'),
    ...(forbidden === 0 ? {} : { forbidden }),
    batch: taken?.batch ?? null,
    items,
  };
}

/** Who brings it, as batches and the audit chain name it. */
export const actorOf = ({ sender, keyId }: Sender): string => `${sender} (key ${keyId})`;

function told(outcome: Outcome): Omit<Item, 'index' | 'id'> {
  if (outcome.outcome === 'accepted' || outcome.refusal === undefined) return { outcome: outcome.outcome };
  return { outcome: outcome.outcome, ...inWords(outcome.refusal) };
}

function inWords({
  reason,
  path,
  expected,
  found,
}: Refusal): Pick<Item, 'reason' | 'path' | 'expected' | 'found'> {
  return { reason, path, expected, found };
}

/** What the scopes are held against, as the sender wrote it; the checks of the intake come later. */
function identityOf(text: string): { id: unknown; source: unknown; type: unknown; company: unknown } {
  const event = JSON.parse(text) as {
    id?: unknown;
    source?: unknown;
    type?: unknown;
    data?: { company?: unknown };
  } | null;
  return { id: event?.id, source: event?.source, type: event?.type, company: event?.data?.company };
}
