// Reads `emit:`: which records a row or group gives, and where each of their fields comes from. Fields are held against the
// canonical contract here, so that a misspelt one is refused with its line.
import { LEDGER_COLUMNS, REQUIRED_COLUMNS } from '../../accounting/ledgerColumns.ts';
import { BALANCE_TABLE, PERIOD_TABLE, columnsOf } from '../../accounting/tableColumns.ts';
import { EVENT_TYPES } from '../../events/registry.ts';
import { SHIPMENT } from '../../events/shipment.ts';
import { didYouMean, nearest } from '../../rulebook/nearest.ts';
import type { YamlMap, YamlValue } from '../../rulebook/yaml.ts';
import { readCondition } from './condition.ts';
import type { Builder, Emit, Kind } from './feed.ts';
import { readField } from './functions.ts';
import type { Getter } from './model.ts';
import { readNested } from './nested.ts';
import { readPer } from './subjects.ts';
import type { Subjects } from './subjects.ts';
import type { Scope } from './scope.ts';

/** Columns of the canonical tables. */
export const TABLE_COLUMNS: Readonly<Record<Exclude<Kind, 'event'>, readonly string[]>> = {
  ledger: LEDGER_COLUMNS,
  opening: ['side', ...LEDGER_COLUMNS],
  balances: Object.keys(BALANCE_TABLE),
  periods: Object.keys(PERIOD_TABLE),
};
const REQUIRED: Readonly<Record<Exclude<Kind, 'event'>, readonly string[]>> = {
  ledger: REQUIRED_COLUMNS,
  opening: ['side', ...REQUIRED_COLUMNS],
  balances: columnsOf(BALANCE_TABLE, 'required'),
  periods: columnsOf(PERIOD_TABLE, 'required'),
};

export function readEmits(root: YamlMap, subjects: Subjects): Emit[] {
  const counts = new Map<Kind, number>();
  const items = root.need('emit', 'what records it gives')?.list('a list of records') ?? [];
  return items.flatMap((item): Emit[] => {
    const map = item.map('{ledger: fields} or {event: TYPE, ...}');
    if (map === undefined) return [];
    const subject = readPer(map, subjects);
    const whenValue = map.get('when');
    const kind = kindOf(map);
    if (subject === undefined || kind === undefined) return [];
    const { per, isGroup, scope } = subject;
    const when = whenValue && readCondition(whenValue, scope);
    const index = counts.get(kind) ?? 0;
    counts.set(kind, index + 1);
    const columns = kind === 'event' ? new Map<string, Getter>() : readTable(map.get(kind)!, kind, scope);
    const event = kind === 'event' ? readEvent(map, scope) : undefined;
    const eventType = kind === 'event' ? (map.get('event')?.text() ?? '') : '';
    map.end();
    return [{ kind, per, isGroup, when, columns, event, eventType, index }];
  });
}

function kindOf(map: YamlMap): Kind | undefined {
  const kinds = (['event', 'ledger', 'balances', 'periods', 'opening'] as const).filter((kind) =>
    map.entries.has(kind),
  );
  const [kind] = kinds;
  if (kind !== undefined && kinds.length === 1) return kind;
  return map.value.refuse({
    what: 'it does not say what record it gives',
    expected: 'one of ledger:, balances:, periods:, opening:, event:',
    found: [...map.entries.keys()].join(', '),
  });
}

function readTable(value: YamlValue, kind: Exclude<Kind, 'event'>, scope: Scope): Map<string, Getter> {
  const known = TABLE_COLUMNS[kind];
  const columns = new Map<string, Getter>();
  const entries = value.map('{column: where it comes from}')?.entries ?? [];
  for (const [column, each] of entries) {
    if (!known.includes(column)) {
      each.refuse(
        { what: `${kind} has no column ${column}`, todo: didYouMean(column, known) },
        each.keyWhere,
      );
      continue;
    }
    const getter = readField(each, scope);
    if (getter !== undefined) columns.set(column, getter);
  }
  const names = [...entries].map(([column]) => column);
  const missing = REQUIRED[kind].filter((column) => !names.includes(column));
  if (missing.length > 0)
    value.refuse({ what: `${kind} lacks ${missing.join(', ')}`, expected: REQUIRED[kind].join(', ') });
  return columns;
}

function readEvent(map: YamlMap, scope: Scope): Builder | undefined {
  const typeValue = map.get('event')!;
  const type = typeValue.text(`a type such as ${SHIPMENT.type}`) ?? '';
  if (!EVENT_TYPES.has(type)) {
    const near = nearest(type, EVENT_TYPES.keys());
    typeValue.refuse({
      what: 'no such event type',
      found: type,
      todo: near === undefined ? `use one of ${[...EVENT_TYPES.keys()].join(', ')}` : `did you mean ${near}?`,
    });
  }
  const field = (key: string): Getter | undefined => {
    const value = map.need(key, 'a name or a function');
    return value && readField(value, scope);
  };
  const sourceValue = map.need('source', 'where it comes from, such as /shopify/us');
  const literal = sourceValue?.isMap === false ? sourceValue.text() : undefined;
  const source =
    literal?.startsWith('/') === true ? (): string => literal : sourceValue && readField(sourceValue, scope);
  const [id, time] = [field('id'), field('time')];
  const subjectValue = map.get('subject');
  const subject = subjectValue && readField(subjectValue, scope);
  const dataValue = map.need('data', 'its fields');
  const data = dataValue && readNested(dataValue, scope, 'data');
  if (id === undefined || time === undefined || source === undefined || data === undefined) return undefined;
  return (context, faults) => {
    const text = (get: Getter): string => {
      const value = get(context);
      if (typeof value === 'string') return value;
      faults.push(value);
      return '';
    };
    const identity = text(id);
    const about = subject === undefined ? identity : text(subject);
    return {
      specversion: '1.0',
      id: identity,
      source: text(source),
      type,
      time: text(time),
      ...(about === '' ? {} : { subject: about }),
      datacontenttype: 'application/json',
      data: data(context, faults) ?? {},
    };
  };
}
