// What is about to be approved, as a person reads it in a terminal: few journals line by line, many by their sums.
import type { Preview } from '../../jobs/decisions/previewApproval.ts';
import { fewOf } from '../fewOf.ts';
import { tableLines } from './table.ts';
import { grouped } from './tieOutText.ts';

/** So many are shown line by line. */
const EACH = 20;
const MOST_WORDS = 5;

const LINES = [
  { key: 'account', title: 'account' },
  { key: 'location', title: 'at' },
  { key: 'debit', title: 'debit', right: true },
  { key: 'credit', title: 'credit', right: true },
  { key: 'currency', title: '' },
  { key: 'reference', title: 'reference', most: 24 },
] as const;
const SUMS = [
  { key: 'company', title: 'company' },
  { key: 'kind', title: 'kind' },
  { key: 'journals', title: 'journals', right: true },
  { key: 'debit', title: 'amount', right: true },
  { key: 'currency', title: '' },
] as const;

/** Empty where nothing among them is a journal or a decision that waits. */
export function previewLines({ decisions, journals, sums }: Preview): string[] {
  const lines = decisions.map(
    ({ decision, kind, actor, subject, why }) =>
      `${decision}  ${kind} ${shortened(subject)}, asked for by ${actor}: ${why}`,
  );
  if (journals.length === 0) return lines;
  for (const each of journals.length > EACH ? [] : journals) {
    const { journal, kind, company, ledger, postingDate, text, sourceNames, sources, makers, state } = each;
    lines.push(
      `${journal}  ${kind}  ${company}/${ledger}  ${postingDate}  ${text}${state === 'AWAITING_APPROVAL' ? '' : `  (${state})`}`,
      `  about ${fewOf(sourceNames, sourceNames.length)}${sources > sourceNames.length ? ` and ${sources - sourceNames.length} more` : ''}; asked for by ${makers.join(', ')}`,
      ...tableLines(
        LINES,
        each.lines.map(({ side, amount, ...line }) => ({
          account: line.account,
          location: line.location,
          currency: line.currency,
          reference: line.reference,
          [side]: grouped(amount),
        })),
      ).map((row) => `  ${row}`),
      '',
    );
  }
  lines.push(
    ...tableLines(
      SUMS,
      sums.map(({ journals: count, debit, ...group }) => ({
        ...group,
        journals: String(count),
        debit: grouped(debit),
      })),
    ),
  );
  return lines;
}

/** A decision may be about a thousand items. */
function shortened(subject: string): string {
  const words = subject.split(' ');
  return words.length <= MOST_WORDS ? subject : fewOf(words, MOST_WORDS);
}
