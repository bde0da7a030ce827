// Takes back what this run itself has found, before it is stored: the match is forgotten and its lines are open again.
import type pg from 'pg';
import { addLinesToRest, type WorkingSet } from './fillWork.ts';

/** @param lines select of unit, line_id: matches of this run that hold one of them are taken back */
export async function takeBackFound(client: pg.ClientBase, set: WorkingSet, lines: string): Promise<number> {
  const { found, member } = set.names;
  const back = `${set.names.work}_back`;
  await client.query(`drop table if exists ${back}`);
  const held = await client.query(
    `create unlogged table ${back} as
     with t as (${lines}), hit as (
       select distinct f.match_id from ${found} f where not f.suggested
         and (exists (select from t where t.unit = f.unit and t.line_id in (f.e_line, f.l_line))
           or exists (select from ${member} m join t on t.unit = m.unit and t.line_id = m.line_id where m.match_id = f.match_id)))
     select h.match_id, f.unit, v.line_id from hit h join ${found} f on f.match_id = h.match_id
       cross join lateral (values (f.e_line), (f.l_line)) v(line_id) where v.line_id is not null
     union all select h.match_id, m.unit, m.line_id from hit h join ${member} m on m.match_id = h.match_id`,
  );
  if (held.rowCount !== 0) {
    await client.query(
      `delete from ${found} f using ${back} b where b.match_id = f.match_id; delete from ${member} m using ${back} b where b.match_id = m.match_id`,
    );
    await addLinesToRest(client, set, `select unit, line_id from ${back}`);
  }
  await client.query(`drop table ${back}`);
  return held.rowCount ?? 0;
}
