// Holds what was reported against what was injected: per kind how many were found, which were missed, and what was
// reported that nobody injected. Knows exceptions only in the shape of `tieout exceptions --json`.
import { decimal, sum } from '../src/money/decimal.ts';
import { accountsOf, explaining, indexOf, reasonsOf, type ReportedException } from './explanation.ts';
import type { JudgedStep, Score } from './scoreModel.ts';
import { wrongReports } from './scoreWrong.ts';
import type { TruthRow } from './truth.ts';

export type { ReportedException } from './explanation.ts';
export type { Score } from './scoreModel.ts';

/**
 * Scores the open exceptions of one cut.
 * @param kinds where given, only these kinds of truth are looked for; rows of others still explain exceptions
 */
export function score(
  truth: readonly TruthRow[],
  exceptions: readonly ReportedException[],
  step: JudgedStep,
  kinds?: ReadonlySet<string>,
): Score {
  const result: Score = { injected: {}, found: {}, missed: [], wrong: [] };
  const index = indexOf(exceptions);
  for (const row of truth) {
    if (row.reason === '') continue;
    const reported = explaining(row, exceptions, index);
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
  result.wrong = wrongReports(truth, exceptions, step);
  return result;
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
