// Takes unposted drafts of ours out of the ERPs: a create that was given up and came late leaves one, nobody will post it,
// and a draft blocks the close of its period. What the machine may still take up is left alone.
import type { Database } from '../../src/db/connection.ts';
import { listLiveReferences } from '../../src/db/posting/listLiveReferences.ts';
import type { ErpPoster } from '../../src/erp/contract.ts';

export interface SweepRequest {
  db: Database;
  erps: ReadonlyMap<string, ErpPoster>;
  /** Younger drafts stay; an hour by default, longer than any call and any look. */
  olderThanMs?: number;
}

/** What became of one ERP's sweep; `why` says what stopped it. */
export interface Swept {
  erp: string;
  deleted: number;
  why?: string;
}

const OLDER_THAN_MS = 3_600_000;
const CALL_MS = 90_000;

/** Sweeps every ERP that knows drafts. One that cannot be reached does not keep the others from it. */
export async function sweepDrafts({ db, erps, olderThanMs = OLDER_THAN_MS }: SweepRequest): Promise<Swept[]> {
  const all: Swept[] = [];
  for (const [erp, poster] of erps) {
    if (poster.sweepDrafts === undefined) continue;
    const live = await listLiveReferences(db.pool, erp);
    try {
      const call = { attempt: 0, signal: AbortSignal.timeout(CALL_MS) };
      all.push({ erp, deleted: await poster.sweepDrafts(olderThanMs, live, call) });
    } catch (error) {
      all.push({ erp, deleted: 0, why: error instanceof Error ? error.message : String(error) });
    }
  }
  return all;
}
