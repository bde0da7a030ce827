// Reads `inboxes` of tieout.yaml: folders, or a folder with what is asked of a file before it is taken.
import path from 'node:path';

import type { YamlMap, YamlValue } from '../rulebook/yaml.ts';
import type { Config, InboxSetting } from './model.ts';

const FORM = '{ events: DIR, ledger: { folder: DIR, requireControl: true, settled: 30s }, decisions: DIR }';

export function readInboxes(
  value: YamlValue | undefined,
  absolute: (relative: string) => string,
): Config['inboxes'] {
  const map = value?.map(FORM);
  const inboxes = {
    events: readInbox(map?.get('events'), 'events', absolute),
    ledger: readInbox(map?.get('ledger'), 'ledger', absolute),
    decisions: absolute(map?.get('decisions')?.text('a path') ?? path.join('inbox', 'decisions')),
  };
  map?.end();
  return inboxes;
}

function readInbox(
  value: YamlValue | undefined,
  kind: 'events' | 'ledger',
  absolute: (relative: string) => string,
): InboxSetting {
  const usual = path.join('inbox', kind);
  if (value === undefined) return { folder: absolute(usual), requireControl: false };
  if (!value.isMap) return { folder: absolute(value.text('a path') ?? usual), requireControl: false };
  const map = value.map();
  const folder = absolute(map?.need('folder', 'a path')?.text('a path') ?? usual);
  // Only ledger extracts have control files: an inbox of events would wait for ever.
  const requireControl = kind === 'ledger' ? (map?.get('requireControl')?.flag() ?? false) : false;
  const settledMs = readSettled(map);
  map?.end();
  return { folder, requireControl, ...(settledMs === undefined ? {} : { settledMs }) };
}

const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000 };

function readSettled(map: YamlMap | undefined): number | undefined {
  const value = map?.get('settled');
  const text = value?.text('a time such as 30s, 5m or 1h');
  if (value === undefined || text === undefined) return undefined;
  const [, count, unit] = /^([1-9]\d{0,3})([smh])$/.exec(text) ?? [];
  if (count !== undefined && unit !== undefined) return Number(count) * (UNITS[unit] ?? 1);
  return value.refuse({
    what: 'settled is no time',
    expected: 'a time such as 30s, 5m or 1h',
    found: text,
  });
}
