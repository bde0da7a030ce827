// Codes as words.

/** `MISSING_IN_LEDGER` as `missing in ledger`. */
export const reasonWords = (code: string): string => code.toLowerCase().replaceAll('_', ' ');

const ACTIONS: Readonly<Record<string, string>> = {
  book: 'Book',
  match: 'Match',
  reclass: 'Reclass',
  reverse: 'Reverse',
  writeOff: 'Write off',
  accept: 'Accept',
  wait: 'Wait',
  correctSource: 'Correct at source',
  notMine: 'Hand over',
  reopen: 'Reopen',
  comment: 'Comment',
  assign: 'Assign',
};

export const actionWords = (action: string): string => ACTIONS[action] ?? action;
