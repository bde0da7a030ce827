// Deliveries that two persons took back prove nothing any more: who asks what was read, or to which day a ledger is complete,
// leaves them out.

/** SQL: true of a batch (its alias) that was not taken back. */
export const counts = (batch: string): string =>
  `not exists (select from tieout.batch_withdrawal t where t.batch_id = ${batch}.batch_id)`;
