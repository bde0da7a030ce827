// What is wrong with a match although its amounts agree: the period, or the company amounts. The period also where it made a
// pair miss its window.
import type pg from 'pg';
import { isoDate, type IsoDate } from '../../../accounting/dates.ts';
import { isSpecialPeriod } from '../../../accounting/periodName.ts';
import type { ControlItem } from '../../../exceptions/control.ts';
import { minorUnits } from '../../../money/currencies.ts';
import { decimal } from '../../../money/decimal.ts';
import type { RunNames } from '../names.ts';
import type { PersistPart } from '../persist.ts';
import { POSTING_PASS } from '../postings.ts';

/**
 * Which period holds a day, by the ERP's list or the company's calendar; '' where nobody knows, undefined of a company that is
 * not configured.
 */
export type PeriodOf = (company: string, day: IsoDate) => string | undefined;

export interface MatchControls {
  parts: readonly PersistPart[];
  /** Names of all reconciliations of the run. */
  reconciliations: readonly string[];
  names: RunNames;
  periodOf: PeriodOf;
  /** False where a reconciliation turned a reason off. */
  speaks(reconciliation: string, reason: 'WRONG_PERIOD' | 'FX_VARIANCE'): boolean;
}

interface Suspect {
  reconciliation: string;
  company: string;
  anchor: string;
  name: string;
  detail: Record<string, string>;
  amount: string;
  currency: string;
  business_date: string;
  lines: string;
  /** Accounting dates of the expected lines. */
  expected_days: string[];
  /** Period and posting date of the ledger lines. */
  ledger_periods: [string, string][] | null;
  variance: string;
  company_variance: string;
  company_currency: string;
  delivered: boolean;
}

// A company amount that nobody delivered is ours, and tells nothing of the ledger: the extract's own, and the event's own
// rate. Within the company's currency there is nothing to convert.
const DELIVERED = `case when l.side = 'L' then l.company_given or l.currency = l.company_currency
  else l.currency = l.company_currency or l.origin = 'journal' or exists (
    select from tieout.event v where v.source = l.event_source and v.id = l.event_id and v.payload->'data'->'fx' is not null) end`;

const TOLD = `count(*) as lines, min(l.company) as company, min(l.company_currency) as company_currency, bool_and(${DELIVERED}) as delivered,
  coalesce(min(l.document || '/' || l.line), min(nullif(l.reference, ''))) as name, min(l.business_date) as business_date,
  coalesce(json_agg(distinct l.accounting_date) filter (where l.side = 'E'), '[]') as expected_days,
  json_agg(distinct jsonb_build_array(l.period, l.accounting_date)) filter (where l.side = 'L') as ledger_periods,
  min(coalesce(l.event_source, '') || E'\\x1f' || coalesce(l.event_id, '') || E'\\x1f' || l.account || E'\\x1f' || l.location || E'\\x1f' || l.dimension || E'\\x1f' || coalesce(l.ordinal, 0)) filter (where l.side = 'E') as anchor`;

/** Matches across a period's end, pairs that missed their window by it, and company amounts that differ where others agree. */
export async function matchControls(client: pg.ClientBase, job: MatchControls): Promise<ControlItem[]> {
  const fresh = job.parts.map(
    ({ names }) => `select f.unit, f.match_id from ${names.found} f
       where not f.suggested and (f.pass_no >= 0 or f.pass_no = ${POSTING_PASS} and f.off_period) and (f.off_period or (f.e_ticks = f.l_ticks and f.e_company <> f.l_company))
       union `,
  );
  const found = await client.query<Suspect>(
    `with suspects (unit, match_id) as (
       ${fresh.join('')}
       select (s.detail->>'unit')::bigint, (s.detail->>'matchId')::bigint from tieout.open_exception o
       join lateral (select * from tieout.exception_state s where s.exception_id = o.exception_id order by run_id desc limit 1) s on true
       join tieout.unit u on u.unit = (s.detail->>'unit')::bigint and u.reconciliation = any($1)
       where o.class = 'control' and s.reason in ('WRONG_PERIOD', 'FX_VARIANCE') and s.detail->>'matchId' is not null),
     seen as (
       -- Match by match: the planner takes half of all matches for suspects, and would read all lines (19 s for a million).
       select x.unit, json_build_object('unit', x.unit::text, 'matchId', x.match_id::text) as detail, x.currency, abs(x.ledger) as amount,
              x.company_variance, x.variance, d.*
       from suspects s
       cross join lateral (select * from tieout.match x where x.unit = s.unit and x.match_id = s.match_id offset 0) x
       cross join lateral (
         select ${TOLD}
           from tieout.match_member m join tieout.line l on l.unit = m.unit and l.line_id = m.line_id
          where m.unit = x.unit and m.match_id = x.match_id and m.released_run is null) d
       where d.lines > 0
       union all
       select i.unit, json_build_object('unit', i.unit::text, 'lineId', d.line_id::text), i.currency, d.amount, 0, 0, d.lines, d.company, d.company_currency,
              d.delivered, d.name, d.business_date, d.expected_days, d.ledger_periods, d.anchor
       from ${job.names.item} i cross join lateral (
         select ${TOLD}, max(l.line_id) filter (where l.side = 'L') as line_id, sum(abs(l.amount)) filter (where l.side = 'L') as amount
           from ${job.names.leg} g join tieout.line l on l.unit = g.unit and l.line_id = g.line_id where g.exception_id = i.exception_id) d
       where i.reason = 'DATE_OUT_OF_WINDOW')
     select u.reconciliation, s.* from seen s join tieout.unit u on u.unit = s.unit order by s.anchor`,
    [job.reconciliations],
  );
  return found.rows.flatMap((row) => [...wrongPeriod(row, job), ...fxVariance(row, job)]);
}

function wrongPeriod(row: Suspect, { periodOf, speaks }: MatchControls): ControlItem[] {
  if (row.ledger_periods === null || !speaks(row.reconciliation, 'WRONG_PERIOD')) return [];
  const held = (day: string): string => periodOf(row.company, isoDate(day)) ?? day.slice(0, 7);
  const expected = row.expected_days.map(held);
  // A special period counts as the normal one that holds its days.
  const booked = row.ledger_periods.map(([period, day]) => (isSpecialPeriod(period) ? held(day) : period));
  // Where only the ERP can say which period holds a day, and has not, there is nothing to compare.
  if ([...expected, ...booked].includes('') || listed(expected) === listed(booked)) return [];
  const why = `${row.name} is booked in period ${listed(booked)}; its event belongs to ${listed(expected)}`;
  return [itemOf('WRONG_PERIOD', row, why, row.amount, row.currency)];
}

const listed = (periods: readonly string[]): string => [...new Set(periods)].sort().join(', ');

/** A minor unit for every line is what rounding leaves. */
function fxVariance(row: Suspect, { speaks }: MatchControls): ControlItem[] {
  const off = decimal(row.company_variance).abs();
  const scale = minorUnits(row.company_currency) ?? 2;
  const rounding = decimal(row.lines).times(decimal('10').pow(-scale));
  const agrees = decimal(row.variance).isZero();
  if (!row.delivered || !agrees || off.lte(rounding) || !speaks(row.reconciliation, 'FX_VARIANCE')) return [];
  const by = decimal(row.company_variance).toFixed();
  const why = `${row.name}: ${row.currency} amounts agree, company amounts differ by ${by} ${row.company_currency}`;
  return [itemOf('FX_VARIANCE', row, why, off.toFixed(), row.company_currency)];
}

function itemOf(
  reason: 'WRONG_PERIOD' | 'FX_VARIANCE',
  { anchor, company, detail, business_date: businessDate }: Suspect,
  why: string,
  exposure: string,
  currency: string,
): ControlItem {
  return { reason, subject: anchor, company, why, detail, exposure, currency, businessDate };
}
