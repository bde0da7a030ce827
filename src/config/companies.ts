// Reads the `companies` section of tieout.yaml: everything that is decided per legal entity.
import type { Decimal } from '../money/decimal.ts';
import { minorUnits } from '../money/currencies.ts';
import { BRAKES } from '../posting/brakes.ts';
import type { BrakeSettings } from '../posting/brakes.ts';
import type { YamlMap, YamlValue } from '../rulebook/yaml.ts';
import { readFiscalCalendar } from './fiscalCalendar.ts';
import type {
  ClosedPeriodPolicy,
  ClosedPeriods,
  Company,
  Limits,
  Rollout,
  RolloutMode,
  RolloutRule,
} from './model.ts';

const MODES: readonly RolloutMode[] = ['observe', 'propose', 'post'];
const POLICIES: readonly ClosedPeriodPolicy[] = ['refuse', 'nextOpen', 'accrue'];

/** One company; undefined where what it cannot do without is missing (the problem is noted). */
export function readCompany(value: YamlValue): Company | undefined {
  const map = value.map('a mapping with currency, timeZone, ...');
  if (map === undefined) return undefined;
  if (!/^.{1,20}$/u.test(value.name)) {
    value.refuse({ what: `company code ${value.name} is too long`, expected: '1 to 20 characters' });
  }
  const currency = readCurrency(map.need('currency', 'ISO 4217 code such as USD'));
  const timeZone = map.need('timeZone', 'a time zone such as America/Chicago')?.timeZone();
  const taxAssessed = readTaxAssessed(map.get('taxAssessed'));
  const erp = map.get('erp')?.text();
  const acceptLimit = readLimit(map, 'acceptLimit');
  const company = {
    code: value.name,
    fiscalCalendar: readFiscalCalendar(map.get('fiscalCalendar')),
    costOfSales: map.get('costOfSales')?.oneOf(['events', 'erp'] as const) ?? 'events',
    inventoryMethod: map.get('inventoryMethod')?.oneOf(['cost', 'retail'] as const) ?? 'cost',
    rollout: readRollout(map.get('rollout')),
    limits: readLimits(map.get('limits')),
    brakes: readBrakes(map.get('brakes')),
    closedPeriods: readClosedPeriods(map.get('closedPeriods')),
    journals: map.get('journals')?.oneOf(['detail', 'summary'] as const) ?? 'detail',
    ...(taxAssessed === undefined ? {} : { taxAssessed }),
    ...(acceptLimit === undefined ? {} : { acceptLimit }),
    ...(erp === undefined ? {} : { erp }),
  };
  map.end();
  return currency === undefined || timeZone === undefined ? undefined : { ...company, currency, timeZone };
}

function readCurrency(value: YamlValue | undefined): string | undefined {
  const code = value?.text('ISO 4217 code such as USD');
  if (code === undefined || minorUnits(code) !== undefined) return code;
  const todo = 'write the three capital letters of the currency';
  return value?.refuse({
    what: 'unknown currency',
    expected: 'ISO 4217 code such as USD',
    found: code,
    todo,
  });
}

function readTaxAssessed(value: YamlValue | undefined): Company['taxAssessed'] {
  const map = value?.map('{ since: YYYY-MM-DD, clearing: ACCOUNT }');
  const since = map?.need('since', 'first business day that the tax engine assesses, YYYY-MM-DD')?.date();
  const clearing = map?.need('clearing', 'name of the clearing account in accounts.yaml')?.text();
  map?.end();
  return since === undefined || clearing === undefined ? undefined : { since, clearing };
}

function readRollout(value: YamlValue | undefined): Rollout {
  if (value === undefined) return { default: 'observe', where: [] };
  if (!value.isMap) return { default: value.oneOf(MODES) ?? 'observe', where: [] };
  const map = value.map();
  const mode = map?.need('default', MODES.join(', '))?.oneOf(MODES);
  const where = map?.get('where')?.list() ?? [];
  map?.end();
  return { default: mode ?? 'observe', where: where.flatMap((item) => readRolloutRule(item) ?? []) };
}

function readRolloutRule(value: YamlValue): RolloutRule | undefined {
  const map = value.map('{ location: S001, mode: post } or with region, brand, accounts');
  if (map === undefined) return undefined;
  const narrowing: { -readonly [K in keyof RolloutRule]?: RolloutRule[K] } = {};
  for (const key of ['region', 'brand', 'location'] as const) {
    const text = map.get(key)?.text();
    if (text !== undefined) narrowing[key] = text;
  }
  const accounts = map.get('accounts')?.texts();
  if (accounts !== undefined) narrowing.accounts = accounts;
  const mode = map.need('mode', MODES.join(', '))?.oneOf(MODES);
  map.end();
  if (Object.keys(narrowing).length === 0) {
    const todo = 'name one of region, brand, location, accounts, or change `default`';
    return value.refuse({ what: 'a narrower rollout narrows nothing', todo });
  }
  return mode === undefined ? undefined : { ...narrowing, mode };
}

function readLimits(value: YamlValue | undefined): Limits {
  const map = value?.map('{ journal: AMOUNT, accountPerDay: AMOUNT, accountPerPeriod: AMOUNT }');
  const limits: Partial<Record<keyof Limits, Decimal>> = {};
  for (const key of ['journal', 'accountPerDay', 'accountPerPeriod'] as const) {
    const limit = readLimit(map, key);
    if (limit !== undefined) limits[key] = limit;
  }
  map?.end();
  return limits;
}

function readLimit(map: YamlMap | undefined, key: string): Decimal | undefined {
  const value = map?.get(key);
  const limit = value?.decimal();
  if (limit === undefined || !limit.isNegative()) return limit;
  return value?.refuse({
    what: `limit ${key} is negative`,
    expected: 'zero or more',
    found: limit.toFixed(),
  });
}

function readBrakes(value: YamlValue | undefined): BrakeSettings {
  const map = value?.map('{ changedLines: 1%, missing: 5x, least: 20 }');
  const figure = (key: keyof BrakeSettings, form: RegExp, shown: string): number => {
    const text = map?.get(key)?.text(shown);
    if (text === undefined) return BRAKES[key];
    const found = form.exec(text)?.[1];
    if (found !== undefined) return Number(found);
    map?.get(key)?.refuse({ what: `${key} is no such figure`, expected: shown, found: text });
    return BRAKES[key];
  };
  const brakes = {
    changedLines: figure('changedLines', /^(\d{1,2}(?:\.\d)?)%$/, 'a percentage such as 1%'),
    missing: figure('missing', /^(\d{1,3})x$/, 'how many times the median, such as 5x'),
    least: figure('least', /^(\d{1,6})$/, 'a whole number such as 20'),
  };
  map?.end();
  return brakes;
}

function readClosedPeriods(value: YamlValue | undefined): ClosedPeriods {
  if (value === undefined) return { default: 'refuse', where: [] };
  if (!value.isMap) return { default: value.oneOf(POLICIES) ?? 'refuse', where: [] };
  const map = value.map();
  const policy = map?.need('default', POLICIES.join(', '))?.oneOf(POLICIES);
  const where = (map?.get('where')?.list() ?? []).flatMap((item) => {
    const narrower = item.map('{ accounts: [revenue], policy: nextOpen }');
    const accounts = narrower?.need('accounts', 'names in accounts.yaml')?.texts();
    const then = narrower?.need('policy', POLICIES.join(', '))?.oneOf(POLICIES);
    narrower?.end();
    return accounts === undefined || then === undefined ? [] : [{ accounts, policy: then }];
  });
  map?.end();
  return { default: policy ?? 'refuse', where };
}
