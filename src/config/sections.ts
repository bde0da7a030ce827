// Reads the smaller sections of tieout.yaml: locations, sources, ERPs, schedules. One function a section.
import type { YamlValue } from '../rulebook/yaml.ts';
import { ERP_KEYS } from './erpKeys.ts';
import type { Authority, ErpSetting, LocationSetting, Schedule, ScheduledJob, Source } from './model.ts';

const JOBS: readonly ScheduledJob[] = ['ingest', 'reconcile', 'post', 'report'];

export function readLocation(value: YamlValue): LocationSetting | undefined {
  const map = value.map('{ timeZone: ..., dayEnds: "04:00" }');
  const timeZone = map?.get('timeZone')?.timeZone();
  const dayEnds = map?.get('dayEnds')?.timeOfDay();
  map?.end();
  return { ...(timeZone === undefined ? {} : { timeZone }), ...(dayEnds === undefined ? {} : { dayEnds }) };
}

export function readSource(value: YamlValue): Source | undefined {
  const map = value.map('{ owner: ..., types: [...], locations: [...], authoritative: true }');
  const owner = map?.need('owner', 'who answers for it')?.text();
  const types = map?.get('types')?.texts('a list of event types') ?? [];
  const locations = map?.get('locations')?.texts('a list of location codes') ?? [];
  const authoritative = readAuthority(map?.get('authoritative'));
  map?.end();
  return owner === undefined ? undefined : { name: value.name, owner, types, locations, authoritative };
}

/** `true`, `false`, or a list of where and when: `[{ locations: [S001], from: 2026-10-01 }]`. */
function readAuthority(value: YamlValue | undefined): readonly Authority[] {
  if (value === undefined) return [];
  if (!value.isList) return value.flag() === true ? [{}] : [];
  return value.list().flatMap((item) => {
    const map = item.map('{ locations: [S001], from: YYYY-MM-DD, to: YYYY-MM-DD }');
    const locations = map?.get('locations')?.texts();
    const from = map?.get('from')?.date();
    const to = map?.get('to')?.date();
    map?.end();
    const authority = {
      ...(locations === undefined ? {} : { locations }),
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
    };
    return map === undefined ? [] : [authority];
  });
}

export function readErp(value: YamlValue, absolute: (relative: string) => string): ErpSetting | undefined {
  const map = value.map('{ adapter: file-drop, outbox: DIR, archive: DIR }');
  const adapter = map?.need('adapter', Object.keys(ERP_KEYS).join(', '))?.oneOf(Object.keys(ERP_KEYS));
  const known = ERP_KEYS[adapter ?? ''];
  if (map === undefined || adapter === undefined || known === undefined) return undefined;
  const folders: Record<string, string> = {};
  const settings: Record<string, string> = {};
  for (const key of known.folders) folders[key] = absolute(map.need(key, 'a folder')?.text('a path') ?? key);
  for (const key of known.files) {
    const file = map.get(key)?.text('a path');
    if (file !== undefined) folders[key] = absolute(file);
  }
  for (const key of known.settings) {
    const text = textOrPairs(map.get(key));
    if (text !== undefined) settings[key] = text;
  }
  map.end();
  return { name: value.name, adapter, folders, settings };
}

/** Text as it is; a mapping `{ US01: 1, EU01: 2 }` as `US01=1, EU01=2`. */
function textOrPairs(value: YamlValue | undefined): string | undefined {
  if (value === undefined || !value.isMap) return value?.text();
  const pairs = [...(value.map()?.entries ?? [])].map(([key, one]) => `${key}=${one.text() ?? ''}`);
  return pairs.join(', ');
}

export function readSchedule(value: YamlValue): Schedule | undefined {
  const map = value.map('{ jobs: [...], at: "02:30", timeZone: ..., catchUp: all }');
  const jobs = map?.need('jobs', `a list of ${JOBS.join(', ')}`)?.list() ?? [];
  const at = map?.need('at', 'a local time, "HH:MM"')?.timeOfDay();
  const timeZone = map?.need('timeZone', 'a time zone such as America/Chicago')?.timeZone();
  const catchUp = map?.get('catchUp')?.oneOf(['all', 'latest', 'none'] as const) ?? 'latest';
  map?.end();
  if (at === undefined || timeZone === undefined) return undefined;
  return { name: value.name, jobs: jobs.flatMap((job) => job.oneOf(JOBS) ?? []), at, timeZone, catchUp };
}
