// What control reconciliations must look at again in the next run. Only what changed is written: a shelf of unsettled keys
// that stays the same costs a run one comparison.
import type pg from 'pg';
import type { Watched } from '../../../exceptions/control.ts';
import { copyIn, copyLine } from '../../copy.ts';

/** Makes `tieout.watched` hold exactly these keys; the same key may be named twice. */
export async function rewriteWatched(client: pg.ClientBase, watch: readonly Watched[]): Promise<void> {
  await client.query(
    `create temporary table control_watch (control text not null, company text collate "C" not null, key text collate "C" not null) on commit drop`,
  );
  await copyIn(
    client,
    'control_watch(control, company, key)',
    watch.map(({ control, company, key }) => copyLine([control, company, key])),
  );
  await client.query('analyze control_watch');
  await client.query(
    `delete from tieout.watched w where not exists (
       select from control_watch n where n.control = w.control and n.company = w.company and n.key = w.key)`,
  );
  await client.query(
    `insert into tieout.watched (control, company, key)
     select distinct n.control, n.company, n.key from control_watch n
     where not exists (select from tieout.watched w where w.control = n.control and w.company = n.company and w.key = n.key)`,
  );
}
