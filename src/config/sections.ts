// Reads the smaller sections of tieout.yaml: locations, ERPs, schedules. One function a section.
import type { YamlValue } from '../rulebook/yaml.ts';
import { ERP_KEYS } from './erpKeys.ts';
import type { ErpSetting, LocationSetting, Schedule, ScheduledJob } from './model.ts';

const JOBS: readonly ScheduledJob[] = ['ingest', 'reconcile', 'post', 'report'];

export function readLocation(value: YamlValue): LocationSetting | undefined {
  const map = value.map('{ timeZone: ..., dayEnds: "04:00" }');
  const timeZone = map?.get('timeZone')?.timeZone();
  const dayEnds = map?.get('dayEnds')?.timeOfDay();
  map?.end();
  return { ...(timeZone === undefined ? {} : { timeZone }), ...(dayEnds === undefined ? {} : { dayEnds }) };
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
