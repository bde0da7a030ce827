// Controls over what the ERP delivers and over what may be posted: each speaks in its case, and is silent one step before it
// and after its cause is gone. Extracts, control files and balances go through the real intake.
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { controlCompany } from './controlCompany.ts';
import { runControlScenario } from './controlScenario.ts';

const company = controlCompany();
const WITH_ERP = 'rollout: propose, erp: drop';
const DROP = '\nerps:\n  drop: { adapter: file-drop, outbox: outbox, archive: archive }\n';
const refusing = controlCompany(`closedPeriods: refuse, ${WITH_ERP}`, DROP);
const moving = controlCompany(`closedPeriods: nextOpen, ${WITH_ERP}`, DROP);
const april = controlCompany('fiscalCalendar: { monthly: { yearStarts: 04-01, names: "FY{endYear}/{nn}" } }');
const weeks = controlCompany('fiscalCalendar: { pattern: 4-5-4, yearStarts: 2026-02-01, week53: 01 }');
const onlyErp = controlCompany('fiscalCalendar: erp');
let at: TestDatabase;
beforeEach(async () => {
  at = await testDatabase();
});
afterEach(() => at.drop());
afterAll(() => {
  for (const one of [company, refusing, moving, april, weeks, onlyErp]) one.remove();
});

async function expectScenario(
  text: string,
  books = company,
): Promise<Awaited<ReturnType<typeof runControlScenario>>> {
  const result = await runControlScenario(at.db, books, text);
  expect(result.found).toEqual(result.expected);
  return result;
}

describe('WRONG_PERIOD', () => {
  it('speaks where the match lies in two periods, not where only the day differs, and until it is booked right', async () => {
    const { rows } = await expectScenario(`
      ship    S1 2026-03-31 100.00
      ship    S2 2026-03-31  60.00
      ship    S3 2026-03-31  40.00
      ledger  D1/1 2026-03-31 1200  100.00 S1
      ledger  D1/2 2026-03-31 4000 -100.00 S1
      ledger  D2/1 2026-04-01 1200   60.00 S2 period 2026-03   # a day later, still booked in March
      ledger  D2/2 2026-04-01 4000  -60.00 S2 period 2026-03
      ledger  D3/1 2026-04-01 1200   40.00 S3                  # booked in April
      ledger  D3/2 2026-03-31 4000  -40.00 S3
      extract 2026-04-03
      as-of   2026-04-02
      expect  WRONG_PERIOD S3 40.00
      ledger  D3/1 2026-03-31 1200   40.00 S3
      extract 2026-04-04
      as-of   2026-04-03
      expect  nothing`);
    expect(rows[0]?.[0]).toMatchObject({
      why: 'D3/1 is booked in period 2026-04; its event belongs to 2026-03',
      ledger: [{ document: 'D3', line: '1', account: '1200', amount: '40.00' }],
      legs: [],
    });
  });
});

describe('WRONG_PERIOD as the ERP names periods', () => {
  it('reads 3, 003 and 2026003 as 2026-03, and a special period as the one that holds its days', () =>
    expectScenario(`
      ship    S1 2026-03-05 100.00
      ship    S2 2026-03-05  60.00
      ship    S3 2026-03-05  40.00
      ship    S4 2026-03-31  10.00
      ledger  D1/1 2026-03-05 1200  100.00 S1 period 3
      ledger  D1/2 2026-03-05 4000 -100.00 S1 period 003
      ledger  D2/1 2026-03-05 1200   60.00 S2 period 2026003
      ledger  D2/2 2026-03-05 4000  -60.00 S2 period 2026003
      ledger  D3/1 2026-03-05 1200   40.00 S3 period 4
      ledger  D3/2 2026-03-05 4000  -40.00 S3 period 3
      ledger  D4/1 2026-03-31 1200   10.00 S4 period 13
      ledger  D4/2 2026-03-31 4000  -10.00 S4 period 013
      extract 2026-04-03
      as-of   2026-04-02
      expect  WRONG_PERIOD S3 40.00`));

  it("goes by the ERP's own list before the configured calendar, whenever it came", () =>
    expectScenario(`
      fiscal  2027 2027-12 2026-03-01 2026-03-31
      ship    S1 2026-03-05 100.00
      ledger  D1/1 2026-03-05 1200  100.00 S1 period 2027-12
      ledger  D1/2 2026-03-05 4000 -100.00 S1 period 2027012
      extract 2026-03-07
      as-of   2026-03-06
      expect  nothing
      fiscal  2028 2028-01 2026-04-01 2026-04-30
      ship    S2 2026-03-31  60.00
      ledger  D2/1 2026-04-01 1200   60.00 S2 period 2028-01
      ledger  D2/2 2026-03-31 4000  -60.00 S2 period 2027-12
      extract 2026-04-03
      as-of   2026-04-02
      expect  WRONG_PERIOD S2 60.00`));

  it('of a year from April, under the names that the ERP gives them', () =>
    expectScenario(
      `
      ship    S1 2026-03-31 100.00
      ship    S2 2026-03-31  60.00
      ledger  D1/1 2026-03-31 1200  100.00 S1 period FY2026/12
      ledger  D1/2 2026-03-31 4000 -100.00 S1 period 2026-12
      ledger  D2/1 2026-04-01 1200   60.00 S2 period FY2027/01     # the next year's first
      ledger  D2/2 2026-03-31 4000  -60.00 S2 period 12
      extract 2026-04-03
      as-of   2026-04-02
      expect  WRONG_PERIOD S2 60.00`,
      april,
    ));

  it('of whole weeks: 1 March begins the second period, not the third', () =>
    expectScenario(
      `
      ship    S1 2026-03-31 100.00
      ship    S2 2026-04-04  60.00
      ledger  D1/1 2026-04-01 1200  100.00 S1 period 2               # both in 1 March to 4 April
      ledger  D1/2 2026-04-01 4000 -100.00 S1 period 2
      ledger  D2/1 2026-04-05 1200   60.00 S2 period 3
      ledger  D2/2 2026-04-04 4000  -60.00 S2 period 2
      extract 2026-04-07
      as-of   2026-04-06
      expect  WRONG_PERIOD S2 60.00`,
      weeks,
    ));

  it('is silent of days whose period only the ERP could say, until it has', () =>
    expectScenario(
      `
      fiscal  2026 2026-03 2026-03-01 2026-03-31
      fiscal  2026 2026-04 2026-04-01 2026-04-30
      ship    S1 2026-03-31 100.00
      ship    S2 2026-03-31  60.00
      ledger  D1/1 2026-03-31 1200  100.00 S1 period 3
      ledger  D1/2 2026-03-31 4000 -100.00 S1 period 2026-13
      ledger  D2/1 2026-04-01 1200   60.00 S2 period 4
      ledger  D2/2 2026-03-31 4000  -60.00 S2 period 3
      extract 2026-04-03
      as-of   2026-04-02
      expect  WRONG_PERIOD S2 60.00`,
      onlyErp,
    ));

  it('speaks also where another period made the pair miss its window', async () => {
    const { rows } = await expectScenario(`
      ship    S1 2026-03-30 100.00
      ship    S2 2026-03-01  50.00
      ledger  D1/1 2026-04-15 1200  100.00 S1
      ledger  D1/2 2026-03-30 4000 -100.00 S1
      ledger  D2/1 2026-03-20 1200   50.00 S2            # outside the window, in its period
      ledger  D2/2 2026-03-01 4000  -50.00 S2
      extract 2026-04-30 to 2026-04-29
      as-of   2026-04-29
      expect  WRONG_PERIOD S1 100.00`);
    expect(rows[0]?.[0]?.why).toBe('D1/1 is booked in period 2026-04; its event belongs to 2026-03');
  });
});

describe('FX_VARIANCE', () => {
  it('speaks where the transaction currency agrees and the company currency does not', () =>
    expectScenario(`
      ship    S1 2026-03-05 100.00 currency EUR fx 1.10
      ship    S2 2026-03-05 200.00 currency EUR fx 1.10
      ledger  D1/1 2026-03-05 1200  100.00 S1 currency EUR worth  110.01   # a minor unit a line is rounding
      ledger  D1/2 2026-03-05 4000 -100.00 S1 currency EUR worth -110.00
      ledger  D2/1 2026-03-05 1200  200.00 S2 currency EUR worth  221.00
      ledger  D2/2 2026-03-05 4000 -200.00 S2 currency EUR worth -220.00
      extract 2026-03-07
      as-of   2026-03-06
      expect  FX_VARIANCE S2 1.00`));

  it('compares nothing that nobody delivered: a rate of ours on either side says nothing of the ledger', () =>
    expectScenario(`
      ship    S1 2026-03-05 100.00 currency EUR          # converted by our table, 1.10
      ship    S2 2026-03-05 200.00 currency EUR fx 1.20
      ship    S3 2026-03-05  40.00 currency EUR
      ledger  D1/1 2026-03-05 1200  100.00 S1 currency EUR worth  115.00
      ledger  D1/2 2026-03-05 4000 -100.00 S1 currency EUR worth -115.00
      ledger  D2/1 2026-03-05 1200  200.00 S2 currency EUR worth unsaid
      ledger  D2/2 2026-03-05 4000 -200.00 S2 currency EUR worth unsaid
      ledger  D3/1 2026-03-05 1200   40.00 S3 currency EUR worth unsaid
      ledger  D3/2 2026-03-05 4000  -40.00 S3 currency EUR worth unsaid
      extract 2026-03-07
      as-of   2026-03-06
      expect  nothing`));
});

describe('UNBALANCED_DOCUMENT', () => {
  it('speaks where documents are whole, and until the document balances', async () => {
    const { rows } = await expectScenario(`
      ledger  D1/1 2026-03-05 1200  100.00 S1
      ledger  D1/2 2026-03-05 4000 -100.00 S1
      ledger  D2/1 2026-03-05 1200   50.00 S2
      ledger  D2/2 2026-03-05 4000  -49.99 S2
      extract 2026-03-07 whole
      as-of   2026-03-06
      expect  UNBALANCED_DOCUMENT S2 0.01
      ledger  D2/2 2026-03-05 4000  -50.00 S2
      extract 2026-03-08 whole
      as-of   2026-03-07
      expect  nothing`);
    expect(rows[0]?.[0]?.why).toBe('document D2 has 2 lines that sum to 0.01 USD instead of zero');
  });

  it('is silent where an extract may hold a part of a document', () =>
    expectScenario(`
      ledger  D2/1 2026-03-05 1200   50.00 S2
      ledger  D2/2 2026-03-05 4000  -49.99 S2
      extract 2026-03-07
      as-of   2026-03-06
      expect  nothing`));
});

describe('LEDGER_LINE_VANISHED', () => {
  it('speaks when a full extract holds a line no more, until it is back', async () => {
    const { rows } = await expectScenario(`
      ledger  D1/1 2026-03-05 1200  100.00 S1
      ledger  D2/1 2026-03-06 1200   70.00 S2
      extract 2026-03-08 to 2026-03-07
      as-of   2026-03-07
      expect  nothing
      ledger  D1/1 2026-03-05 1200  100.00 S1
      extract 2026-03-09 to 2026-03-08
      as-of   2026-03-08
      expect  LEDGER_LINE_VANISHED S2 70.00
      ledger  D1/1 2026-03-05 1200  100.00 S1
      ledger  D2/1 2026-03-06 1200   70.00 S2
      extract 2026-03-10 to 2026-03-09
      as-of   2026-03-09
      expect  nothing`);
    expect(rows[1]?.[0]?.why).toBe(
      'D2/1 (account 1200, 70 USD) was in an earlier extract and is no longer delivered',
    );
  });

  it('is silent where the extract is a delta, or does not reach the line', () =>
    expectScenario(`
      ledger  D1/1 2026-03-05 1200  100.00 S1
      ledger  D2/1 2026-03-06 1200   70.00 S2
      extract 2026-03-08 to 2026-03-07
      ledger  D3/1 2026-03-07 1200   10.00 S3
      extract 2026-03-09 to 2026-03-08 complete
      ledger  D1/1 2026-03-05 1200  100.00 S1
      extract 2026-03-10 to 2026-03-05                # full, up to the day before D2
      as-of   2026-03-09
      expect  nothing`));
});

describe('BALANCE_DIFFERENCE', () => {
  it('speaks where lines do not come to the balance of the ERP, and until one proves', async () => {
    const { rows } = await expectScenario(`
      ledger  D1/1 2026-03-05 1200  100.00 S1
      extract 2026-03-31T06
      balance 2026-03-31T07 1200 2026-03 100.00
      as-of   2026-03-31
      expect  nothing
      balance 2026-04-01T07 1200 2026-03 100.01
      as-of   2026-04-01
      expect  BALANCE_DIFFERENCE account 0.01
      ledger  D2/1 2026-03-31 1200    0.01 S2
      extract 2026-04-01T06
      as-of   2026-04-02
      expect  nothing`);
    expect(rows[1]?.[0]?.why).toContain('100.01');
  });

  it('begins with what the account opened with', async () => {
    await expectScenario(`
      ledger  D1/1 2026-03-05 1200  100.00 S1
      extract 2026-03-31T06
      balance 2026-03-31T07 1200 2026-03 140.00 40.00
      as-of   2026-03-31
      expect  nothing
      balance 2026-04-01T07 1200 2026-03 100.00 40.00
      as-of   2026-04-01
      expect  BALANCE_DIFFERENCE account 40.00`);
  });
});

describe('BATCH_INCOMPLETE', () => {
  it('speaks where rows or sums are not what the control file says, takes nothing, and ends with the next extract', async () => {
    const { rows } = await expectScenario(`
      ledger  D1/1 2026-03-05 1200  100.00 S1
      extract 2026-03-08 to 2026-03-07 rows 1 debit 100.00
      as-of   2026-03-07
      expect  nothing
      ledger  D1/1 2026-03-05 1200  100.00 S1
      ledger  D2/1 2026-03-06 1200   70.00 S2
      extract 2026-03-09 to 2026-03-08 rows 3
      as-of   2026-03-08
      expect  BATCH_INCOMPLETE step-1-0-ledger
      ledger  D1/1 2026-03-05 1200  100.00 S1
      ledger  D2/1 2026-03-06 1200   70.00 S2
      extract 2026-03-10 to 2026-03-08 rows 2 debit 170.00
      as-of   2026-03-09
      expect  nothing`);
    expect(rows[1]?.[0]?.why).toContain(
      'was refused whole: its control file says rows 3; the file holds rows 2',
    );
  });

  it('makes nothing missing: a refused extract is not complete, whatever its control file says', async () => {
    await expectScenario(`
      ship    S1 2026-03-05 100.00
      ledger  D1/1 2026-03-05 1200  100.00 S1
      ledger  D1/2 2026-03-05 4000 -100.00 S1
      extract 2026-03-12 to 2026-03-11 rows 3
      as-of   2026-03-11
      expect  BATCH_INCOMPLETE step-0-0-ledger
      expect  FEED_OVERDUE GL`);
    const reasons = await at.db.pool.query(
      `select distinct s.reason from tieout.exception_state s join tieout.exception_item i using (exception_id) where i.class = 'difference'`,
    );
    expect(reasons.rows).toEqual([{ reason: 'TIMING' }]);
  });

  it('holds the sum against the cent, and no line of the extract is taken', async () => {
    await expectScenario(`
      ledger  D1/1 2026-03-05 1200  100.00 S1
      extract 2026-03-08 to 2026-03-07 rows 1 debit 100.01
      as-of   2026-03-07
      expect  BATCH_INCOMPLETE step-0-0-ledger`);
    expect((await at.db.pool.query('select from tieout.line')).rowCount).toBe(0);
  });
});

describe('FEED_OVERDUE', () => {
  it('speaks once the last complete extract is more than the grace days behind, one a ledger', async () => {
    const { rows } = await expectScenario(`
      ship    S1 2026-03-05 100.00
      ledger  D1/1 2026-03-05 1200  100.00 S1
      ledger  D1/2 2026-03-05 4000 -100.00 S1
      extract 2026-03-12 to 2026-03-10
      as-of   2026-03-15                              # five days: the last of grace
      expect  nothing
      as-of   2026-03-16
      expect  FEED_OVERDUE GL
      ledger  D2/1 2026-03-16 1200   20.00 S2
      extract 2026-03-17                              # a delta that proves nothing complete
      as-of   2026-03-17
      expect  FEED_OVERDUE GL
      extract 2026-03-18 to 2026-03-17 complete
      as-of   2026-03-18
      expect  nothing`);
    expect(rows[2]?.[0]?.id).toBe(rows[1]?.[0]?.id);
  });
});

describe('NO_RULE', () => {
  it('speaks of an event that no posting rule takes on its day', async () => {
    const { rows } = await expectScenario(`
      ship    S1 2025-12-31 100.00                    # the rule holds from 1 January
      ship    S2 2026-01-01  60.00
      as-of   2026-03-02
      expect  NO_RULE S1 100.00`);
    expect(rows[0]?.[0]?.eventIds).toEqual([{ source: '/oms', id: 'ship-S1' }]);
  });
});

describe('CLOSED_PERIOD', () => {
  const MISSING = `
      ship    S1 2026-03-30 100.00
      open    2026-03 2026-03-31
      open    2026-04 2026-04-30
      as-of   2026-03-31
      expect  nothing
      closed  2026-03 2026-03-31
      extract 2026-04-05 to 2026-04-04
      as-of   2026-04-04                              # the last day of grace
      expect  nothing
      extract 2026-04-06 to 2026-04-05
      as-of   2026-04-05`;

  it('speaks where the policy refuses the journal of a missing entry, and ends when the entry comes', async () => {
    const { rows } = await expectScenario(
      `${MISSING}
      expect  CLOSED_PERIOD S1 100.00
      ledger  D1/1 2026-03-30 1200  100.00 S1
      ledger  D1/2 2026-03-30 4000 -100.00 S1
      extract 2026-04-07
      as-of   2026-04-06
      expect  nothing`,
      refusing,
    );
    expect(rows[2]?.[0]?.why).toBe('period 2026-03 is closed');
  });

  it('is silent where the policy moves the journal into the next open period', async () => {
    await expectScenario(`${MISSING}\n      expect  nothing`, moving);
    const { rows } = await at.db.pool.query('select posting_date, period from tieout.journal');
    expect(rows).toEqual([{ posting_date: '2026-04-01', period: '2026-04' }]);
  });
});
