// What a posting's state means to a person who looks.
import type { Tone } from '../../parts/Badge.tsx';

/** The choice "what waits for a person". */
export const WAITS = 'waits';

const FOR_PERSON: ReadonlySet<string> = new Set([
  'AWAITING_APPROVAL',
  'NEEDS_HUMAN',
  'CONFLICT',
  'DUPLICATE_FOUND',
  'POSTED_NOT_SEEN',
]);

export const waitsForPerson = (state: string): boolean => FOR_PERSON.has(state);

export function toneOf(state: string): Tone {
  if (state === 'CONFIRMED') return 'good';
  if (state === 'AWAITING_APPROVAL' || state === 'UNKNOWN' || state === 'POSTED_NOT_SEEN') return 'warn';
  return waitsForPerson(state) || state === 'REJECTED' ? 'bad' : 'calm';
}
