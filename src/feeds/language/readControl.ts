// Reads `control:`: what a control file would say, and what the file says of itself.
import type { YamlMap, YamlValue } from '../../rulebook/yaml.ts';
import type { ControlRules } from './feed.ts';
import { readField } from './functions.ts';
import type { Getter } from './model.ts';
import { number } from './numberFunctions.ts';
import { readPer } from './subjects.ts';
import type { Subjects } from './subjects.ts';
import type { Scope } from './scope.ts';

const FIELDS =
  'mode complete companies ledgers accounts from to extractedAt wholeDocuments rows debit credit'.split(' ');
const LISTS: ReadonlySet<string> = new Set(['companies', 'ledgers', 'accounts']);

export function readControlRules(
  value: YamlValue | undefined,
  subjects: Subjects,
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
    sums: (map.get('sums')?.list() ?? []).flatMap((item) => readSum(item, subjects, outside)),
    running: (map.get('running')?.list() ?? []).flatMap((item) => readRunning(item, subjects)),
    sequence: readSequences(map.get('sequence')).flatMap((item) => readSequence(item, subjects)),
  };
  readExpect(map.get('expect'));
  map.end();
  return rules;
}

function readSum(item: YamlValue, subjects: Subjects, outside: Scope): ControlRules['sums'] {
  const map = item.map('{stated, found, per?}');
  const subject = map && readPer(map, subjects);
  const [statedValue, foundValue] = [map?.need('stated', 'a name'), map?.need('found', 'a name')];
  map?.end();
  if (subject === undefined || statedValue === undefined || foundValue === undefined) return [];
  const name = statedValue.text() ?? '';
  // A sum of all rows is stated by the file as a whole.
  const stated = (subject.isGroup ? subject.scope : outside).name(statedValue);
  const found = subject.scope.name(foundValue);
  const { per, isGroup } = subject;
  return stated === undefined || found === undefined
    ? []
    : [{ stated: number(stated, name), found: number(found, name), name, per, isGroup }];
}

function readRunning(item: YamlValue, subjects: Subjects): ControlRules['running'] {
  const map = item.map('{balance, amount, of}');
  const subject = map && rowsOf(map, subjects);
  const [balanceValue, amountValue, ofValue] = [
    map?.need('balance', 'a name'),
    map?.need('amount', 'a name'),
    map?.get('of'),
  ];
  map?.end();
  const balance = balanceValue && subject?.scope.name(balanceValue);
  const amount = amountValue && subject?.scope.name(amountValue);
  const of = ofValue && subject?.scope.name(ofValue);
  if (subject === undefined || balance === undefined || amount === undefined) return [];
  const name = balanceValue?.text() ?? '';
  return [{ balance: number(balance, name), amount: number(amount, name), of, name, set: subject.per }];
}

function readSequences(value: YamlValue | undefined): YamlValue[] {
  if (value === undefined) return [];
  return value.isList ? value.list() : [value];
}

function readSequence(item: YamlValue, subjects: Subjects): ControlRules['sequence'] {
  const map = item.map('{by, of}');
  const subject = map && rowsOf(map, subjects);
  const byValue = map?.need('by', 'a number that counts');
  const ofValue = map?.get('of');
  map?.end();
  const by = byValue && subject?.scope.name(byValue);
  const of = ofValue && subject?.scope.name(ofValue);
  return subject === undefined || by === undefined
    ? []
    : [{ by, of, name: byValue?.text() ?? '', set: subject.per }];
}

function rowsOf(map: YamlMap, subjects: Subjects): { per: string; scope: Scope } | undefined {
  const subject = readPer(map, subjects);
  if (subject === undefined || !subject.isGroup) return subject;
  return map.value.refuse({ what: 'this is of rows, one after the other', expected: 'per: a row set' });
}

/** When the next file is due: read so that a wrong key is refused. Nothing asks for it yet. */
function readExpect(value: YamlValue | undefined): void {
  const map = value?.map('{every: day, by: "06:00", timeZone}');
  map?.need('every', 'day')?.oneOf(['day']);
  map?.need('by', 'a local time')?.timeOfDay();
  map?.need('timeZone', 'a zone')?.timeZone();
  map?.get('calendar')?.text();
  map?.get('atLeast')?.text();
  map?.end();
}
