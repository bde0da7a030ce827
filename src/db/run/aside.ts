// Ledger lines that no pass sees, on accounts outside the rulebook or out of scope, asked by the references that open expected
// lines bear: a sale on a wrong account is not missing.
import type pg from 'pg';
import type { AsideLine } from '../../exceptions/model.ts';
import type { RunNames } from './names.ts';
import { ASIDE } from './openLines.ts';
import type { RunPins } from './startRun.ts';

/**
 * Gathers those of the same company, ledger, place, currency and amount, on another account.
 * @param settlement journal sources that pay what was sold: no evidence that it was booked
 */
export async function findAside(
  client: pg.ClientBase,
  { open, aside }: Pick<RunNames, 'open' | 'aside'>,
  { asOf, horizon }: Pick<RunPins, 'asOf' | 'horizon'>,
  settlement: readonly string[],
): Promise<void> {
  await client.query(`drop table if exists ${aside};
    create unlogged table ${aside} (unit bigint not null, line_id bigint not null, reference_hash bigint not null, label text not null,
      account text not null, outside boolean not null)`);
  await client.query(
    `insert into ${aside}
     select o.unit, o.line_id, o.reference_hash, a.document || '/' || a.line, a.account, a.unit = 0
     from (select * from ${open} where side = 'E' and reference_hash <> 0) o
     cross join lateral (select a.* from tieout.line a where a.reference_hash = o.reference_hash and a.reference_hash <> 0 and ${ASIDE('a')} offset 0) a
     where a.reference = o.reference and a.company = o.company and a.ledger = o.ledger and a.currency = o.currency
       and a.location = o.location and a.account <> o.account and (a.amount * 10000)::bigint = o.ticks
       and a.accounting_date <= $1 and a.batch_id <= $2 and not coalesce(a.journal_source = any($3), false)
       and not exists (select from tieout.line_end e where e.unit = a.unit and e.line_id = a.line_id and e.batch_id <= $2)
     order by a.document, a.line`,
    [asOf, horizon, settlement],
  );
}

/** By `unit/line` of the expected line. */
export async function readAside(
  client: pg.ClientBase,
  { aside }: Pick<RunNames, 'aside'>,
): Promise<Map<string, AsideLine[]>> {
  const found = await client.query<{ at: string; label: string; account: string; outside: boolean }>(
    `select unit || '/' || line_id as at, label, account, outside from ${aside} order by label`,
  );
  const lines = new Map<string, AsideLine[]>();
  for (const { at, label, account, outside } of found.rows) {
    const line: AsideLine = { label, account, because: outside ? 'outside the rulebook' : 'out of scope' };
    lines.set(at, [...(lines.get(at) ?? []), line]);
  }
  return lines;
}
