// What was reported though nobody made such a mistake. At the close every report must be explained, with every reference that
// it names; at the earlier cuts a mistake may still look like another one, but nothing may be called missing that is booked.
import { SELF_CLEARING } from '../src/rulebook/reasons.ts';
import { accountsOf, explaining, indexOf, type ReportedException } from './explanation.ts';
import type { JudgedStep, Score } from './scoreModel.ts';
import type { TruthRow } from './truth.ts';

/** Reports that the truth does not bear out at this step. */
export function wrongReports(
  truth: readonly TruthRow[],
  exceptions: readonly ReportedException[],
  step: JudgedStep,
): Score['wrong'] {
  return step === 'close' ? unexplained(truth, exceptions) : falseAbsences(truth, exceptions);
}

function unexplained(truth: readonly TruthRow[], exceptions: readonly ReportedException[]): Score['wrong'] {
  const index = indexOf(exceptions);
  const rowsOf = new Map<ReportedException, TruthRow[]>();
  for (const row of truth) {
    if (row.reason === '') continue;
    for (const exception of explaining(row, exceptions, index)) {
      rowsOf.set(exception, [...(rowsOf.get(exception) ?? []), row]);
    }
  }
  return exceptions.flatMap((exception) => {
    if (SELF_CLEARING.has(exception.reason)) return [];
    const rows = rowsOf.get(exception);
    if (rows === undefined) return [wrong(exception, exception.references)];
    const strangers = strangersIn(exception, rows);
    return strangers.length === 0 ? [] : [wrong(exception, strangers, 'names what is right')];
  });
}

/** References of a difference that none of its mistakes has anything to do with; a control may name what it compared. */
function strangersIn(exception: ReportedException, rows: readonly TruthRow[]): string[] {
  if (exception.legs.length === 0) return [];
  const known = new Set(
    rows.flatMap((row) => [...row.references, ...row.documents.map(({ document }) => document)]),
  );
  return exception.references.filter((reference) => !known.has(reference));
}

/** "Not in the ledger" said of what no mistake has touched: it is booked, or will be in its time. */
function falseAbsences(truth: readonly TruthRow[], exceptions: readonly ReportedException[]): Score['wrong'] {
  const touched = new Set(truth.filter(({ reason }) => reason !== '').flatMap((row) => row.references));
  return exceptions
    .filter(({ reason }) => reason === 'MISSING_IN_LEDGER')
    .flatMap((exception) => {
      const booked = exception.references.filter((reference) => !touched.has(reference));
      return booked.length === 0 ? [] : [wrong(exception, booked, 'is booked')];
    });
}

function wrong(
  exception: ReportedException,
  references: readonly string[],
  what = '',
): Score['wrong'][number] {
  const { id, reason, why = '' } = exception;
  return {
    id,
    reason,
    references,
    accounts: accountsOf(exception),
    why: what === '' ? why : `${what}: ${why}`,
  };
}
