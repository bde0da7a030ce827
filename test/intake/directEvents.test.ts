// Events that go straight into their tables: what disputes one of them, far away in the file or in another file at the same
// time, is decided as if all had been looked at together.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterEach, beforeEach, expect, it } from 'vitest';

import type { EventFeed } from '../../src/feeds/feed.ts';
import { canonicalEvents } from '../../src/feeds/ndjson.ts';
import { openDelivery } from '../../src/intake/delivery.ts';
import type { DeliveryReport } from '../../src/intake/delivery.ts';
import { ingestEvents } from '../../src/intake/events.ts';
import { testDatabase } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';
import { company } from './company.ts';

const folder = mkdtempSync(join(tmpdir(), 'tieout-straight-events-'));
let at: TestDatabase;
let file = 0;

beforeEach(async () => {
  at = await testDatabase();
});
afterEach(() => at.drop());

/** More events than wait at a time, so that the first are in before the last are read. */
const MANY = 1_200;

function event(id: string, over: Record<string, unknown> = {}): string {
  const { source = '/stream', time = '2026-10-05T12:00:00Z', net = '10.00', shipment = id, ...more } = over;
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
      shipmentId: `SHP-${String(shipment)}`,
      orderId: 'O',
      lines: [{ lineId: '1', sku: 'A', quantity: '1', net, cost: '5.00' }],
      total: net,
      ...more,
    },
  });
}

const stream = Array.from({ length: MANY }, (_, i) => event(String(i)));

async function ingest(lines: readonly string[]): Promise<DeliveryReport> {
  const path = join(folder, `${++file}.ndjson`);
  writeFileSync(path, `${lines.join('\n')}\n`);
  return ingestEvents(at.db, company(), canonicalEvents, await openDelivery([path], () => {}));
}

const counts = ({ received, accepted, duplicates, quarantined }: DeliveryReport): string =>
  `${received} received, ${accepted} accepted, ${duplicates} duplicates, ${quarantined} quarantined`;

/** Standings that are not plain, and what the receivable holds of the first shipments. */
async function outcome(): Promise<string[]> {
  const answer = await at.db.pool.query<{ text: string }>(`
    select e.source || ' ' || e.id || ' ' || coalesce((select s.standing from tieout.event_standing s
        where s.source = e.source and s.id = e.id order by s.episode desc limit 1), e.standing)
        || ' ' || coalesce((select sum(l.amount)::text from tieout.line l where l.event_source = e.source and l.event_id = e.id
          and l.account = '1200' and not exists (select from tieout.line_end x where x.unit = l.unit and x.line_id = l.line_id)), '-') as text
      from tieout.event e where e.business_key in ('SHP-1', 'SHP-2', 'SHP-3', 'SHP-4') order by 1`);
  return answer.rows.map(({ text }) => text);
}

const disputing = [
  event('1'),
  event('2', { net: '11.00' }),
  event('early', { shipment: 3, time: '2026-10-04T00:00:00Z' }),
  event('fix', {
    shipment: 4,
    corrects: { source: '/stream', id: '4' },
    correction: 'replace',
    net: '7.00',
    time: '2026-10-07T00:00:00Z',
  }),
];
const DECIDED = [
  '/stream 1 derived 10.0000',
  '/stream 2 derived 10.0000',
  '/stream 3 duplicate -',
  '/stream 4 derived 10.0000',
  '/stream early derived 10.0000',
  '/stream fix derived -3.0000',
];

it('a duplicate, a conflict, an earlier twin and a correction after their events are told', async () => {
  expect(counts(await ingest([...stream, ...disputing]))).toBe(
    `${MANY + 4} received, ${MANY + 2} accepted, 1 duplicates, 1 quarantined`,
  );
  expect(await outcome()).toEqual(DECIDED);
});

it('the same where they come first, but for which of two contents was there before', async () => {
  expect(counts(await ingest([...disputing.slice(2), ...stream, ...disputing.slice(0, 2)]))).toBe(
    `${MANY + 4} received, ${MANY + 2} accepted, 1 duplicates, 1 quarantined`,
  );
  expect(await outcome()).toEqual(DECIDED);
});

it('two files at once, each an event of the same shipments: one of each counts', async () => {
  const twins = stream.map((_, i) =>
    event(`t${i}`, { source: '/other', shipment: i, time: '2026-10-04T00:00:00Z' }),
  );
  await Promise.all([ingest(stream), ingest(twins)]);
  const live = await at.db.pool.query<{ source: string; n: number }>(
    `select event_source as source, count(*)::int as n from tieout.line l where account = '1200' and not exists (
       select from tieout.line_end x where x.unit = l.unit and x.line_id = l.line_id) group by 1`,
  );
  expect(live.rows).toEqual([{ source: '/other', n: MANY }]);
});

it('a file that cannot be read to its end leaves nothing', async () => {
  const path = join(folder, `${++file}.ndjson`);
  writeFileSync(path, `${stream.join('\n')}\n`);
  const breaking: EventFeed = {
    ...canonicalEvents,
    async *read(files) {
      yield* canonicalEvents.read(files);
      throw new Error('EIO: the disk gave up');
    },
  };
  const delivery = await openDelivery([path], () => {});
  await expect(ingestEvents(at.db, company(), breaking, delivery)).rejects.toThrow('EIO');
  await sleep(300);
  const stored = await at.db.pool.query<{ n: number }>('select count(*)::int as n from tieout.line');
  expect(stored.rows[0]?.n).toBe(0);
});
