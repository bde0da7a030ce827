// Law 5: what has to be ruled out before an expected line is called missing. Lines that a ledger line may be are held with the
// sentence that says which; a person looks at those. What is ruled out for both an event and its correction nets.
import type pg from 'pg';
import type { Reconciliation } from '../../rulebook/model.ts';
import { copyIn, copyLine } from '../copy.ts';
import { STILL_UNCLASSIFIED } from './items.ts';
import type { RunNames } from './names.ts';
import { ASIDE } from './openLines.ts';
import { netPairs } from './reversals.ts';
import type { RunPins } from './startRun.ts';
import { isSummary } from './summaryGroups.ts';

/** An expected line that may be in the ledger under another form, and the sentence that says so. */
export interface Held {
  unit: string;
  lineId: string;
  why: string;
}

export async function makeHeld(client: pg.ClientBase, names: RunNames): Promise<void> {
  await client.query(`drop table if exists ${names.held}, ${names.leftOut};
    create unlogged table ${names.held} (unit bigint not null, line_id bigint not null, why text not null, primary key (unit, line_id));
    create unlogged table ${names.leftOut} (unit bigint not null, line_id bigint not null, document text not null, twins text not null)`);
}

export async function noteLeftOut(
  client: pg.ClientBase,
  names: RunNames,
  leftOut: readonly { unit: string; lineId: string; document: string; twins: string }[],
): Promise<void> {
  const rows = leftOut.map(({ unit, lineId, document, twins }) => copyLine([unit, lineId, document, twins]));
  await copyIn(client, `${names.leftOut}(unit, line_id, document, twins)`, rows);
}

/**
 * Facts that an earlier run left out of a summary which still ties without them: nothing of that summary is open any more, and
 * still the sentence is the same.
 */
export async function keepLeftOut(
  client: pg.ClientBase,
  names: RunNames,
  parts: readonly Reconciliation[],
): Promise<void> {
  for (const part of parts.keys()) {
    const { release } = names.part(part);
    await client.query(
      `insert into ${names.leftOut} (unit, line_id, document, twins)
       select o.unit, o.line_id, s.detail->>'leftOutOf', coalesce(s.detail->>'twins', '') from ${names.open} o
       join tieout.exception_leg g on g.unit = o.unit and g.line_id = o.line_id and g.ended_run is null
       cross join lateral (select s.reason, s.detail from tieout.exception_state s where s.exception_id = g.exception_id order by s.run_id desc limit 1) s
       where o.part = ${part} and o.side = 'E' and s.reason = 'MISSING_IN_LEDGER' and s.detail ? 'leftOutOf' and exists (
         select from tieout.line l join tieout.match_member m on m.unit = l.unit and m.line_id = l.line_id and m.released_run is null
         where l.document = split_part(s.detail->>'leftOutOf', ', ', 1) and l.company = o.company and l.ledger = o.ledger and l.unit = o.unit
           and l.account = o.account and not exists (select from ${release} r where r.unit = m.unit and r.match_id = m.match_id))`,
    );
  }
}

/**
 * Holds lines that a summary at another place may hold. Of a fact all its lines that a summary could hold are among them, or it is
 * not held: the others fit nowhere.
 */
export async function holdElsewhere(
  client: pg.ClientBase,
  names: RunNames,
  parts: readonly Reconciliation[],
  lines: readonly Held[],
): Promise<void> {
  if (lines.length === 0) return;
  const seen = parts.flatMap(({ passes }, part) =>
    [...passes.entries()]
      .filter(([, pass]) => isSummary(pass))
      .map(
        ([p]) =>
          `select unit, line_id, event_source, event_id from ${names.part(part).work} where side = 'E' and k${p} is not null`,
      ),
  );
  await client.query(
    `with told as materialized (
       select unit, "lineId" as line_id, why from jsonb_to_recordset($1::jsonb) as h(unit bigint, "lineId" bigint, why text)),
     seen as materialized (${seen.join(' union ')}),
     partly as (
       select distinct s.event_source, s.event_id from seen s
       where ${STILL_UNCLASSIFIED(names, 's')} and not exists (select from told t where t.unit = s.unit and t.line_id = s.line_id))
     insert into ${names.held} (unit, line_id, why)
     select t.unit, t.line_id, min(t.why) from told t join seen s on s.unit = t.unit and s.line_id = t.line_id
     where not exists (select from partly p where p.event_source = s.event_source and p.event_id = s.event_id)
     group by t.unit, t.line_id on conflict do nothing`,
    [JSON.stringify(lines)],
  );
}

const MISSING = (names: RunNames): string =>
  `select a.* from ${names.unclassified} a where a.side = 'E' and a.reason = 'MISSING_IN_LEDGER' and ${STILL_UNCLASSIFIED(names, 'a')}`;

/** Ids that an event shares with others: an order, a session, a payout. */
const SHARED = ['orderId', 'shipmentId', 'returnId', 'exchangeId', 'session', 'payout', 'transferId'];

/**
 * (c) No live ledger line can be it: one that names its event, is in no match and in no item, and has its sign, in any company,
 * account or unit, in scope or not, or is its exact negation on its own account and in scope.
 * @param settlement journal sources that pay what was sold: no evidence that it was booked
 */
export async function holdNamed(
  client: pg.ClientBase,
  names: RunNames,
  { asOf, horizon }: Pick<RunPins, 'asOf' | 'horizon'>,
  settlement: readonly string[],
): Promise<void> {
  const shared = SHARED.map((name) => `'${name}'`).join(', ');
  await client.query(
    `with missing as materialized (${MISSING(names)}),
     named as materialized (
       select m.part, m.unit, m.line_id, m.ticks, m.account, m.company, l.ledger, m.reference as name, m.reference_hash as hash, true as own
       from missing m join tieout.line l on l.unit = m.unit and l.line_id = m.line_id where m.reference_hash <> 0
       union all
       select m.part, m.unit, m.line_id, m.ticks, m.account, m.company, l.ledger, f.value, hashtextextended(f.value, 0), false
       from missing m join tieout.line l on l.unit = m.unit and l.line_id = m.line_id
       cross join lateral jsonb_each_text(l.further) f where (f.key in (${shared}) or f.key like 'keys.%') and f.value <> m.reference),
     free as materialized (
       select o.part, o.unit, o.line_id, o.company, o.ledger, o.account, o.ticks, o.location, o.document || '/' || o.line as label, o.reference, o.assignment
       from ${names.open} o where o.side = 'L' and ${STILL_UNCLASSIFIED(names, 'o')}),
     naming as (
       select n.*, f.label, f.company as at_company, f.account as at_account, f.location, f.ticks as found, f.unit as f_unit, f.line_id as f_line, f.part as f_part
       from named n join free f on hashtextextended(f.reference, 0) = n.hash and f.reference = n.name
       union all
       select n.*, f.label, f.company, f.account, f.location, f.ticks, f.unit, f.line_id, f.part
       from named n join free f on f.assignment <> '' and hashtextextended(f.assignment, 0) = n.hash and f.assignment = n.name),
     candidates as (
       select n.part, n.unit, n.line_id, n.ticks, n.account, n.company, n.ledger, n.name, n.hash, n.own,
              n.label, n.at_company, n.at_account, n.location, 'open' as state, n.found
       from naming n
       -- What pays proves a booking only to the passes of its own reconciliation.
       where n.f_part = n.part or not exists (select from tieout.line s where s.unit = n.f_unit and s.line_id = n.f_line and s.journal_source = any($3))
       union all
       select n.*, a.document || '/' || a.line, a.company, a.account, a.location, case a.unit when 0 then 'outside the rulebook' else 'out of scope' end, (a.amount * 10000)::bigint
       from named n cross join lateral (
         select a.* from tieout.line a where a.reference_hash = n.hash and a.reference_hash <> 0 and a.reference = n.name and ${ASIDE('a')}
         union
         select a.* from tieout.line a where hashtextextended(a.assignment, 0) = n.hash and a.assignment <> '' and a.assignment = n.name and ${ASIDE('a')}) a
       where a.accounting_date <= $1 and a.batch_id <= $2 and a.amount <> 0 and not coalesce(a.journal_source = any($3), false)
         and not exists (select from tieout.line_end e where e.unit = a.unit and e.line_id = a.line_id and e.batch_id <= $2)),
     first as (
       select distinct on (unit, line_id) * from candidates c
       where c.ledger is not null
         -- Its side, or debit and credit exchanged on its own account.
         and (sign(c.found) = sign(c.ticks)
           or (c.own and c.state = 'open' and c.at_company = c.company and c.at_account = c.account and c.found = -c.ticks))
         and (c.own or (c.at_company = c.company and (c.state <> 'open' or c.at_account = c.account)))
       order by unit, line_id, own desc, label)
     insert into ${names.held} (unit, line_id, why)
     select unit, line_id, format('%s may be it: it names %s and is %s, on account %s%s', label, name, state, at_account,
       case when location = '' then '' else ' at ' || location end)
     from first on conflict do nothing`,
    [asOf, horizon, settlement],
  );
}

/**
 * (d) No summary waits for its group: a ledger line that a summary pass takes, on the line's unit and account and with the keys
 * of its group beside the day, dated from its day to the end of its grace days, still open.
 */
export async function holdWaiting(
  client: pg.ClientBase,
  names: RunNames,
  parts: readonly Reconciliation[],
): Promise<void> {
  for (const [part, { passes }] of parts.entries()) {
    const { work } = names.part(part);
    for (const [p, pass] of passes.entries()) {
      if (!isSummary(pass)) continue;
      await client.query(
        `with waiting as materialized (
           select w.unit, w.account, w.currency, w.t${p} as key, w.business_date, w.document || '/' || w.line as label
           from ${work} w where w.side = 'L' and w.k${p} is not null
             -- A summary that is another store's, or one too many, waits for nobody.
             and not exists (select from ${names.leg} g join ${names.item} i on i.exception_id = g.exception_id
               where g.unit = w.unit and g.line_id = w.line_id and i.reason in ('WRONG_LOCATION', 'DUPLICATE_POSTING')))
         insert into ${names.held} (unit, line_id, why)
         select distinct on (a.unit, a.line_id) a.unit, a.line_id, format('%s of %s may hold it: a summary that does not tie yet', l.label, l.business_date)
         from (${MISSING(names)}) a
         join ${work} w on w.unit = a.unit and w.line_id = a.line_id and w.k${p} is not null
         join waiting l on l.unit = a.unit and l.account = a.account and l.currency = a.currency
          and ${pass.perDay ? `l.key = w.t${p}` : 'true'}
          and l.business_date between a.business_date and a.grace_end
         where a.part = ${part}
         order by a.unit, a.line_id, l.business_date, l.label on conflict do nothing`,
      );
    }
  }
}

/**
 * (d) for an account on which the group comes to nothing, so that its summary may have no line there: while that summary does
 * not tie on the fact's other accounts, nobody knows whether it holds the fact.
 */
export async function holdBesideUntied(
  client: pg.ClientBase,
  names: RunNames,
  parts: readonly Reconciliation[],
): Promise<void> {
  const summaries = parts.flatMap(({ passes }) => passes.filter(isSummary).map(({ name }) => name));
  for (const [part, { passes }] of parts.entries()) {
    const { work } = names.part(part);
    for (const [p, pass] of passes.entries()) {
      if (!isSummary(pass)) continue;
      const day = pass.perDay ? `w.d${p}` : '0';
      await client.query(
        `with cancelling as materialized (
           select w.unit, w.k${p} as k, ${day} as day from ${work} w where w.side = 'E' and w.k${p} is not null
           group by 1, 2, 3 having bool_or(w.ticks > 0) and bool_or(w.ticks < 0)),
         missing as materialized (
           select a.unit, a.line_id, w.event_source, w.event_id from (${MISSING(names)}) a
           join ${work} w on w.unit = a.unit and w.line_id = a.line_id
           where a.part = ${part} and (w.unit, w.k${p}, ${day}) in (select * from cancelling))
         insert into ${names.held} (unit, line_id, why)
         select distinct on (m.unit, m.line_id) m.unit, m.line_id, format('%s/%s of %s may hold it: a summary that does not tie yet', l.document, l.line, l.business_date)
         from missing m
         join tieout.line e on e.event_source = m.event_source and e.event_id = m.event_id and e.side = 'E'
         join ${names.leg} g on g.unit = e.unit and g.line_id = e.line_id
         join ${names.item} i on i.exception_id = g.exception_id and i.detail->>'pass' = any($1)
          and i.reason in ('SPLIT_INCOMPLETE', 'AMOUNT_VARIANCE', 'REVIEW_MATCH', 'TIMING', 'WRONG_LOCATION')
         join ${names.leg} h on h.exception_id = i.exception_id
         join tieout.line l on l.unit = h.unit and l.line_id = h.line_id and l.side = 'L'
         order by m.unit, m.line_id, l.business_date, l.document, l.line on conflict do nothing`,
        [summaries],
      );
    }
  }
}

/**
 * An event and its correction that are both absent come to nothing: they net. While the correction may still come in the
 * ledger, the original waits with it.
 */
export async function netCorrections(
  client: pg.ClientBase,
  names: RunNames,
  parts: readonly Reconciliation[],
): Promise<void> {
  for (const part of parts.keys()) {
    const own = names.part(part);
    const any = await client.query(`select from ${own.work} where negates is not null limit 1`);
    if (any.rowCount === 0) continue;
    const pairs = `${own.work}_corrected`;
    const both = `from ${own.work} w
      join ${names.unclassified} n on n.unit = w.unit and n.line_id = w.line_id
      join ${names.unclassified} o on o.unit = w.unit and o.line_id = w.negates and o.account = n.account and o.currency = n.currency and o.ticks = -n.ticks
      where w.negates is not null and w.side = 'E' and ${STILL_UNCLASSIFIED(names, 'n')} and ${STILL_UNCLASSIFIED(names, 'o')}`;
    await client.query(
      `update ${names.unclassified} a set reason = 'TIMING', grace_end = t.grace_end
       from (select o.unit, o.line_id, n.grace_end ${both} and n.reason = 'TIMING') t where a.unit = t.unit and a.line_id = t.line_id and a.reason <> 'TIMING'`,
    );
    await client.query(
      `drop table if exists ${pairs};
       create unlogged table ${pairs} as select n.unit, n.line_id, o.line_id as other ${both} and n.reason = 'MISSING_IN_LEDGER' and o.reason = 'MISSING_IN_LEDGER'
         and not exists (select from ${names.held} h where h.unit = n.unit and h.line_id in (n.line_id, o.line_id))`,
    );
    await netPairs(client, own, pairs, 'E');
    await client.query(
      `delete from ${names.open} o using ${pairs} p where o.unit = p.unit and o.line_id in (p.line_id, p.other);
       delete from ${names.unclassified} a using ${pairs} p where a.unit = p.unit and a.line_id in (p.line_id, p.other);
       drop table ${pairs}`,
    );
  }
}
