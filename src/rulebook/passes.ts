// Compiles the passes of a reconciliation: type, window, result. What a pass may never do, such as confirming on another
// account, is refused here.
import { createHash } from 'node:crypto';
import { canonicalText } from './canonical.ts';
import { comparesId, readKeys } from './keys.ts';
import type { Account, MatchType, Pass, Window } from './model.ts';
import { readPassFilter } from './passFilter.ts';
import { readTolerance } from './tolerances.ts';
import type { YamlMap, YamlValue } from './yaml.ts';

const MATCH_TYPES: readonly MatchType[] = ['one-to-one', 'one-to-many', 'many-to-one', 'many-to-many', 'net'];
const WIDEST_WINDOW_DAYS = 366;

/** Reads one pass; undefined where what it cannot do without is missing. */
export function readPass(value: YamlValue, accounts: ReadonlyMap<string, Account>): Pass | undefined {
  const map = value.map('{ name, type, keys, ... }');
  if (map === undefined) return undefined;
  const name = readName(map, ['reversal', 'posting', 'manual']);
  const type = map.need('type', MATCH_TYPES.join(', '))?.oneOf(MATCH_TYPES);
  const perDay = readPer(map.get('per'), type);
  const keys = readKeys(map.need('keys', 'a list of columns, such as [reference]'), perDay);
  const tolerance = readTolerance(map.get('tolerance'), accounts);
  const window = readWindow(map.get('window'), type, perDay);
  const where = readPassFilter(map.get('where'));
  if (type === 'net') refuseOnNet(map);
  const acrossAccounts = readAcross(map.get('across'));
  const given = map.get('result');
  const result =
    given?.oneOf(['confirmed', 'suggested'] as const) ?? (acrossAccounts ? 'suggested' : 'confirmed');
  if (acrossAccounts && result === 'confirmed') {
    given?.refuse({
      what: `pass ${name ?? ''} looks across accounts and confirms`,
      expected: 'result: suggested',
      found: 'result: confirmed',
      todo: 'let a person confirm what lies on another account',
    });
  }
  // Keys that could not be read have their own problem; what else they would break is noise.
  const identifies = keys.some(comparesId) || (keys.length === 0 && !perDay);
  if (!identifies && result === 'confirmed' && where.ledger === undefined) {
    map.value.refuse({
      what: `pass ${name ?? ''} compares no id of an event and does not say how its ledger lines are known`,
      expected: "where: { ledger: { reference: '^POS-' } } (or documentTypes, journalSources, text)",
      todo: 'name the lines that are summaries, or say result: suggested; else a sum of other business would be confirmed',
    });
  }
  const sides = readSides(map.get('sides'), type);
  const active = map.get('active')?.flag() ?? true;
  map.end();
  if (name === undefined || type === undefined) return undefined;
  const pass = {
    name,
    type,
    keys,
    ...(tolerance === undefined ? {} : { tolerance }),
    ...(window === undefined ? {} : { window }),
    perDay,
    where,
    result,
    identifies,
    sides,
    acrossAccounts,
    active,
  };
  return { ...pass, version: createHash('sha256').update(canonicalText(pass)).digest('hex').slice(0, 8) };
}

/**
 * A short name of letters, digits and dashes, which matches, reports and ids carry.
 * @param taken names that are built in
 */
export function readName(map: YamlMap, taken: readonly string[] = []): string | undefined {
  const value = map.need('name', 'a short name: letters, digits, dashes');
  const name = value?.text();
  if (name === undefined) return undefined;
  if (!/^[A-Za-z0-9][A-Za-z0-9-]{0,39}$/.test(name)) {
    const found = JSON.stringify(name);
    return value?.refuse({
      what: 'the name cannot be used',
      expected: '1 to 40 letters, digits, dashes',
      found,
    });
  }
  if (!taken.includes(name)) return name;
  return value?.refuse({ what: `${name} is built in`, found: name, todo: 'choose another name' });
}

/** It has one side and comes to zero: there is nothing to tolerate, and no other date to compare. */
function refuseOnNet(map: YamlMap): void {
  for (const key of ['tolerance', 'window']) {
    const value = map.get(key);
    value?.refuse(
      { what: `\`${key}\` means nothing on a net pass`, todo: `remove \`${key}\`` },
      value.keyWhere,
    );
  }
}

function readAcross(value: YamlValue | undefined): boolean {
  const columns = value?.list('[account]') ?? [];
  return columns.map((column) => column.oneOf(['account'] as const)).includes('account');
}

function readSides(value: YamlValue | undefined, type: MatchType | undefined): Pass['sides'] {
  const sides = value?.oneOf(['together', 'separate'] as const) ?? 'together';
  if (value !== undefined && type !== undefined && type !== 'many-to-one') {
    value.refuse({ what: '`sides` is for many-to-one', found: type, todo: 'remove `sides`' });
  }
  return sides;
}

/** `per: [businessDate]`: one group a business day; the window says which days its ledger lines may bear. */
function readPer(value: YamlValue | undefined, type: MatchType | undefined): boolean {
  if (value === undefined) return false;
  const columns = value.list('[businessDate]').map((column) => column.oneOf(['businessDate'] as const));
  if (type !== undefined && type !== 'many-to-one') {
    value.refuse({ what: '`per` is for many-to-one', found: type, todo: 'remove `per`' });
  }
  return columns.includes('businessDate');
}

function readWindow(
  value: YamlValue | undefined,
  type: MatchType | undefined,
  perDay: boolean,
): Window | undefined {
  const map = value?.map('{ days: [-1, 5] }');
  if (map === undefined) return undefined;
  const days = map.need('days', '[FROM, TO], days from business date to ledger date');
  const [first, second, ...more] = days?.list('[FROM, TO]') ?? [];
  const from = first?.wholeNumber(-WIDEST_WINDOW_DAYS, WIDEST_WINDOW_DAYS);
  const to = second?.wholeNumber(-WIDEST_WINDOW_DAYS, WIDEST_WINDOW_DAYS);
  const calendar = map.get('calendar')?.text();
  const grouping = map.get('grouping');
  const when = grouping?.oneOf(['before', 'after'] as const);
  map.end();
  if (perDay) {
    grouping?.refuse({ what: '`grouping` means nothing beside `per`', todo: 'remove `grouping`' });
  } else if (type !== undefined && type !== 'one-to-one' && type !== 'net' && grouping === undefined) {
    map.value.refuse({
      what: 'the window of a grouping pass does not say when it applies',
      expected:
        'grouping: before (each line by its own date) or grouping: after (the group by its latest date)',
    });
  }
  if (type === 'many-to-many' && when === 'before') {
    grouping?.refuse({
      what: 'a many-to-many pass has no single date to judge each line by',
      expected: 'grouping: after',
      found: 'grouping: before',
    });
  }
  if (days === undefined) return undefined;
  if (from === undefined || to === undefined || from > to || more.length > 0) {
    if (from !== undefined && to !== undefined) {
      days.refuse({ what: 'the window is not a range', expected: '[FROM, TO] with FROM not after TO' });
    } else if (second === undefined) {
      days.refuse({ what: 'the window is not a range', expected: '[FROM, TO], such as [-1, 5]' });
    }
    return undefined;
  }
  return { from, to, ...(calendar === undefined ? {} : { calendar }), when: when ?? 'before' };
}
