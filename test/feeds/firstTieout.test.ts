// The example that the README begins with gives the figures that its own README works out by hand.
import { join } from 'node:path';

import { afterAll, beforeAll, expect, it } from 'vitest';

import { ingestFiles } from '../../jobs/intake/ingest.ts';
import type { IngestKind } from '../../jobs/intake/ingest.ts';
import { reconcile } from '../../jobs/run/reconcile.ts';
import { isoDate } from '../../src/accounting/dates.ts';
import { loadConfig } from '../../src/config/load.ts';
import { checkRulebook, loadRulebook } from '../../src/config/rulebookFiles.ts';
import { testDatabase } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';

const folder = 'examples/first-tieout';
const config = loadConfig(join(folder, 'tieout.yaml'), {});
const rulebook = loadRulebook(config);
const clock = (): number => Date.parse('2026-11-02T00:00:00Z');
let at: TestDatabase;

beforeAll(async () => {
  at = await testDatabase();
});
afterAll(() => at.drop());

const FILES: readonly (readonly [IngestKind, string])[] = [
  ['periods', 'periods.csv'],
  ['opening', 'opening.csv'],
  ['events', 'events.ndjson'],
  ['ledger', 'ledger.csv'],
  ['balances', 'balances.csv'],
];

it('has worked examples that hold', () => {
  expect(checkRulebook(config)).toMatchObject({ ok: true, problems: [] });
});

it('ties out, proven, every difference with its reason', async () => {
  for (const [kind, name] of FILES) {
    const { files } = await ingestFiles(at.db, config, rulebook, kind, [join(folder, 'data', name)], {
      clock,
    });
    expect(files[0]).toMatchObject({ duplicates: 0, quarantined: 0 });
  }
  const statement = await reconcile({
    db: at.db,
    config,
    rulebook,
    maker: 'test',
    clock,
    asOf: isoDate('2026-10-31'),
  });
  const rows = statement.reconciliations.map((row) => {
    const reasons = Object.entries(row.exceptions.byReason).map(
      ([reason, { amount }]) => `${reason} ${amount}`,
    );
    return [
      row.account,
      row.ledgerLines.amount,
      row.expected.amount,
      row.unexplained,
      row.proven,
      ...reasons.sort(),
    ].join(' | ');
  });
  expect(rows).toEqual([
    '1200 | 443.40 | 592.40 | 0.00 | true | AMOUNT_VARIANCE 1.00 | DUPLICATE_POSTING 86.40 | MISSING_EVENT 12.00 | MISSING_IN_LEDGER -216.00 | TIMING -32.40 | WRONG_LOCATION 0.00',
    '4000 | -418.00 | -555.00 | 0.00 | true | AMOUNT_VARIANCE -1.00 | DUPLICATE_POSTING -80.00 | MISSING_EVENT -12.00 | MISSING_IN_LEDGER 200.00 | TIMING 30.00 | WRONG_LOCATION 0.00',
    '4100 | 25.00 | 25.00 | 0.00 | true',
    '2200 | -30.40 | -42.40 | 0.00 | true | DUPLICATE_POSTING -6.40 | MISSING_IN_LEDGER 16.00 | TIMING 2.40',
  ]);
});
