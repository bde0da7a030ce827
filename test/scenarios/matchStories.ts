// Stories of what matches, and how far: windows, twins, groups, nets and the budgets of a tolerance.

/** Title to text; see scenario.ts for the words. */
export const MATCHES: Readonly<Record<string, string>> = {
  'the window of -1 to 5 days: both ends inside': `
    event  E1   A  USD   10.00  2026-03-10  R1
    ledger L1   A  USD   10.00  2026-03-09  R1
    event  E2   A  USD   20.00  2026-03-10  R2
    ledger L2   A  USD   20.00  2026-03-15  R2
    expect match E1 L1
    expect match E2 L2`,
  'a window pairs what lies inside, not what comes first': `
    event  E1   A  USD   10.00  2026-03-01  R1
    event  E2   A  USD   10.00  2026-03-10  R1
    ledger L1   A  USD   10.00  2026-03-11  R1
    expect MISSING_IN_LEDGER E1
    expect match E2 L1`,
  'a line without a reference matches nothing by reference: a person looks': `
    event  E1   A  USD   10.00  2026-03-02  -
    ledger L1   A  USD   10.00  2026-03-02  -
    expect REVIEW_MATCH E1 L1`,
  'twins: surplus ledger lines': `
    event  E1   A  USD   10.00  2026-03-02  R1
    event  E2   A  USD   10.00  2026-03-02  R1
    ledger L1   A  USD   10.00  2026-03-02  R1
    ledger L2   A  USD   10.00  2026-03-02  R1
    ledger L3   A  USD   10.00  2026-03-02  R1
    expect match E1 L1
    expect match E2 L2
    expect DUPLICATE_POSTING L3`,
  'twins: surplus expected lines': `
    event  E1   A  USD   10.00  2026-03-02  R1
    event  E2   A  USD   10.00  2026-03-02  R1
    event  E3   A  USD   10.00  2026-03-02  R1
    ledger L1   A  USD   10.00  2026-03-02  R1
    ledger L2   A  USD   10.00  2026-03-02  R1
    expect match E1 L1
    expect match E2 L2
    expect MISSING_IN_LEDGER E3`,
  'twins: surplus expected lines inside the grace days': `
    event  E1   A  USD   10.00  2026-04-28  R1
    event  E2   A  USD   10.00  2026-04-28  R1
    ledger L1   A  USD   10.00  2026-04-28  R1
    expect match E1 L1
    expect TIMING E2`,
  'many-to-one: sales and refunds net to one line': `
    account 4000
    event  E1   A  USD  -10.00  2026-03-02  R1
    event  E2   A  USD  -20.00  2026-03-02  R2
    event  E3   A  USD    5.00  2026-03-02  R3
    ledger L1   A  USD  -25.00  2026-03-02  SUM1
    expect match E1 E2 E3 L1`,
  'many-to-one, sides separate: debits and credits in a line each': `
    account 1010
    event  E1   A  USD   10.00  2026-03-02  R1
    event  E2   A  USD   20.00  2026-03-02  R1
    event  E3   A  USD   -5.00  2026-03-02  R1
    ledger L1   A  USD   30.00  2026-03-02  R1
    ledger L2   A  USD   -5.00  2026-03-02  R1
    expect match E1 E2 L1
    expect match E3 L2`,
  'many-to-one, sides separate: a net line is not taken': `
    account 1010
    event  E1   A  USD   10.00  2026-03-02  R1
    event  E2   A  USD   20.00  2026-03-02  R1
    event  E3   A  USD   -5.00  2026-03-02  R1
    ledger L1   A  USD   25.00  2026-03-02  R1
    expect AMOUNT_VARIANCE E1 E2 L1
    expect MISSING_IN_LEDGER E3`,
  'one-to-many: an event posted in parts': `
    account 1020
    event  E1   A  USD   30.00  2026-03-02  R1
    ledger L1   A  USD   10.00  2026-03-02  R1
    ledger L2   A  USD   20.00  2026-03-03  R1
    expect match E1 L1 L2`,
  'one-to-many: an extra part': `
    account 1020
    event  E1   A  USD   30.00  2026-03-02  R1
    ledger L1   A  USD   10.00  2026-03-02  R1
    ledger L2   A  USD   20.00  2026-03-03  R1
    ledger L3   A  USD    7.00  2026-03-03  R1
    expect SPLIT_INCOMPLETE E1 L1 L2 L3`,
  'a document taken back without a word, and booked again: the pair nets, the fact has the other': `
    event  E1   A  USD   10.00  2026-03-02  R1
    ledger L1   A  USD   10.00  2026-03-02  R1
    ledger L2   A  USD  -10.00  2026-03-03  R1
    ledger L3   A  USD   10.00  2026-03-02  R1
    expect match L1 L2
    expect match E1 L3`,
  'a document taken back without a word leaves its fact missing': `
    event  E1   A  USD   10.00  2026-03-02  R1
    ledger L1   A  USD   10.00  2026-03-02  R1
    ledger L2   A  USD  -10.00  2026-03-03  R1
    expect match L1 L2
    expect MISSING_IN_LEDGER E1`,
  'net: posted and taken back in the ledger': `
    account 1030
    ledger L1   A  USD    5.00  2026-03-02  R1
    ledger L2   A  USD   -5.00  2026-03-20  R1
    ledger L3   A  USD    5.00  2026-03-02  R2
    expect match L1 L2
    expect MISSING_EVENT L3`,
  'budget per line': `
    account 1061
    event  E1   A  USD   10.00  2026-03-02  R1
    ledger L1   A  USD   10.03  2026-03-02  R1
    event  E2   A  USD   10.00  2026-03-02  R2
    ledger L2   A  USD   10.04  2026-03-02  R2
    event  E3   A  USD   10.00  2026-03-02  R3
    ledger L3   A  USD   10.06  2026-03-02  R3
    expect match E1 L1
    expect REVIEW_MATCH E2 L2
    expect AMOUNT_VARIANCE E3 L3`,
  'budget per unit: each location has its own': `
    account 1062
    event  E1   A  USD   10.00  2026-03-02  R1
    ledger L1   A  USD   10.05  2026-03-02  R1
    event  E2   A  USD   10.00  2026-03-02  R2
    ledger L2   A  USD    9.98  2026-03-02  R2
    event  E3   B  USD   10.00  2026-03-02  R3
    ledger L3   B  USD   10.05  2026-03-02  R3
    expect match E1 L1
    expect REVIEW_MATCH E2 L2
    expect match E3 L3`,
  'budget per run: over all locations, plus and minus add up': `
    account 1063
    event  E1   A  USD   10.00  2026-03-02  R1
    ledger L1   A  USD   10.05  2026-03-02  R1
    event  E2   B  USD   10.00  2026-03-02  R2
    ledger L2   B  USD    9.95  2026-03-02  R2
    event  E3   C  USD   10.00  2026-03-02  R3
    ledger L3   C  USD   10.01  2026-03-02  R3
    expect match E1 L1
    expect match E2 L2
    expect REVIEW_MATCH E3 L3`,
  'what one budget does not let through spends nothing of the others': `
    account 1065
    event  E1   A  USD   10.00  2026-03-02  R1
    ledger L1   A  USD   10.05  2026-03-02  R1
    event  E2   A  USD   10.00  2026-03-02  R2
    ledger L2   A  USD   10.03  2026-03-02  R2
    event  E3   A  USD   10.00  2026-03-02  R3
    ledger L3   A  USD   10.03  2026-03-02  R3
    event  E4   B  USD   10.00  2026-03-02  R4
    ledger L4   B  USD   10.03  2026-03-02  R4
    event  E5   B  USD   10.00  2026-03-02  R5
    ledger L5   B  USD   10.02  2026-03-02  R5
    expect REVIEW_MATCH E1 L1
    expect match E2 L2
    expect REVIEW_MATCH E3 L3
    expect match E4 L4
    expect REVIEW_MATCH E5 L5`,
  'budget per period: March is spent, April is not': `
    account 1064
    event  E1   A  USD   10.00  2026-03-02  R1
    ledger L1   A  USD   10.05  2026-03-02  R1
    event  E2   A  USD   10.00  2026-03-03  R2
    ledger L2   A  USD   10.05  2026-03-03  R2
    event  E3   A  USD   10.00  2026-03-04  R3
    ledger L3   A  USD   10.01  2026-03-04  R3
    event  E4   A  USD   10.00  2026-04-02  R4
    ledger L4   A  USD   10.05  2026-04-02  R4
    expect match E1 L1
    expect match E2 L2
    expect REVIEW_MATCH E3 L3
    expect match E4 L4`,
};
