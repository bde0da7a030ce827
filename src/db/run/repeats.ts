// What an open ledger line repeats: a matched one with the same account, reference and amount, or the matched expected line
// of the fact that it names (a summary may have taken that).
import type pg from 'pg';
import type { RunNames } from './names.ts';
import { labelSql } from './openLines.ts';
import type { RunPins } from './startRun.ts';

/**
 * Finds them for all open ledger lines at once, reached by their references (law 7), each read once: line by line, 20,000
 * lines that all say `N/A` were each held against 20,000, which took longer than an hour.
 * What the run matches is not stored yet when this is asked: matched is what was due, in scope and live at its pins, and is
 * not open. References come first, kept apart by `offset 0`: planned as one, the server looked for open lines of whole units.
 */
export async function findRepeats(
  client: pg.ClientBase,
  { open, repeat }: Pick<RunNames, 'open' | 'repeat'>,
  { asOf, horizon }: Pick<RunPins, 'asOf' | 'horizon'>,
): Promise<void> {
  await client.query(`drop table if exists ${repeat};
    create unlogged table ${repeat} (unit bigint not null, account text collate "C" not null, currency text collate "C" not null,
      ticks bigint not null, reference_hash bigint not null, reference text collate "C" not null, label text not null)`);
  await client.query(
    `insert into ${repeat}
     select distinct on (m.unit, m.account, m.currency, m.ticks, m.reference)
            m.unit, m.account, m.currency, m.ticks, m.reference_hash, m.reference, ${labelSql('m')}
     from (select distinct reference_hash from ${open} where side = 'L' and reference_hash <> 0) r
     cross join lateral (select m.*, (m.amount * 10000)::bigint as ticks from tieout.line m
                          where m.reference_hash = r.reference_hash and m.reference_hash <> 0 offset 0) m
     where m.scope = 'in' and m.accounting_date <= $1 and m.batch_id <= $2
       and exists (select from ${open} o where ${SAME} and o.side = 'L' and o.account = m.account
                    and o.currency = m.currency and o.reference = m.reference)
       and not exists (select from ${open} o where ${SAME} and o.line_id = m.line_id)
       and not exists (select from tieout.line_end e where e.unit = m.unit and e.line_id = m.line_id and e.batch_id <= $2)
     order by m.unit, m.account, m.currency, m.ticks, m.reference, m.side desc, m.document, m.line, m.event_source, m.event_id`,
    [asOf, horizon],
  );
  // With an index: the number of lines that the joins before it leave is a guess, and a low one joins in a loop.
  await client.query(`create index on ${repeat} (reference_hash, ticks, unit); analyze ${repeat}`);
}

/** By the index of the open lines: however few the planner expects, no line is held against each other one. */
const SAME = 'o.reference_hash = m.reference_hash and o.ticks = m.ticks and o.unit = m.unit';

/** Joins open line `o` with what it repeats, as `d`. */
export function repeatedBy({ repeat }: Pick<RunNames, 'repeat'>): string {
  return `left join ${repeat} d on o.side = 'L' and d.reference_hash = o.reference_hash and d.ticks = o.ticks
    and d.unit = o.unit and d.account = o.account and d.currency = o.currency and d.reference = o.reference`;
}
