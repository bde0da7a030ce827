// Which exception tells of which mistake: one that has a reason fitting the row, and something of it in its hands.
import type { TruthRow } from './truth.ts';

/** The part of an exception (spec: command line, JSON shapes) that scoring reads. */
export interface ReportedException {
  id: string;
  reason: string;
  company: string;
  /** Ledger minus expected, decimal text. */
  legs: readonly { account: string; currency: string; amount: string }[];
  ledger: readonly { document: string; account: string }[];
  eventIds: readonly { source: string; id: string }[];
  references: readonly string[];
  why?: string;
}

export type Index = Map<string, ReportedException[]>;

/** Exceptions by every reference, event and document that they name, in their fields or in the sentence for people. */
export function indexOf(exceptions: readonly ReportedException[]): Index {
  const index: Index = new Map();
  for (const exception of exceptions) {
    const names = new Set([
      ...exception.references.map((reference) => `reference ${reference}`),
      ...exception.eventIds.map(({ source, id }) => `event ${source} ${id}`),
      ...exception.ledger.map(({ document }) => `document ${document}`),
      ...(exception.why ?? '')
        .split(/[\s/:,()]+/)
        .flatMap((word) => [`reference ${word}`, `document ${word}`]),
    ]);
    for (const name of names) {
      const known = index.get(name);
      if (known === undefined) index.set(name, [exception]);
      else known.push(exception);
    }
  }
  return index;
}

/** Exceptions with a reason that fits the row and something of it in their hands. */
export function explaining(
  row: TruthRow,
  exceptions: readonly ReportedException[],
  index: Index,
): Set<ReportedException> {
  const reasons = new Set([...reasonsOf(row), ...row.items.flatMap((item) => item.reason ?? [])]);
  const names = [
    ...row.references.map((reference) => `reference ${reference}`),
    ...row.eventIds.map(({ source, id }) => `event ${source} ${id}`),
    ...row.documents.map(({ document }) => `document ${document}`),
  ];
  const named = names.flatMap((name) => index.get(name) ?? []);
  // Whole accounts and whole feeds have no document: the company, and the account where there is one, must agree.
  const candidates =
    row.eventIds.length + row.documents.length > 0 || row.class === 'difference' ? named : exceptions;
  return new Set(
    candidates.filter(
      (exception) =>
        reasons.has(exception.reason) && (candidates !== exceptions || isAboutTheSame(row, exception)),
    ),
  );
}

function isAboutTheSame(row: TruthRow, exception: ReportedException): boolean {
  if (row.company !== '' && exception.company !== '' && exception.company !== row.company) return false;
  const accounts = accountsOf(exception);
  return (
    row.accounts.length === 0 || accounts.length === 0 || accounts.some((each) => row.accounts.includes(each))
  );
}

export function reasonsOf(row: TruthRow): Set<string> {
  return new Set([row.reason, ...row.also]);
}

export function accountsOf(exception: ReportedException): string[] {
  return [...new Set([...exception.legs, ...exception.ledger].map((each) => each.account))];
}
