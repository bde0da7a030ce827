// The list of senders is a gate: whoever is not on it, or tells of a type or a place that is not theirs, is refused. A
// journal is not to be proposed on the word of a stranger.
import { fewOf } from '../fewOf.ts';
import { describe } from './cursor.ts';
import type { Cursor } from './cursor.ts';
import type { Envelope } from './envelope.ts';
import type { BusinessEvent, EventContext, SourceGate } from './model.ts';

/** The entry of the sender, who has to be named and may send this type; undefined where the door is open. */
export function readGate(
  { source, type }: Envelope,
  context: EventContext,
  cursor: Cursor,
): SourceGate | undefined {
  if (context.source === undefined) return undefined;
  const gate = context.source(source);
  if (gate === undefined) {
    return cursor.refuse('UNKNOWN_SOURCE', 'source', 'a source that tieout.yaml names', describe(source));
  }
  if (gate.types.length > 0 && !gate.types.includes(type)) {
    const expected = `a type that ${source} may send (${gate.types.join(', ')})`;
    return cursor.refuse('UNKNOWN_SOURCE', 'type', expected, describe(type));
  }
  return gate;
}

const SHOWN = 5;

/** False where the event is of a place that its sender may not speak of; of a transfer either end will do. */
export function mayTellOf(
  places: BusinessEvent['places'],
  gate: SourceGate | undefined,
  source: string,
  cursor: Cursor,
): boolean {
  if (gate === undefined || gate.locations.length === 0) return true;
  const names = (['location', 'fromLocation', 'toLocation'] as const).filter((name) => places[name]);
  const [first] = names;
  if (first === undefined || names.some((name) => gate.locations.includes(places[name]!))) return true;
  const expected = `a location that ${source} may speak of (${fewOf(gate.locations, SHOWN)})`;
  cursor.refuse('UNKNOWN_SOURCE', `data.${first}`, expected, describe(places[first]));
  return false;
}
