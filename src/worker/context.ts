// What the parts of a worker share: one argument instead of a container.
import type { Config } from '../config/model.ts';
import type { Database } from '../db/connection.ts';
import type { ErpPoster, Project } from '../erp/contract.ts';
import type { Log } from '../log/logger.ts';

export interface WorkContext {
  config: Config;
  db: Database;
  /** Who the worker is since it started. */
  project: Project;
  log: Log;
  /** Unique among running workers. */
  worker: string;
  /** Milliseconds since 1970: what schedules go by. Leases go by the database's clock. */
  clock: () => number;
  erps: ReadonlyMap<string, ErpPoster>;
  /** Aborted when the worker stops. */
  stop: AbortSignal;
  /** A file is complete when it did not change for this long. */
  settleMs: number;
  leaseMs: number;
}
