// The other fact that an event is about: a shipment's order, a refund's shipment, the document that a tax engine assessed.
// It is stored beside the event and indexed, so that the control reconciliations find a sale's refunds without reading
// history.
import type { BusinessEvent } from './model.ts';
import { EVENT_TYPES } from './registry.ts';

const SEPARATOR = '\u001f';

/** Kind of the fact and its id, joined by U+001F, as the type's file says; '' where the event is about nothing else. */
export function concernsOf({ type, further }: Pick<BusinessEvent, 'type' | 'further'>): string {
  for (const [kind, field] of EVENT_TYPES.get(type)?.concerns ?? []) {
    const id = further[field];
    if (id !== undefined && id !== '') return `${kind}${SEPARATOR}${id}`;
  }
  return '';
}
