// The exceptions of a run before they are compared with what is stored: one table of items, one of their legs. Those that
// the process classified are copied in; lines that stand alone are classified here, in bulk.
import type pg from 'pg';
import { PLACE_REASONS } from '../../rulebook/reasons.ts';
import type { ControlItem } from '../../exceptions/control.ts';
import { exceptionId } from '../../exceptions/identity.ts';
import type { Item } from '../../exceptions/model.ts';
import { copyIn, copyLine } from '../copy.ts';
import type { RunNames } from './names.ts';
import { graceOverSql, labelSql } from './openLines.ts';
import type { RunPins } from './startRun.ts';

const ITEM =
  'exception_id, class, anchor, unit, company, reason, also, why, detail, exposure, currency, business_date';

export async function makeItemTables(client: pg.ClientBase, names: RunNames): Promise<void> {
  await client.query(`drop table if exists ${names.item}, ${names.leg};
    create unlogged table ${names.item} (exception_id text not null, class text not null, anchor text collate "C" not null, unit bigint not null,
      company text not null, reason text not null, also text[] not null, why text not null, detail jsonb not null, exposure numeric(19,4),
      currency text not null, business_date date, root_cause text not null default '');
    create unlogged table ${names.leg} (exception_id text not null, unit bigint not null, line_id bigint not null)`);
}

/** Whether a line is in an item is asked by line from here on. */
export async function indexLegs(client: pg.ClientBase, { leg }: RunNames): Promise<void> {
  await client.query(`create index on ${leg} (unit, line_id); analyze ${leg}`);
}

/** Copies classified groups in. The anchor is the lowest expected line, else the lowest ledger line. */
export async function copyClassified(
  client: pg.ClientBase,
  names: RunNames,
  items: readonly Item[],
): Promise<void> {
  const rows: string[] = [];
  const legs: string[] = [];
  for (const item of items) {
    const anchor = item.lines.find((line) => line.side === 'E') ?? item.lines[0];
    if (anchor === undefined) continue;
    const id = exceptionId('difference', anchor.ext);
    rows.push(
      copyLine([
        id,
        'difference',
        anchor.ext,
        anchor.unit,
        anchor.company,
        item.reason,
        `{${item.also.join(',')}}`,
        item.why,
        JSON.stringify(item.detail),
        null,
        anchor.currency,
        anchor.businessDate,
      ]),
    );
    for (const line of item.lines) legs.push(copyLine([id, line.unit, line.lineId]));
  }
  await copyIn(client, `${names.item}(${ITEM})`, rows);
  await copyIn(client, `${names.leg}(exception_id, unit, line_id)`, legs);
}

/** Only the items of a wrong sign or place stay: the others are asked again without their lines. */
export async function keepPlaces(client: pg.ClientBase, { item, leg }: RunNames): Promise<void> {
  await client.query(`delete from ${item} where reason <> all ($1)`, [PLACE_REASONS]);
  await client.query(
    `delete from ${leg} g where not exists (select from ${item} i where i.exception_id = g.exception_id)`,
  );
}

/** Copies control items in. Two controls that say the same of one thing make one item: the first says it. */
export async function copyControls(
  client: pg.ClientBase,
  names: RunNames,
  items: readonly ControlItem[],
): Promise<void> {
  const rows = new Map<string, string>();
  for (const item of items) {
    const anchor = `${item.about ?? item.reason}\u001f${item.subject}`;
    if (rows.has(anchor)) continue;
    rows.set(
      anchor,
      copyLine([
        exceptionId('control', anchor),
        'control',
        anchor,
        '0',
        item.company,
        item.reason,
        '{}',
        item.why,
        JSON.stringify(item.detail),
        item.exposure,
        item.currency,
        item.businessDate,
      ]),
    );
  }
  await copyIn(client, `${names.item}(${ITEM})`, [...rows.values()]);
}

/**
 * The lines in no item yet, with what speaks for a reason: in a table of its own with statistics. As a part of the statement
 * that pairs them, their number was a guess, and each missing line was compared with each other one.
 */
export async function gatherUnclassified(
  client: pg.ClientBase,
  names: RunNames,
  { asOf }: Pick<RunPins, 'asOf'>,
): Promise<void> {
  await client.query(`drop table if exists ${names.unclassified};
    create unlogged table ${names.unclassified} (part smallint not null, unit bigint not null, line_id bigint not null, side "char" not null,
      account text collate "C" not null, currency text collate "C" not null, ticks bigint not null, business_date date not null,
      ext text collate "C" not null, company text not null, reference text collate "C" not null, reference_hash bigint not null,
      label text not null, grace_end date, gone text, reason text not null, waits text not null default '')`);
  await client.query(
    `insert into ${names.unclassified} (part, unit, line_id, side, account, currency, ticks, business_date, ext, company, reference, reference_hash, label, grace_end, gone, reason)
     select part, unit, line_id, side, account, currency, ticks, business_date, ext, company, reference, reference_hash, label, grace_end, gone,
            case when not over then 'TIMING' when side = 'E' then 'MISSING_IN_LEDGER' else 'MISSING_EVENT' end
     from (select o.*, ${labelSql('o')} as label, g.grace_end, r.gone, ${graceOverSql('$1::date')} as over
           from ${names.open} o
           left join ${names.grace} g on g.part = o.part and g.business_date = o.business_date
           left join ${names.reach} r on r.company = o.company and r.ledger = o.ledger and r.account = o.account
           where not exists (select from ${names.leg} x where x.unit = o.unit and x.line_id = o.line_id)) a`,
    [asOf],
  );
  await client.query(`create index on ${names.unclassified} (unit, line_id); analyze ${names.unclassified}`);
}

/** Those of `unclassified` that are in no item meanwhile. */
export const STILL_UNCLASSIFIED = (names: RunNames, a: string): string =>
  `not exists (select from ${names.leg} x where x.unit = ${a}.unit and x.line_id = ${a}.line_id)`;

/**
 * True where ledger line `l` names a fact whose own line on the account is not matched: then it is about that one. `$2` as-of
 * day, `$3` horizon.
 */
const NAMES_OPEN_FACT = (names: RunNames): string => `exists (
    select from ${names.open} o cross join lateral (
      select f.unit, f.line_id, f.account, f.company from tieout.line f where f.reference_hash = o.reference_hash and f.reference_hash <> 0 and f.reference = o.reference and f.side = 'E'
        and f.accounting_date <= $2 and f.batch_id <= $3
      union all
      select f.unit, f.line_id, f.account, f.company from tieout.line f where o.assignment <> '' and f.reference_hash = hashtextextended(o.assignment, 0)
        and f.reference_hash <> 0 and f.reference = o.assignment and f.side = 'E' and f.accounting_date <= $2 and f.batch_id <= $3) f
    where o.unit = l.unit and o.line_id = l.line_id and f.account = l.account and f.company = l.company
      and exists (select from ${names.open} x where x.unit = f.unit and x.line_id = f.line_id))`;

/**
 * `REFERENCE_MISMATCH`: one expected and one ledger line, both past their grace days, alike in amount, place and about the
 * day, where no other is. A suggestion only. A ledger line that names a fact is taken for another only where that one's line on the
 * account is matched.
 * @param graceDays grace days per part: how far the days may lie apart
 */
export async function pairReferences(
  client: pg.ClientBase,
  names: RunNames,
  { asOf, horizon }: Pick<RunPins, 'asOf' | 'horizon'>,
  graceDays: readonly number[],
): Promise<void> {
  await client.query(
    // Counted by amount and day first: a day on which 20,000 alike lack their reference was each compared with each.
    `with alike as (
       select part, unit, account, currency, ticks, business_date, side, count(*) as lines, min(ext) as ext
       from ${names.unclassified} a where reason in ('MISSING_IN_LEDGER', 'MISSING_EVENT') and ticks <> 0 and reference <> '' and ${STILL_UNCLASSIFIED(names, 'a')}
       group by 1, 2, 3, 4, 5, 6, 7),
     near as (
       select e.unit, e.ext as e_ext, l.ext as l_ext, e.lines as twins,
              sum(l.lines) over (partition by e.unit, e.account, e.currency, e.ticks, e.business_date) as e_degree,
              sum(e.lines) over (partition by l.unit, l.account, l.currency, l.ticks, l.business_date) as l_degree
       from alike e join alike l on e.side = 'E' and l.side = 'L' and e.unit = l.unit and e.account = l.account and e.currency = l.currency
        and e.ticks = l.ticks and abs(l.business_date - e.business_date) <= ($1::int[])[e.part + 1]),
     pairs as materialized (
       select e.unit, e.line_id, e.ext, e.company, e.currency, e.business_date, e.label, e.reference, l.line_id as l_line, l.label as l_label, l.reference as l_reference,
              encode(substring(sha256(convert_to('difference' || E'\\x1f' || e.ext, 'UTF8')) from 1 for 16), 'hex') as id
       from near n join ${names.unclassified} e on e.unit = n.unit and e.ext = n.e_ext join ${names.unclassified} l on l.unit = n.unit and l.ext = n.l_ext
       where n.twins = 1 and n.e_degree = 1 and n.l_degree = 1 and not ${NAMES_OPEN_FACT(names)}),
     written as (
       insert into ${names.item} (${ITEM})
       select id, 'difference', ext, unit, company, 'REFERENCE_MISMATCH', array['MISSING_IN_LEDGER'],
              format('%s and %s agree in amount, place and about the day, but not in reference (%s, %s)', label, l_label, reference, l_reference),
              '{}'::jsonb, null, currency, business_date from pairs)
     insert into ${names.leg} (exception_id, unit, line_id)
     select id, unit, line_id from pairs union all select id, unit, l_line from pairs`,
    [graceDays, asOf, horizon],
  );
}

/** Every line that is in no item yet gets one of its own: still in time, or missing. @param graceDays per part, for the sentence */
export async function classifySingleLines(
  client: pg.ClientBase,
  names: RunNames,
  { asOf, horizon }: Pick<RunPins, 'asOf' | 'horizon'>,
  graceDays: readonly number[],
): Promise<void> {
  await client.query(
    `with items as (
       select a.*, ($1::int[])[a.part + 1] as grace, encode(substring(sha256(convert_to('difference' || E'\\x1f' || a.ext, 'UTF8')) from 1 for 16), 'hex') as id,
              h.why as held, o.document as left_out_of, o.twins
       from ${names.unclassified} a
       left join ${names.held} h on h.unit = a.unit and h.line_id = a.line_id
       left join ${names.leftOut} o on o.unit = a.unit and o.line_id = a.line_id
       where ${STILL_UNCLASSIFIED(names, 'a')}),
     written as (
       insert into ${names.item} (${ITEM})
       select id, 'difference', ext, unit, company, case when held is null then reason else 'REVIEW_MATCH' end, '{}'::text[],
              case when held is not null then held
                   when waits <> '' then waits
                   when reason = 'TIMING' and side = 'E' and gone <> '' then format('%s is not called missing: %s', label, gone)
                   when reason = 'TIMING' and side = 'E' then format('expected in the ledger by %s, within %s grace days', grace_end, grace)
                   when reason = 'TIMING' then format('its event is expected by %s, within %s grace days', grace_end, grace)
                   when left_out_of is not null and twins <> '' then format('one of %s is not in the ledger: %s ties on every account without it, and nothing tells them apart', twins, left_out_of)
                   when left_out_of is not null then format('%s is not in the ledger: %s ties on every account without it', label, left_out_of)
                   when side = 'E' then format('no ledger line on account %s for %s; the ledger is complete beyond its grace days, which ended on %s%s', account, label, grace_end, ${BOOKED_WITHOUT})
                   else format('no event explains %s%s; its grace days ended on %s', label, ${NAMES_OTHERS}, grace_end) end,
              case when left_out_of is null then '{}'::jsonb else jsonb_build_object('leftOutOf', left_out_of, 'twins', twins) end, null, currency, business_date from items)
     insert into ${names.leg} (exception_id, unit, line_id) select id, unit, line_id from items`,
    [graceDays, asOf, horizon],
  );
  // The controls that are still to come are few. Without statistics the search for root causes read every line of each unit
  // for each item (141 s of a second month of a million lines).
  await client.query(`analyze ${names.item}; analyze ${names.leg}`);
}

/** Documents that name a missing line's fact and have nothing on its side of its account. `$2` as-of day, `$3` horizon. */
const BOOKED_WITHOUT = `(select case count(*) when 0 then '' when 1 then format('; document %s is booked without this line', min(d.document))
      else format('; documents %s are booked without this line', string_agg(d.document, ', ' order by d.document)) end
    from (select distinct l.document from tieout.line l
       where l.reference_hash = items.reference_hash and l.reference_hash <> 0 and l.reference = items.reference and l.side = 'L'
         and l.company = items.company and l.amount <> 0 and l.accounting_date <= $2 and l.batch_id <= $3
         and not exists (select from tieout.line_end x where x.unit = l.unit and x.line_id = l.line_id and x.batch_id <= $3)
         and not exists (select from tieout.line s where s.document = l.document and s.company = l.company and s.ledger = l.ledger
            and s.account = items.account and sign(s.amount) = sign(items.ticks)
            and not exists (select from tieout.line_end x where x.unit = s.unit and x.line_id = s.line_id and x.batch_id <= $3))
       order by 1 limit 3) d)`;

/** What a ledger line without an event says of itself: it may bear the reference of a fact that is settled otherwise. */
const NAMES_OTHERS = `case when side = 'L' and reference_hash <> 0 and exists (
    select from tieout.line f where f.reference_hash = items.reference_hash and f.reference_hash <> 0 and f.reference = items.reference and f.side = 'E')
  then format(', which names %s: no line of that is open here with its amount', reference) else '' end`;
