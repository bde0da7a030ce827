// A list of cases narrowed as a person asked, with sums of what is left and what else it could be narrowed by.
import { decimal, type Decimal, fixed } from '../../src/money/decimal.ts';
import { minorUnits } from '../../src/money/currencies.ts';
import type { ListedCase } from './keptCases.ts';

export interface NarrowCases {
  status: string;
  company: string;
  owner: string;
  reason: string;
  account: string;
  /** In company currency. */
  over: Decimal | undefined;
  /** Days. */
  older: number | undefined;
  /** Day of the run, where only what is open and was due before it is wanted. */
  overdueAt: string | undefined;
  /** Words that title, names, documents or event ids hold. */
  words: string;
}

/** Cases of one currency: how many, their sizes added up, and how many have none. */
export interface CaseSum {
  currency: string;
  count: number;
  amount: string;
  overdue: number;
}

export function narrowed(cases: readonly ListedCase[], wanted: NarrowCases): ListedCase[] {
  const { status, company, owner, reason, account, over, older, overdueAt } = wanted;
  const words = wanted.words
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  return cases.filter(
    (row) =>
      (status === '' || row.status === status) &&
      (company === '' || row.company === company) &&
      (owner === '' || row.owner === owner || row.assignee === owner) &&
      (reason === '' || row.reasons.includes(reason)) &&
      (account === '' || row.accounts.includes(account)) &&
      (over === undefined || (row.amount !== null && decimal(row.amount).abs().greaterThan(over))) &&
      (older === undefined || row.ageDays > older) &&
      (overdueAt === undefined || (row.status === 'open' && row.dueDate < overdueAt)) &&
      (words.length === 0 || holds(row, words)),
  );
}

function holds(row: ListedCase, words: readonly string[]): boolean {
  const { title, case: id, owner, assignee, references, documents, eventIds, why } = row;
  const text = [
    title,
    id,
    owner,
    assignee,
    why,
    ...references,
    ...documents,
    ...eventIds.map((one) => one.id),
  ]
    .join(' ')
    .toLowerCase();
  return words.every((word) => text.includes(word));
}

/** By currency, the largest first. @param asOf day of the run; due before it is overdue */
export function sumsOf(cases: readonly ListedCase[], asOf: string): CaseSum[] {
  const sums = new Map<string, { count: number; amount: Decimal; overdue: number }>();
  for (const { currency, amount, dueDate, status } of cases) {
    const sum = sums.get(currency) ?? { count: 0, amount: decimal('0'), overdue: 0 };
    sum.count += 1;
    if (amount !== null) sum.amount = sum.amount.plus(decimal(amount).abs());
    if (status === 'open' && dueDate < asOf) sum.overdue += 1;
    sums.set(currency, sum);
  }
  return [...sums]
    .map(([currency, { amount, ...sum }]) => ({
      currency,
      ...sum,
      amount: fixed(amount, Math.max(minorUnits(currency) ?? 2, amount.decimalPlaces())),
    }))
    .toSorted((a, b) => b.count - a.count || (a.currency < b.currency ? -1 : 1));
}

/** What lists can be narrowed to, each with its number of cases, the most frequent first. */
export type Facets = Readonly<
  Record<'status' | 'company' | 'owner' | 'reason' | 'account', readonly [string, number][]>
>;

export function facetsOf(cases: readonly ListedCase[]): Facets {
  const counted = (values: (row: ListedCase) => readonly string[]): [string, number][] => {
    const counts = new Map<string, number>();
    for (const row of cases)
      for (const value of values(row)) if (value !== '') counts.set(value, (counts.get(value) ?? 0) + 1);
    return [...counts].toSorted(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
  };
  return {
    status: counted(({ status }) => [status]),
    company: counted(({ company }) => [company]),
    owner: counted(({ owner, assignee }) => [...new Set([owner, assignee])]),
    reason: counted(({ reasons }) => reasons),
    account: counted(({ accounts }) => accounts),
  };
}
