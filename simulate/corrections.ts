// Events that correct earlier ones: a void, which takes a fact back, and a replacement by another.
import type { Moment } from './calendar.ts';
import { momentText } from './calendar.ts';
import type { EventBody } from './eventText.ts';

/** The void of an event, sent at its own moment or a later one. */
export function voidOf(body: EventBody, at?: Moment): EventBody {
  const { company, currency, channel, location, shipmentId } = body.data;
  return {
    ...body,
    id: `${body.id}-void`,
    ...(at === undefined ? {} : { time: momentText(at) }),
    data: { company, currency, channel, location, shipmentId, ...corrects(body, 'void') },
  };
}

/** The replacement of an event by what `replacement` says of the same business. */
export function replacementOf(body: EventBody, replacement: EventBody): EventBody {
  return {
    ...replacement,
    id: `${body.id}-replace`,
    data: { ...replacement.data, ...corrects(body, 'replace') },
  };
}

function corrects(body: EventBody, correction: 'void' | 'replace'): Record<string, unknown> {
  return { corrects: { source: body.source, id: body.id }, correction };
}
