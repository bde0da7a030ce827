// Who may send what of which place. Ordinary months that must not be refused: a second sender under `*`, a store that
// reports the arrival of a transfer from a warehouse that is not its own, a project that lists no senders at all.
import { describe, expect, it } from 'vitest';

import type { SourceGate } from '../../src/events/model.ts';
import { readEvent } from '../../src/events/read.ts';
import { CONTEXT, eventOf } from './context.ts';

const SHIPMENT = 'retail.shipment.confirmed.v1';
const RECEIVED = 'retail.transfer.received.v1';

/** What becomes of an event of `/pos` under these entries; undefined: there is no list. */
function outcome(
  entries: Record<string, Partial<SourceGate>> | undefined,
  type = SHIPMENT,
  data = {},
): string {
  const source = (name: string): SourceGate | undefined => {
    const entry = entries?.[name] ?? entries?.['*'];
    return entry && { types: [], locations: [], ...entry };
  };
  const context = entries === undefined ? CONTEXT : { ...CONTEXT, source };
  const read = readEvent(JSON.stringify(eventOf(type, data, { source: '/pos' })), context);
  return read.ok ? 'taken' : `${read.refusal.reason} ${read.refusal.message}`;
}

describe('the list of senders', () => {
  it('lets in whom it names, whoever else where it says so, and all where there is none', () => {
    expect(outcome({ '/pos': {} })).toBe('taken');
    expect(outcome({ '*': {} })).toBe('taken');
    expect(outcome(undefined)).toBe('taken');
    expect(outcome({ '/oms': {} })).toBe(
      'UNKNOWN_SOURCE source: expected a source that tieout.yaml names, found "/pos"',
    );
  });

  it('refuses a type that the sender may not send', () => {
    expect(outcome({ '/pos': { types: [SHIPMENT] } })).toBe('taken');
    expect(outcome({ '/pos': { types: [RECEIVED] } })).toBe(
      `UNKNOWN_SOURCE type: expected a type that /pos may send (${RECEIVED}), found "${SHIPMENT}"`,
    );
  });

  it('refuses a place that the sender may not speak of; of a transfer either end will do', () => {
    expect(outcome({ '/pos': { locations: ['W100'] } })).toBe('taken');
    expect(outcome({ '/pos': { locations: ['S009'] } })).toBe(
      'UNKNOWN_SOURCE data.location: expected a location that /pos may speak of (S009), found "W100"',
    );
    const ends = { fromLocation: 'W100', toLocation: 'S001' };
    expect(outcome({ '/pos': { locations: ['S001'] } }, RECEIVED, ends)).toBe('taken');
  });
});
