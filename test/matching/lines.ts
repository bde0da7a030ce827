// Random open lines for the property tests of matching: few distinct values, so that twins, ties, refunds, zero amounts and
// collisions of keys are common; and how they get into a real database.
import fc from 'fast-check';
import type { BusinessCalendar } from '../../src/accounting/businessDays.ts';
import type { Side } from '../../src/accounting/line.ts';
import { expectedKey, ledgerKey } from '../../src/accounting/line.ts';
import { addDays, isoDate } from '../../src/accounting/dates.ts';
import type { Database } from '../../src/db/connection.ts';
import type { Calendars } from '../../src/matching/dayNumber.ts';
import type { OpenLine } from '../../src/matching/model.ts';
import { readTicks } from '../../src/money/ticks.ts';
import type { Key, Pass } from '../../src/rulebook/model.ts';

export interface RandomLine {
  side: Side;
  unit: number;
  account: string;
  currency: string;
  amount: string;
  day: number;
  reference: string;
  assignment: string;
}

export const randomLine: fc.Arbitrary<RandomLine> = fc.record({
  side: fc.constantFrom<Side>('E', 'L'),
  unit: fc.constantFrom(101, 102),
  account: fc.constantFrom('4000', '4000', '4000', '2200'),
  currency: fc.constantFrom('USD', 'USD', 'JPY'),
  amount: fc.constantFrom('0', '10', '10', '10.01', '10.02', '20', '-10', '-20', '30', '40'),
  // A week, and the same one two years before: opening items are old.
  day: fc.oneof(
    { arbitrary: fc.integer({ min: 0, max: 6 }), weight: 4 },
    { arbitrary: fc.integer({ min: -731, max: -725 }), weight: 1 },
  ),
  reference: fc.constantFrom('', 'R1', 'R2', 'R3', 'r-03', '0R3'),
  assignment: fc.constantFrom('', 'R1', 'R2'),
});

/** Lines on one key whose amounts and days lie close together: several fit, some better for one end than for the other. */
export const closeLine: fc.Arbitrary<RandomLine> = fc.record({
  side: fc.constantFrom<Side>('E', 'L'),
  unit: fc.constant(101),
  account: fc.constant('4000'),
  currency: fc.constant('USD'),
  amount: fc.constantFrom('10', '10', '10.01', '10.02', '20', '20.02'),
  day: fc.integer({ min: 0, max: 4 }),
  reference: fc.constant('R1'),
  assignment: fc.constant('R1'),
});

/** Always tried: pairs that just miss a bound, and ends that do not agree about the best or have two of it. */
export const ON_THE_EDGE: readonly RandomLine[] = [
  ...onKey(101, 'R1', 'E 20 on 0', 'L 20.02 on 0'),
  ...onKey(101, 'R2', 'E 20.02 on 0', 'L 20 on 0'),
  ...onKey(101, 'R3', 'E 10 on 0', 'L 10 on 3'),
  ...onKey(102, 'R1', 'E 10 on 2', 'L 10 on 0'),
  ...onKey(102, 'R2', 'E 10 on 1', 'E 10.02 on 1', 'L 10 on 1'),
  ...onKey(102, 'R3', 'E 10 on 0', 'L 10 on 1', 'L 10 on 2'),
];

function onKey(unit: number, reference: string, ...lines: string[]): RandomLine[] {
  return lines.map((line) => {
    const [side = '', amount = '', , day = ''] = line.split(' ');
    const same = { unit, reference, assignment: reference, account: '4000', currency: 'USD' };
    return { ...same, side: side as Side, amount, day: Number(day) };
  });
}

const START = isoDate('2026-10-01');

const calendar = (weekend: number[], ...holidays: string[]): BusinessCalendar => ({
  weekend: new Set(weekend),
  holidays: new Set(holidays.map(isoDate)),
});

/** Calendars whose holidays lie where the random lines do. */
export const CALENDARS: Calendars = new Map([
  ['bank', calendar([0, 6], '2026-10-02', '2026-10-04', '2024-10-02', '2026-12-25')],
  ['friday', calendar([5])],
]);

/** The same lines as the definition sees them. */
export function openLines(lines: readonly RandomLine[]): OpenLine[] {
  return lines.map((line, i) => {
    const businessDate = addDays(START, line.day);
    return {
      unit: String(line.unit),
      lineId: String(i + 1),
      side: line.side,
      ext:
        line.side === 'E'
          ? expectedKey({
              eventSource: '/t',
              eventId: `e${i}`,
              account: line.account,
              location: '',
              dimension: '',
              currency: line.currency,
              ordinal: 1,
            })
          : ledgerKey({ company: 'C', ledger: 'GL', fiscalYear: '2026', document: `d${i}`, line: '1' }),
      account: line.account,
      currency: line.currency,
      amount: readTicks(line.amount),
      companyAmount: readTicks(line.amount),
      businessDate,
      accountingDate: businessDate,
      columns: {
        reference: line.reference,
        assignment: line.side === 'L' ? line.assignment : '',
        businessDate,
        ...(line.side === 'E'
          ? { orderId: line.assignment, eventId: `e${i}`, 'keys.z': line.reference }
          : { document: `d${i}` }),
      },
      facts:
        line.side === 'E'
          ? { channel: line.assignment, brand: line.reference }
          : { reference: line.reference },
    };
  });
}

/** Empties the tables and stores the lines as batch 1 of reconciliation `r`. */
export async function storeLines(db: Database, lines: readonly RandomLine[]): Promise<void> {
  await db.pool.query(
    'alter table tieout.line disable trigger line_is_a_fact; delete from tieout.line; alter table tieout.line enable trigger line_is_a_fact',
  );
  await db.pool.query(`insert into tieout.unit (unit, reconciliation, company, ledger, text)
    values (101, 'r', 'C', 'GL', 'one'), (102, 'r', 'C', 'GL', 'two') on conflict do nothing`);
  await db.pool.query(
    `insert into tieout.line (unit, line_id, side, origin, scope, company, ledger, account, currency, amount, company_amount, business_date, accounting_date,
        fiscal_year, period, reference, event_source, event_id, ordinal, further, document, line, assignment, rulebook_hash, batch_id)
     select unit, n + 1, side::"char", case side when 'E' then 'event' else 'ledger' end, 'in', 'C', 'GL', account, currency, amount, amount,
        date '2026-10-01' + day, date '2026-10-01' + day, '2026', '2026-10', reference,
        case side when 'E' then '/t' end, case side when 'E' then 'e' || n end, case side when 'E' then 1 end,
        case side when 'E' then jsonb_build_object('orderId', assignment, 'channel', assignment, 'brand', reference, 'keys.z', reference) end,
        case side when 'L' then 'd' || n end, case side when 'L' then '1' end, case side when 'L' then assignment end, '', $2
     from jsonb_to_recordset($1::jsonb) as r(n bigint, side text, unit bigint, account text, currency text, amount numeric, day int, reference text, assignment text)`,
    [JSON.stringify(lines.map((line, n) => ({ n, ...line }))), 1],
  );
}

const key = (...columns: Key['expected'][number][]): Key => ({
  expected: columns,
  ledger: columns,
  normalise: [],
});

/** A pass with everything optional left at its default. */
export function pass(fields: Partial<Pass> & Pick<Pass, 'name' | 'type'>): Pass {
  return {
    keys: [key('reference')],
    result: 'confirmed',
    identifies: true,
    perDay: false,
    where: {},
    sides: 'together',
    acrossAccounts: false,
    active: true,
    version: '1',
    ...fields,
  };
}

export const referenceKey = key('reference');
export const dayKey = key('businessDate');
