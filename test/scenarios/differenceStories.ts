// One story for each reason of a difference, in the order of the closed list, and where two fit, the one that wins. The
// ledger is complete to 30 April, the day of the run; grace is five days.

/** Title to text; see scenario.ts for the words. */
export const DIFFERENCES: Readonly<Record<string, string>> = {
  'CURRENCY_MISMATCH: the amount in another currency': `
    event  E1  A  USD   10.00  2026-03-02  R1
    ledger L1  A  EUR   10.00  2026-03-02  R1
    expect CURRENCY_MISMATCH E1 L1`,
  'not CURRENCY_MISMATCH where the place differs too': `
    event  E1  A  USD   10.00  2026-03-02  R1
    ledger L1  B  EUR   10.00  2026-03-02  R1
    expect REVIEW_MATCH E1
    expect MISSING_EVENT L1`,
  'SIGN_REVERSED wins over AMOUNT_VARIANCE': `
    event  E1  A  USD   40.00  2026-03-02  R1
    ledger L1  A  USD  -40.00  2026-03-02  R1
    expect SIGN_REVERSED E1 L1`,
  'SIGN_REVERSED inside the grace days as well': `
    event  E1  A  USD   40.00  2026-04-29  R1
    ledger L1  A  USD  -40.00  2026-04-29  R1
    expect SIGN_REVERSED E1 L1`,
  'a sale and its own refund on one reference are not SIGN_REVERSED of each other': `
    event  E1  A  USD   40.00  2026-03-02  R1
    event  E2  A  USD  -40.00  2026-03-09  R1
    ledger L1  A  USD   40.00  2026-03-02  R1
    ledger L2  A  USD  -40.00  2026-03-09  R1
    expect match E1 L1
    expect match E2 L2`,
  'WRONG_COMPANY: posted in the sister company, whatever the location': `
    event  E1  A  USD   40.00  2026-03-02  R1
    company US02
    ledger L1  B  USD   40.00  2026-03-02  R1
    expect WRONG_COMPANY E1 L1`,
  'WRONG_ACCOUNT: on another account of the company': `
    event  E1  A  USD   40.00  2026-03-02  R1
    account 1050
    ledger L1  A  USD   40.00  2026-03-02  R1
    expect WRONG_ACCOUNT E1 L1`,
  'not WRONG_ACCOUNT where the location differs too': `
    event  E1  A  USD   40.00  2026-03-02  R1
    account 1050
    ledger L1  B  USD   40.00  2026-03-02  R1
    expect REVIEW_MATCH E1
    expect MISSING_EVENT L1`,
  'WRONG_LOCATION wins over AMOUNT_VARIANCE with the line in its own place': `
    event  E1  A  USD   40.00  2026-03-02  R1
    ledger L1  A  USD   11.00  2026-03-02  R1
    ledger L2  B  USD   40.00  2026-03-02  R1
    expect WRONG_LOCATION E1 L2
    expect MISSING_EVENT L1`,
  'not WRONG_LOCATION where two locations have it': `
    event  E1  A  USD   40.00  2026-03-02  R1
    ledger L1  B  USD   40.00  2026-03-02  R1
    ledger L2  C  USD   40.00  2026-03-02  R1
    expect REVIEW_MATCH E1
    expect MISSING_EVENT L1
    expect MISSING_EVENT L2`,
  'DATE_OUT_OF_WINDOW: a day beyond the window, same period': `
    event  E1  A  USD   40.00  2026-03-02  R1
    ledger L1  A  USD   40.00  2026-03-08  R1
    event  E2  A  USD   50.00  2026-03-12  R2
    ledger L2  A  USD   50.00  2026-03-10  R2
    expect DATE_OUT_OF_WINDOW E1 L1
    expect DATE_OUT_OF_WINDOW E2 L2`,
  'DATE_OUT_OF_WINDOW also where the periods differ: WRONG_PERIOD stands beside it': `
    event  E1  A  USD   40.00  2026-03-30  R1
    ledger L1  A  USD   40.00  2026-04-07  R1
    expect DATE_OUT_OF_WINDOW E1 L1`,
  'a summary short of one event ties without it, and that event is missing': `
    account 4000
    event  E1  A  USD  -10.00  2026-03-02  R1
    event  E2  A  USD  -20.00  2026-03-02  R2
    event  E3  A  USD  -35.00  2026-03-02  R3
    ledger L1  A  USD  -30.00  2026-03-02  SUM1
    expect match E1 E2 L1
    expect MISSING_IN_LEDGER E3`,
  'SPLIT_INCOMPLETE: a summary short of two events is never confirmed': `
    account 4000
    event  E1  A  USD  -10.00  2026-03-02  R1
    event  E2  A  USD  -20.00  2026-03-02  R2
    event  E3  A  USD  -35.00  2026-03-02  R3
    ledger L1  A  USD  -10.00  2026-03-02  SUM1
    expect SPLIT_INCOMPLETE E1 E2 E3 L1`,
  'twins: a summary short of one of two sales alike lacks one of them': `
    account 4000
    event  E1  A  USD  -10.00  2026-03-02  R1
    event  E2  A  USD  -10.00  2026-03-02  R2
    ledger L1  A  USD  -10.00  2026-03-02  SUM1
    expect match E1 L1
    expect MISSING_IN_LEDGER E2`,
  'DUPLICATE_POSTING: a summary booked twice, the group tied once': `
    account 4000
    event  E1  A  USD  -10.00  2026-03-02  R1
    event  E2  A  USD  -20.00  2026-03-02  R2
    ledger L1  A  USD  -30.00  2026-03-02  SUM1
    ledger L2  A  USD  -30.00  2026-03-02  SUM1
    expect match E1 E2 L1
    expect DUPLICATE_POSTING L2`,
  'WRONG_LOCATION: a whole summary at another place': `
    account 4000
    event  E1  A  USD  -11.00  2026-03-02  R1
    event  E2  A  USD  -22.00  2026-03-02  R2
    ledger L1  B  USD  -33.00  2026-03-02  SUM1
    expect WRONG_LOCATION E1 E2 L1`,
  'a document that names its sale is not in the summary, whatever it differs in': `
    account 4000
    event  E1  A  USD  -10.00  2026-03-02  R1
    event  E2  A  USD  -20.00  2026-03-02  R2
    event  E3  A  USD  -40.00  2026-03-02  R3
    ledger L1  A  USD  -30.00  2026-03-02  SUM1
    ledger L2  A  USD  -41.00  2026-03-02  R3
    expect match E1 E2 L1
    expect AMOUNT_VARIANCE E3 L2`,
  'other business of the same sum is not a summary: a person looks at both sides': `
    account 4000
    event  E1  A  USD  -10.00  2026-03-02  R1
    event  E2  A  USD  -20.00  2026-03-02  R2
    ledger L1  A  USD  -30.00  2026-03-02  INV
    expect REVIEW_MATCH E1 E2 L1`,
  'a summary that no part of its members gives is AMOUNT_VARIANCE': `
    account 4000
    event  E1  A  USD  -10.00  2026-03-02  R1
    event  E2  A  USD  -20.00  2026-03-02  R2
    ledger L1  A  USD  -31.00  2026-03-02  SUM1
    expect AMOUNT_VARIANCE E1 E2 L1`,
  'TIMING wins over SPLIT_INCOMPLETE until the grace of the group ends': `
    account 4000
    event  E1  A  USD  -10.00  2026-04-28  R1
    event  E2  A  USD  -20.00  2026-04-28  R2
    ledger L1  A  USD  -10.00  2026-04-28  SUM1
    expect TIMING E1 E2 L1`,
  'TAX_VARIANCE: the rest of the document matches': `
    event  E1  A  USD  100.00  2026-03-02  R1
    ledger L1  A  USD  100.00  2026-03-02  R1
    account 2200
    event  E1  A  USD   -8.25  2026-03-02  R1
    ledger L2  A  USD   -8.90  2026-03-02  R1
    expect match E1 L1
    expect TAX_VARIANCE E1 L2`,
  'AMOUNT_VARIANCE of tax where the rest of the document differs too': `
    account 1050
    event  E1  A  USD  100.00  2026-03-02  R1
    ledger L1  A  USD  110.00  2026-03-02  R1
    account 2200
    event  E1  A  USD   -8.25  2026-03-02  R1
    ledger L2  A  USD   -8.90  2026-03-02  R1
    expect AMOUNT_VARIANCE E1 L1
    expect AMOUNT_VARIANCE E1 L2`,
  'ROUNDING below a cent a line, AMOUNT_VARIANCE from there': `
    account 1050
    event  E1  A  USD   10.00  2026-03-02  R1
    ledger L1  A  USD   10.01  2026-03-02  R1
    event  E2  A  USD   20.00  2026-03-02  R2
    ledger L2  A  USD   20.02  2026-03-02  R2
    expect ROUNDING E1 L1
    expect AMOUNT_VARIANCE E2 L2`,
  'AMOUNT_VARIANCE inside the grace days as well': `
    event  E1  A  USD   10.00  2026-04-30  R1
    ledger L1  A  USD   11.00  2026-04-30  R1
    expect AMOUNT_VARIANCE E1 L1`,
  'DUPLICATE_POSTING: the second of two alike': `
    event  E1   A  USD   30.00  2026-03-02  R1
    ledger L1a  A  USD   30.00  2026-03-02  R1
    ledger L1b  A  USD   30.00  2026-03-02  R1
    expect match E1 L1a
    expect DUPLICATE_POSTING L1b`,
  'another amount on a matched reference is MISSING_EVENT': `
    event  E1   A  USD   30.00  2026-03-02  R1
    ledger L1a  A  USD   30.00  2026-03-02  R1
    ledger L1b  A  USD   31.00  2026-03-02  R1
    expect match E1 L1a
    expect MISSING_EVENT L1b`,
  'REFERENCE_MISMATCH of one with one comes before what a summary pass suggests': `
    account 1040
    event  E1   A  USD   30.00  2026-03-02  R1
    ledger L1   A  USD   30.00  2026-03-02  R2
    expect REFERENCE_MISMATCH E1 L1`,
  'REVIEW_MATCH: suggested by a summary pass, where no reference could be mistyped': `
    account 1040
    event  E1   A  USD   30.00  2026-03-02  -
    ledger L1   A  USD   30.00  2026-03-02  -
    expect REVIEW_MATCH E1 L1`,
  'AMBIGUOUS: a candidate that fits two events of different days': `
    event  E1   A  USD   60.00  2026-03-02  R1
    event  E2   A  USD   60.00  2026-03-03  R1
    ledger L1   A  USD   60.00  2026-03-03  R1
    expect AMBIGUOUS E1 E2 L1`,
  'two till sessions of a day are one group': `
    account 4000
    event  E1   A  USD  -10.00  2026-03-02  R1
    event  E2   A  USD  -20.00  2026-03-02  R2
    event  E3   A  USD   -5.00  2026-03-02  R3
    ledger L1   A  USD  -15.00  2026-03-02  SUM1
    ledger L2   A  USD  -20.00  2026-03-02  SUM2
    expect match E1 E2 E3 L1 L2`,
  'a till closed after midnight: the summary bears the next date': `
    account 4000
    event  E1   A  USD  -10.00  2026-03-02  R1
    event  E2   A  USD  -20.00  2026-03-02  R2
    event  E3   A  USD   -7.00  2026-03-03  R3
    ledger L1   A  USD  -30.00  2026-03-03  SUM1
    ledger L2   A  USD   -7.00  2026-03-04  SUM2
    expect match E1 E2 L1
    expect match E3 L2`,
  'TIMING until the ledger reaches the last day of grace, and of a ledger line until that day is over': `
    event  E1   A  USD   10.00  2026-04-26  R1
    ledger L1   A  USD   11.00  2026-04-25  R2
    event  E2   A  USD   12.00  2026-04-24  R3
    ledger L2   A  USD   13.00  2026-04-24  R4
    expect TIMING E1
    expect TIMING L1
    expect MISSING_IN_LEDGER E2
    expect MISSING_EVENT L2`,
  'TIMING of a match whose other side lies after the day of the run': `
    event  E1   A  USD   10.00  2026-04-30  R1
    ledger L1   A  USD   10.00  2026-05-02  R1
    expect TIMING E1`,
  'REFERENCE_MISMATCH: amount and date agree, nothing else could be meant': `
    event  E1   A  USD   77.00  2026-03-02  R1
    ledger L1   A  USD   77.00  2026-03-06  R2
    expect REFERENCE_MISMATCH E1 L1`,
  'not REFERENCE_MISMATCH where two ledger lines would do': `
    event  E1   A  USD   77.00  2026-03-02  R1
    ledger L1   A  USD   77.00  2026-03-03  R2
    ledger L2   A  USD   77.00  2026-03-04  R3
    expect REVIEW_MATCH E1 L1 L2`,
  'REVIEW_MATCH: two documents together hold what one event lacks, or one document what three of several days lack': `
    event  E1   A  USD   40.00  2026-03-02  R1
    ledger L1   A  USD   15.00  2026-03-03  R2
    ledger L2   A  USD   25.00  2026-03-03  R3
    event  E2   B  USD   11.00  2026-03-02  R4
    event  E3   B  USD   22.00  2026-03-03  R5
    event  E4   B  USD   44.00  2026-03-04  R6
    ledger L3   B  USD   77.00  2026-03-06  PAYOUT
    expect REVIEW_MATCH E1 L1 L2
    expect REVIEW_MATCH E2 E3 E4 L3`,
  'a document that holds one sale on one account only stops nothing: the other account disagrees': `
    event  E1   A  USD   50.00  2026-03-02  R1
    account 1050
    event  E1   A  USD  -20.00  2026-03-02  R1
    account 1200
    ledger L1   A  USD   50.00  2026-03-03  MAN
    ledger L2   A  USD   50.00  2026-03-04  MAN2
    expect MISSING_IN_LEDGER E1
    expect MISSING_IN_LEDGER E1
    expect MISSING_EVENT L1
    expect MISSING_EVENT L2`,
  'an open item that still waits may be in the document with those that are missing': `
    event  E1   A  USD   11.00  2026-04-22  R1
    event  E2   A  USD   22.00  2026-04-27  R2
    ledger L1   A  USD   33.00  2026-04-28  PAYOUT
    expect REVIEW_MATCH E1 E2 L1`,
  'what a summary lacks is left to it: an item has its lines already': `
    account 4000
    event  E1  A  USD  -10.00  2026-03-02  R1
    event  E2  A  USD  -20.00  2026-03-02  R2
    event  E3  A  USD  -35.00  2026-03-02  R3
    ledger L1  A  USD  -10.00  2026-03-02  SUM1
    ledger L2  A  USD  -55.00  2026-03-02  INV
    expect SPLIT_INCOMPLETE E1 E2 E3 L1
    expect MISSING_EVENT L2`,
  'a document that names an open sale is suggested for no other by its reference': `
    event  E1   A  USD   77.00  2026-03-02  R1
    event  E2   B  USD   50.00  2026-03-02  R2
    ledger L1   A  USD   77.00  2026-03-03  R2
    expect REVIEW_MATCH E1 L1
    expect REVIEW_MATCH E2`,
  'a document that names a matched sale may be meant for another': `
    event  E1   A  USD   77.00  2026-03-02  R1
    event  E2   A  USD   50.00  2026-03-02  R2
    ledger L1   A  USD   50.00  2026-03-02  R2
    ledger L2   A  USD   77.00  2026-03-03  R2
    expect match E2 L1
    expect REFERENCE_MISMATCH E1 L2`,
  'TIMING wins over REFERENCE_MISMATCH inside the grace days': `
    event  E1   A  USD   77.00  2026-04-28  R1
    ledger L1   A  USD   77.00  2026-04-28  R2
    expect TIMING E1
    expect TIMING L1`,
};
