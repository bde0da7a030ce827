// Reads `inboxes` of tieout.yaml: folders, or a folder with what is asked of a file before it is taken.
import path from 'node:path';

import type { YamlMap, YamlValue } from '../rulebook/yaml.ts';
import type { Config, FeedBinding, InboxSetting } from './model.ts';

const FORM =
  '{ events: DIR, ledger: { folder: DIR, requireControl: true, settled: 30s }, decisions: DIR, feeds: [...] }';
const FEED_FORM = '{ folder: DIR, files: "*.csv", feed: NAME }';
const USUAL_WAIT_MS = 2 * 3_600_000;

export function readInboxes(
  value: YamlValue | undefined,
  absolute: (relative: string) => string,
): Config['inboxes'] {
  const map = value?.map(FORM);
  const inboxes = {
    events: readInbox(map?.get('events'), 'events', absolute),
    ledger: readInbox(map?.get('ledger'), 'ledger', absolute),
    decisions: absolute(map?.get('decisions')?.text('a path') ?? path.join('inbox', 'decisions')),
    feeds: (map?.get('feeds')?.list(FEED_FORM) ?? []).flatMap((item) => readBinding(item, absolute)),
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
  const settledMs = readSpan(map, 'settled');
  map?.end();
  return { folder, requireControl, ...(settledMs === undefined ? {} : { settledMs }) };
}

function readBinding(item: YamlValue, absolute: (relative: string) => string): FeedBinding[] {
  const map = item.map(FEED_FORM);
  const folder = map?.need('folder', 'a path')?.text('a path');
  const feed = map?.need('feed', 'the name of a feed')?.text('the name of a feed');
  const files = map?.get('files')?.text('a pattern such as settlement_*.csv') ?? '*';
  const set = new Map<string, string>();
  for (const [name, value] of map?.get('set')?.map()?.entries ?? []) set.set(name, value.text() ?? '');
  const done = map?.get('done')?.oneOf(['keep', 'delete']) ?? 'keep';
  const waitMs = readSpan(map, 'wait') ?? USUAL_WAIT_MS;
  map?.end();
  if (folder === undefined || feed === undefined) return [];
  return [{ folder: absolute(folder), files: wildcard(files), feed, set, done, waitMs }];
}

/** `settlement_*.csv` as an expression on names; case does not count, as on the systems that most senders use. */
function wildcard(text: string): RegExp {
  const source = text
    .replace(/[-/\\^$+.()|[\]{}]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 'i');
}

const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000 };

function readSpan(map: YamlMap | undefined, key: string): number | undefined {
  const value = map?.get(key);
  const text = value?.text('a time such as 30s, 5m or 1h');
  if (value === undefined || text === undefined) return undefined;
  const [, count, unit] = /^([1-9]\d{0,3})([smh])$/.exec(text) ?? [];
  if (count !== undefined && unit !== undefined) return Number(count) * (UNITS[unit] ?? 1);
  return value.refuse({
    what: `${key} is no time`,
    expected: 'a time such as 30s, 5m or 1h',
    found: text,
  });
}
