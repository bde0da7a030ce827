// What names have settled is kept from the summary passes: lines in an item by name, and, where a pass does not say how its
// summaries are known, ledger lines that name a fact.
import type pg from 'pg';
import type { WorkingSet } from './fillWork.ts';
import type { RunNames } from './names.ts';
import { analyzeWork } from './workTables.ts';

/** Takes all keys from lines that have an item: no pass sees them any more. */
export async function hideExplained(client: pg.ClientBase, set: WorkingSet, names: RunNames): Promise<void> {
  const keys = set.reconciliation.passes.map((_, p) => `k${p} = null, t${p} = null`);
  await client.query(
    `update ${set.names.work} w set held = true, ${keys.join(', ')} from ${names.leg} g where g.unit = w.unit and g.line_id = w.line_id`,
  );
  await analyzeWork(client, set.names);
}

/** Takes the keys of the summary passes from those lines. */
export async function hideNamed(client: pg.ClientBase, set: WorkingSet, names: RunNames): Promise<void> {
  const { work } = set.names;
  const sums = [...set.reconciliation.passes.entries()].filter(([, pass]) => !pass.identifies);
  const empty = (passes: typeof sums): string => passes.map(([p]) => `k${p} = null, t${p} = null`).join(', ');
  await client.query(
    `update ${work} w set held = true, ${empty(sums)} from ${names.leg} g where g.unit = w.unit and g.line_id = w.line_id`,
  );
  const open = sums.filter(([, pass]) => pass.where.ledger === undefined);
  if (open.length > 0)
    await client.query(
      `update ${work} w set ${empty(open)} where w.side = 'L' and (
         exists (select from tieout.line e where e.reference_hash = w.reference_hash and e.reference_hash <> 0 and e.reference = w.reference and e.side = 'E')
         or (w.assignment <> '' and exists (select from tieout.line e where e.reference_hash = hashtextextended(w.assignment, 0)
           and e.reference_hash <> 0 and e.reference = w.assignment and e.side = 'E')))`,
    );
  await analyzeWork(client, set.names);
}
