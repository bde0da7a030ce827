// Absence needs evidence (law 5): a cut before the extract's end, no extract at all, and a full extract from which an account
// is gone. Each begins with a situation in which "not in the ledger" would be a lie.
import { afterAll, afterEach, beforeEach, expect, it } from 'vitest';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { controlCompany } from './controlCompany.ts';
import { openReasons } from './openReasons.ts';

const company = controlCompany();
let at: TestDatabase;
beforeEach(async () => {
  at = await testDatabase();
});
afterEach(() => at.drop());
afterAll(() => company.remove());

const SOLD_TWICE = `
  ship    S1 2026-03-05 100.00
  ship    S2 2026-03-05  60.00
  ledger  D1/1 2026-03-05 1200  100.00 S1
  ledger  D1/2 2026-03-05 4000 -100.00 S1
  ledger  D2/1 2026-03-05 1200   60.00 S2
  ledger  D2/2 2026-03-05 4000  -60.00 S2
  extract 2026-03-16 to 2026-03-15`;

it('calls nothing missing at a cut inside the grace days, however far the extract reaches', async () => {
  const told = await openReasons(
    at.db,
    company,
    `ship    S1 2026-03-05 100.00
     extract 2026-03-31 to 2026-03-30
     as-of   2026-03-10                 # the last day of grace
     as-of   2026-03-11`,
  );
  expect(told.map(({ open }) => open)).toEqual([
    ['TIMING 1200 S1', 'TIMING 4000 S1'],
    ['MISSING_IN_LEDGER 1200 S1', 'MISSING_IN_LEDGER 4000 S1'],
  ]);
});

it('calls nothing missing where the extract ends inside the grace days, or none was complete', async () => {
  const [none, short, last] = await openReasons(
    at.db,
    company,
    `ship    S1 2026-03-05 100.00
     as-of   2026-03-20
     extract 2026-03-21 to 2026-03-09
     as-of   2026-03-21
     extract 2026-03-22 to 2026-03-10   # the last day of grace: not beyond it
     as-of   2026-03-22`,
  );
  for (const told of [short, none, last]) expect(told?.open).toEqual(['TIMING 1200 S1', 'TIMING 4000 S1']);
});

it('calls nothing missing on accounts that a full extract has lost, says so, and trusts again when lines come back', async () => {
  const without = SOLD_TWICE.replace(/ship .*\n|ledger .* 1200 .*\n/g, '').replace(
    '2026-03-16 to',
    '2026-03-17 to',
  );
  const again = SOLD_TWICE.replace('2026-03-16 to 2026-03-15', '2026-03-18 to 2026-03-17').replace(
    /ship .*\n/g,
    '',
  );
  const told = await openReasons(
    at.db,
    company,
    `${SOLD_TWICE}
     as-of 2026-03-15
     ${without}
     as-of 2026-03-16
     ship  S3 2026-03-05 5.00
     ${again}
     as-of 2026-03-17`,
  );
  expect(told.map(({ open }) => open)).toEqual([
    [],
    ['TIMING 1200 S1', 'TIMING 1200 S2'],
    ['MISSING_IN_LEDGER 1200 S3', 'MISSING_IN_LEDGER 4000 S3'],
  ]);
  const gone =
    'account 1200 is gone from the full extract of batch 3, which lacks all of its 2 documents dated 2026-03-01 to 2026-03-15';
  expect(told[1]?.rows.find(({ reason }) => reason === 'TIMING')?.why).toBe(
    `S1 (sales#1) is not called missing: ${gone}`,
  );
  const overdue = told[1]?.rows.find(({ reason }) => reason === 'FEED_OVERDUE')?.why;
  expect(overdue).toBe(
    `US01/GL: not every account of sales is complete beyond 2026-03-01; more than 5 days are missing; ${gone}`,
  );
  expect(told[2]?.rows.filter(({ reason }) => reason === 'FEED_OVERDUE')).toEqual([]);
});

it('takes the deletion of an only document at its word', async () => {
  const [, told] = await openReasons(
    at.db,
    company,
    `ship    S1 2026-03-05 100.00
     ledger  D1/1 2026-03-05 1200  100.00 S1
     ledger  D1/2 2026-03-05 4000 -100.00 S1
     extract 2026-03-16 to 2026-03-15
     as-of   2026-03-15
     extract 2026-03-17 to 2026-03-16
     as-of   2026-03-16`,
  );
  expect(told?.open).toEqual(['MISSING_IN_LEDGER 1200 S1', 'MISSING_IN_LEDGER 4000 S1']);
});
