// What is done to a work table whenever it is made anew: it takes the old one's name and gets its statistics.
import type pg from 'pg';
import type { PartNames } from './names.ts';

/** Statistics of what plans depend on. Those of the key texts and external keys took longer than filling the table. */
export async function analyzeWork(client: pg.ClientBase, { work }: PartNames): Promise<void> {
  await client.query(`analyze ${work} (unit, line_id, side, reference_hash)`);
}

/** `WORK_next` becomes the work table. */
export async function replaceWork(client: pg.ClientBase, names: PartNames): Promise<void> {
  const { work } = names;
  await client.query(
    `drop table ${work}; alter table ${work}_next rename to ${work.slice(work.indexOf('.') + 1)}`,
  );
  await analyzeWork(client, names);
}

/** Lines in the work table. */
export async function countWork(client: pg.ClientBase, { work }: PartNames): Promise<number> {
  const counted = await client.query<{ n: string }>(`select count(*) as n from ${work}`);
  return Number(counted.rows[0]?.n ?? 0);
}
