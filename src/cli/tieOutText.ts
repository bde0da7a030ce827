// The tie-out as a person reads it in a terminal: per account the two sides, their difference, and what it is made of.
import type { ClosePage } from '../../jobs/reports/certifiedPages.ts';
import type { ExplainedRow, ExplainedStatement } from '../../jobs/reports/statement.ts';
import { showAmount } from '../money/showAmount.ts';
import { decimal, sum } from '../money/decimal.ts';

/** Thousands separated, negative with a minus: `-1,234.50`. */
export function grouped(amount: string): string {
  const [whole = '', part] = amount.split('.');
  const separated = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return part === undefined ? separated : `${separated}.${part}`;
}

/** Whether and how far an account is proven, in words. */
export function provenWords({ proven, provenTo, balanceDifference, currency }: ProvenRow): string {
  if (proven === null) return 'tied to the extract only';
  if (proven) return 'proven';
  const to = provenTo === null ? '' : `proven to ${provenTo}`;
  if (balanceDifference === null) return to === '' ? 'NOT PROVEN' : to;
  return `NOT PROVEN${to === '' ? '' : ` (${to})`}, balance off by ${grouped(balanceDifference)} ${currency}`;
}

type ProvenRow = Pick<ExplainedRow, 'proven' | 'provenTo' | 'balanceDifference' | 'currency'>;

/** Lines of text; one block per account. */
export function tieOutLines(statement: ExplainedStatement): string[] {
  const { run, asOf, rulebookHash, resultHash, reconciliations } = statement;
  const lines = [
    `Tie-out as of ${asOf}   run ${run}   rulebook ${rulebookHash.slice(0, 12)}${resultHash === '' ? '' : `   result ${resultHash.slice(0, 12)}`}`,
  ];
  for (const row of reconciliations) lines.push('', ...rowLines(row));
  if (reconciliations.length === 0)
    lines.push('', 'Nothing in scope: no lines of any reconciliation up to this day.');
  if (statement.outsideRulebook.length > 0) lines.push('', ...outsideLines(statement));
  return lines;
}

/** Money on accounts that are compared with nothing. */
function outsideLines({ outsideRulebook }: ExplainedStatement): string[] {
  const lines = outsideRulebook.map(({ company, ledger, account, currency, count, amount }) => {
    const place = `${company}/${ledger} account ${account} ${currency}`;
    return `  ${place.padEnd(34)}${String(count).padStart(9)}${grouped(amount).padStart(20)}`;
  });
  return ['outside the rulebook (accounts in no reconciliation, compared with nothing)', ...lines];
}

/** The same of a certified period, which tells nothing of today. */
export function closePageLines({ reconciliations }: ClosePage): string[] {
  return reconciliations.flatMap((row) => [...rowLines(row), '']);
}

function rowLines(row: Omit<ExplainedRow, 'quarantined'> & Partial<ExplainedRow>): string[] {
  const difference = sum([decimal(row.ledgerLines.amount), decimal(row.expected.amount).negated()]).toFixed();
  const line = (label: string, count: string, amount: string): string =>
    `  ${label.padEnd(34)}${count.padStart(9)}${grouped(showAmount(amount, row.currency)).padStart(20)}`;
  const lines = [
    `${row.name}   ${row.company}/${row.ledger}   account ${row.account}   ${row.currency}   ${provenWords(row)}`,
    line('ledger', String(row.ledgerLines.count), row.ledgerLines.amount),
    line('expected', String(row.expected.count), row.expected.amount),
    line('difference', '', difference),
    line('  matched, variance', String(row.matched.groups), row.matched.variance),
    ...Object.entries(row.exceptions.byReason).map(([reason, { count, amount }]) =>
      line(`  ${reason}`, String(count), amount),
    ),
  ];
  if (row.accepted.count > 0) lines.push(line('  accepted', String(row.accepted.count), row.accepted.amount));
  lines.push(line('  unexplained', '', row.unexplained));
  if (!decimal(row.opening).isZero()) lines.push(line('opening items in it', '', row.opening));
  if (row.outOfScope.count > 0)
    lines.push(line('out of scope', String(row.outOfScope.count), row.outOfScope.amount));
  if (row.quarantined !== undefined && row.quarantined.count > 0)
    lines.push(line('in quarantine (not tied)', String(row.quarantined.count), row.quarantined.amount));
  if (row.balance !== null) lines.push(line("the ERP's closing balance", '', row.balance));
  return lines;
}

/** `reconcile --json`: `ledger` holds count and amount, as the contract says; the ledger's name is `ledgerName` beside it. */
export function statementJson(statement: ExplainedStatement): unknown {
  return {
    ...statement,
    reconciliations: statement.reconciliations.map(({ ledger, ledgerLines, ...row }) => ({
      ...row,
      ledgerName: ledger,
      ledger: ledgerLines,
    })),
  };
}
