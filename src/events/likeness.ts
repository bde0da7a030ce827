// By what an event is found to look like another one: its key without case, leading zeros and separators; and of a refund or
// shipment what it says of which order. Two events that are one in this may be one in truth, or two that happen to be alike: a
// person decides, so these are hints and never an identity.
import { createHash } from 'node:crypto';

import type { BusinessEvent } from './model.ts';
import { EVENT_TYPES } from './registry.ts';

export interface Likeness {
  /** The runs of letters and digits of the business key, in their order. */
  key: string;
  /** Hash of order, lines and amounts; '' where the event says nothing that could repeat another. */
  twin: string;
}

export function likenessOf({ type, currency, businessKey, further, data }: BusinessEvent): Likeness {
  const names = EVENT_TYPES.get(type)?.twin?.by ?? [];
  const order = names.map((name) => further[name]).find((id) => id !== undefined) ?? '';
  const lines = Array.isArray(data['lines']) ? (data['lines'] as Record<string, unknown>[]) : [];
  if (order === '' || lines.length === 0) return { key: keyRuns(businessKey), twin: '' };
  const said = lines.map(({ lineId, originalLineId, sku, quantity, net, gross }) =>
    JSON.stringify([lineId, originalLineId, sku, quantity, net, gross]),
  );
  const whole = JSON.stringify([order, currency, data['total'], ...said.sort()]);
  return { key: keyRuns(businessKey), twin: createHash('sha256').update(whole).digest('hex').slice(0, 32) };
}

/** `SHP-007/a` and `shp_7-A` are one: runs of letters or digits, lower case, without leading zeros. */
export function keyRuns(key: string): string {
  const runs = key.toLowerCase().match(/\p{N}+|[\p{L}\p{M}]+/gu) ?? [];
  return runs.map((run) => run.replace(/^0+(?=\d)/, '')).join(' ');
}
