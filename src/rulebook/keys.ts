// Compiles the keys of a pass: a column alone, or columns per side (the first that is not empty counts), with what is done
// to their text before it is compared.
import { didYouMean } from './nearest.ts';
import type { Key, KeyColumn, Normaliser } from './model.ts';
import { KEY_COLUMNS } from './model.ts';
import { readPattern } from './pattern.ts';
import type { YamlValue } from './yaml.ts';

const PLAIN_NORMALISERS = ['upper', 'alphanumeric', 'stripZeros'] as const;

/**
 * Columns that only one side has; the closed list of the others is on both. A key of ledger-only columns alone would
 * compare nothing with something.
 */
const EXPECTED_ONLY: readonly KeyColumn[] = [
  'orderId',
  'shipmentId',
  'returnId',
  'exchangeId',
  'session',
  'payout',
  'transferId',
  'receiptId',
  'subject',
  'eventId',
];
const LEDGER_ONLY: readonly KeyColumn[] = [
  'document',
  'assignment',
  'text',
  'taxCode',
  'documentType',
  'postingReference',
  'partnerCompany',
];
/** A name under `data.keys` of an event. */
const OWN_KEY = /^keys\.[A-Za-z][A-Za-z0-9_-]{0,39}$/;

const isExpectedOnly = (column: KeyColumn): boolean =>
  EXPECTED_ONLY.includes(column) || column.startsWith('keys.');

/** True where the key compares an id of the event: the business fact itself, or what it is a part of. */
export function comparesId({ expected }: Key): boolean {
  return expected.some((column) => column === 'reference' || isExpectedOnly(column));
}

/** @param perDay the business day is compared besides, so that there may be no other key */
export function readKeys(value: YamlValue | undefined, perDay: boolean): Key[] {
  if (value === undefined) return [];
  const items = value.list('a list of columns, such as [reference]');
  if (value.isList && items.length === 0 && !perDay) {
    value.refuse({
      what: 'a pass without keys would match anything',
      expected: 'at least one column, or per: [businessDate]',
    });
  }
  return items.flatMap((item) => readKey(item) ?? []);
}

function readKey(value: YamlValue): Key | undefined {
  if (!value.isMap) {
    const column = readColumn(value);
    return column === undefined
      ? undefined
      : checkSides(value, { expected: [column], ledger: [column], normalise: [] });
  }
  const map = value.map();
  if (map === undefined) return undefined;
  const both = map.get('column');
  const columns = both === undefined ? undefined : readColumns(both);
  const expected = map.get('expected');
  const ledger = map.get('ledger');
  const key = {
    expected: expected === undefined ? columns : readColumns(expected),
    ledger: ledger === undefined ? columns : readColumns(ledger),
    normalise: readNormalisers(map.get('normalise')),
  };
  map.end();
  if (key.expected === undefined || key.ledger === undefined) {
    return value.refuse({
      what: 'the key does not name its columns',
      expected: '{ column: reference }, or { expected: orderId, ledger: assignment }',
    });
  }
  return checkSides(value, { expected: key.expected, ledger: key.ledger, normalise: key.normalise });
}

function checkSides(value: YamlValue, key: Key): Key | undefined {
  for (const [side, columns, isForeign] of [
    ['expected', key.expected, (column: KeyColumn) => LEDGER_ONLY.includes(column)],
    ['ledger', key.ledger, isExpectedOnly],
  ] as const) {
    const wrong = columns.find(isForeign);
    if (wrong === undefined) continue;
    const other = side === 'expected' ? 'ledger' : 'expected';
    return value.refuse({
      what: `column ${wrong} is on ${other} lines only`,
      expected: '{ expected: COLUMN, ledger: COLUMN }',
      todo: `name the column of ${side} lines that it is compared with`,
    });
  }
  return key;
}

function readColumns(value: YamlValue): KeyColumn[] | undefined {
  if (!value.isList) {
    const column = readColumn(value);
    return column === undefined ? undefined : [column];
  }
  return value.list().flatMap((item) => readColumn(item) ?? []);
}

function readColumn(value: YamlValue): KeyColumn | undefined {
  const text = value.text('a column');
  const column = KEY_COLUMNS.find((known) => known === text);
  if (column !== undefined || text === undefined) return column;
  if (OWN_KEY.test(text)) return text as KeyColumn;
  return value.refuse({
    what: `unknown column ${text}`,
    expected: 'a column of the list, or keys.NAME for a name under `data.keys`',
    todo: didYouMean(text, KEY_COLUMNS),
  });
}

function readNormalisers(value: YamlValue | undefined): Normaliser[] {
  return (value?.list('a list such as [upper, alphanumeric]') ?? []).flatMap((item): Normaliser[] => {
    if (!item.isMap) {
      const kind = item.oneOf(PLAIN_NORMALISERS);
      return kind === undefined ? [] : [{ kind }];
    }
    const map = item.map();
    const extract = map?.need('extract', 'a regular expression with one group');
    const text = extract?.text();
    map?.end();
    if (extract === undefined || text === undefined) return [];
    const read = readPattern(text);
    if (read.ok) return [{ kind: 'extract' as const, pattern: read.pattern }];
    extract.refuse({
      what: `the regular expression cannot be used: ${read.what}`,
      expected: read.expected,
      found: JSON.stringify(text),
    });
    return [];
  });
}
