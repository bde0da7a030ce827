// A pass as SQL: one statement per pass over the work table of a run (workTable.ts), keys compared as one 64-bit hash and
// verified by their text. Numbers inside are literals made from decimals; definition.ts is the meaning of each statement.
import type { Pass, Tolerance } from '../rulebook/model.ts';
import { ticksOf } from './tolerance.ts';

/** Names of the tables a pass reads and writes; made by db/run/names.ts, never from data. */
export interface WorkNames {
  work: string;
  found: string;
  member: string;
  undecided: string;
}

/** A share of the work: keys whose hash falls on `index` of `count`. Matches never cross a key, so any split agrees. */
export interface Share {
  index: number;
  count: number;
}

function shareSql(alias: string, p: number, share: Share): string {
  return share.count === 1 ? '' : ` and (${alias}.k${p} & 1023) % ${share.count} = ${share.index}`;
}

/** True where ledger minus expected (in ticks) is inside the tolerance. Numbers are literals made from decimals. */
function toleranceSql(tolerance: Tolerance | undefined, e: string, l: string, currency: string): string {
  if (tolerance === undefined) return `${l} = ${e}`;
  const conditions: string[] = [];
  if (tolerance.absolute !== undefined) {
    const from = byCurrency(currency, tolerance.absolute, (bounds) => ticksOf(bounds.from).toString());
    const to = byCurrency(currency, tolerance.absolute, (bounds) => ticksOf(bounds.to).toString());
    conditions.push(`${l} - ${e} between ${from} and ${to}`);
  }
  if (tolerance.percent !== undefined) {
    const { from, to, cap } = tolerance.percent;
    let low = `trunc(abs(${e}) * ${from.toFixed()} * 0.01)`;
    let high = `trunc(abs(${e}) * ${to.toFixed()} * 0.01)`;
    if (cap !== undefined) {
      const most = byCurrency(currency, cap, (value) => ticksOf(value).toString());
      low = `greatest(${low}, coalesce(-(${most}), ${low}))`;
      high = `least(${high}, coalesce(${most}, ${high}))`;
    }
    conditions.push(`${l} - ${e} between ${low} and ${high}`);
  }
  return conditions.join(' and ');
}

function byCurrency<T>(sql: string, map: ReadonlyMap<string, T>, print: (value: T) => string): string {
  const cases: string[] = [];
  for (const [code, value] of map) {
    if (code !== '*' && !/^[A-Z]{3}$/.test(code)) throw new RangeError(`not a currency code: ${code}`);
    if (code !== '*') cases.push(`when '${code}' then ${print(value)}`);
  }
  const any = map.get('*');
  const otherwise = any === undefined ? 'null::bigint' : print(any);
  return cases.length === 0 ? otherwise : `(case ${sql} ${cases.join(' ')} else ${otherwise} end)`;
}

function windowSql(pass: Pass, expectedDay: string, ledgerDay: string): string {
  if (pass.window === undefined) return '';
  return ` and ${ledgerDay} - ${expectedDay} between ${pass.window.from} and ${pass.window.to}`;
}

/** The statement of one pass (number `p` of its reconciliation) over one share of the work. */
export function passStatement(pass: Pass, p: number, names: WorkNames, share: Share): string {
  switch (pass.type) {
    case 'one-to-one':
      return pass.tolerance === undefined && pass.window === undefined
        ? rankedSql(pass, p, names, share)
        : candidatesSql(pass, p, names, share);
    case 'net':
      return netSql(pass, p, names, share);
    case 'many-to-one':
    case 'one-to-many':
    case 'many-to-many':
      return groupedSql(pass, p, names, share);
  }
}

const FOUND_COLUMNS =
  'match_id, pass_no, unit, account, currency, e_line, l_line, e_count, l_count, e_ticks, l_ticks, e_company, l_company, anchor, off_period, digest';

/** SHA-256 of what a match says: pass, members' external keys, variance. The result hash of a run sums these. */
function digestSql(pass: Pass, members: string, variance: string): string {
  if (!/^[\w .-]+$/.test(pass.name)) throw new RangeError(`not a pass name: ${pass.name}`);
  return `sha256(convert_to('match' || E'\\x1f' || '${pass.name}' || E'\\x1f' || (${variance})::text || E'\\x1f' || ${members}, 'UTF8'))`;
}

/**
 * Keys and amount equal and nothing else compared: lines on a key are all twins, so ranks pair them, each side ranked by itself.
 */
function rankedSql(pass: Pass, p: number, names: WorkNames, share: Share): string {
  const ranked = (
    side: string,
  ): string => `select unit, line_id, k${p}, t${p}, ticks, company_ticks, ext, account, currency, period,
      row_number() over (partition by k${p}, ticks, unit, t${p} order by ext) as rank
    from ${names.work} w where side = '${side}' and k${p} is not null${shareSql('w', p, share)}`;
  return `with e as (${ranked('E')}), l as (${ranked('L')})
insert into ${names.found} (${FOUND_COLUMNS})
select nextval('tieout.match_id'), ${p}, e.unit, e.account, e.currency, e.line_id, l.line_id, 1, 1, e.ticks, l.ticks,
       e.company_ticks, l.company_ticks, e.ext, e.period <> l.period,
       ${digestSql(pass, "e.ext || E'\\x1e' || l.ext", 'l.ticks - e.ticks')}
from e join l on e.k${p} = l.k${p} and e.ticks = l.ticks and e.rank = l.rank and e.unit = l.unit and e.t${p} = l.t${p}`;
}

/**
 * Candidates of a one-to-one pass (definition: oneToOne). A key with one line on each side, which nearly all have, needs no
 * classes and no ranks: it matches or does not, decided by one join. The others (`crowded`, found by their hash alone) go
 * the long way: twin classes, candidates between them, the preferred ones, and of those the ones that stand alone. With all
 * keys the long way, five sorts over every line, 34,000 lines took 1.27 s; so 0.80 s (in turn, on a busy machine).
 */
function candidatesSql(pass: Pass, p: number, names: WorkNames, share: Share): string {
  const day = pass.window === undefined ? '0' : `w.d${p}`;
  const side = (
    name: 'E' | 'L',
  ): string => `(select w.unit, w.line_id, w.k${p} as k, w.t${p} as t, w.ticks, w.company_ticks, w.ext, w.account, w.currency, w.period,
    ${day} as day from ${names.work} w where w.side = '${name}' and w.k${p} is not null${shareSql('w', p, share)})`;
  return `with crowded as materialized (
  select w.unit, w.k${p} as k from ${names.work} w where w.k${p} is not null${shareSql('w', p, share)} group by w.unit, w.k${p}
  having least(count(*) filter (where w.side = 'E'), count(*) filter (where w.side = 'L')) > 0 and count(*) > 2),
${crowdedSql(pass, p, names, share, day)}
insert into ${names.found} (${FOUND_COLUMNS})
select nextval('tieout.match_id'), ${p}, e.unit, case when e.account = l.account then e.account else '' end, e.currency,
       e.line_id, l.line_id, 1, 1, e.ticks, l.ticks, e.company_ticks, l.company_ticks, e.ext, e.period <> l.period,
       ${digestSql(pass, "e.ext || E'\\x1e' || l.ext", 'l.ticks - e.ticks')}
from ${side('E')} e join ${side('L')} l on l.k = e.k and l.unit = e.unit and l.t = e.t
where ${toleranceSql(pass.tolerance, 'e.ticks', 'l.ticks', 'e.currency')}${windowSql(pass, 'e.day', 'l.day')}
  and not exists (select from crowded c where c.unit = e.unit and c.k = e.k)
union all
select nextval('tieout.match_id'), ${p}, c.unit, case when e.account = l.account then e.account else '' end, e.currency,
       e.line_id, l.line_id, 1, 1, e.ticks, l.ticks, e.company_ticks, l.company_ticks, e.ext, e.period <> l.period,
       ${digestSql(pass, "e.ext || E'\\x1e' || l.ext", 'l.ticks - e.ticks')}
from preferred c
join lines e on e.side = 'E' and e.k = c.k and e.unit = c.unit and e.t = c.t and e.ticks = c.e_ticks and e.day = c.e_day
join lines l on l.side = 'L' and l.k = c.k and l.unit = c.unit and l.t = c.t and l.ticks = c.l_ticks and l.day = c.l_day and l.rank = e.rank
where c.e_degree = 1 and c.l_degree = 1`;
}

/** Of the keys with several lines on a side: lines in twin classes, candidates between classes, the preferred, the tied. */
function crowdedSql(pass: Pass, p: number, names: WorkNames, share: Share, day: string): string {
  return `lines as materialized (
  select w.unit, w.line_id, w.side, w.k${p} as k, w.t${p} as t, w.ticks, w.company_ticks, w.ext, w.account, w.currency, w.period, ${day} as day,
         row_number() over (partition by w.k${p}, w.side, w.ticks, ${day}, w.unit, w.t${p} order by w.ext) as rank
  from ${names.work} w join crowded on crowded.k = w.k${p} and crowded.unit = w.unit
  where w.k${p} is not null${shareSql('w', p, share)}),
classes as materialized (select unit, k, t, side, ticks, day, min(currency) as currency from lines group by unit, k, t, side, ticks, day),
candidates as (
  select e.unit, e.k, e.t, e.ticks as e_ticks, e.day as e_day, l.ticks as l_ticks, l.day as l_day, abs(l.ticks - e.ticks) as gap
  from classes e join classes l on e.side = 'E' and l.side = 'L' and e.k = l.k and e.unit = l.unit and e.t = l.t
  where ${toleranceSql(pass.tolerance, 'e.ticks', 'l.ticks', 'e.currency')}${windowSql(pass, 'e.day', 'l.day')}),
least as (
  select *, min(gap) over (partition by k, unit, t, e_ticks, e_day) as e_least, min(gap) over (partition by k, unit, t, l_ticks, l_day) as l_least
  from candidates),
preferred as materialized (
  select *, count(*) over (partition by k, unit, t, e_ticks, e_day) as e_degree, count(*) over (partition by k, unit, t, l_ticks, l_day) as l_degree
  from least where gap = e_least and gap = l_least),
tied as (
  insert into ${names.undecided} (pass_no, kind, unit, k, t, e_ticks, e_day, l_ticks, l_day)
  select ${p}, 'tie', unit, k, t, e_ticks, e_day, l_ticks, l_day from preferred where e_degree > 1 or l_degree > 1)`;
}

/** Sums against sums (definition: grouped). */
function groupedSql(pass: Pass, p: number, names: WorkNames, share: Share): string {
  const many =
    pass.type !== 'one-to-many'
      ? ''
      : `crowded as (
  insert into ${names.undecided} (pass_no, kind, unit, k, t)
  select ${p}, 'many', unit, k, t from keys where e_count > 1),`;
  const single = pass.type === 'one-to-many' ? ' and e_count = 1' : '';
  const before = pass.window?.when === 'before' && pass.type !== 'many-to-many';
  const inside = before
    ? pass.type === 'many-to-one'
      ? `where w.side = 'L' or keys.l_day - w.day between ${pass.window?.from} and ${pass.window?.to}`
      : `where w.side = 'E' or w.day - keys.e_day between ${pass.window?.from} and ${pass.window?.to}`
    : '';
  const days =
    !before && pass.window !== undefined
      ? windowSql(pass, "max(day) filter (where side = 'E')", "max(day) filter (where side = 'L')")
      : '';
  return `with lines as materialized (
  select unit, line_id, side, k${p} as k, t${p} as t, ticks, company_ticks, ext, account, currency, period, d${p} as day
  from ${names.work} w where k${p} is not null${shareSql('w', p, share)}),
keys as materialized (
  select unit, k, t, count(*) filter (where side = 'E') as e_count, count(*) filter (where side = 'L') as l_count,
         max(day) filter (where side = 'E') as e_day, max(day) filter (where side = 'L') as l_day
  from lines group by unit, k, t having count(*) filter (where side = 'E') > 0 and count(*) filter (where side = 'L') > 0),
${many}
inside as materialized (
  select w.* from lines w join keys on keys.k = w.k and keys.unit = w.unit and keys.t = w.t${single} ${inside}),
sums as materialized (
  select unit, k, t, ${GROUP_SUMS}
  from inside group by unit, k, t
  having count(*) filter (where side = 'E') > 0 and count(*) filter (where side = 'L') > 0${days}),
taken as materialized (
  select nextval('tieout.match_id') as match_id, * from sums
  where ${toleranceSql(pass.tolerance, 'e_ticks', 'l_ticks', 'currency')}),
members as (
  insert into ${names.member} (match_id, unit, line_id, side)
  select taken.match_id, w.unit, w.line_id, w.side from taken join inside w on w.k = taken.k and w.unit = taken.unit and w.t = taken.t)
${foundOfGroups(pass, p, names, 'k')}`;
}

/** What a group comes to; over its lines, grouped. */
const GROUP_SUMS = `min(account) as account, count(distinct account) as accounts, min(currency) as currency,
         count(*) filter (where side = 'E') as e_count, count(*) filter (where side = 'L') as l_count,
         coalesce(sum(ticks) filter (where side = 'E'), 0)::bigint as e_ticks, coalesce(sum(ticks) filter (where side = 'L'), 0)::bigint as l_ticks,
         coalesce(sum(company_ticks) filter (where side = 'E'), 0)::bigint as e_company,
         coalesce(sum(company_ticks) filter (where side = 'L'), 0)::bigint as l_company,
         coalesce(min(ext) filter (where side = 'E'), min(ext)) as anchor, min(period) <> max(period) as off_period,
         string_agg(ext, E'\\x1e' order by ext) as members`;

/** Writes one match for each row of `taken`; a summary's bears the hash of its key, by which a later line finds it. */
function foundOfGroups(pass: Pass, p: number, names: WorkNames, key: string): string {
  return `insert into ${names.found} (${FOUND_COLUMNS}, summary_key)
select match_id, ${p}, unit, case when accounts = 1 then account else '' end, currency, null, null, e_count, l_count, e_ticks, l_ticks, e_company, l_company, anchor, off_period,
       ${digestSql(pass, 'members', 'l_ticks - e_ticks')}, ${pass.identifies ? 'null' : key}
from taken`;
}

/**
 * Hash of the key of a line's group under a summary pass; of a pass with one group a day that of an expected line's day,
 * which is `day` of a ledger line that may belong to it.
 */
export function summaryKeySql(pass: Pass, p: number, w: string, day = `${w}.d${p}`): string {
  return pass.perDay ? `hashtextextended(${w}.t${p} || E'\\x1f' || (${day})::text, ${w}.unit)` : `${w}.k${p}`;
}

/**
 * The matches of groups that the process chose: `chosen` has the columns group_no, unit, line_id, and its lines are in the
 * work table.
 */
export function chosenStatement(pass: Pass, p: number, names: WorkNames, chosen: string): string {
  return `with lines as materialized (
  select c.group_no, w.unit, w.line_id, w.side, w.ticks, w.company_ticks, w.ext, w.account, w.currency, w.period, ${summaryKeySql(pass, p, 'w')} as summary_key
  from ${chosen} c join ${names.work} w on w.unit = c.unit and w.line_id = c.line_id),
taken as materialized (
  select nextval('tieout.match_id') as match_id, s.* from (
    select group_no, unit, min(summary_key) filter (where side = 'E') as summary_key, ${GROUP_SUMS} from lines group by group_no, unit) s),
members as (
  insert into ${names.member} (match_id, unit, line_id, side)
  select taken.match_id, l.unit, l.line_id, l.side from taken join lines l on l.group_no = taken.group_no and l.unit = taken.unit)
${foundOfGroups(pass, p, names, 'summary_key')}`;
}

/** Plus and minus of one side that come to zero (definition: net). */
function netSql(pass: Pass, p: number, names: WorkNames, share: Share): string {
  return `with lines as materialized (
  select unit, line_id, side, k${p} as k, t${p} as t, ticks, company_ticks, ext, account, currency
  from ${names.work} w where k${p} is not null${shareSql('w', p, share)}),
taken as materialized (
  select nextval('tieout.match_id') as match_id, * from (
    select unit, k, t, side, min(account) as account, count(distinct account) as accounts, min(currency) as currency, count(*) as count,
           coalesce(sum(company_ticks), 0)::bigint as company, min(ext) as anchor,
           string_agg(ext, E'\\x1e' order by ext) as members
    from lines group by unit, k, t, side having sum(ticks) = 0 and bool_or(ticks > 0) and bool_or(ticks < 0)) g),
members as (
  insert into ${names.member} (match_id, unit, line_id, side)
  select taken.match_id, w.unit, w.line_id, w.side from taken
  join lines w on w.k = taken.k and w.unit = taken.unit and w.t = taken.t and w.side = taken.side)
insert into ${names.found} (${FOUND_COLUMNS})
select match_id, ${p}, unit, case when accounts = 1 then account else '' end, currency, null, null,
       case side when 'E' then count else 0 end, case side when 'L' then count else 0 end, 0, 0,
       case side when 'E' then company else 0 end, case side when 'L' then company else 0 end, anchor, false,
       ${digestSql(pass, 'members', '0')}
from taken`;
}
