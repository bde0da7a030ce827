// What corrections derive. A void is the exact negation of the original's lines, company amounts included, so that both
// net to zero whatever the rates or rules are by now; a tax revision derives its difference to the one before.
import type { IsoDate } from '../accounting/dates.ts';
import type { ExpectedLine } from '../accounting/line.ts';
import type { EventId } from '../events/model.ts';
import { convert } from './amounts.ts';
import { showTicks } from '../money/ticks.ts';
import { readTicks } from '../money/ticks.ts';

/** Where and when a correcting event books. */
export interface CorrectionEntry extends EventId {
  businessDate: IsoDate;
  accountingDate: IsoDate;
  fiscalYear: string;
  period: string;
}

/**
 * The negation of an event's lines: same places and reference, the correction's own identity and dates; the original's day
 * stands in a further column. It is what the ERP's own reversing document is looked for with. Pass only the lines that stand: of a replacement its new lines, not the negations it carries.
 */
export function negateLines(lines: readonly ExpectedLine[], by: CorrectionEntry): ExpectedLine[] {
  return lines.map((line) => ({
    ...line,
    amount: negated(line.amount),
    companyAmount: line.companyAmount === null ? null : negated(line.companyAmount),
    businessDate: by.businessDate,
    accountingDate: by.accountingDate,
    fiscalYear: by.fiscalYear,
    period: by.period,
    eventSource: by.source,
    eventId: by.id,
    further: { ...line.further, originalDate: line.businessDate },
  }));
}

/**
 * Lines of one event in their order, with ordinals among those alike in account, location, dimension and currency: a
 * replacement's negations come first, its new lines after them.
 */
export function numberLines(lines: readonly ExpectedLine[]): ExpectedLine[] {
  const counts = new Map<string, number>();
  return lines.map((line) => {
    const key = placeKey(line);
    const ordinal = (counts.get(key) ?? 0) + 1;
    counts.set(key, ordinal);
    return { ...line, ordinal };
  });
}

/**
 * What a later revision adds to the one it replaces, line by line; empty where nothing changed. All of it happened when
 * the later one came, also what a jurisdiction that went away gives back. Company amounts are those of the differences at
 * the later event's rates, so that the entry balances in both currencies.
 */
export function deltaLines(
  current: readonly ExpectedLine[],
  earlier: readonly ExpectedLine[],
  later: CorrectionEntry & { rates: Readonly<Record<string, string>> },
): ExpectedLine[] {
  const sums = new Map<string, { line: ExpectedLine; units: bigint }>();
  for (const line of current) sums.set(placeKey(line), { line, units: readTicks(line.amount) });
  for (const line of earlier) {
    const sum = sums.get(placeKey(line));
    if (sum === undefined) sums.set(placeKey(line), { line, units: -readTicks(line.amount) });
    else sum.units -= readTicks(line.amount);
  }
  const left = [...sums.values()].filter((sum) => sum.units !== 0n);
  const companyCurrency = left[0]?.line.companyCurrency ?? '';
  const entries = left.map((sum) => ({ currency: sum.line.currency, units: sum.units }));
  const converted = convert(entries, later.rates, companyCurrency);
  const { businessDate, accountingDate, fiscalYear, period } = later;
  return left.map(({ line, units }, index) => ({
    ...line,
    amount: showTicks(units, line.currency),
    companyAmount: typeof converted === 'string' ? null : showTicks(converted[index]!, companyCurrency),
    businessDate,
    accountingDate,
    fiscalYear,
    period,
    eventSource: later.source,
    eventId: later.id,
    ordinal: 1,
  }));
}

function placeKey(line: ExpectedLine): string {
  return [line.account, line.location, line.dimension, line.currency].join('\u001f');
}

function negated(amount: string): string {
  if (amount.startsWith('-')) return amount.slice(1);
  return /^[0.]*$/.test(amount) ? amount : `-${amount}`;
}
