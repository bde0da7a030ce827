// Reads `control:`: what a control file would say, and what the file says of itself.
import type { YamlMap, YamlValue } from '../../rulebook/yaml.ts';
import type { ControlRules } from './feed.ts';
import { readField } from './functions.ts';
import type { Getter } from './model.ts';
import { number } from './numberFunctions.ts';
import { readPer } from './places.ts';
import type { Places } from './places.ts';
import type { Scope } from './scope.ts';

const FIELDS =
  'mode complete companies ledgers accounts from to extractedAt wholeDocuments rows debit credit'.split(' ');
const LISTS: ReadonlySet<string> = new Set(['companies', 'ledgers', 'accounts']);

export function readControlRules(
  value: YamlValue | undefined,
  places: Places,
  outside: Scope,
): ControlRules | undefined {
  const map = value?.map('what the file claims of itself');
  if (map === undefined) return undefined;
  const fields = new Map<string, { get: Getter; list: boolean }>();
  for (const name of FIELDS) {
    const each = map.get(name);
    const get = each && readField(each, outside);
    if (get !== undefined) fields.set(name, { get, list: LISTS.has(name) });
  }
  const rules: ControlRules = {
    fields,
    sums: (map.get('sums')?.list() ?? []).flatMap((item) => readSum(item, places, outside)),
    running: (map.get('running')?.list() ?? []).flatMap((item) => readRunning(item, places)),
    sequence: readSequences(map.get('sequence')).flatMap((item) => readSequence(item, places)),
  };
  readExpect(map.get('expect'));
  map.end();
  return rules;
}

function readSum(item: YamlValue, places: Places, outside: Scope): ControlRules['sums'] {
  const map = item.map('{stated, found, per?}');
  const place = map && readPer(map, places);
  const [statedValue, foundValue] = [map?.need('stated', 'a name'), map?.need('found', 'a name')];
  map?.end();
  if (place === undefined || statedValue === undefined || foundValue === undefined) return [];
  const name = statedValue.text() ?? '';
  // A sum of all rows is stated by the file as a whole.
  const stated = (place.isGroup ? place.scope : outside).name(statedValue);
  const found = place.scope.name(foundValue);
  const { per, isGroup } = place;
  return stated === undefined || found === undefined
    ? []
    : [{ stated: number(stated, name), found: number(found, name), name, per, isGroup }];
}

function readRunning(item: YamlValue, places: Places): ControlRules['running'] {
  const map = item.map('{balance, amount, of}');
  const place = map && rowsOf(map, places);
  const [balanceValue, amountValue, ofValue] = [
    map?.need('balance', 'a name'),
    map?.need('amount', 'a name'),
    map?.get('of'),
  ];
  map?.end();
  const balance = balanceValue && place?.scope.name(balanceValue);
  const amount = amountValue && place?.scope.name(amountValue);
  const of = ofValue && place?.scope.name(ofValue);
  if (place === undefined || balance === undefined || amount === undefined) return [];
  const name = balanceValue?.text() ?? '';
  return [{ balance: number(balance, name), amount: number(amount, name), of, name, set: place.per }];
}

function readSequences(value: YamlValue | undefined): YamlValue[] {
  if (value === undefined) return [];
  return value.isList ? value.list() : [value];
}

function readSequence(item: YamlValue, places: Places): ControlRules['sequence'] {
  const map = item.map('{by, of}');
  const place = map && rowsOf(map, places);
  const byValue = map?.need('by', 'a number that counts');
  const ofValue = map?.get('of');
  map?.end();
  const by = byValue && place?.scope.name(byValue);
  const of = ofValue && place?.scope.name(ofValue);
  return place === undefined || by === undefined
    ? []
    : [{ by, of, name: byValue?.text() ?? '', set: place.per }];
}

function rowsOf(map: YamlMap, places: Places): { per: string; scope: Scope } | undefined {
  const place = readPer(map, places);
  if (place === undefined || !place.isGroup) return place;
  return map.value.refuse({ what: 'this is of rows, one after the other', expected: 'per: a row set' });
}

/** When the next file is due: read here so that a wrong key is refused; the worker asks for it. */
function readExpect(value: YamlValue | undefined): void {
  const map = value?.map('{every: day, by: "06:00", timeZone}');
  map?.need('every', 'day')?.oneOf(['day']);
  map?.need('by', 'a local time')?.timeOfDay();
  map?.need('timeZone', 'a zone')?.timeZone();
  map?.get('calendar')?.text();
  map?.get('atLeast')?.text();
  map?.end();
}
