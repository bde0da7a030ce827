// The exceptions of a run before they are compared with what is stored: one table of items, one of their legs. Those that
// the process classified are copied in; lines that stand alone are classified here, in bulk.
import type pg from 'pg';
import type { ControlItem } from '../../exceptions/control.ts';
import { exceptionId } from '../../exceptions/identity.ts';
import type { Classified } from '../../exceptions/model.ts';
import { copyIn, copyLine } from '../copy.ts';
import type { RunNames } from './names.ts';
import { graceOverSql, labelSql } from './openLines.ts';
import { repeatedBy } from './repeats.ts';
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

/** Copies classified groups in. The anchor is the lowest expected line, else the lowest ledger line. */
export async function copyClassified(
  client: pg.ClientBase,
  names: RunNames,
  items: readonly Classified[],
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
 * Classifies every open line that is in no item yet: a repeated posting, still in time, another reference on the same
 * amount and day, or missing.
 * @param graceDays grace days per part, for the sentence
 */
export async function classifyAlone(
  client: pg.ClientBase,
  names: RunNames,
  pins: Pick<RunPins, 'asOf'>,
  graceDays: readonly number[],
): Promise<void> {
  await client.query(`create index on ${names.leg} (unit, line_id)`);
  await gatherAlone(client, names, pins);
  await client.query(
    `with reasoned as (select a.*, (select graces from (select $1::int[] as graces) x) as graces from ${names.alone} a),
     -- Counted by amount and day first: a day on which 20,000 alike lack their reference was each compared with each.
     alike as (
       select part, unit, account, currency, ticks, business_date, side, count(*) as lines, min(line_id) as line_id
       from reasoned where reason in ('MISSING_IN_LEDGER', 'MISSING_EVENT') and ticks <> 0 and reference <> ''
       group by 1, 2, 3, 4, 5, 6, 7),
     near as (
       select e.unit, e.line_id as e_line, l.line_id as l_line, e.lines as twins,
              sum(l.lines) over (partition by e.unit, e.account, e.currency, e.ticks, e.business_date) as e_degree,
              sum(e.lines) over (partition by l.unit, l.account, l.currency, l.ticks, l.business_date) as l_degree
       from alike e join alike l on e.side = 'E' and l.side = 'L' and e.unit = l.unit and e.account = l.account and e.currency = l.currency
        and e.ticks = l.ticks and abs(l.business_date - e.business_date) <= ($1::int[])[e.part + 1]),
     pairs as materialized (
       select n.unit, n.e_line, n.l_line, l.label as l_label, l.reference as l_reference
       from near n join ${names.alone} l on l.unit = n.unit and l.line_id = n.l_line
       where n.twins = 1 and n.e_degree = 1 and n.l_degree = 1),
     items as (
       select r.*, encode(substring(sha256(convert_to('difference' || E'\\x1f' || r.ext, 'UTF8')) from 1 for 16), 'hex') as id, p.l_line, p.l_label,
              p.l_reference
       from reasoned r left join pairs p on p.unit = r.unit and p.e_line = r.line_id
       where not exists (select from pairs q where q.unit = r.unit and q.l_line = r.line_id)),
     written as (
       insert into ${names.item} (${ITEM})
       select id, 'difference', ext, unit, company, case when l_line is null then reason else 'REFERENCE_MISMATCH' end,
              case when l_line is null then '{}'::text[] else array['MISSING_IN_LEDGER'] end,
              case when l_line is not null then format('%s and %s agree in amount and date, but not in reference (%s, %s)', label, l_label, reference, l_reference)
                   when reason = 'DUPLICATE_POSTING' then format('%s repeats %s: same account, reference and amount', label, repeats)
                   when reason = 'TIMING' and side = 'E' then format('expected in the ledger by %s, within %s grace days', grace_end, graces[part + 1])
                   when reason = 'TIMING' then format('its event is expected by %s, within %s grace days', grace_end, graces[part + 1])
                   when side = 'E' then format('no ledger line for %s; the ledger is complete beyond its grace days, which ended on %s', label, grace_end)
                   else format('no event explains %s; its grace days ended on %s', label, grace_end) end,
              '{}'::jsonb, null, currency, business_date from items)
     insert into ${names.leg} (exception_id, unit, line_id)
     select id, unit, line_id from items union all select id, unit, l_line from items where l_line is not null`,
    [graceDays],
  );
  // The controls that are still to come are few. Without statistics the search for root causes read every line of each unit
  // for each item (141 s of a second month of a million lines).
  await client.query(`analyze ${names.item}; analyze ${names.leg}`);
}

/**
 * The lines in no item yet with what speaks for a reason, in a table of its own with statistics: as a part of the statement
 * that pairs them, their number was a guess, and each missing line was compared with each other one.
 */
async function gatherAlone(
  client: pg.ClientBase,
  names: RunNames,
  { asOf }: Pick<RunPins, 'asOf'>,
): Promise<void> {
  await client.query(`drop table if exists ${names.alone};
    create unlogged table ${names.alone} (part smallint not null, unit bigint not null, line_id bigint not null, side "char" not null,
      account text collate "C" not null, currency text collate "C" not null, ticks bigint not null, business_date date not null,
      ext text collate "C" not null, company text not null, reference text collate "C" not null, label text not null, grace_end date,
      repeats text, reason text not null)`);
  await client.query(
    `insert into ${names.alone}
     select part, unit, line_id, side, account, currency, ticks, business_date, ext, company, reference, label, grace_end, repeats,
            case when repeats is not null then 'DUPLICATE_POSTING' when not over then 'TIMING'
                 when side = 'E' then 'MISSING_IN_LEDGER' else 'MISSING_EVENT' end
     from (select o.*, ${labelSql('o')} as label, g.grace_end, ${graceOverSql('$1::date')} as over, d.label as repeats
           from ${names.open} o
           left join ${names.grace} g on g.part = o.part and g.business_date = o.business_date
           left join ${names.reach} r on r.company = o.company and r.ledger = o.ledger and r.account = o.account
           ${repeatedBy(names)}
           where not exists (select from ${names.leg} x where x.unit = o.unit and x.line_id = o.line_id)) a`,
    [asOf],
  );
  await client.query(`analyze ${names.alone}`);
}
