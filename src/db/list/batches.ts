// Batches taken in, newest first, with what became of their records.
import type pg from 'pg';
import { type Listed, listed, type Listing } from './listing.ts';

export interface ListedBatch extends pg.QueryResultRow {
  batch: string;
  kind: string;
  feed: string;
  path: string;
  received: number;
  accepted: number;
  duplicates: number;
  skipped: number;
  quarantined: number;
  complete: boolean;
  refused: string;
  receivedAt: string;
  sha256: string;
}

export function listBatches(client: pg.ClientBase, { limit }: Listing): Promise<Listed<ListedBatch>> {
  return listed(
    client,
    `select batch_id as batch, kind, feed, path, received::float8 as received, accepted::float8 as accepted, duplicates::float8 as duplicates,
            skipped::float8 as skipped, quarantined::float8 as quarantined, complete, refused, received_at as "receivedAt", sha256
     from tieout.batch order by batch_id desc`,
    [],
    limit,
  );
}
