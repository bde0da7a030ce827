// Goods between two companies, each with its own currency and ledger: what never arrives, and what arrives otherwise than it
// was shipped, is told though every account agrees with its events. Day by day and in one run the same.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ingestFiles } from '../../jobs/intake/ingest.ts';
import { reconcile } from '../../jobs/run/reconcile.ts';
import { isoDate } from '../../src/accounting/dates.ts';
import { loadConfig } from '../../src/config/load.ts';
import { loadRulebook } from '../../src/config/rulebookFiles.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { openControls } from './controlScenario.ts';

type Json = Record<string, unknown>;

const config = loadConfig(new URL('../../examples/retail/tieout.yaml', import.meta.url).pathname, {});
const rulebook = loadRulebook(config);
const clock = (): number => Date.parse('2026-12-20T12:00:00Z');
let database: TestDatabase;
let folder: string;
beforeEach(async () => {
  database = await testDatabase();
  folder = mkdtempSync(join(tmpdir(), 'tieout-between-'));
});
afterEach(async () => {
  await database.drop();
  rmSync(folder, { recursive: true });
});

const shirts = (quantity: number, unit: string): Json => {
  const cost = (BigInt(unit.replace('.', '')) * BigInt(quantity)).toString().replace(/(\d\d)$/, '.$1');
  return { lines: [{ sku: 'SHIRT', quantity: String(quantity), cost }], total: cost };
};

function shipped(transferId: string, day: string, quantity: number): Json {
  const data = {
    company: 'US01',
    currency: 'USD',
    fromLocation: 'W001',
    toLocation: 'W101',
    toCompany: 'DE01',
  };
  return {
    specversion: '1.0',
    id: `out-${transferId}`,
    source: '/wms/US01',
    type: 'retail.transfer.shipped.v1',
    time: `${day}T18:00:00Z`,
    data: { ...data, transferId, businessDate: day, transferPrice: '330.00', ...shirts(quantity, '30.00') },
  };
}

function received(transferId: string, day: string, quantity: number, final = true): Json {
  const data = {
    company: 'DE01',
    currency: 'EUR',
    fromLocation: 'W001',
    toLocation: 'W101',
    fromCompany: 'US01',
  };
  const id = `in-${transferId}-${day}`;
  return {
    specversion: '1.0',
    id,
    source: '/wms/DE01',
    type: 'retail.transfer.received.v1',
    time: `${day}T10:00:00Z`,
    data: {
      ...data,
      ...shirts(quantity, '27.65'),
      transferId,
      receiptId: day,
      final,
      businessDate: day,
      transferPrice: '304.16',
    },
  };
}

async function take(name: string, events: Json[]): Promise<void> {
  const path = join(folder, `${name}.ndjson`);
  writeFileSync(path, events.map((event) => `${JSON.stringify(event)}\n`).join(''));
  const { files } = await ingestFiles(database.db, config, rulebook, 'events', [path], { clock });
  expect(files[0]).toMatchObject({ quarantined: 0, accepted: events.length });
}

async function controlsOf(asOf: string): Promise<string[]> {
  const { run } = await reconcile({
    db: database.db,
    config,
    rulebook,
    maker: 'anna',
    clock,
    asOf: isoDate(asOf),
  });
  const company = { rulebook } as Parameters<typeof openControls>[1];
  const rows = await openControls(database.db, company, { run, asOf });
  return rows
    .filter(({ reason }) => reason === 'IN_TRANSIT_AGED' || reason === 'TRANSFER_VARIANCE')
    .map(({ reason, exposure, why }) => `${reason} ${exposure ?? '-'} ${why}`)
    .toSorted();
}

const FIRST = [
  shipped('TR-1', '2026-10-05', 10),
  shipped('TR-2', '2026-10-05', 10),
  shipped('TR-3', '2026-10-05', 10),
  received('TR-1', '2026-10-08', 10),
  received('TR-2', '2026-10-08', 4, false),
];
const THEN = [received('TR-2', '2026-10-22', 5), received('TR-4', '2026-10-25', 3)];
const AGED = [
  'IN_TRANSIT_AGED - transfer TR-2 from US01 to DE01 was shipped on 2026-10-05 and not all was received in 14 days: SHIRT 4 of 10',
  'IN_TRANSIT_AGED 330.00 transfer TR-3 from US01 to DE01 was shipped on 2026-10-05 and nothing was received in 14 days: SHIRT 0 of 10',
];
const END = [
  AGED[1],
  'TRANSFER_VARIANCE - transfer TR-2 from US01 to DE01: received until 2026-10-22 otherwise than shipped: SHIRT 9 of 10',
  'TRANSFER_VARIANCE - transfer TR-4 from US01 to DE01 was received on 2026-10-25, and no shipment of it is known',
];

it('tells what is under way too long, then what came otherwise, and nothing of what came whole', async () => {
  await take('first', FIRST);
  expect(await controlsOf('2026-10-12')).toEqual([]);
  expect(await controlsOf('2026-10-20')).toEqual(AGED);
  await take('then', THEN);
  expect(await controlsOf('2026-10-31')).toEqual(END);
  await take('late', [received('TR-3', '2026-11-02', 10)]);
  expect(await controlsOf('2026-11-05')).toEqual(END.slice(1));
});

it('comes to the same in one run over everything, shuffled', async () => {
  await take('all', [...THEN, ...FIRST].toReversed());
  expect(await controlsOf('2026-10-31')).toEqual(END);
});
