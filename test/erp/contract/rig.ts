// What the one contract test needs of an ERP: its adapter, a way to make the next booking go wrong, and a count of what
// the ERP really holds, asked beside the adapter.
import type { ErpAdapter } from '../../../src/erp/contract.ts';
import type { FaultKind } from '../simulators/faults.ts';

export interface Rig {
  erp: ErpAdapter;
  /** Accounts that can be posted to without more, at least two. */
  accounts: readonly [string, string];
  company: string;
  location: string;
  /** False where the ERP publishes no periods. */
  periods: boolean;
  /** False where a document's field for the business reference does not come back in an extract. */
  references: boolean;
  /** False where a journal can be in the company's currency only. */
  currencies: boolean;
  /** A day of an open period, and one of a closed period. */
  openDay: string;
  closedDay: string;
  /** The next booking call goes wrong in this way. */
  fault(kind: FaultKind): Promise<void>;
  /** Posted documents that carry a reference, as the ERP itself counts them. */
  count(reference: string): Promise<number>;
  /** Ends the ERP at once, as a crash would, and starts it again. */
  crash(): Promise<void>;
  stop(): Promise<void>;
}
