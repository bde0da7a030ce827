// The result hash: sum modulo 2^128 of the SHA-256 of rows, so that order does not matter and parts can be added. Rows hold
// external keys, reasons and amounts; no ids, batches, times or owners, which may differ between equal results.
import type pg from 'pg';
import { POSTING_REASONS } from '../../rulebook/reasons.ts';
import { externalKeySql } from '../../matching/workTable.ts';
import type { PartNames, RunNames } from './names.ts';
import type { Cut } from './tieOut.ts';

/** Sums of the first 16 bytes of a digest, as four 32-bit columns that bigint can add exactly. */
const QUARTERS = [1, 9, 17, 25]
  .map((from, i) => `coalesce(sum(('x' || substr(hex, ${from}, 8))::bit(32)::bigint), 0) as q${i}`)
  .join(', ');

/** SQL of rows with `hex`: the first half of the SHA-256 of these columns of `from`. */
export const hashedRow = (columns: readonly string[], from: string): string =>
  `select encode(substring(sha256(convert_to(${columns.join(` || E'\\x1f' || `)}, 'UTF8')) from 1 for 16), 'hex') as hex from ${from}`;

/** Rows of the matches that run `$1` released, of reconciliations `$2`. */
export const RELEASED = hashedRow(
  ["'released'", 'pass', 'variance', 'members'],
  `(select x.pass, x.variance::text as variance, string_agg(${externalKeySql('l')}, E'\\x1e' order by ${externalKeySql('l')}) as members
      from tieout.match_member m join tieout.match x on x.unit = m.unit and x.match_id = m.match_id
      join tieout.unit u on u.unit = m.unit and u.reconciliation = any($2)
      join tieout.line l on l.unit = m.unit and l.line_id = m.line_id
      where m.released_run = $1 group by x.unit, x.match_id, x.pass, x.variance) r`,
);

/** The sum over the matches that the run made; it needs nothing that the run has stored. */
export async function sumOfMade(client: pg.ClientBase, parts: readonly PartNames[]): Promise<bigint> {
  const made = parts.map(
    (part) =>
      `select encode(substring(digest from 1 for 16), 'hex') as hex from ${part.found} where not suggested`,
  );
  return made.length === 0 ? 0n : sumOf(client, made.join(' union all '), []);
}

/**
 * @param cut with its legs gathered
 * @param item table of the run's items
 * @param made sum over the matches that the run made
 * @returns 32 hex digits
 */
export async function resultHash(
  client: pg.ClientBase,
  cut: Cut & { legs: string },
  { item }: RunNames,
  made: bigint,
): Promise<string> {
  let sum = made;
  for (const [select, values] of [
    [RELEASED, [cut.runId, cut.reconciliations]],
    [
      hashedRow(
        ["'leg'", 'anchor', 'reason', 'status', 'line', 'amount'],
        `(select i.anchor, g.reason, g.status, g.ext as line, g.amount::text as amount from ${cut.legs} g join ${item} i using (exception_id)) r`,
      ),
      [],
    ],
    [
      hashedRow(
        ["'control'", 'anchor', 'reason', 'status', 'exposure'],
        `(select i.anchor, s.reason, s.status, coalesce(s.exposure, 0)::text as exposure from tieout.open_exception o
          join tieout.exception_item i on i.exception_id = o.exception_id
          join lateral (select * from tieout.exception_state s where s.exception_id = o.exception_id order by s.run_id desc limit 1) s on true
          where o.class = 'control' and $1::bigint is not null and s.reason <> all ($2)) r`,
      ),
      [cut.runId, POSTING_REASONS],
    ],
    [
      hashedRow(
        ["'cell'", 'text', 'account', 'currency', 'side', 'scope', 'lines', 'amount'],
        `(select u.text, b.account, b.currency, b.side::text as side, b.scope, sum(b.lines)::text as lines, trim_scale(sum(b.amount))::text as amount
          from (select unit, account, currency, side, scope, lines, amount from tieout.cell_total
                union all select unit, account, currency, side, scope, -lines, -amount from tieout.balance where accounting_date > $3) b
          join tieout.unit u on u.unit = b.unit and u.reconciliation = any($2)
          where $1::bigint is not null group by u.text, b.account, b.currency, b.side, b.scope
          having sum(b.lines) <> 0) r`,
      ),
      [cut.runId, cut.reconciliations, cut.asOf],
    ],
  ] as [string, unknown[]][]) {
    sum = (sum + (await sumOf(client, select, values))) % 2n ** 128n;
  }
  return sum.toString(16).padStart(32, '0');
}

/** Sum modulo 2^128 over rows with `hex`. */
export async function sumOf(client: pg.ClientBase, select: string, values: unknown[]): Promise<bigint> {
  const found = await client.query<Record<'q0' | 'q1' | 'q2' | 'q3', string>>(
    `select ${QUARTERS} from (${select}) h`,
    values,
  );
  const row = found.rows[0];
  if (row === undefined) return 0n;
  const quarters = [row.q0, row.q1, row.q2, row.q3].map((text) => BigInt(text));
  return quarters.reduce((all, quarter) => (all << 32n) + quarter, 0n) % 2n ** 128n;
}
