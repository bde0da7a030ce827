// How a company stands, in one word of four: what a controller reads first. Said alike by every surface.
import type { StatementRow } from './model.ts';

export const COMPANY_WORDS = ['tied and proven', 'tied with open cases', 'incomplete', 'breaks'] as const;
export type CompanyWord = (typeof COMPANY_WORDS)[number];

/** What the word is made of. */
export interface CompanyState {
  /** Its rows of the tie-out. */
  rows: readonly Pick<StatementRow, 'unexplained' | 'proven' | 'provenTo' | 'balanceDifference'>[];
  /** Cases that need a person, or wait for a day. */
  openCases: number;
  /** Refused records that may be its own. */
  quarantined: number;
  /** Ledgers that are later than their grace days. */
  overdue: number;
}

/**
 * The worst that is true. An account that goes on after its last balance is proven as far as balances go; one without any
 * balance is not, and then nothing more than "incomplete" is known of the company.
 */
export function companyWord({ rows, openCases, quarantined, overdue }: CompanyState): CompanyWord {
  if (
    rows.some(({ unexplained, balanceDifference }) => /[1-9]/.test(unexplained) || balanceDifference !== null)
  )
    return 'breaks';
  const unproven = rows.some(({ proven, provenTo }) => proven !== true && provenTo === null);
  if (overdue > 0 || quarantined > 0 || unproven || rows.length === 0) return 'incomplete';
  return openCases > 0 ? 'tied with open cases' : 'tied and proven';
}

/** Why it is not better, in words; empty for the best word. */
export function companyReasons({ rows, openCases, quarantined, overdue }: CompanyState): string[] {
  const some = (n: number, one: string, many: string): string[] =>
    n === 0 ? [] : [`${n} ${n === 1 ? one : many}`];
  const off = rows.filter(({ balanceDifference }) => balanceDifference !== null).length;
  const unproven = rows.filter(
    ({ proven, provenTo, balanceDifference }) =>
      proven !== true && provenTo === null && balanceDifference === null,
  ).length;
  return [
    ...(rows.length === 0 ? ['no line of it in any reconciliation'] : []),
    ...some(off, 'account disagrees with its balance', 'accounts disagree with their balances'),
    ...some(
      unproven,
      'account without a balance that proves it',
      'accounts without a balance that proves them',
    ),
    ...some(overdue, 'ledger is late', 'ledgers are late'),
    ...some(quarantined, 'record waits in quarantine', 'records wait in quarantine'),
    ...some(openCases, 'open case', 'open cases'),
  ];
}
