// The closed list of reasons. Difference reasons stand in the order in which they are tried: the first that fits is the
// reason of an item, others that fit are listed beside it. Titles here are the words of last resort; the rulebook's win.

/** Reasons that own lines, in order of trial. */
export const DIFFERENCE_REASONS = [
  'CURRENCY_MISMATCH',
  'SIGN_REVERSED',
  'WRONG_COMPANY',
  'WRONG_ACCOUNT',
  'WRONG_LOCATION',
  'DATE_OUT_OF_WINDOW',
  'TAX_VARIANCE',
  'ROUNDING',
  'AMOUNT_VARIANCE',
  'DUPLICATE_POSTING',
  'SPLIT_INCOMPLETE',
  'REVIEW_MATCH',
  'AMBIGUOUS',
  'TIMING',
  'REFERENCE_MISMATCH',
  'MISSING_IN_LEDGER',
  'MISSING_EVENT',
] as const;
/** Reference and amount agree and one other thing does not: they come before what fits several lines. */
export const PLACE_REASONS: readonly DifferenceReason[] = [
  'CURRENCY_MISMATCH',
  'SIGN_REVERSED',
  'WRONG_COMPANY',
  'WRONG_ACCOUNT',
  'WRONG_LOCATION',
];
export type DifferenceReason = (typeof DIFFERENCE_REASONS)[number];

/** Reasons that own no line and no amount; they show an exposure. */
export const CONTROL_REASONS = [
  'WRONG_PERIOD',
  'FX_VARIANCE',
  'TAX_ASSESSED_VARIANCE',
  'ASSESSMENT_MISSING',
  'ORPHAN_REFUND',
  'OVER_REFUND',
  'IN_TRANSIT_AGED',
  'TRANSFER_VARIANCE',
  'UNBALANCED_DOCUMENT',
  'LEDGER_LINE_VANISHED',
  'BALANCE_DIFFERENCE',
  'NO_RULE',
  'DUPLICATE_FACT',
  'LOOKALIKE_FACT',
  'CORRECTION_WITHOUT_TARGET',
  'LATE_EVENT',
  'CLOSED_PERIOD',
  'BATCH_INCOMPLETE',
  'FEED_OVERDUE',
  'BATCH_EVENT_DISAGREE',
  'POST_REJECTED',
  'POST_UNKNOWN',
  'POSTED_NOT_SEEN',
] as const;
export type ControlReason = (typeof CONTROL_REASONS)[number];

export type Reason = DifferenceReason | ControlReason;

/** Control reasons that belong to postings: they live and close with them, not with a run. */
export const POSTING_REASONS: readonly ControlReason[] = [
  'POST_REJECTED',
  'POST_UNKNOWN',
  'POSTED_NOT_SEEN',
  'CLOSED_PERIOD',
];

/** Reasons that need no person by themselves: they clear, or come back as another reason. */
export const SELF_CLEARING: ReadonlySet<string> = new Set<Reason>(['TIMING']);
