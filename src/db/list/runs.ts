// Runs, newest first: reconciliations, decisions and undos, each with what identifies its result.
import type pg from 'pg';
import { type Listed, listed, type Listing } from './listing.ts';

export interface ListedRun extends pg.QueryResultRow {
  run: string;
  kind: string;
  state: string;
  asOf: string;
  only: string;
  startedBy: string;
  startedAt: string;
  completedAt: string | null;
  resultHash: string;
  rulebookHash: string;
  undoes: string | null;
  undoneBy: string | null;
}

export function listRuns(client: pg.ClientBase, { limit }: Listing): Promise<Listed<ListedRun>> {
  return listed(
    client,
    `select run_id as run, kind, state, as_of as "asOf", only_name as only, maker as "startedBy", started_at as "startedAt",
            completed_at as "completedAt", coalesce(result_hash, '') as "resultHash", rulebook_hash as "rulebookHash", undoes, undone_by as "undoneBy"
     from tieout.run order by run_id desc`,
    [],
    limit,
  );
}
