// What was refused of one batch, row by row: for the report that lies beside the file, which its sender reads.
import type pg from 'pg';
import { COLUMN } from './quarantine.ts';

/** A file in another format is refused in every row; its first ones say why. */
const MOST = 1000;

export interface RefusedRows {
  /** Sums over all rows. */
  byReason?: { reason: string; column: string; rows: number }[];
  /** The first thousand, by row; `column` as the sender named it, empty where the record as a whole was refused. */
  refused?: { row: number; reason: string; column: string; message: string }[];
}

/** Nothing where no row was refused. */
export async function refusedRows(client: pg.Pool, batch: string): Promise<RefusedRows> {
  const found = await client.query<RefusedRows>(
    `select (select json_agg(s order by s.rows desc, s.reason, s."column") from (
               select reason, ${COLUMN} as "column", count(*) as rows from tieout.quarantine q where batch_id = $1 group by 1, 2) s) as "byReason",
            (select json_agg(r order by r.row) from (
               select position as row, reason, path as "column", message from tieout.quarantine where batch_id = $1 order by position limit ${MOST}) r) as refused`,
    [batch],
  );
  const [rows] = found.rows;
  return rows?.byReason ? rows : {};
}
