// The exchange rates of the configured CSV file (date, from, to, rate, type). The latest rate on or before a day counts:
// a rate table has no weekends, and a rate of the future never does.
import type { IsoDate } from '../accounting/dates.ts';
import { DAY_FORM, parseIsoDate } from '../accounting/dates.ts';
import { parseDecimal } from '../money/decimal.ts';
import { minorUnits } from '../money/currencies.ts';
import type { Problems } from '../rulebook/yaml.ts';
import type { RateTable } from './model.ts';
import type { Row } from './table.ts';
import { readTable } from './table.ts';

interface DatedRate {
  date: IsoDate;
  rate: string;
}

/** A table without rates: every question is answered with undefined. */
export const NO_RATES: RateTable = { rate: () => undefined };

/** Reads the file; bad lines are noted with their place. */
export function readRates(path: string, shown: string, problems: Problems): RateTable {
  const byPair = new Map<string, DatedRate[]>();
  for (const row of readTable(path, shown, ['date', 'from', 'to', 'rate'], problems)) {
    const rate = readRate(row, problems);
    if (rate === undefined) continue;
    for (const type of new Set([row.cell('type'), ''])) {
      const key = pairKey(row.cell('from'), row.cell('to'), type);
      byPair.set(key, [...(byPair.get(key) ?? []), rate]);
    }
  }
  for (const rates of byPair.values()) {
    rates.sort((a, b) => (a.date < b.date ? -1 : a.date > b.date ? 1 : 0));
  }
  return { rate: (from, to, day, type = '') => latest(byPair.get(pairKey(from, to, type)), day) };
}

function pairKey(from: string, to: string, type: string): string {
  return `${from}/${to}/${type}`;
}

function readRate(row: Row, problems: Problems): DatedRate | undefined {
  const date = parseIsoDate(row.cell('date'));
  const rate = parseDecimal(row.cell('rate'));
  const wrong = [
    ...(date === undefined ? [['date', DAY_FORM]] : []),
    ...(['from', 'to'] as const).flatMap((side) =>
      minorUnits(row.cell(side)) === undefined ? [[side, 'ISO 4217 code such as USD']] : [],
    ),
    ...(rate?.isPositive() === true && !rate.isZero() ? [] : [['rate', 'a decimal number above zero']]),
  ];
  for (const [column = '', expected = ''] of wrong) {
    problems.push({
      where: row.where,
      what: `${column} cannot be read`,
      expected,
      found: JSON.stringify(row.cell(column)),
    });
  }
  return date === undefined || rate === undefined || wrong.length > 0
    ? undefined
    : { date, rate: rate.toFixed() };
}

/** Binary search for the last rate not after `day`. */
function latest(rates: readonly DatedRate[] | undefined, day: IsoDate): string | undefined {
  if (rates === undefined) return undefined;
  let low = 0;
  let high = rates.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((rates[middle]?.date ?? day) <= day) low = middle + 1;
    else high = middle;
  }
  return rates[low - 1]?.rate;
}
