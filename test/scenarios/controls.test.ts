// Every control reconciliation: when it speaks, what it says, when it is silent, and that it clears itself.
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { undoRun } from '../../jobs/decisions/undo.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { controlCompany } from './controlCompany.ts';
import { openControls, runControlScenario } from './controlScenario.ts';

const company = controlCompany();
let at: TestDatabase;
beforeEach(async () => {
  at = await testDatabase();
});
afterEach(() => at.drop());
afterAll(() => company.remove());

async function expectScenario(text: string): Promise<Awaited<ReturnType<typeof runControlScenario>>> {
  const result = await runControlScenario(at.db, company, text);
  expect(result.found).toEqual(result.expected);
  return result;
}

describe('ORPHAN_REFUND', () => {
  it('speaks after the grace days, and clears when the sale comes', async () => {
    const { rows } = await expectScenario(`
      refund R1 2026-03-05 40.00 of S1
      as-of  2026-03-10                  # the last day of grace
      expect nothing
      as-of  2026-03-11
      expect ORPHAN_REFUND R1 40.00
      ship   S1 2026-03-04 100.00
      as-of  2026-03-12
      expect nothing`);
    expect(rows[1]?.[0]).toMatchObject({
      why: 'refund R1 of 2026-03-05 is of shipment S1, which was not shipped; 5 grace days are over',
      references: ['R1', 'S1'],
      eventIds: [{ source: '/oms', id: 'refund-R1' }],
      currency: 'USD',
      company: 'US01',
      legs: [],
    });
  });

  it('is silent without receipt and for what was sold before the start', () =>
    expectScenario(`
      refund R1 2026-03-05 40.00 without-receipt
      refund R2 2026-03-05 41.00 of OLD sold 2026-02-20
      refund R3 2026-03-05 42.00 of NEW sold 2026-03-01
      refund R4 2026-03-05 43.00
      as-of  2026-03-20
      expect ORPHAN_REFUND R3 42.00
      expect ORPHAN_REFUND R4 43.00`));

  it('finds the sale by the order where no shipment is named', () =>
    expectScenario(`
      ship   S1 2026-03-02 100.00 order O1
      refund R1 2026-03-05 40.00 order O1
      refund R2 2026-03-05 41.00 order O2
      as-of  2026-03-20
      expect ORPHAN_REFUND R2 41.00`));

  it('speaks when the sale is voided later, and is silent when the refund is voided', () =>
    expectScenario(`
      ship   S1 2026-03-02 100.00
      refund R1 2026-03-05 40.00 of S1
      refund R2 2026-03-05 41.00 of S2
      as-of  2026-03-20
      expect ORPHAN_REFUND R2 41.00
      void   ship S1 2026-03-20
      void   refund R2 2026-03-20
      as-of  2026-03-21
      expect ORPHAN_REFUND R1 40.00`));
});

describe('OVER_REFUND', () => {
  it('sums the refunds of a shipment', async () => {
    const { rows } = await expectScenario(`
      ship   S1 2026-03-02 100.00
      ship   S2 2026-03-02 100.00
      refund R1 2026-03-05 60.00 of S1
      refund R2 2026-03-06 40.00 of S1       # all of it, not more
      refund R3 2026-03-06 100.00 of S2
      as-of  2026-03-06
      expect nothing
      refund R4 2026-03-07 0.01 of S2
      as-of  2026-03-08
      expect OVER_REFUND S2 0.01
      void   refund R3 2026-03-09
      as-of  2026-03-09
      expect nothing`);
    expect(rows[1]?.[0]).toMatchObject({
      why: 'shipment S2: 100.01 USD refunded of 100.00 USD shipped (refunds R3, R4)',
      references: ['S2', 'R3', 'R4'],
      eventIds: [
        { source: '/oms', id: 'refund-R3' },
        { source: '/oms', id: 'refund-R4' },
        { source: '/oms', id: 'ship-S2' },
      ],
    });
  });

  it('holds a line against its original in quantity and net', () =>
    expectScenario(`
      ship   S1 2026-03-02 100.00 pieces 2
      refund R1 2026-03-05 10.00 of S1 line 1 pieces 1
      refund R2 2026-03-05 11.00 of S1 line 1 pieces 1
      as-of  2026-03-06
      expect nothing
      refund R3 2026-03-06 12.00 of S1 line 1 pieces 1
      as-of  2026-03-07
      expect OVER_REFUND S1 0.00
      ship   S1 2026-03-02 100.00 pieces 3 as again replaces ship-S1
      as-of  2026-03-08
      expect nothing`));

  it('holds refunds that name the order against all its shipments, with those that name one', () =>
    expectScenario(`
      ship   S1 2026-03-02 100.00 order O1
      ship   S2 2026-03-03 50.00 order O1
      refund R1 2026-03-05 90.00 of S1
      refund R2 2026-03-06 60.00 order O1
      as-of  2026-03-06
      expect nothing
      refund R3 2026-03-07 1.00 order O1
      as-of  2026-03-08
      expect OVER_REFUND O1 1.00`));

  it('speaks when the sale is replaced by a smaller one', () =>
    expectScenario(`
      ship   S1 2026-03-02 100.00
      refund R1 2026-03-05 80.00 of S1
      as-of  2026-03-06
      expect nothing
      ship   S1 2026-03-02 70.00 as again replaces ship-S1
      as-of  2026-03-07
      expect OVER_REFUND S1 10.00`));
});

describe('transfers', () => {
  it('IN_TRANSIT_AGED: shipped and not received in time', async () => {
    const { rows } = await expectScenario(`
      transfer T1 2026-03-02 100.00
      transfer T2 2026-03-02 50.00
      receive  T2 2026-03-04 50.00 final
      as-of    2026-03-16                    # the last day of grace
      expect   nothing
      as-of    2026-03-17
      expect   IN_TRANSIT_AGED T1 100.00
      receive  T1 2026-03-17 30.00
      as-of    2026-03-18
      expect   IN_TRANSIT_AGED T1 70.00
      receive  T1 2026-03-18 70.00 receipt 2 final
      as-of    2026-03-19
      expect   nothing`);
    expect(rows[2]?.[0]?.id).toBe(rows[1]?.[0]?.id);
    expect(rows[2]?.[0]).toMatchObject({
      why: 'transfer T1 was shipped on 2026-03-02 and not all was received in 14 days: 70.00 USD are in transit',
      eventIds: [
        { source: '/oms', id: 'transfer-T1' },
        { source: '/oms', id: 'receive-T1' },
      ],
    });
  });

  it('TRANSFER_VARIANCE: the final receipt leaves something, or takes too much; aged items become it', async () => {
    const { rows } = await expectScenario(`
      transfer T1 2026-03-02 100.00
      transfer T2 2026-03-02 50.00
      transfer T3 2026-03-02 60.00
      receive  T2 2026-03-20 55.00 final
      receive  T3 2026-03-20 65.00
      as-of    2026-03-20
      expect   IN_TRANSIT_AGED T1 100.00
      as-of    2026-03-21
      expect   IN_TRANSIT_AGED T1 100.00
      expect   TRANSFER_VARIANCE T2 5.00
      expect   TRANSFER_VARIANCE T3 5.00
      receive  T1 2026-03-21 80.00 final
      as-of    2026-03-22
      expect   TRANSFER_VARIANCE T1 20.00
      expect   TRANSFER_VARIANCE T2 5.00
      expect   TRANSFER_VARIANCE T3 5.00`);
    const of = (step: number): string | undefined =>
      rows[step]?.find((row) => row.references[0] === 'T1')?.id;
    expect(of(2)).toBe(of(0));
  });

  it('nothing arrived at all, said by a final receipt of nothing', () =>
    expectScenario(`
      transfer T1 2026-03-02 100.00
      receive  T1 2026-03-05 0.00 final
      as-of    2026-03-06
      expect   TRANSFER_VARIANCE T1 100.00`));

  it('what arrives soon after the start was shipped before it', () =>
    expectScenario(`
      receive  T1 2026-03-10 100.00 final
      receive  T2 2026-03-16 90.00 final
      as-of    2026-03-20
      expect   TRANSFER_VARIANCE T2 90.00`));
});

describe('tax clearing', () => {
  it('ASSESSMENT_MISSING after the grace days; the same item when the word differs; clear by a revision', async () => {
    const { rows } = await expectScenario(`
      ship   S1 2026-03-02 100.00 tax 8.00
      ship   S2 2026-03-02 100.00 tax 9.00
      assess S2 2026-03-02 9.00
      as-of  2026-03-05                      # the last day of grace
      expect nothing
      as-of  2026-03-06
      expect ASSESSMENT_MISSING S1 8.00
      assess S1 2026-03-06 8.50
      as-of  2026-03-07
      expect TAX_ASSESSED_VARIANCE S1 0.50
      assess S1 2026-03-08 8.00 revision 2
      as-of  2026-03-08
      expect nothing`);
    expect(rows[2]?.[0]?.id).toBe(rows[1]?.[0]?.id);
    expect(rows[2]?.[0]).toMatchObject({
      why: 'tax of S1: what was assessed is not what was captured; in clearing: US-IL -0.50 USD',
      eventIds: [
        { source: '/oms', id: 'ship-S1' },
        { source: '/oms', id: 'assess-S1' },
      ],
    });
  });

  it('a revision that waits for an earlier one is ASSESSMENT_MISSING, also where nothing is in clearing', () =>
    expectScenario(`
      ship   S1 2026-03-02 100.00 tax 8.00
      assess S1 2026-03-02 8.00
      assess S1 2026-03-03 9.00 revision 3
      as-of  2026-03-06
      expect nothing
      as-of  2026-03-07
      expect ASSESSMENT_MISSING S1
      assess S1 2026-03-03 8.50 revision 2
      as-of  2026-03-08
      expect TAX_ASSESSED_VARIANCE S1 1.00`));

  it('an assessment of nothing is a word too', () =>
    expectScenario(`
      ship   S1 2026-03-02 100.00 tax 8.00
      assess S1 2026-03-02 0.00
      as-of  2026-03-06
      expect TAX_ASSESSED_VARIANCE S1 8.00`));

  it('an assessment soon after the start is of a sale before it; later ones have no sale', () =>
    expectScenario(`
      assess S1 2026-03-03 8.00
      assess S2 2026-03-05 7.00
      as-of  2026-03-20
      expect TAX_ASSESSED_VARIANCE S2 7.00`));
});

describe('events', () => {
  it('DUPLICATE_FACT: the same fact from two sources, whichever came first', async () => {
    const { rows } = await expectScenario(`
      ship   S1 2026-03-02 100.00 source /legacy
      as-of  2026-03-03
      expect nothing
      ship   S1 2026-03-02 100.00
      ship   S2 2026-03-02 60.00
      ship   S2 2026-03-02 60.00 source /legacy
      as-of  2026-03-04
      expect DUPLICATE_FACT S1 100.00
      expect DUPLICATE_FACT S2 60.00
      as-of  2026-03-05
      expect DUPLICATE_FACT S1 100.00
      expect DUPLICATE_FACT S2 60.00`);
    expect(rows[1]?.map((row) => row.eventIds)).toContainEqual([{ source: '/legacy', id: 'ship-S1' }]);
  });

  it('LATE_EVENT: its period was closed when it came', () =>
    expectScenario(`
      closed 2026-03 2026-03-31
      ship   S1 2026-03-30 100.00
      ship   S2 2026-04-01 60.00
      as-of  2026-04-02
      expect LATE_EVENT S1 100.00`));
});

describe('a correction whose target is not here', () => {
  it('waits in the grace days, is an item after them, and no longer when the target comes', () =>
    expectScenario(`
      void   ship S1 2026-03-02
      as-of  2026-03-05
      expect nothing
      as-of  2026-03-20
      expect CORRECTION_WITHOUT_TARGET S1
      ship   S1 2026-03-02 100.00
      as-of  2026-03-21
      expect nothing`));

  it('is nothing where the void came before its sale, in one delivery', () =>
    expectScenario(`
      void   ship S1 2026-03-03
      ship   S1 2026-03-02 100.00
      as-of  2026-03-20
      expect nothing`));

  it('is one item for a chain: what waits for a waiting correction is not said again', () =>
    expectScenario(`
      ship   S1 2026-03-02 100.00 replaces nowhere
      void   ship S1 2026-03-03
      as-of  2026-03-20
      expect CORRECTION_WITHOUT_TARGET S1`));
});

describe('all of them', () => {
  const MIXED = `
      closed   2026-02 2026-02-28
      refund   R1 2026-03-05 40.00 of S9
      ship     S1 2026-03-02 100.00 tax 8.00 order O1
      ship     S1 2026-03-02 100.00 tax 8.00 order O1 source /legacy
      refund   R2 2026-03-05 140.00 of S1
      assess   S1 2026-03-02 8.50
      ship     S2 2026-03-02 50.00 tax 4.00
      transfer T1 2026-03-02 100.00
      transfer T2 2026-03-02 70.00
      receive  T2 2026-03-05 60.00 final
      ship     S3 2026-02-27 30.00
      as-of    2026-03-31
      expect   ORPHAN_REFUND R1 40.00
      expect   DUPLICATE_FACT S1 108.00
      expect   OVER_REFUND S1 32.00
      expect   TAX_ASSESSED_VARIANCE S1 0.50
      expect   ASSESSMENT_MISSING S2 4.00
      expect   IN_TRANSIT_AGED T1 100.00
      expect   TRANSFER_VARIANCE T2 10.00
      expect   LATE_EVENT S3 30.00`;

  it('say the same in any order of arrival', async () => {
    const { found, expected } = await expectScenario(MIXED);
    const reversed = await testDatabase();
    try {
      const other = await runControlScenario(reversed.db, company, MIXED, (events) => events.toReversed());
      expect(other.found).toEqual(expected);
      expect(found).toEqual(other.found);
    } finally {
      await reversed.drop();
    }
  });

  const DAYS = `
      refund   R1 2026-03-05 40.00 of S9
      refund   R3 2026-03-06 20.00 of S3
      ship     S1 2026-03-02 100.00 tax 8.00 order O1
      transfer T1 2026-03-02 100.00
      transfer T2 2026-03-03 70.00
      assess   S1 2026-03-04 9.00 revision 2
      as-of    2026-03-08
      expect   ASSESSMENT_MISSING S1 8.00
      assess   S1 2026-03-03 8.50
      refund   R2 2026-03-09 101.00 order O1
      receive  T1 2026-03-10 90.00
      as-of    2026-03-12
      expect   TAX_ASSESSED_VARIANCE S1 1.00
      expect   ORPHAN_REFUND R1 40.00
      expect   ORPHAN_REFUND R3 20.00
      ship     S2 2026-03-12 50.00 order O1
      ship     S3 2026-03-12 20.00
      refund   R4 2026-03-13 70.00 of S1
      as-of    2026-03-20
      expect   TAX_ASSESSED_VARIANCE S1 1.00
      expect   ORPHAN_REFUND R1 40.00
      expect   OVER_REFUND O1 13.00
      expect   IN_TRANSIT_AGED T1 10.00
      expect   IN_TRANSIT_AGED T2 70.00
      void     refund R2 2026-03-21
      receive  T1 2026-03-21 5.00 receipt 2 final
      receive  T2 2026-03-21 70.00 final
      assess   S1 2026-03-21 8.00 revision 3
      as-of    2026-03-22
      expect   ORPHAN_REFUND R1 40.00
      expect   TRANSFER_VARIANCE T1 5.00`;

  it('say day by day what one run over everything says', async () => {
    const { found } = await expectScenario(DAYS);
    const fresh = await testDatabase();
    try {
      const lines = DAYS.split('\n').filter((line) => !/as-of|expect/.test(line));
      const whole = await runControlScenario(
        fresh.db,
        company,
        [...lines, 'as-of 2026-03-22'].join('\n'),
        (events) => events.toReversed(),
      );
      expect(whole.found[0]).toEqual(found.at(-1));
    } finally {
      await fresh.drop();
    }
  });

  it('are as before after an undo, and the same again after a rerun', async () => {
    const { rows } = await expectScenario(DAYS);
    const ids = (open: (typeof rows)[0] | undefined): string[] => (open ?? []).map((row) => row.id).sort();
    await undoRun(
      {
        db: at.db,
        by: { name: 'anna', role: 'reviewer' as const, keyId: '', osUser: 'test' },
        why: 'try',
        clock: () => Date.parse('2026-06-21T12:00:00Z'),
      },
      '4',
      false,
    );
    const undone = await openControls(at.db, company, { run: '5', asOf: '2026-03-20' });
    expect(ids(undone)).toEqual(ids(rows[2]));
    const earlier = await runControlScenario(at.db, company, 'as-of 2026-03-20');
    expect(ids(earlier.rows[0])).toEqual(ids(rows[2]));
    const again = await runControlScenario(at.db, company, 'as-of 2026-03-22');
    expect(ids(again.rows[0])).toEqual(ids(rows[3]));
  });
});
