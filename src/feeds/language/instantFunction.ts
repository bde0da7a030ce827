// `at`: an instant from a local date and time and its zone. An hour that the clock skips or repeats is refused, unless the feed
// says which of the two is meant.
import { isTimeZone } from '../../accounting/dates.ts';
import type { YamlMap } from '../../rulebook/yaml.ts';
import { isClock } from './dateType.ts';
import { Fault, shown } from './model.ts';
import type { Getter, Value } from './model.ts';
import { maybeOperand, operand } from './operands.ts';
import type { Scope } from './scope.ts';

const LOCAL = /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2}:\d{2}))?$/;
const OFFSET = /^(?:Z|[+-]\d{2}:\d{2})$/;
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** Reads `{at: date, time?, zone, zones?, hour?}`. */
export function readAt(map: YamlMap, scope: Scope): Getter | undefined {
  const date = operand(map, 'at', scope);
  const time = maybeOperand(map, 'time', scope);
  const hour = map.get('hour')?.oneOf(['first', 'second']);
  const zone = readZone(map, scope);
  if (date === undefined || time === false || zone === undefined) return undefined;
  return (context) => {
    const [day, clock, place] = [date(context), time?.(context) ?? '', zone(context)];
    if (typeof day !== 'string') return day;
    if (typeof clock !== 'string') return clock;
    if (typeof place !== 'string') return place;
    if (day === '') return '';
    // A time that says its offset is an instant already.
    if (/[Z]$|[+-]\d{2}:\d{2}$/.test(day) && day.includes('T')) return day;
    const local = LOCAL.exec(day);
    const full = clock === '' ? (local?.[2] ?? '00:00:00') : clock.length === 5 ? `${clock}:00` : clock;
    if (local === null || !isClock(full))
      return new Fault(
        'BAD_TIME',
        'at',
        'a local date, and a time of day as HH:mm:ss',
        shown(`${day} ${clock}`),
      );
    return instantOf(local[1]!, full, place, hour);
  };
}

/** An IANA zone, or a column with what its words mean. */
function readZone(map: YamlMap, scope: Scope): Getter | undefined {
  const { zone: usual } = scope.shared;
  if (map.get('zone') === undefined && usual !== undefined) return () => usual;
  const value = map.need('zone', 'a time zone such as Europe/Amsterdam, or a column');
  const text = value?.text();
  if (value === undefined || text === undefined) return undefined;
  const get = scope.find(text);
  const zonesValue = map.get('zones');
  if (get === undefined) {
    if (isTimeZone(text)) return () => text;
    return value.refuse({
      what: 'zone is neither a column nor a time zone',
      expected: 'a zone such as Europe/Amsterdam',
      found: text,
    });
  }
  const zones = new Map<string, string>();
  for (const [word, meant] of zonesValue?.map()?.entries ?? []) {
    const zone = meant.text() ?? '';
    if (OFFSET.test(zone) || isTimeZone(zone)) zones.set(word, zone);
    else
      meant.refuse({
        what: 'no time zone',
        expected: '"-08:00", or a zone such as America/New_York',
        found: zone,
      });
  }
  return (context) => {
    const word = get(context);
    if (typeof word !== 'string') return word;
    const zone = zones.get(word);
    if (zone !== undefined) return zone;
    if (OFFSET.test(word) || (word.includes('/') && isTimeZone(word)) || word === 'UTC') return word;
    return new Fault(
      'BAD_TIME',
      text,
      `a zone: ${[...zones.keys()].join(', ') || 'one by its IANA name'}`,
      shown(word),
    );
  };
}

const known = new Map<string, Value>();

function instantOf(day: string, clock: string, zone: string, hour: 'first' | 'second' | undefined): Value {
  if (zone === 'UTC' || zone === 'Z') return `${day}T${clock}Z`;
  if (OFFSET.test(zone)) return `${day}T${clock}${zone}`;
  const key = `${day} ${clock} ${zone} ${hour ?? ''}`;
  const before = known.get(key);
  if (before !== undefined) return before;
  const value = inZone(day, clock, zone, hour);
  if (known.size >= 20_000) known.clear();
  known.set(key, value);
  return value;
}

function inZone(day: string, clock: string, zone: string, hour: 'first' | 'second' | undefined): Value {
  const local = Date.parse(`${day}T${clock}Z`);
  const offsets = [...new Set([offsetAt(local - DAY_MS, zone), offsetAt(local + DAY_MS, zone)])];
  const fitting = offsets.filter((offset) => offsetAt(local - offset * MINUTE_MS, zone) === offset);
  const [only] = fitting;
  if (fitting.length === 1 && only !== undefined) return `${day}T${clock}${printOffset(only)}`;
  // Repeated: the first is the one with the larger offset. Skipped: the first reads the clock as it was before.
  const inOrder = fitting.length === 2 ? fitting.toSorted((a, b) => b - a) : offsets;
  if (hour !== undefined)
    return `${day}T${clock}${printOffset(inOrder[hour === 'first' ? 0 : 1] ?? inOrder[0] ?? 0)}`;
  const what = fitting.length === 2 ? 'that comes once (or `hour: first` or `second`)' : 'that exists there';
  return new Fault('BAD_TIME', 'at', `a local time of ${zone} ${what}`, `${day} ${clock}`);
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Minutes by which the zone's clocks are ahead of UTC at an instant. */
function offsetAt(instantMs: number, zone: string): number {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-CA', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
    formats.set(zone, format);
  }
  const part: Record<string, string> = {};
  for (const { type, value } of format.formatToParts(instantMs)) part[type] = value;
  const shownThere = Date.parse(
    `${part['year']}-${part['month']}-${part['day']}T${part['hour']}:${part['minute']}:${part['second']}Z`,
  );
  return Math.trunc((shownThere - instantMs) / MINUTE_MS);
}

function printOffset(minutes: number): string {
  const size = Math.abs(minutes);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}
