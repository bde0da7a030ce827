// Several intakes at once, kills at the worst moment, and files in any order and any pieces: the same facts in the end.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { afterEach, beforeEach, expect, it } from 'vitest';

import type { Database } from '../../src/db/connection.ts';
import { canonicalLedger } from '../../src/feeds/ledgerCsv.ts';
import { canonicalEvents } from '../../src/feeds/ndjson.ts';
import { openDelivery } from '../../src/intake/delivery.ts';
import type { DeliveryReport } from '../../src/intake/delivery.ts';
import { ingestEvents } from '../../src/intake/events.ts';
import { ingestLedger } from '../../src/intake/ledger.ts';
import { testDatabase } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';
import { company } from './company.ts';

const folder = mkdtempSync(join(tmpdir(), 'tieout-parallel-'));
let at: TestDatabase;
let file = 0;

beforeEach(async () => {
  at = await testDatabase();
});
afterEach(() => at.drop());

const HEAD = 'company,document,line,posting_date,account,location,currency,amount,reference';
const rows = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, i) => from + i).flatMap((n) => [
    `US01,D${n},1,2026-10-${String(1 + (n % 28)).padStart(2, '0')},1200,S${n % 5},USD,${n}.00,R${n}`,
    `US01,D${n},2,2026-10-${String(1 + (n % 28)).padStart(2, '0')},4000,S${n % 5},USD,-${n}.00,R${n}`,
  ]);

function write(name: string, lines: readonly string[]): string {
  const path = join(folder, `${++file}-${name}`);
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
}

const ledger = async (db: Database, path: string): Promise<DeliveryReport> =>
  ingestLedger(db, company(), canonicalLedger, await openDelivery([path], () => {}), undefined);
const events = async (db: Database, path: string): Promise<DeliveryReport> =>
  ingestEvents(db, company(), canonicalEvents, await openDelivery([path], () => {}));

const count = async (sql: string): Promise<number> => {
  const answer = await at.db.pool.query<{ n: number }>(`select count(*)::int as n from ${sql}`);
  return answer.rows[0]!.n;
};

const event = (id: string, over: Record<string, unknown> = {}): string => {
  const { source = '/stream', time = '2026-10-05T12:00:00Z', net = '10.00', ...data } = over;
  return JSON.stringify({
    specversion: '1.0',
    id,
    source,
    type: 'retail.shipment.confirmed.v1',
    time,
    data: {
      company: 'US01',
      currency: 'USD',
      channel: 'web',
      location: 'S1',
      shipmentId: `SHP-${id}`,
      orderId: 'O',
      lines: [{ lineId: '1', sku: 'A', quantity: '1', net, cost: '5.00' }],
      total: net,
      ...data,
    },
  });
};

it('the same file eight times at once is one batch', async () => {
  const path = write('same.csv', [HEAD, ...rows(0, 200)]);
  const reports = await Promise.all(Array.from({ length: 8 }, () => ledger(at.db, path)));
  expect(new Set(reports.map(({ batch }) => batch)).size).toBe(1);
  expect(reports.map(({ accepted }) => accepted).sort((a, b) => a - b)).toEqual([0, 0, 0, 0, 0, 0, 0, 400]);
  expect(await count('tieout.line')).toBe(400);
});

it('overlapping ledger files at once store each line once', async () => {
  const paths = [0, 50, 100, 150].map((from) => write('overlap.csv', [HEAD, ...rows(from, from + 100)]));
  const reports = await Promise.all(paths.map((path) => ledger(at.db, path)));
  expect(await count('tieout.line')).toBe(500);
  expect(reports.reduce((sum, { accepted }) => sum + accepted, 0)).toBe(500);
  for (const { received, accepted, duplicates, skipped, quarantined } of reports)
    expect(received).toBe(accepted + duplicates + skipped + quarantined);
});

it('overlapping event files at once store each event once, and one event counts of each fact', async () => {
  const stream = Array.from({ length: 60 }, (_, i) => event(`s${i}`, { shipmentId: `SHP-${i}` }));
  const batch = Array.from({ length: 60 }, (_, i) =>
    event(`b${i}`, { source: '/oms', shipmentId: `SHP-${i}` }),
  );
  const paths = [stream.slice(0, 40), stream.slice(20), batch.slice(0, 40), batch.slice(20)].map((lines) =>
    write('e.ndjson', lines),
  );
  await Promise.all(paths.map((path) => events(at.db, path)));
  expect(await count('tieout.event')).toBe(120);
  const live = `tieout.line l where account = '1200'
    and not exists (select from tieout.line_end e where e.unit = l.unit and e.line_id = l.line_id)`;
  expect(await count(live)).toBe(60);
  expect(await count(`${live} and event_source <> '/oms'`)).toBe(0);
});

it('a connection that is killed while it stores leaves nothing, and the file can come again', async () => {
  const path = write('killed.csv', [HEAD, ...rows(0, 3000)]);
  // Held exclusively, as a run holds it for a moment: the intake has staged everything and waits for it.
  const blocker = await at.db.pool.connect();
  await blocker.query('begin');
  await blocker.query(`select pg_advisory_xact_lock(7310001, hashtext(''))`);
  const intake = ledger(at.db, path).then(
    () => 'stored',
    () => 'killed',
  );
  for (;;) {
    const waiting = await at.db.pool.query<{ pid: number }>(
      `select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and wait_event = 'advisory'`,
    );
    if (waiting.rows.length > 0) {
      await at.db.pool.query('select pg_terminate_backend($1)', [waiting.rows[0]!.pid]);
      break;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  expect(await intake).toBe('killed');
  await blocker.query('rollback');
  blocker.release();
  expect(await count('tieout.line')).toBe(0);
  expect(await count('tieout.batch')).toBe(0);
  expect((await ledger(at.db, path)).accepted).toBe(6000);
});

/** Everything stored but ids, batches and positions. */
async function facts(): Promise<string[]> {
  const answer = await at.db.pool.query<{ text: string }>(`
    select jsonb_build_array('line', to_jsonb(l) - '{line_id,batch_id,negates}'::text[], l.negates is not null, e.kind)::text as text
      from tieout.line l left join tieout.line_end e on e.unit = l.unit and e.line_id = l.line_id
     where e.kind is null
    union all
    select jsonb_build_array('event', source, id, content_hash, accounting_date, coalesce(
      (select standing from tieout.event_standing s where s.source = e.source and s.id = e.id order by episode desc limit 1), standing))::text
      from tieout.event e
    union all select jsonb_build_array('quarantine', reason, message, encode(raw_hash, 'hex'))::text from tieout.quarantine order by 1`);
  return answer.rows.map(({ text }) => text);
}

it('shuffled and split files give the same facts', async () => {
  const corrects = { source: '/stream', id: '1' };
  const lines = [
    ...Array.from({ length: 30 }, (_, i) => event(String(i))),
    event('c1', {
      shipmentId: 'SHP-1',
      corrects,
      correction: 'replace',
      net: '7.00',
      time: '2026-10-07T00:00:00Z',
    }),
    event('c2', {
      shipmentId: 'SHP-1',
      corrects: { source: '/stream', id: 'c1' },
      correction: 'replace',
      net: '8.00',
      time: '2026-10-08T00:00:00Z',
    }),
    event('z5', { source: '/oms', shipmentId: 'SHP-5' }),
    event('early6', { shipmentId: 'SHP-6', time: '2026-10-04T00:00:00Z' }),
    event('c7', {
      shipmentId: 'SHP-7',
      corrects: { source: '/stream', id: '7' },
      correction: 'replace',
      net: '1.00',
    }),
    event('dup7', { source: '/oms', shipmentId: 'SHP-7' }),
    event('bad', { total: '11.00' }),
    'not json',
  ];
  await events(at.db, write('whole.ndjson', lines));
  const whole = await facts();
  expect(whole.length).toBeGreaterThan(100);
  for (const seed of [7, 11, 13]) {
    await at.drop();
    at = await testDatabase();
    const shuffled = lines.toSorted((a, b) => order(a, seed) - order(b, seed));
    for (let from = 0; from < shuffled.length; from += seed)
      await events(at.db, write('part.ndjson', shuffled.slice(from, from + seed)));
    expect(await facts()).toEqual(whole);
  }
});

/** A fixed pseudo-random order. */
function order(text: string, seed: number): number {
  let hash = seed;
  for (const character of text) hash = (hash * 31 + character.charCodeAt(0)) % 1_000_003;
  return hash;
}

it('memory does not grow with the file', async () => {
  const row = (n: number): string => `US01,D${n},1,2026-10-05,1200,S1,USD,1.00,R${n}`;
  const large = join(folder, 'large.csv');
  writeFileSync(large, `${HEAD}\n${Array.from({ length: 120_000 }, (_, n) => row(n)).join('\n')}\n`);
  await ledger(at.db, write('warm.csv', [HEAD, ...rows(900_000, 905_000)]));
  // What lives, not what waits for collection: that depends on how much the collector lets lie.
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const held = (): number => {
    collect();
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  };
  let highest = 0;
  const before = held();
  const watch = setInterval(() => {
    highest = Math.max(highest, held() - before);
  }, 250);
  await ledger(at.db, large);
  clearInterval(watch);
  // 120,000 rows as objects would be more than 100 MB.
  expect(highest).toBeGreaterThan(0);
  expect(highest / 2 ** 20).toBeLessThan(40);
});
