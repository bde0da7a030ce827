// What was refused can be read again after a fix, as a whole document, or put aside.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, it } from 'vitest';

import { ingestFiles } from '../../jobs/intake/ingest.ts';
import { dismissQuarantine, listQuarantine, replayQuarantine } from '../../jobs/intake/quarantine.ts';
import type { Actor } from '../../jobs/administration/userKeys.ts';
import { loadConfig } from '../../src/config/load.ts';
import { loadRulebook } from '../../src/config/rulebookFiles.ts';
import { testDatabase } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';

const folder = mkdtempSync(join(tmpdir(), 'tieout-quarantine-'));
const config = loadConfig('examples/retail/tieout.yaml', {});
const rulebook = loadRulebook(config);
// The same company before its euros had a rate.
const poorer = { ...config, rates: { rate: () => undefined } };
const clock = (): number => Date.parse('2026-11-01T00:00:00Z');
const options = { clock, actor: 'test' };
const by: Actor = { name: 'ann', role: 'preparer', keyId: 'k', osUser: 'root' };
let at: TestDatabase;

beforeEach(async () => {
  at = await testDatabase();
});
afterEach(() => at.drop());

const event = (id: string, currency: string): string =>
  JSON.stringify({
    specversion: '1.0',
    id,
    source: '/oms/US01',
    type: 'retail.shipment.confirmed.v1',
    time: '2026-10-05T12:00:00Z',
    data: {
      company: 'US01',
      currency,
      channel: 'web',
      location: 'W001',
      sellingLocation: 'WEB1',
      shipmentId: `SHP-${id}`,
      orderId: 'SO-1',
      lines: [{ lineId: '1', sku: 'A', quantity: '1', net: '10.00', cost: '5.00' }],
      total: '10.00',
    },
  });

async function waiting(): Promise<string[]> {
  const found: string[] = [];
  for await (const { position, reason, document } of listQuarantine(at.db))
    found.push(`${position} ${reason} ${document}`.trim());
  return found;
}

it('a refused event is taken once its rate is known; before that it is refused again and waits on', async () => {
  const path = join(folder, 'events.ndjson');
  writeFileSync(path, `${event('1', 'USD')}\n${event('2', 'EUR')}\n`);
  const report = await ingestFiles(at.db, poorer, rulebook, 'events', [path], options);
  expect(report.files).toMatchObject([{ received: 2, accepted: 1, quarantined: 1 }]);
  expect(await waiting()).toEqual(['2 NO_RATE']);
  expect(await replayQuarantine(at.db, poorer, rulebook, [], options)).toMatchObject({
    replayed: 0,
    refusedAgain: 1,
  });
  expect(await waiting()).toEqual(['2 NO_RATE']);
  const richer = { ...config, rates: { rate: () => '1.1' } };
  expect(await replayQuarantine(at.db, richer, rulebook, [], options)).toMatchObject({
    replayed: 1,
    refusedAgain: 0,
    batches: [{ received: 1, accepted: 1, duplicates: 0, quarantined: 0 }],
  });
  expect(await waiting()).toEqual([]);
});

it('a refused event says what it would have belonged to, also where only its surroundings refuse it', async () => {
  const path = join(folder, 'belongs.ndjson');
  const sale = event('1', 'USD');
  const other = sale.replaceAll('"10.00"', '"11.00"');
  const wrong = event('2', 'USD').replace('"total":"10.00"', '"total":"12.00"');
  const count = `{"specversion":"1.0","id":"3","source":"/wms/US01","type":"retail.inventory.adjusted.v1","time":"x","data":{"company":"US01"}}`;
  writeFileSync(path, [sale, other, wrong, event('4', 'EUR'), count].join('\n'));
  await ingestFiles(at.db, poorer, rulebook, 'events', [path], options);
  const { rows } = await at.db.pool.query(
    'select reason, company, currency, amount, accounts from tieout.quarantine order by position',
  );
  const sales = expect.arrayContaining(['1200', '1400', '4000', '5000']) as string[];
  expect(rows).toEqual([
    { reason: 'CONFLICTING_DUPLICATE', company: 'US01', currency: 'USD', amount: '11.0000', accounts: sales },
    { reason: 'TOTAL_MISMATCH', company: 'US01', currency: 'USD', amount: '12.0000', accounts: sales },
    { reason: 'NO_RATE', company: 'US01', currency: 'EUR', amount: '10.0000', accounts: sales },
    {
      reason: 'BAD_TIME',
      company: 'US01',
      currency: '',
      amount: null,
      accounts: ['1400', '5200', '5210', '5220', '5230'],
    },
  ]);
  expect(rows.flatMap(({ accounts }) => accounts as string[])).not.toContain('1450'); // goods in transit: transfers only
});

it('a document is replayed whole, whichever of its lines is named', async () => {
  const path = join(folder, 'ledger.csv');
  const head = 'company,document,line,posting_date,account,currency,amount';
  writeFileSync(
    path,
    `${head}\nUS01,D1,1,2026-10-05,1200,USD,10.00\nUS01,D1,2,2026-10-05,4000,USD,-10.001\n`,
  );
  await ingestFiles(at.db, config, rulebook, 'ledger', [path], options);
  expect(await waiting()).toEqual(['2 CURRENCY_SCALE D1', '3 CURRENCY_SCALE D1']);
  const ids: string[] = [];
  for await (const { id } of listQuarantine(at.db)) ids.push(id);
  expect(await replayQuarantine(at.db, config, rulebook, [ids[0]!], options)).toMatchObject({
    replayed: 0,
    refusedAgain: 2,
  });
  const lines = await at.db.pool.query('select 1 from tieout.line');
  expect(lines.rowCount).toBe(0);
});

it('a dismissed record is put aside by a decision, and only once', async () => {
  const path = join(folder, 'bad.ndjson');
  writeFileSync(path, 'nonsense\n');
  await ingestFiles(at.db, config, rulebook, 'events', [path], options);
  const ids: string[] = [];
  for await (const { id } of listQuarantine(at.db)) ids.push(id);
  const auditor: Actor = { ...by, name: 'otto', role: 'auditor' };
  await expect(dismissQuarantine(at.db, ids, auditor, 'away with it', clock)).rejects.toThrow('otto may not');
  await dismissQuarantine(at.db, [...ids, ...ids], by, 'a test line of the shop', clock);
  expect(await waiting()).toEqual([]);
  await expect(dismissQuarantine(at.db, ids, by, 'again', clock)).rejects.toThrow(
    'no such record waits in quarantine',
  );
  const decision = await at.db.pool.query('select kind, actor, why from tieout.decision');
  expect(decision.rows).toEqual([{ kind: 'dismiss', actor: 'ann', why: 'a test line of the shop' }]);
});

it('balances and SAP lines are read again too', async () => {
  const path = join(folder, 'balances.csv');
  writeFileSync(
    path,
    'company,account,currency,period,opening,debit,credit,closing,extracted_at\nUS01,1200,USD,2026-10,0.00,1.00,0.00,2.00,2026-11-01T00:00:00Z\n',
  );
  await ingestFiles(at.db, config, rulebook, 'balances', [path], options);
  const bkpf = join(folder, 'bkpf.csv');
  const bseg = join(folder, 'bseg.csv');
  writeFileSync(bkpf, 'BUKRS,BELNR,GJAHR,BLART,BUDAT,WAERS,BSTAT\nUS01,7,2026,SA,10/05/2026,ZZZ,\n');
  writeFileSync(bseg, 'BUKRS,BELNR,GJAHR,BUZEI,SHKZG,WRBTR,DMBTR,HKONT\nUS01,7,2026,1,S,1.00,1.00,1200\n');
  await ingestFiles(at.db, config, rulebook, 'ledger', [bkpf, bseg], { ...options, feed: 'sap-fi' });
  expect(await waiting()).toEqual(['2 TOTAL_MISMATCH 2026-10', '2 UNKNOWN_CURRENCY 7']);
  expect(await replayQuarantine(at.db, config, rulebook, [], options)).toMatchObject({
    replayed: 0,
    refusedAgain: 2,
  });
  expect(await waiting()).toHaveLength(2);
});
