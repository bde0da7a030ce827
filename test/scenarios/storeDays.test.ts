// Store-days: what is missing is named after its hour, and only then; ordinary days of a store say nothing.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect, it } from 'vitest';
import { ingestFiles } from '../../jobs/intake/ingest.ts';
import { listExceptions } from '../../jobs/reports/exceptions.ts';
import { listSources } from '../../jobs/reports/sources.ts';
import { reconcile } from '../../jobs/run/reconcile.ts';
import type { ExceptionRow } from '../../reports/exceptionRow.ts';
import { isoDate } from '../../src/accounting/dates.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { controlCompany } from './controlCompany.ts';
import { deliver, readExtract, readLedgerLine } from './delivery.ts';

const POS = `  /pos: { owner: stores, contact: pos@example.com, locations: [S1], complete: dayClose, holdAtMost: 9, since: 2026-03-02,
    expect: { every: day, by: "06:00", weekdays: [mon, tue, wed, thu, fri, sat] } }
  /web: { owner: commerce, complete: dayClose }
`;
const company = controlCompany('closedPeriods: nextOpen', POS);
const { config, rulebook, dir } = company;
const clock = (): number => Date.parse('2026-06-20T12:00:00Z');
let at: TestDatabase;
let files = 0;
beforeEach(async () => {
  at = await testDatabase();
});
afterEach(() => at.drop());
afterAll(() => company.remove());

type Json = Record<string, unknown>;

function event(type: string, id: string, day: string, data: Json, source = '/pos'): Json {
  const common = { company: 'US01', businessDate: day, location: 'S1', ...data };
  return { specversion: '1.0', id, source, type: `retail.${type}`, time: `${day}T18:00:00Z`, data: common };
}

function sale(receiptNo: string, day: string, more: Json = {}): Json {
  const lines = [{ lineId: '1', sku: 'A', kind: 'service', quantity: '1', net: '10.00' }];
  const data = { currency: 'USD', channel: 'store', till: '1', receiptNo, lines, total: '10.00' };
  return event('shipment.confirmed.v1', `sale-${day}-${receiptNo}`, day, {
    shipmentId: `SHP-${day}-${receiptNo}`,
    orderId: `O-${day}-${receiptNo}`,
    ...data,
    ...more,
  });
}

function close(day: string, first: number, last: number, more: Json = {}): Json {
  const till = { till: '1', first, last, count: last - first + 1, ...more };
  return event('store.dayClosed.v1', `close-${day}`, day, { receipts: [till] });
}

async function take(...events: Json[]): Promise<void> {
  files += 1;
  const path = join(dir, `take-${files}.ndjson`);
  writeFileSync(path, events.map((each) => `${JSON.stringify(each)}\n`).join(''));
  const { files: taken } = await ingestFiles(at.db, config, rulebook, 'events', [path], { clock });
  expect(taken.map(({ quarantined }) => quarantined)).toEqual([0]);
}

/** Open items of a run: sentences of store-days, and of lines `reason: why`. */
async function run(asOf: string): Promise<{ days: string[]; lines: string[] }> {
  const { run: runId } = await reconcile({
    db: at.db,
    config,
    rulebook,
    maker: 'test',
    clock,
    asOf: isoDate(asOf),
  });
  const client = await at.db.pool.connect();
  try {
    const rows: ExceptionRow[] = [];
    for await (const row of listExceptions(client, { rulebook, runId, asOf, current: true })) rows.push(row);
    return {
      days: rows.filter(({ reason }) => reason === 'BATCH_INCOMPLETE').map(({ why }) => why),
      lines: rows.filter((row) => row.class === 'difference').map(({ reason, why }) => `${reason}: ${why}`),
    };
  } finally {
    client.release();
  }
}

const MONDAY = '2026-03-02';
const TUESDAY = '2026-03-03';

it('names the missing receipts after the hour, and clears when they come', async () => {
  await take(sale('1', MONDAY), sale('2', MONDAY), sale('5', MONDAY), close(MONDAY, 1, 6));
  expect((await run(TUESDAY)).days).toEqual([]);
  expect((await run('2026-03-04')).days).toEqual([
    'store-day S1 of 2026-03-02 from /pos: 3 of its receipts are not here: till 1: 3 to 4, 6',
  ]);
  await take(sale('3', MONDAY), sale('4', MONDAY));
  const later = await run('2026-03-05');
  expect(later.days).toEqual([
    'store-day S1 of 2026-03-02 from /pos: 1 of its receipts is not here: till 1: 6',
    'store-day S1 of 2026-03-03 from /pos: nothing came, not even a day close',
  ]);
  await take(sale('6', MONDAY), close(TUESDAY, 7, 7), sale('7', TUESDAY));
  expect((await run('2026-03-05')).days).toEqual([]);
});

it('says nothing of an exchange, a number that became no receipt, leading zeros and a till that closes after the cut-off', async () => {
  const refund = event('refund.issued.v1', 'refund', MONDAY, {
    refundId: 'R1',
    sellingLocation: 'S9',
    currency: 'USD',
    channel: 'store',
    till: '1',
    receiptNo: '0002',
    lines: [{ lineId: '1', sku: 'A', kind: 'service', quantity: '1', net: '10.00', restocked: false }],
    total: '10.00',
    noReceipt: true,
  });
  await take(
    sale('0001', MONDAY),
    sale('0002', MONDAY),
    refund,
    sale('T1-0004', TUESDAY, {}),
    close(MONDAY, 1, 4, { count: 3, gaps: [3] }),
    sale('5', TUESDAY),
    close(TUESDAY, 5, 5),
  );
  expect((await run('2026-03-05')).days).toEqual([]);
});

it('does not take the same number of the next day for a missing one where a till begins anew each morning', async () => {
  await take(sale('1', MONDAY), close(MONDAY, 1, 2));
  await take(sale('1', TUESDAY), sale('2', TUESDAY), close(TUESDAY, 1, 2));
  expect((await run('2026-03-05')).days).toEqual([
    'store-day S1 of 2026-03-02 from /pos: 1 of its receipts is not here: till 1: 2',
  ]);
});

it('expects no day on which the store does not open, and none of a place without receipts', async () => {
  const all = ['02', '03', '04', '05', '06', '07'].map((day) => `2026-03-${day}`);
  for (const day of all) await take(sale('1', day), close(day, 1, 1));
  await take({ ...sale('9', MONDAY, { till: null, receiptNo: null }), source: '/web', id: 'web-1' });
  expect((await run('2026-03-10')).days).toEqual([]); // 8 March is a Sunday, of the 9th the hour has not come
  expect((await run('2026-03-11')).days).toHaveLength(1);
});

it('the last word of a store counts: a close that was corrected', async () => {
  await take(sale('1', MONDAY), sale('2', MONDAY), close(MONDAY, 1, 20));
  const corrected = close(MONDAY, 1, 2);
  const data = {
    ...(corrected.data as Json),
    corrects: { source: '/pos', id: `close-${MONDAY}` },
    correction: 'replace',
  };
  await take({ ...corrected, id: 'close-again', data });
  await take(sale('3', TUESDAY), close(TUESDAY, 3, 3));
  expect((await run('2026-03-05')).days).toEqual([]);
});

it('lines of an incomplete store-day wait, for as long as its source says', async () => {
  await take(sale('1', MONDAY), sale('2', MONDAY), close(MONDAY, 1, 3));
  await take(sale('4', TUESDAY), close(TUESDAY, 4, 4));
  const booked = ['1200 17.00', '4000 -17.00'].map((entry, i) => {
    const [account = '', amount = ''] = entry.split(' ');
    return readLedgerLine([`D3/${i + 1}`, MONDAY, account, amount, `SHP-${MONDAY}-3`]);
  });
  const extract = readExtract(['2026-04-01', 'to', '2026-03-31'], booked);
  await deliver(at.db, company, `extract-${files}`, extract, clock);
  const within = await run('2026-03-10');
  const waiting = within.lines.filter((text) => text.startsWith('TIMING: waits'));
  const gap = '1 of its receipts is not here: till 1: 3';
  expect(waiting).toHaveLength(6); // both lines of sales 1 and 2, and of the document that no event explains
  expect(new Set(waiting)).toEqual(
    new Set([`TIMING: waits until 2026-03-11 for store-day S1 of 2026-03-02 from /pos: ${gap}`]),
  );
  const over = await run('2026-03-12');
  expect(over.lines.filter((text) => text.startsWith('TIMING: waits'))).toEqual([]);
  expect(over.lines.filter((text) => text.startsWith('MISSING_EVENT'))).toHaveLength(2);
  expect(over.lines.filter((text) => text.startsWith('MISSING_IN_LEDGER'))).toHaveLength(6);
});

it('shows the register with the state of each store-day', async () => {
  await take(sale('1', MONDAY), close(MONDAY, 1, 1), sale('2', TUESDAY));
  const at5 = Date.parse('2026-03-04T11:00:00Z'); // 05:00 in Chicago: Tuesday's hour has not come
  const [pos] = (await listSources(at.db.pool, config, at5)).filter(({ source }) => source === '/pos');
  expect(pos).toMatchObject({ owner: 'stores', contact: 'pos@example.com', locations: ['S1'] });
  expect(pos?.days.map(({ businessDate, state }) => `${businessDate} ${state}`)).toEqual([
    '2026-03-02 complete',
    '2026-03-03 loading',
    '2026-03-04 expected',
  ]);
  const [after] = (await listSources(at.db.pool, config, at5 + 3_600_000)).filter(
    ({ source }) => source === '/pos',
  );
  expect(after?.days[1]).toMatchObject({
    state: 'late',
    lacks: 'its day close is not here; 1 receipt came',
  });
});
