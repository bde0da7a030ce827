// Reads columns: where each comes from and how its text is read.
import type { YamlMap, YamlValue } from '../../rulebook/yaml.ts';
import { parsePath } from './path.ts';
import type { Path } from './path.ts';
import type { Column, Format } from './definition.ts';
import { isTree } from './definition.ts';
import { asStored, decimalReader, PLAIN_NUMBERS } from './decimalType.ts';
import type { NumberForm } from './decimalType.ts';
import { dateReader, dayInYearReader, ENGLISH_MONTHS, timeReader, TOKENS } from './dateType.ts';
import type { DateForm } from './dateType.ts';
import { keyReader } from './keyType.ts';
import { remembered } from './model.ts';
import type { Context, Getter, Row, Value } from './model.ts';
import type { Scope } from './scope.ts';

/** What columns take where they say nothing. */
export interface Defaults {
  numbers: NumberForm;
  numbersEmpty: readonly string[];
  dates: DateForm | undefined;
  datesEmpty: readonly string[];
}

const TYPES = ['text', 'key', 'decimal', 'date', 'time'] as const;
type Type = (typeof TYPES)[number];

/** How the text of one column becomes a value; `late` asks other names, which are known when all columns are. */
export interface ColumnType {
  type: Type;
  empty: readonly string[];
  read(text: string, context: Context): Value;
  /** Resolves names that the type needs. */
  bind(scope: Scope): void;
}

/** Reads `numbers:`, or the same keys in a column, over what stood before. */
export function readNumberForm(map: YamlMap | undefined, before: NumberForm): NumberForm {
  if (map === undefined) return before;
  const groups = map.get('group')?.texts('one or several characters') ?? undefined;
  const negative = map.get('negative');
  const signs = negative?.texts().filter((word) => ['leading', 'trailing', 'parentheses'].includes(word));
  if (negative !== undefined && signs?.length !== negative.texts().length)
    negative.refuse({
      what: 'negative has a word that is not known',
      expected: 'leading, trailing, parentheses',
    });
  const decimals = new Map<string, number>();
  for (const [code, value] of map.get('decimals')?.map()?.entries ?? [])
    decimals.set(code, value.wholeNumber(0, 6) ?? 2);
  const marks = groups?.filter((mark) => mark !== 'indian');
  const form: NumberForm = {
    decimal: map.get('decimal')?.oneOf(['.', ',']) ?? before.decimal,
    group: marks === undefined ? before.group : marks.length === 0 ? [','] : marks,
    indian: groups === undefined ? before.indian : groups.includes('indian'),
    negative:
      signs === undefined ? before.negative : ([...new Set(['leading', ...signs])] as NumberForm['negative']),
    stored: map.get('stored')?.oneOf(['minor', 'two']) ?? before.stored,
    decimals: decimals.size > 0 ? decimals : before.decimals,
  };
  if (form.group.includes(form.decimal))
    map.value.refuse({
      what: `${form.decimal} is both the decimal sign and a mark between thousands`,
      expected: 'two different signs',
    });
  return form;
}

/** Reads `dates:`, or the same keys in a column; undefined where no form is given anywhere. */
export function readDateForm(map: YamlMap | undefined, before: DateForm | undefined): DateForm | undefined {
  if (map === undefined) return before;
  const value = map.get('form');
  const forms = value?.texts('a form such as YYYY-MM-DD') ?? before?.forms;
  for (const form of value?.texts() ?? [])
    if ((form.match(TOKENS) ?? []).length === 0)
      value!.refuse({
        what: 'the form has no part of a date or time',
        expected: 'YYYY YY MM M DD D MMM HH mm ss Z',
        found: form,
      });
  const monthsValue = map.get('months');
  const months = monthsValue?.texts();
  if (months !== undefined && months.length !== 12)
    monthsValue!.refuse({ what: 'months are twelve', expected: '12 names', found: String(months.length) });
  const century = map.get('century')?.wholeNumber(1900, 2100) ?? before?.century;
  if (forms === undefined && months === undefined && century === undefined) return undefined;
  return { forms: forms ?? [], century: century ?? 1970, months: months ?? before?.months ?? ENGLISH_MONTHS };
}

export const NO_DEFAULTS: Defaults = {
  numbers: PLAIN_NUMBERS,
  numbersEmpty: [],
  dates: undefined,
  datesEmpty: [],
};

/** Reads the type of a column or head from its mapping. */
export function readType(map: YamlMap | undefined, name: string, defaults: Defaults): ColumnType {
  const type = map?.get('type')?.oneOf(TYPES) ?? 'text';
  const own = map?.get('empty')?.texts('a text or a list of texts');
  const bind = (): void => {};
  switch (type) {
    case 'text':
      return { type, empty: own ?? [], read: (text) => text, bind };
    case 'key': {
      const read = keyReader(
        {
          floats: map?.get('floats')?.oneOf(['refuse', 'empty', 'repair']) ?? 'refuse',
          strip: map?.get('zeros')?.oneOf(['strip']) === 'strip',
          pad: map?.get('pad')?.wholeNumber(1, 100) ?? 0,
          upper: map?.get('upper')?.flag() ?? false,
        },
        name,
      );
      return { type, empty: own ?? [], read, bind };
    }
    case 'decimal':
      return decimalType(map, name, own ?? defaults.numbersEmpty, defaults);
    default:
      return dateType(map, name, type, own ?? defaults.datesEmpty, defaults);
  }
}

function decimalType(
  map: YamlMap | undefined,
  name: string,
  empty: readonly string[],
  defaults: Defaults,
): ColumnType {
  const form = readNumberForm(map, defaults.numbers);
  const currencyValue = map?.get('currency');
  const read = decimalReader(form, name);
  const stored = form.stored;
  if (stored === 'plain') return { type: 'decimal', empty, read, bind: () => {} };
  let currency: Getter | undefined;
  if (currencyValue === undefined)
    map?.value.refuse({
      what: `stored: ${stored} needs the currency of the amount`,
      expected: 'currency: a name',
    });
  return {
    type: 'decimal',
    empty,
    read(text, context) {
      const plain = read(text);
      if (typeof plain !== 'string') return plain;
      const code = currency?.(context) ?? '';
      return typeof code === 'string' ? asStored(plain, form, code, name) : code;
    },
    bind(scope) {
      if (currencyValue !== undefined) currency = scope.name(currencyValue);
    },
  };
}

function dateType(
  map: YamlMap | undefined,
  name: string,
  type: 'date' | 'time',
  empty: readonly string[],
  defaults: Defaults,
): ColumnType {
  const usual = type === 'date' ? 'YYYY-MM-DD' : 'YYYY-MM-DDTHH:mm:ssZ';
  const given = readDateForm(map, defaults.dates);
  const form = given ?? { forms: [usual], century: 1970, months: ENGLISH_MONTHS };
  const whole = form.forms.length === 0 ? { ...form, forms: [usual] } : form;
  const yearValue = map?.get('yearFrom');
  if (yearValue === undefined) {
    const read = type === 'date' ? dateReader(whole, name) : timeReader(whole, name);
    return { type, empty, read, bind: () => {} };
  }
  const read = dayInYearReader(whole, name);
  let year: Getter | undefined;
  return {
    type,
    empty,
    read(text, context) {
      const from = year?.(context) ?? '';
      return typeof from === 'string' ? read(text, from) : from;
    },
    bind(scope) {
      year = scope.name(yearValue);
    },
  };
}

/** Reads `columns:` of a row set and adds each to its scope. */
export function readColumns(
  value: YamlValue | undefined,
  scope: Scope,
  format: Format,
  defaults: Defaults,
): { columns: Column[]; types: ColumnType[] } {
  const columns: Column[] = [];
  const types: ColumnType[] = [];
  for (const [name, each] of value?.map('columns: {name: where it comes from}')?.entries ?? []) {
    const map = each.isMap ? each.map() : undefined;
    const fromValue = map === undefined ? each : map.get('from');
    const from = fromValue?.texts('a name, or a list of names') ?? [name];
    const type = readType(map, name, defaults);
    const column: Column = {
      name,
      from,
      paths: isTree(format) ? readPaths(from, fromValue ?? each) : [],
      each: map?.get('each')?.flag() ?? false,
      optional: map?.get('optional')?.flag() ?? false,
      type: type.type,
    };
    map?.end();
    const index = columns.length;
    columns.push(column);
    types.push(type);
    scope.add(
      name,
      remembered(scope.slot(), (context) => typed((context as Row).cell(index), type, context)),
    );
  }
  return { columns, types };
}

/** Parses paths; a problem for one that cannot be read. */
export function readPaths(texts: readonly string[], value: YamlValue): Path[] {
  return texts.flatMap((text) => {
    const path = parsePath(text);
    if (path !== undefined) return [path];
    value.refuse({
      what: 'the path cannot be read',
      expected: 'steps by /, such as Bal[Tp/CdOrPrtry/Cd=CLBD]/Amt',
      found: text,
    });
    return [];
  });
}

/** The value of a cell: trimmed, empty, or read by its type. */
export function typed(cell: string, { empty, read }: ColumnType, context: Context): Value {
  const text = cell.trim();
  return text === '' || empty.includes(text) ? '' : read(text, context);
}
