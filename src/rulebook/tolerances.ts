// Compiles the tolerance of a pass. A tolerance never hides: without an account for what it leaves and a budget for how much
// of that there may be, it is refused.
import { minorUnits } from '../money/currencies.ts';
import type { Decimal } from '../money/decimal.ts';
import { ZERO } from '../money/decimal.ts';
import { readAccountName } from './accounts.ts';
import type { Account, Bounds, Tolerance } from './model.ts';
import type { YamlMap, YamlValue } from './yaml.ts';

const BUDGETS = ['perLine', 'perUnit', 'perRun', 'perPeriod'] as const;

/** Bounds, the account that variances are typed to, and the budget: all three, or the problem is noted. */
export function readTolerance(
  value: YamlValue | undefined,
  accounts: ReadonlyMap<string, Account>,
): Tolerance | undefined {
  const map = value?.map('{ amount: [-0.05, 0.05], account: NAME, budget: { perRun: 50.00 } }');
  if (map === undefined) return undefined;
  const absolute = readAbsolute(map.get('amount'));
  const percent = readPercent(map);
  if (absolute === undefined && percent === undefined) {
    map.value.refuse({
      what: 'the tolerance has no bounds',
      expected: 'amount: [FROM, TO] or percent: [FROM, TO]',
    });
  }
  const named = map.need('account', 'the account that its variances are typed to');
  const account = named === undefined ? undefined : readAccountName(named, accounts);
  const budget = readBudget(map.need('budget', '{ perLine, perUnit, perRun or perPeriod: AMOUNT }'));
  map.end();
  if (account === undefined || budget === undefined) return undefined;
  return {
    ...(absolute === undefined ? {} : { absolute }),
    ...(percent === undefined ? {} : { percent }),
    account,
    budget,
  };
}

/** `[-0.05, 0.05]` for every currency, or `{ USD: [...], other: [...] }`. */
function readAbsolute(value: YamlValue | undefined): Map<string, Bounds> | undefined {
  if (value === undefined) return undefined;
  const byCurrency = new Map<string, Bounds>();
  if (value.isList) {
    const bounds = readBounds(value);
    if (bounds !== undefined) byCurrency.set('*', bounds);
    return byCurrency;
  }
  for (const [currency, each] of currencies(value, '[FROM, TO], or { USD: [FROM, TO] }')) {
    const bounds = readBounds(each);
    const code = readCurrency(currency, each);
    if (bounds !== undefined && code !== undefined) byCurrency.set(code, bounds);
  }
  return byCurrency;
}

/** What a mapping says for each currency that it names; one at least. */
function currencies(value: YamlValue, expected: string): YamlMap['entries'] {
  const map = value.map(expected);
  if (map === undefined) return new Map();
  if (map.entries.size === 0) value.refuse({ what: `${value.name} names no currency`, expected });
  return map.entries;
}

/** ISO 4217, or `other` for all the rest. */
function readCurrency(code: string, at: YamlValue): string | undefined {
  if (code === 'other') return '*';
  if (minorUnits(code) !== undefined) return code;
  const expected = 'ISO 4217 code such as USD, or other';
  return at.refuse({ what: 'unknown currency', expected, found: code }, at.keyWhere);
}

function readBounds(value: YamlValue): Bounds | undefined {
  const [from, to, ...more] = value.list('[FROM, TO], such as [-0.05, 0.05]').map((each) => each.decimal());
  if (from === undefined || to === undefined) return undefined;
  if (more.length === 0 && from.lte(ZERO) && to.gte(ZERO)) return { from, to };
  return value.refuse({
    what: 'the bounds do not contain zero',
    expected: '[FROM, TO] of ledger minus expected, FROM zero or less, TO zero or more',
    found: `[${from.toFixed()}, ${to.toFixed()}]`,
  });
}

function readPercent(map: YamlMap): Tolerance['percent'] {
  const value = map.get('percent');
  const capped = map.get('cap');
  const bounds = value === undefined ? undefined : readBounds(value);
  if (capped !== undefined && value === undefined) {
    capped.refuse({ what: '`cap` is for `percent`', todo: 'remove `cap`, or give `percent`' });
  }
  if (bounds === undefined) return undefined;
  if (capped === undefined) return bounds;
  const cap = new Map<string, Decimal>();
  if (!capped.isMap) {
    const most = readMost(capped);
    if (most !== undefined) cap.set('*', most);
  } else {
    for (const [currency, each] of currencies(capped, 'AMOUNT, or { USD: AMOUNT }')) {
      const most = readMost(each);
      const code = readCurrency(currency, each);
      if (most !== undefined && code !== undefined) cap.set(code, most);
    }
  }
  return { ...bounds, cap };
}

/** A limit: zero or more. */
function readMost(value: YamlValue): Decimal | undefined {
  const most = value.decimal();
  if (most === undefined || most.gte(ZERO)) return most;
  const what = `${value.name} is below zero`;
  return value.refuse({ what, expected: 'an amount of zero or more', found: most.toFixed() });
}

function readBudget(value: YamlValue | undefined): Tolerance['budget'] | undefined {
  const map = value?.map('{ perRun: 50.00 }');
  if (map === undefined) return undefined;
  const budget: Tolerance['budget'] = {};
  let named = 0;
  for (const key of BUDGETS) {
    const limit = map.get(key);
    if (limit === undefined) continue;
    named += 1;
    const amount = readMost(limit);
    if (amount !== undefined) budget[key] = amount;
  }
  map.end();
  if (named > 0) return budget;
  return map.value.refuse({
    what: 'the budget sets no limit',
    expected: `one of ${BUDGETS.join(', ')}: AMOUNT`,
  });
}
