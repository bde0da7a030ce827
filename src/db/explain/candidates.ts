// Lines of the other side that could have been some lines' own, a page at a time: those with the same reference, anywhere
// and whatever became of them, unless hundreds bear it; open ones that share the keys of a pass; open ones of about the amount in the same cell.
// Needs the tables of openPool.ts.
import type pg from 'pg';
import { externalKeySql, keyColumnsSql } from '../../matching/workTable.ts';
import type { KeyColumn } from '../../rulebook/model.ts';
import { labelSql } from '../run/openLines.ts';
import type { KnownAt } from './openPool.ts';

/** A line whose candidates are sought; `days`: widest window of its passes, inside which another amount may lie. */
export interface SoughtLine {
  unit: string;
  line: string;
  days: number;
}

/** What passes and people see of a line. */
export interface CandidateLine {
  unit: string;
  line: string;
  side: 'E' | 'L';
  label: string;
  ext: string;
  reconciliation: string;
  company: string;
  ledger: string;
  location: string;
  dimension: string;
  account: string;
  currency: string;
  amount: string;
  businessDate: string;
  accountingDate: string;
  /** The match that holds it. */
  match: string | null;
  columns: Partial<Record<KeyColumn, string>>;
}

/** The group of a line under the pass at `place` of its reconciliation. */
export interface GroupOfLine {
  unit: string;
  line: string;
  place: number;
  eCount: number;
  eSum: string;
  eLabels: string[];
  lCount: number;
  lSum: string;
  lLabels: string[];
}

/** Pairs of keys of `lines`: a sought line and a candidate of it. */
export interface Candidates {
  pairs: { unit: string; line: string; candidateUnit: string; candidate: string }[];
  groups: GroupOfLine[];
}

/** Candidates of one kind that a line is held against. More would be further away: they are the nearest by amount. */
const MOST = 4;
/**
 * Lines that may bear one reference. What more of them bear (`N/A`, `CASH`) names no fact, and 20,000 lines that all bear it
 * would each be held against 20,000: a workbook of them took longer than five minutes.
 */
const MOST_BEARERS = 400;
/** Days within which an equal amount without the reference is looked at. */
const EQUAL_DAYS = 62;

/** Never more than a few for each line. */
export async function findCandidates(
  client: pg.ClientBase,
  lines: readonly SoughtLine[],
  at: KnownAt | null,
): Promise<Candidates> {
  const asked = [lines.map(({ unit }) => unit), lines.map(({ line }) => line)];
  const pairs = await client.query<Candidates['pairs'][number]>(
    `with sought as materialized (
       select l.unit, l.line_id, l.side, case l.side when 'E' then 'L' else 'E' end::"char" as other, l.account, l.currency, (l.amount * 10000)::bigint as ticks,
              l.business_date, l.reference, l.reference_hash, s.days
       from unnest($1::bigint[], $2::bigint[], $3::int[]) s (unit, line_id, days)
       cross join lateral (select * from tieout.line l where l.unit = s.unit and l.line_id = s.line_id offset 0) l),
     ${BEARERS}
     ${REFERRED} union ${KEYED} union ${ALIKE}`,
    [...asked, lines.map(({ days }) => days), at?.horizon ?? LATEST],
  );
  const groups = await client.query<GroupOfLine>(
    `select m.unit, m.line_id as line, g.place, g.e_count::int as "eCount", g.e_sum as "eSum", g.e_labels as "eLabels",
            g.l_count::int as "lCount", g.l_sum as "lSum", g.l_labels as "lLabels"
     from unnest($1::bigint[], $2::bigint[]) s (unit, line_id)
     join near_key m on m.unit = s.unit and m.line_id = s.line_id and m.groups
     join near_group g on g.unit = m.unit and g.k = m.k and g.t = m.t and g.place = m.place`,
    asked,
  );
  return { pairs: pairs.rows, groups: groups.rows };
}

/** Beyond every number of a run or batch: as known now. */
export const LATEST = '9223372036854775807';

const PAIR = 's.unit, s.line_id as line, c.unit as "candidateUnit", c.line_id as candidate';

/** Lines that bear the references of the page, each reference looked up once, however many lines of the page bear it. */
const BEARERS = `bearer as materialized (
  select r.reference_hash, r.reference, o.side, o.unit, o.line_id, o.account, o.currency, (o.amount * 10000)::bigint as ticks, o.business_date, ${externalKeySql('o')} as ext
  from (select distinct reference_hash, reference, other from sought where reference_hash <> 0) r
  cross join lateral (
    select o.*, count(*) over () as bearers
    from (select * from tieout.line o where o.reference_hash = r.reference_hash and o.reference_hash <> 0 and o.batch_id <= $4 limit ${MOST_BEARERS + 1}) o offset 0) o
  left join tieout.line_end e on e.unit = o.unit and e.line_id = o.line_id and e.batch_id <= $4
  where o.bearers <= ${MOST_BEARERS} and o.reference = r.reference and o.side = r.other and o.scope = 'in' and e.kind is null)`;

const REFERRED = `select unit, line, "candidateUnit", candidate from (
  select ${PAIR}, row_number() over (partition by s.unit, s.line_id
      order by (c.unit = s.unit and c.account = s.account and c.currency = s.currency) desc, abs(c.ticks - s.ticks), abs(c.business_date - s.business_date), c.ext) as place
  from sought s join bearer c on c.reference_hash = s.reference_hash and c.reference = s.reference and c.side = s.other) ranked
  where place <= ${MOST}`;

/** The nearest amounts at or above and below, by index; twins by date, then by external key. */
function nearest(table: string, where: string, reach: string): string {
  const days = 'abs(n.business_date - s.business_date)';
  const half = (bound: string, order: string): string =>
    `(select n.unit, n.line_id, abs(n.ticks - s.ticks) as gap, ${days} as days, n.tie from ${table} n
      where ${where} and n.ticks ${bound} order by n.ticks ${order}, ${days}, n.tie limit ${MOST})`;
  const up = reach === '' ? '>= s.ticks' : `between s.ticks and s.ticks + ${reach}`;
  const down = reach === '' ? '< s.ticks' : `between s.ticks - ${reach} and s.ticks - 1`;
  return `cross join lateral (select * from (${half(up, 'asc')} union all ${half(down, 'desc')}) b order by gap, days, tie limit ${MOST}) c`;
}

const KEYED = `select ${PAIR} from sought s join near_key m on m.unit = s.unit and m.line_id = s.line_id and not m.groups
  ${nearest('near_key', 'n.unit = m.unit and n.k = m.k and n.side = s.other and n.t = m.t and n.place = m.place', '')}`;

/** Without a key about the amount counts: one in a hundred, of whichever side is the expected one. */
const ALIKE = `select ${PAIR} from sought s
  ${nearest(
    'near_line',
    `n.unit = s.unit and n.account = s.account and n.currency = s.currency and n.side = s.other
      and abs(n.business_date - s.business_date) <= case n.ticks when s.ticks then ${EQUAL_DAYS} else s.days end`,
    '(abs(s.ticks) / 99)',
  )}`;

/** The lines themselves, with the key columns named; matches as known now or at a run. */
export async function candidateLines(
  client: pg.ClientBase,
  lines: readonly { unit: string; line: string }[],
  columns: readonly KeyColumn[],
  at: KnownAt | null,
): Promise<CandidateLine[]> {
  const found = await client.query<CandidateLine>(
    `select l.unit, l.line_id as line, l.side, ${labelSql('l')} as label, ${externalKeySql('l')} as ext, coalesce(u.reconciliation, '') as reconciliation,
            l.company, l.ledger, l.location, l.dimension, l.account, l.currency, l.amount, l.business_date as "businessDate", l.accounting_date as "accountingDate",
            m.match_id as match, ${keyColumnsSql(columns)} as columns
     from unnest($1::bigint[], $2::bigint[]) s (unit, line_id)
     cross join lateral (select * from tieout.line l where l.unit = s.unit and l.line_id = s.line_id offset 0) l
     left join tieout.unit u on u.unit = l.unit
     left join lateral (select m.match_id from tieout.match_member m where m.unit = l.unit and m.line_id = l.line_id
       and ${at === null || at.current ? 'm.released_run is null' : 'm.run_id <= $3::bigint and (m.released_run is null or m.released_run > $3::bigint)'}
       and $3::bigint is not null limit 1) m on true`,
    [lines.map(({ unit }) => unit), lines.map(({ line }) => line), at?.runId ?? '0'],
  );
  return found.rows;
}
