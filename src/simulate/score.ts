// Holds what was reported against what was injected: per kind how many were found, which were missed, and what was
// reported that nobody injected. Knows exceptions only in the shape of `tieout exceptions --json`.
import { decimal, sum } from '../money/decimal.ts';
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

export interface Score {
  injected: Record<string, number>;
  found: Record<string, number>;
  /** Truth rows nobody reported, or not on every account they touch, or not to the cent. */
  missed: { id: string; kind: string; reason: string; accounts: string[]; note: string }[];
  /** Exceptions that no truth row explains. */
  wrong: { id: string; reason: string; references: readonly string[]; accounts: string[]; why: string }[];
}

/** Reasons that clear by themselves: reported without a truth row they are no mistake of the engine. */
const SELF_CLEARING = new Set(['TIMING']);

/**
 * Scores the open exceptions of one cut.
 * @param kinds where given, only these kinds of truth are looked for; rows of others still explain exceptions
 */
export function score(
  truth: readonly TruthRow[],
  exceptions: readonly ReportedException[],
  step: TruthRow['step'],
  kinds?: ReadonlySet<string>,
): Score {
  const result: Score = { injected: {}, found: {}, missed: [], wrong: [] };
  const index = indexOf(exceptions);
  const explained = new Set<ReportedException>();
  for (const row of truth) {
    if (row.reason === '') continue;
    const reported = explaining(row, exceptions, index);
    for (const exception of reported) explained.add(exception);
    if (row.step !== step || (kinds !== undefined && !kinds.has(row.kind))) continue;
    result.injected[row.kind] = (result.injected[row.kind] ?? 0) + 1;
    const open =
      row.class === 'difference'
        ? [...new Set([...accountsNotCovered(row, reported), ...accountsOff(row, reported)])]
        : [];
    if ([...reported].some((each) => reasonsOf(row).has(each.reason)) && open.length === 0) {
      result.found[row.kind] = (result.found[row.kind] ?? 0) + 1;
    } else {
      result.missed.push({ id: row.id, kind: row.kind, reason: row.reason, accounts: open, note: row.note });
    }
  }
  // At mid-month a mistake may still look like another one: what is wrongly reported is judged at the close only.
  for (const exception of step === 'mid' ? [] : exceptions) {
    if (explained.has(exception) || SELF_CLEARING.has(exception.reason)) continue;
    const { id, reason, references, why = '' } = exception;
    result.wrong.push({ id, reason, references, accounts: accountsOf(exception), why });
  }
  return result;
}

type Index = Map<string, ReportedException[]>;

/** Exceptions by every reference, event and document that they name, in their fields or in the sentence for people. */
function indexOf(exceptions: readonly ReportedException[]): Index {
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
function explaining(
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

function reasonsOf(row: TruthRow): Set<string> {
  return new Set([row.reason, ...row.also]);
}

function accountsOf(exception: ReportedException): string[] {
  return [...new Set([...exception.legs, ...exception.ledger].map((each) => each.account))];
}

/** Accounts of the row that no fitting exception touches. */
function accountsNotCovered(row: TruthRow, reported: ReadonlySet<ReportedException>): string[] {
  const reasons = reasonsOf(row);
  return [...new Set(row.items.map((item) => item.account))].filter((account) => {
    const wanted = row.items.filter((item) => item.account === account);
    return ![...reported].some(
      (each) =>
        accountsOf(each).includes(account) &&
        wanted.some((item) => each.reason === item.reason || reasons.has(each.reason)),
    );
  });
}

/** Accounts on which the reported amounts are not what the mistake left there, to the cent and per currency. */
function accountsOff(row: TruthRow, reported: ReadonlySet<ReportedException>): string[] {
  const legs = [...reported].flatMap((exception) => exception.legs);
  const places = [...row.items, ...legs].map(({ account, currency }) => `${account} ${currency}`);
  const total = (
    from: readonly { account: string; currency: string; amount: string }[],
    place: string,
  ): string =>
    sum(
      from
        .filter(({ account, currency }) => `${account} ${currency}` === place)
        .map(({ amount }) => decimal(amount)),
    ).toFixed();
  return [...new Set(places)]
    .filter((place) => total(row.items, place) !== total(legs, place))
    .map((place) => place.split(' ')[0] ?? '');
}
