// The configuration that event tests read under, and events that are right until a test changes one thing.
import type { EventContext } from '../../src/events/model.ts';
import { readEvent } from '../../src/events/read.ts';
import { EVENT_TYPES } from '../../src/events/registry.ts';
import type { BusinessEvent, Refusal } from '../../src/events/model.ts';

type Json = Record<string, unknown>;

const COMPANIES = new Map([
  ['US01', { currency: 'USD', timeZone: 'America/Chicago', inventoryMethod: 'cost' as const }],
  ['DE01', { currency: 'EUR', timeZone: 'Europe/Berlin', inventoryMethod: 'retail' as const }],
]);
const LOCATIONS = new Map([
  ['S001', { timeZone: 'America/New_York', dayEnds: '04:00' }],
  ['TYO', { timeZone: 'Asia/Tokyo' }],
  ['W100', {}],
]);
const RATES = new Map([['CAD USD 2026-10-14', '0.732500']]);

export const CONTEXT: EventContext = {
  company: (code) => COMPANIES.get(code),
  location: (code) => LOCATIONS.get(code),
  rate: (from, to, day) => RATES.get(`${from} ${to} ${day}`),
};

export const SHIPMENT = 'retail.shipment.confirmed.v1';

/** An event of a type with some of its data replaced (undefined takes a field away) and some of its attributes too. */
export function eventOf(type: string, data: Json = {}, attributes: Json = {}): Json {
  return {
    specversion: '1.0',
    id: 'e1',
    source: '/oms/us',
    type,
    time: '2026-10-14T12:00:00-05:00',
    data: { ...EVENT_TYPES.get(type)?.example, ...data },
    ...attributes,
  };
}

export function read(event: unknown): BusinessEvent {
  const outcome = readEvent(typeof event === 'string' ? event : JSON.stringify(event), CONTEXT);
  if (!outcome.ok) throw new Error(`refused: ${outcome.refusal.message}`);
  return outcome.event;
}

export function refusal(event: unknown): Refusal {
  const outcome = readEvent(typeof event === 'string' ? event : JSON.stringify(event), CONTEXT);
  if (outcome.ok) throw new Error('accepted');
  return outcome.refusal;
}

/** Measures as an accountant would list them: `net 100.00 USD`, `taxOwn US-NY 8.25 USD`; zero ones left out. */
export function measuresOf(event: BusinessEvent): string[] {
  return event.measures
    .filter(({ amount }) => !amount.isZero())
    .map(({ name, member, amount, currency }) =>
      [name, member, amount.toFixed(2), currency].filter((part) => part !== '').join(' '),
    );
}
