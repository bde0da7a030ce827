// Events from a real JetStream cluster of three servers, one of which is killed: each event is stored once, what is wrong is in
// quarantine, and nothing stays unacknowledged. Skipped, and said so, where nats-server is absent.
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { afterEach, describe, expect, test } from 'vitest';

import { KeptRulebook } from '../../jobs/reports/keptRulebook.ts';
import { EventIntake } from '../../jobs/intake/takeEvents.ts';
import type { StreamSetting } from '../../src/config/model.ts';
import { openLog } from '../../src/log/logger.ts';
import { readStream } from '../../src/streams/readStream.ts';
import { Door, sale } from '../server/door.ts';
import { Cluster, hasServer } from './cluster.ts';

if (!hasServer) console.warn('nats-server is absent: the tests of streams are skipped');

/** Reads the stream until told to stop. */
function reader(
  door: Door,
  setting: StreamSetting,
  lose: (count: number) => boolean = () => false,
): { stop: () => Promise<void> } {
  const stopping = new AbortController();
  const intake = new EventIntake(door.config, new KeptRulebook(door.config), () => Date.now());
  let asked = 0;
  const ended = readStream({
    setting,
    intake,
    database: () => (lose(++asked) ? undefined : door.at.db),
    look: async () => undefined,
    worker: 'test',
    log: openLog({ level: 'silent', scrub: (text) => text, runLog: join(door.folder, 'runs.ndjson') }),
    stop: stopping.signal,
    tell: () => undefined,
  });
  return {
    async stop() {
      stopping.abort();
      await ended;
    },
  };
}

async function publish(servers: string[], events: readonly (string | Buffer)[]): Promise<void> {
  const connection = await connect({ servers, maxReconnectAttempts: -1 });
  const stream = jetstream(connection, { timeout: 3_000 });
  for (const [index, event] of events.entries()) {
    // During an election nobody answers; the id makes a repeat harmless.
    for (;;) {
      try {
        await stream.publish('retail.sales', event, { msgID: `m${index}` });
        break;
      } catch {
        await sleep(100);
      }
    }
  }
  await connection.close();
}

async function pending(servers: string[]): Promise<number> {
  const connection = await connect({ servers });
  try {
    const info = await (await jetstreamManager(connection)).consumers.info('RETAIL', 'tieout');
    return info.num_pending + info.num_ack_pending;
  } catch {
    return -1;
  } finally {
    await connection.close();
  }
}

async function settled(servers: string[]): Promise<void> {
  while ((await pending(servers)) !== 0) await sleep(200);
}

describe.skipIf(!hasServer)('JetStream (skipped where nats-server is absent)', () => {
  let door: Door;
  let cluster: Cluster;
  afterEach(async () => {
    await cluster.close();
    await door.close();
  });
  const settingOf = (servers: string[]): StreamSetting => ({
    name: 'orders',
    servers,
    stream: 'RETAIL',
    subject: 'retail.>',
    durable: 'tieout',
    sources: ['/pos/JN01'],
  });
  const ids = async (): Promise<number> =>
    Number((await door.at.db.pool.query<{ n: string }>('select count(*) as n from tieout.event')).rows[0]!.n);

  test('stored once each, redelivered ones are duplicates, poison is in quarantine and acknowledged', async () => {
    door = await Door.open();
    cluster = await Cluster.start(1);
    await cluster.stream('RETAIL', 'retail.>');
    const poison = [
      Buffer.from([0xff, 0xfe, 0x41]),
      'no json',
      '[]',
      '{}',
      JSON.stringify(sale('x', { source: '/oms' })),
      '',
    ];
    const good = Array.from({ length: 700 }, (_, i) => JSON.stringify(sale(`n${i}`)));
    await publish(cluster.servers, [
      ...good.slice(0, 300),
      ...poison,
      ...good.slice(300),
      good[0]!,
      good[699]!,
    ]);
    // The database is away for a while in the middle.
    const reading = reader(door, settingOf(cluster.servers), (asked) => asked === 2 || asked === 3);
    await settled(cluster.servers);
    await reading.stop();
    expect(await ids()).toBe(700);
    const refused = await door.at.db.pool.query<{ reason: string; n: string }>(
      'select reason, count(*) as n from tieout.quarantine group by 1 order by 1',
    );
    expect(refused.rows).toEqual([
      { reason: 'NOT_JSON', n: '3' },
      { reason: 'SCHEMA', n: '2' },
      { reason: 'UNKNOWN_SOURCE', n: '1' },
    ]);
    // The same stream read by another consumer: all of it again, and nothing changes.
    const again = reader(door, { ...settingOf(cluster.servers), durable: 'second' });
    const counted = `select coalesce(sum(duplicates), 0) as n from tieout.batch`;
    while (Number((await door.at.db.pool.query<{ n: string }>(counted)).rows[0]!.n) < 708) await sleep(100);
    await again.stop();
    expect(await ids()).toBe(700);
  });

  test('three servers, the leader killed while events are sent and read: each event is stored once', async () => {
    door = await Door.open();
    cluster = await Cluster.start(3);
    await cluster.stream('RETAIL', 'retail.>');
    const reading = reader(door, settingOf(cluster.servers));
    const events = Array.from({ length: 400 }, (_, i) => JSON.stringify(sale(`k${i}`)));
    const sent = publish(cluster.servers, events);
    while ((await ids()) < 20) await sleep(50);
    cluster.kill(await cluster.leader('RETAIL'));
    await sent;
    await settled(cluster.servers);
    await reading.stop();
    expect(await ids()).toBe(400);
    const totals = await door.at.db.pool.query<{ n: string }>('select sum(accepted) as n from tieout.batch');
    expect(totals.rows).toEqual([{ n: '400' }]);
  });
});
