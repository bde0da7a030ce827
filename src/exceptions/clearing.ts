// What a control reconciliation finds uncleared: a key whose expected lines do not sum to zero.

/** One key of a control reconciliation; amounts as decimal text, debit positive. */
export interface Uncleared {
  /** Name of the control reconciliation. */
  control: string;
  company: string;
  reference: string;
  ledger: string;
  /** '' where the control does not sum by it. */
  dimension: string;
  location: string;
  currency: string;
  /** Up to the day of the run. */
  amount: string;
  /** Business date of its first line. */
  firstOn: string;
  /** It has lines that count only after the day of the run. */
  later: boolean;
  /** Business key of the event behind it. */
  fact: string;
}
