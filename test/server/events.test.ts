// Events over HTTP: what is answered is stored, each event has its own outcome, and the door is the same as a file's.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { replayQuarantine } from '../../jobs/intake/quarantine.ts';
import { ingestFiles } from '../../jobs/intake/ingest.ts';
import { loadRulebook } from '../../src/config/rulebookFiles.ts';
import { verifyAudit } from '../../src/db/audit.ts';
import { testDatabase } from '../support/database.ts';
import { Door, sale } from './door.ts';

let door: Door;
beforeAll(async () => {
  door = await Door.open();
});
afterAll(() => door.close());

const rows = async (sql: string, values: unknown[] = []): Promise<unknown[]> =>
  (await door.at.db.pool.query({ text: sql, values, rowMode: 'array' })).rows;
const isStored = async (id: string): Promise<boolean> =>
  (await rows('select 1 from tieout.event where id = $1', [id])).length === 1;

describe('one event', () => {
  test('structured: 202 when it is stored; again: a duplicate; other content: a conflict', async () => {
    const first = await door.post(sale('a1'));
    expect([first.status, first.json]).toEqual([
      202,
      {
        accepted: 1,
        duplicates: 0,
        quarantined: 0,
        batch: expect.any(String) as string,
        items: [{ index: 0, id: 'a1', outcome: 'accepted' }],
      },
    ]);
    expect(await isStored('a1')).toBe(true);
    // Amounts are compared by value, key order and spaces do not count.
    const again = await door.post(JSON.stringify(sale('a1', { net: '10.0' }), null, 2));
    expect(again.json).toMatchObject({
      accepted: 0,
      duplicates: 1,
      quarantined: 0,
      items: [{ outcome: 'duplicate' }],
    });
    const other = await door.post(sale('a1', { net: '11.00' }));
    expect([other.status, other.json.items]).toEqual([
      202,
      [expect.objectContaining({ id: 'a1', outcome: 'quarantined', reason: 'CONFLICTING_DUPLICATE' })],
    ]);
  });

  test('binary: attributes from headers, percent-decoded, the body as it came', async () => {
    const { data } = sale('b1', { shipmentId: 'SHP-Zürich' });
    const headers = {
      'content-type': 'application/json; charset=utf-8',
      'ce-specversion': '1.0',
      'ce-id': 'b%201%20%E2%82%AC',
      'ce-source': '"/pos/JN01"',
      'ce-type': 'retail.shipment.confirmed.v1',
      'ce-time': '2026-10-05T14:00:00-05:00',
    };
    const answer = await door.send('POST', '/v1/events', JSON.stringify(data), headers);
    expect([answer.status, answer.json.items]).toEqual([
      202,
      [{ index: 0, id: 'b 1 €', outcome: 'accepted' }],
    ]);
    expect(await isStored('b 1 €')).toBe(true);
    const half = await door.send('POST', '/v1/events', JSON.stringify(data), {
      ...headers,
      'ce-id': '%E2%82',
    });
    expect([half.status, half.json['path']]).toEqual([400, 'ce-id']);
    const twice = await door.send('POST', '/v1/events', JSON.stringify(data), {
      ...headers,
      'ce-id': ['x', 'y'],
    });
    expect([twice.status, twice.json['path']]).toEqual([400, 'ce-id']);
  });

  test.each(['id', 'source', 'type', 'specversion', 'time'])(
    'without %s it is refused, never completed',
    async (name) => {
      const event = sale(`no-${name}`);
      delete event[name];
      const answer = await door.post(event);
      expect([answer.status, answer.json.items]).toEqual([
        202,
        [expect.objectContaining({ outcome: 'quarantined', reason: 'SCHEMA', path: name, found: 'nothing' })],
      ]);
      const [waiting] = await rows(
        'select b.received_by from tieout.quarantine q join tieout.batch b using (batch_id) where q.path = $1',
        [name],
      );
      expect(waiting).toEqual([expect.stringMatching(/^till \(key [0-9a-f]{12}\)$/)]);
    },
  );

  test('a number is read as its text: 19.99 without quotes is refused, not rounded', async () => {
    const text = JSON.stringify(sale('n1')).replace('"total":"10.00"', '"total":10.00');
    const answer = await door.post(text);
    expect(answer.json.items).toEqual([
      expect.objectContaining({
        outcome: 'quarantined',
        path: 'data.total',
        found: 'the number 10.00 without quotes',
      }),
    ]);
  });
});

describe('a batch', () => {
  test('one bad event refuses itself, not its neighbours; the same batch again answers the same, with duplicates', async () => {
    const batch = [sale('c1'), sale('c2', { total: '99.00' }), sale('c3'), 7, sale('c1')];
    const first = await door.post(batch);
    expect(first.status).toBe(202);
    expect(first.json).toMatchObject({ accepted: 2, duplicates: 1, quarantined: 2 });
    expect(first.json.items!.map(({ outcome, reason }) => [outcome, reason])).toEqual([
      ['accepted', undefined],
      ['quarantined', 'TOTAL_MISMATCH'],
      ['accepted', undefined],
      ['quarantined', 'SCHEMA'],
      ['duplicate', undefined],
    ]);
    const again = await door.post(batch);
    expect(again.status).toBe(202);
    expect(again.json).toMatchObject({ accepted: 0, duplicates: 5, quarantined: 0 });
    expect(again.json.items![1]).toMatchObject({
      outcome: 'duplicate',
      reason: 'TOTAL_MISMATCH',
      path: 'data.total',
    });
  });

  test('corrections, their targets and a second teller of one fact are decided as in a file', async () => {
    const events = [
      sale('d1'),
      {
        ...sale('d1-void'),
        data: {
          company: 'JN01',
          shipmentId: 'SHP-d1',
          corrects: { source: '/pos/JN01', id: 'd1' },
          correction: 'void',
        },
      },
      sale('d2'),
      sale('d2-again', { shipmentId: 'SHP-d2' }),
    ];
    const answer = await door.post(events);
    expect(answer.json).toMatchObject({ accepted: 4, quarantined: 0 });
    const second = { ...(events[1] as object), id: 'd1-void-2' };
    expect((await door.post(second)).json.items).toEqual([
      expect.objectContaining({ outcome: 'quarantined', reason: 'BAD_CORRECTION' }),
    ]);
    const other = await testDatabase();
    const file = join(door.folder, 'same.ndjson');
    writeFileSync(file, [...events, second].map((event) => JSON.stringify(event)).join('\n'));
    await ingestFiles(other.db, door.config, loadRulebook(door.config), 'events', [file], {
      clock: () => Date.now(),
    });
    const standings = `select e.id, coalesce(s.standing, e.standing), encode(e.content_hash, 'hex'), e.business_date,
        (select string_agg(l.account || ' ' || l.amount, ',' order by l.account, l.amount) from tieout.line l where l.event_id = e.id)
      from tieout.event e left join lateral (select standing from tieout.event_standing s where s.source = e.source and s.id = e.id
        order by episode desc limit 1) s on true where e.id like 'd_%' and e.id not like 'd%0' order by 1`;
    const byFile = await other.db.pool.query({ text: standings, rowMode: 'array' });
    await other.drop();
    expect(await rows(standings)).toEqual(byFile.rows);
    expect(byFile.rows).toHaveLength(4);
  });

  test('what is not JSON, or no events at all, is 400; too many or too much is 413', async () => {
    for (const body of ['', '{', '[{"id":"x"},]', '"text"', '[1,2]', '[[]]', '\ufeff', '{"a":1}x'])
      expect([
        body,
        (await door.post(body, { 'content-type': 'application/cloudevents-batch+json' })).status,
      ]).toEqual([body, 400]);
    const notUtf8 = await door.send('POST', '/v1/events', Buffer.from([0x5b, 0xff, 0x5d]), {
      'content-type': 'application/cloudevents-batch+json',
    });
    expect([notUtf8.status, notUtf8.json['found']]).toEqual([400, 'byte 0xff at byte 2']);
    const many = await door.post(`[${Array.from({ length: 1_001 }, () => '{}').join(',')}]`, {
      'content-type': 'application/cloudevents-batch+json',
    });
    expect([many.status, many.json['found']]).toEqual([413, '1001']);
    const large = await door.post([{ ...sale('large'), data: 'x'.repeat(5_000_000) }]);
    expect(large.status).toBe(413);
    const single = await door.post({ ...sale('large'), data: 'x'.repeat(1_100_000) });
    expect(single.status).toBe(413);
    const empty = await door.post([]);
    expect([empty.status, empty.json]).toEqual([
      202,
      { accepted: 0, duplicates: 0, quarantined: 0, batch: null, items: [] },
    ]);
  });

  test('a batch is read as one, whatever its media type says it is not', async () => {
    expect((await door.post([sale('x')], { 'content-type': 'application/cloudevents+json' })).status).toBe(
      400,
    );
    expect((await door.post('{}', { 'content-type': 'application/cloudevents-batch+json' })).status).toBe(
      400,
    );
    expect(await isStored('x')).toBe(false);
  });
});

test('many small requests at once share transactions; every answer is its own', async () => {
  const before = Number((await rows('select count(*) from tieout.batch'))[0] as unknown);
  const answers = await Promise.all(
    Array.from({ length: 60 }, (_, i) =>
      door.post(i === 30 ? sale('g30', { total: '1.00' }) : sale(`g${i}`)),
    ),
  );
  expect(answers.map(({ status, json }) => [status, json.items![0]!['id']])).toEqual(
    answers.map((_, i) => [202, `g${i}`]),
  );
  expect(answers[30]!.json).toMatchObject({ quarantined: 1, accepted: 0 });
  expect(await rows(`select count(*) from tieout.event where id like 'g%'`)).toEqual([['59']]);
  const after = Number((await rows('select count(*) from tieout.batch'))[0] as unknown);
  expect(after - before).toBeLessThan(60);
});

test('what waits in quarantine is replayed by the feed it came by', async () => {
  const stranger = sale('r1', { source: '/new-till' });
  expect((await door.post(JSON.stringify(stranger, null, 2))).json.items).toEqual([
    expect.objectContaining({ reason: 'UNKNOWN_SOURCE' }),
  ]);
  const config = {
    ...door.config,
    sources: new Map([
      ...door.config.sources,
      ['*', { ...door.config.sources.get('/pos/JN01')!, name: '*' }],
    ]),
  };
  const [[id]] = (await rows(`select quarantine_id from tieout.quarantine where event_id = 'r1'`)) as [
    [string],
  ];
  const report = await replayQuarantine(door.at.db, config, loadRulebook(config), [id], {
    clock: () => Date.now(),
    actor: 'test',
  });
  expect(report).toMatchObject({ replayed: 1, refusedAgain: 0 });
  expect(await isStored('r1')).toBe(true);
});

test('who asks is told what became of it', async () => {
  const path = `/v1/events?source=${encodeURIComponent('/pos/JN01')}&id=c2`;
  const refused = await door.get(path);
  expect(refused.json).toMatchObject({
    stored: null,
    refused: [{ reason: 'TOTAL_MISMATCH', state: 'waiting' }],
  });
  const stored = await door.get(`/v1/events?source=${encodeURIComponent('/pos/JN01')}&id=d1`);
  expect(stored.json['stored']).toMatchObject({ company: 'JN01', businessDate: '2026-10-05' });
  const { batch } = stored.json['stored'] as { batch: string };
  expect((await door.get(`/v1/batches/${batch}`)).json).toMatchObject({
    batch,
    received: 4,
    accepted: 4,
    companies: ['JN01'],
  });
  expect((await door.get('/v1/events?source=/pos/JN01&id=nobody')).status).toBe(404);
  expect((await door.get('/v1/events?id=nobody')).status).toBe(400);
  expect((await door.get('/v1/batches/999999')).status).toBe(404);
  expect((await door.get('/v1/batches/x')).status).toBe(404);
  const page = await door.get('/v1/quarantine?limit=2');
  expect(page.json['records']).toHaveLength(2);
  const rest = await door.get(`/v1/quarantine?after=${String(page.json['next'])}&reason=TOTAL_MISMATCH`);
  expect(
    (rest.json['records'] as { reason: string }[]).every(({ reason }) => reason === 'TOTAL_MISMATCH'),
  ).toBe(true);
});

test('the audit chain tells of every batch', async () => {
  expect((await verifyAudit(door.at.db.pool)).broken).toEqual([]);
});
