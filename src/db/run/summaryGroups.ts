// The lines of summaries that do not tie come into the process, and what ties there once something is left out goes back as
// matches of its pass.
import type pg from 'pg';
import type { TiedGroup } from '../../exceptions/summaryGroups.ts';
import type { SummaryLine } from '../../exceptions/summaryStores.ts';
import { chosenStatement } from '../../matching/compile.ts';
import type { Pass, Reconciliation } from '../../rulebook/model.ts';
import { copyIn, copyLine } from '../copy.ts';
import type { PartNames, RunNames } from './names.ts';
import { graceOverSql, labelSql } from './openLines.ts';

/** A pass that confirms sums of expected lines: its groups are settled where they do not tie. */
export const isSummary = (pass: Pass): boolean =>
  !pass.identifies &&
  pass.active &&
  pass.type === 'many-to-one' &&
  pass.result === 'confirmed' &&
  !pass.acrossAccounts;

type Row = Record<
  | 'unit'
  | 'line_id'
  | 'ext'
  | 'account'
  | 'currency'
  | 'ticks'
  | 'business_date'
  | 'accounting_date'
  | 'company'
  | 'ledger'
  | 'location'
  | 'dimension'
  | 'reference'
  | 'period'
  | 'label'
  | 'key'
  | 'fact',
  string
> & { side: 'E' | 'L'; day: number; grace_over: boolean };

/**
 * Open lines of groups that have a ledger line, and of those of about its day that wait for one beyond their grace days: a
 * summary at the wrong place may be theirs.
 * Lines in an item already (by name) are not seen.
 */
export async function readSummaryLines(
  client: pg.ClientBase,
  names: RunNames,
  parts: readonly Reconciliation[],
  asOf: string,
): Promise<SummaryLine[]> {
  const lines: SummaryLine[] = [];
  for (const [part, reconciliation] of parts.entries()) {
    for (const [p, pass] of reconciliation.passes.entries()) {
      if (!isSummary(pass)) continue;
      const found = await client.query<Row>(linesSql(names, part, p, pass), [asOf]);
      for (const row of found.rows) lines.push(lineOf(row, part, p, pass, reconciliation));
    }
  }
  return lines;
}

const GRACE_OVER = graceOverSql('$1::date').replaceAll('o.side', 'w.side');

function linesSql(names: RunNames, part: number, p: number, pass: Pass): string {
  const { work } = names.part(part);
  const day = pass.perDay ? `w.d${p}` : '0';
  const { from, to } = pass.window ?? { from: 0, to: 0 };
  // A summary in the wrong place stands on the same days as the group that waits for it elsewhere.
  const near = pass.perDay
    ? `w.d${p} in (select l.d${p} - s from l cross join generate_series(${from}, ${to}) s)`
    : 'true';
  const free = `not exists (select from ${names.leg} g where g.unit = w.unit and g.line_id = w.line_id)`;
  return `with l as materialized (select w.unit, w.k${p}, ${day} as d${p} from ${work} w where w.side = 'L' and w.k${p} is not null and ${free})
    select w.unit, w.line_id, w.side, w.ext, w.account, w.currency, w.ticks, w.business_date, w.accounting_date, w.company, w.ledger, w.location,
           w.dimension, w.reference, w.period, ${labelSql('w')} as label, w.t${p} as key, ${day} as day,
           case w.side when 'E' then concat_ws(E'\\x1f', w.event_source, w.event_id) else w.document end as fact,
           ${GRACE_OVER} as grace_over
    from ${work} w
    left join ${names.grace} g on g.part = ${part} and g.business_date = w.business_date
    left join ${names.reach} r on r.company = w.company and r.ledger = w.ledger and r.account = w.account
    where w.k${p} is not null and ${free} and exists (select from l)
      and not exists (select from ${names.leftOut} o where o.unit = w.unit and o.line_id = w.line_id)
      and (w.side = 'L' or w.k${p} in (select k${p} from l) or ${GRACE_OVER})
      and (w.side = 'L' or ${near})`;
}

function lineOf(row: Row, part: number, p: number, pass: Pass, { name }: Reconciliation): SummaryLine {
  return {
    part,
    pass: p,
    passName: pass.name,
    key: row.key,
    day: row.day,
    ...(pass.perDay ? { window: { from: pass.window?.from ?? 0, to: pass.window?.to ?? 0 } } : {}),
    fact: row.fact,
    tiedElsewhere: false,
    unit: row.unit,
    lineId: row.line_id,
    side: row.side,
    ext: row.ext,
    reconciliation: name,
    company: row.company,
    ledger: row.ledger,
    account: row.account,
    location: row.location,
    dimension: row.dimension,
    currency: row.currency,
    amount: BigInt(row.ticks),
    companyAmount: null,
    businessDate: row.business_date,
    accountingDate: row.accounting_date,
    period: row.period,
    reference: row.reference,
    label: row.label,
    columns: {},
    keys: [],
    duplicateOf: '',
    graceOver: row.grace_over,
    othersMatched: false,
  };
}

/** Of these events (source and id, joined by U+001F) those that have a line in a summary which ties, now or before. */
export async function factsTiedElsewhere(
  client: pg.ClientBase,
  names: RunNames,
  parts: number,
  facts: readonly string[],
): Promise<ReadonlySet<string>> {
  if (facts.length === 0) return new Set();
  const now = Array.from(
    { length: parts },
    (_, part) =>
      `select m.unit, m.line_id from ${names.part(part).member} m join ${names.part(part).found} f on f.match_id = m.match_id and f.summary_key is not null`,
  );
  const found = await client.query<{ fact: string }>(
    `with asked as (select distinct fact, split_part(fact, E'\\x1f', 1) as source, split_part(fact, E'\\x1f', 2) as id from unnest($1::text[]) fact),
     lines as materialized (select a.fact, l.unit, l.line_id from asked a join tieout.line l on l.event_source = a.source and l.event_id = a.id)
     select distinct l.fact from lines l join (${now.join(' union all ')}) t on t.unit = l.unit and t.line_id = l.line_id
     union
     select l.fact from lines l join tieout.match_member m on m.unit = l.unit and m.line_id = l.line_id and m.released_run is null
     join tieout.match x on x.unit = m.unit and x.match_id = m.match_id and x.summary_key is not null`,
    [facts],
  );
  return new Set(found.rows.map(({ fact }) => fact));
}

/** Writes the groups that tie as matches of their pass; their lines leave the work table and the open lines. */
export async function writeTied(
  client: pg.ClientBase,
  names: RunNames,
  parts: readonly Reconciliation[],
  tied: readonly TiedGroup[],
): Promise<void> {
  const passes = new Set(tied.map(({ part, pass }) => `${part}/${pass}`));
  for (const at of passes) {
    const [part = 0, p = 0] = at.split('/').map(Number);
    const pass = parts[part]?.passes[p] as Pass;
    const own = names.part(part);
    const groups = tied.filter((group) => group.part === part && group.pass === p);
    await writeOne(client, names, own, pass, p, groups);
  }
}

async function writeOne(
  client: pg.ClientBase,
  { open }: RunNames,
  own: PartNames,
  pass: Pass,
  p: number,
  groups: readonly TiedGroup[],
): Promise<void> {
  const chosen = `${own.work}_chosen`;
  await client.query(`drop table if exists ${chosen};
    create unlogged table ${chosen} (group_no bigint not null, unit bigint not null, line_id bigint not null)`);
  const rows = groups.flatMap(({ lines }, number) =>
    lines.map(({ unit, lineId }) => copyLine([String(number), unit, lineId])),
  );
  await copyIn(client, `${chosen}(group_no, unit, line_id)`, rows);
  await client.query(chosenStatement(pass, p, own, chosen));
  await client.query(
    `delete from ${own.work} w using ${chosen} c where w.unit = c.unit and w.line_id = c.line_id;
     delete from ${open} o using ${chosen} c where o.unit = c.unit and o.line_id = c.line_id;
     drop table ${chosen}`,
  );
}
