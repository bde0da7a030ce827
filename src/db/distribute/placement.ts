// Where each table lives when one machine is not enough: bulk tables are spread by the key that leads them, small tables that
// they join are copied to every machine, and the rest stays on the first one. A test holds this against the schema.

/** Spread over the machines, by this column. Unit-keyed tables are placed together: a unit's rows are on one machine. */
export const SPREAD: Readonly<Record<string, string>> = {
  line: 'unit',
  line_end: 'unit',
  match: 'unit',
  match_member: 'unit',
  match_total: 'unit',
  match_ban: 'unit',
  open_item: 'unit',
  balance: 'unit',
  cell_total: 'unit',
  cell_match: 'unit',
  exception_leg: 'unit',
  event: 'id',
  event_standing: 'id',
  ledger_identity: 'document',
};

/** Copied whole to every machine: small, and joined by bulk statements. */
export const COPIED: readonly string[] = [
  'unit',
  'batch',
  'account_lost',
  'account_back',
  'run',
  'run_reconciliation',
  'fiscal_period',
  'erp_balance',
  'balance_proof',
];
