// What a run did about journals, in a line, and a line for each reason why events were not proposed; nothing where there is
// nothing to say. What waits is said below it, over all runs.
import type { JournalSummary } from '../../jobs/run/closeLoop.ts';

const HELD_BACK: Readonly<Record<string, string>> = {
  partly: 'only a part of their lines is missing',
  explained: 'documents in the ledger may explain them already',
  unread: 'no complete extract of their accounts has been read since they came',
  disproven: "the ERP's own balances disagree on their accounts",
  lookalike: 'they look like another event, and a person decides',
  braked: 'a brake is on: tieout status says why',
  closedPeriod: 'their period is closed',
  noErp: 'their company has no ERP to post to',
  noRate: 'a rate is missing',
  unbalanced: 'their entries do not balance',
};

export function journalLines(journals: JournalSummary): string[] {
  const { proposed, withdrawn, confirmed, conflicts, notSeen, reversed, heldBack } = journals;
  const did = [
    counted(proposed, 'proposed'),
    counted(withdrawn, 'withdrawn'),
    counted(confirmed, 'confirmed by the ledger'),
    counted(conflicts, 'in conflict with the ledger'),
    counted(notSeen, 'posted but not in a later extract'),
    counted(reversed, 'confirmed before, and reversed in the ERP since'),
  ].filter((part) => part !== '');
  const lines: string[] = [];
  if (did.length > 0) lines.push(`journals    ${did.join(', ')}`);
  for (const [verdict, n] of Object.entries(heldBack)) {
    const label = lines.length === 0 ? 'journals    ' : ' '.repeat(12);
    lines.push(
      `${label}not proposed, ${HELD_BACK[verdict] ?? verdict}: ${n} ${n === 1 ? 'event' : 'events'}`,
    );
  }
  return lines;
}

function counted(n: number, what: string): string {
  return n === 0 ? '' : `${n} ${what}`;
}
