// Who is let in: keys and their scopes, the name a request was sent to, room, a database that is away. Everything is refused
// before a body is read, with a reason.
import { execFileSync } from 'node:child_process';
import { request as secureRequest } from 'node:https';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import type pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

import { listKeys, revokeSenderKey } from '../../jobs/administration/senderKeys.ts';
import { loadConfig } from '../../src/config/load.ts';
import { openDatabase } from '../../src/db/connection.ts';
import { Fault } from '../../src/errors.ts';
import { ADMIN, Door, sale } from './door.ts';

describe('keys', () => {
  let door: Door;
  beforeAll(async () => {
    door = await Door.open();
  });
  afterAll(() => door.close());
  const bearer = (key: string): { authorization: string } => ({ authorization: `Bearer ${key}` });

  test('none, a wrong one, half a one, another form: 401, all alike', async () => {
    const wrong = `${door.key.slice(0, -1)}${door.key.endsWith('A') ? 'B' : 'A'}`;
    for (const authorization of [
      '',
      'Bearer',
      `Bearer ${wrong}`,
      `Bearer ${door.key.slice(0, 30)}`,
      `Basic ${door.key}`,
      `Bearer ${'x'.repeat(300)}`,
    ]) {
      const answer = await door.post(sale('k'), { authorization });
      expect([authorization, answer.status, answer.headers['www-authenticate']]).toEqual([
        authorization,
        401,
        'Bearer realm="tieout"',
      ]);
      expect(answer.text).not.toContain(door.key.slice(20));
    }
  });

  test('it is stored hashed, its last use is noted, and an expired or revoked one ends', async () => {
    const key = await door.keyFor('soon-over', { events: { sources: [], types: [] }, companies: [] }, 1);
    expect((await door.post(sale('k1'), bearer(key))).status).toBe(202);
    const listed = (await listKeys(door.at.db, Date.now())).find(({ sender }) => sender === 'soon-over')!;
    expect(listed).toMatchObject({ valid: true, usedAt: expect.stringMatching(/^20/) as string });
    expect(
      (await listKeys(door.at.db, Date.now() + 2 * 86_400_000)).find(({ keyId }) => keyId === listed.keyId)
        ?.valid,
    ).toBe(false);
    const all = await door.at.db.pool.query<{ text: string }>(
      'select k::text as text from tieout.sender_key k',
    );
    expect(all.rows.map(({ text }) => text).join()).not.toContain(key.slice(20));
    await revokeSenderKey(door.at.db, { beginning: listed.keyId.slice(0, 10), by: ADMIN, now: Date.now() });
    let answer = await door.post(sale('k1'), bearer(key));
    while (answer.status === 202) {
      await sleep(100); // remembered for two seconds
      answer = await door.post(sale('k1'), bearer(key));
    }
    expect(answer.status).toBe(401);
  });

  test('two keys of one sender are valid at once, so that one can follow the other', async () => {
    const scopes = { events: { sources: [], types: [] }, companies: [] };
    for (const key of [await door.keyFor('pos', scopes), await door.keyFor('pos', scopes)])
      expect((await door.post(sale('k2'), bearer(key))).status).toBe(202);
  });

  test('what is outside the scope is forbidden and not stored; 403 when all is', async () => {
    const key = await door.keyFor('narrow', {
      events: { sources: ['/pos/JN01'], types: ['retail.shipment.confirmed.v1'] },
      companies: ['JN01'],
    });
    const outside = [
      sale('s1', { source: '/oms' }),
      sale('s2', { type: 'retail.refund.issued.v1' }),
      sale('s3', { company: 'XX01' }),
    ];
    const some = await door.post([...outside, sale('s4')], bearer(key));
    expect([some.status, some.json['forbidden'], some.json['accepted']]).toEqual([202, 3, 1]);
    expect(some.json.items!.slice(0, 3).map(({ outcome, path }) => [outcome, path])).toEqual([
      ['forbidden', 'source'],
      ['forbidden', 'type'],
      ['forbidden', 'data.company'],
    ]);
    expect((await door.post(outside, bearer(key))).status).toBe(403);
    const stored = await door.at.db.pool.query(
      `select id from tieout.event where id like 's_' union select event_id from tieout.quarantine where event_id like 's_'`,
    );
    expect(stored.rows).toEqual([{ id: 's4' }]);
    expect((await door.get('/v1/quarantine', bearer(key))).status).toBe(403);
    const reader = await door.keyFor('reader', { read: true, companies: ['DE01'] });
    expect((await door.post(sale('s5'), bearer(reader))).status).toBe(403);
    expect((await door.get('/v1/events?source=/pos/JN01&id=s4', bearer(reader))).status).toBe(404);
  });
});

describe('the name it was sent to', () => {
  let door: Door;
  beforeAll(async () => {
    door = await Door.open('http: { hosts: [tieout.example] }\n');
  });
  afterAll(() => door.close());

  test('a foreign name (rebinding), none, or two: not answered', async () => {
    for (const host of [
      'evil.example',
      'localhost.evil.example',
      'tieout.example.',
      'localhost:80:80',
      'a@localhost',
    ])
      expect([host, (await door.get('/livez', { host })).status]).toEqual([host, 421]);
    const two = await door.raw(
      'GET /livez HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\nConnection: close\r\n\r\n',
    );
    expect(two).toMatch(/^HTTP\/1\.1 4(?:00|21) /);
    const empty = await door.raw('GET /livez HTTP/1.1\r\nHost:\r\nConnection: close\r\n\r\n');
    expect(empty).toMatch(/^HTTP\/1\.1 421 /);
    const none = await door.raw('GET /livez HTTP/1.0\r\nConnection: close\r\n\r\n');
    expect(none).toMatch(/^HTTP\/1\.[01] 4(?:00|21) /);
    for (const host of ['localhost', 'LOCALHOST:1', 'tieout.example', 'tieout.example:443', '[::1]:80'])
      expect([host, (await door.get('/livez', { host })).status]).toEqual([host, 200]);
  });

  test('metrics need a key with read, unless asked on this machine without a proxy', async () => {
    const bare = { authorization: '' };
    expect((await door.get('/metrics', bare)).status).toBe(200);
    expect((await door.get('/metrics', { ...bare, host: 'tieout.example' })).status).toBe(401);
    expect((await door.get('/metrics', { ...bare, 'x-forwarded-for': '10.0.0.1' })).status).toBe(401);
    expect((await door.get('/metrics', { host: 'tieout.example' })).status).toBe(200);
  });
});

describe('configuration', () => {
  const config = async (yaml: string): Promise<string> => {
    const door = await Door.open(yaml).catch((error: unknown) => error);
    if (door instanceof Door) {
      await door.close();
      return 'taken';
    }
    return (door as Error).message;
  };

  test('who listens for the world names its hosts; TLS needs both files', async () => {
    expect(await config('http: { host: 0.0.0.0 }\n')).toContain(
      'who listens on 0.0.0.0 has to say by which names it is reached',
    );
    expect(await config('http: { cert: c.pem }\n')).toContain('TLS needs both');
    expect(await config('http: { hosts: ["a:80"] }\n')).toContain('not a host name');
  });

  test('TLS from files', async () => {
    const door = await Door.open();
    const openssl = [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-days',
      '2',
      '-subj',
      '/CN=localhost',
      '-addext',
      'subjectAltName=DNS:localhost',
      '-keyout',
      'k.pem',
      '-out',
      'c.pem',
    ];
    execFileSync('openssl', openssl, { cwd: door.folder, stdio: 'ignore' });
    const yaml = join(door.folder, 'tls.yaml');
    const text = readFileSync(join(door.folder, 'tieout.yaml'), 'utf8');
    (await import('node:fs')).writeFileSync(yaml, `${text}http: { cert: c.pem, key: k.pem }\n`);
    await door.server.close();
    await door.start({ config: loadConfig(yaml, {}), failing: () => [] }).catch(() => undefined);
    const status = await new Promise((resolve, reject) => {
      const ca = readFileSync(join(door.folder, 'c.pem'));
      secureRequest(
        { host: 'localhost', servername: 'localhost', port: door.server.port, path: '/livez', ca, family: 4 },
        ({ statusCode }) => resolve(statusCode),
      )
        .on('error', reject)
        .end();
    });
    expect(status).toBe(200);
    await door.close();
  });
});

describe('room and a database that is away', () => {
  let door: Door;
  afterEach(() => door.close());

  test('too much in flight: 429 with Retry-After before the body is read, the others are answered', async () => {
    door = await Door.open('', { mostInFlight: 1 });
    // Holds the only place: headers are there, the body is not.
    const head = `POST /v1/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${door.key}\r\nContent-Type: application/cloudevents+json\r\n`;
    const body = JSON.stringify(sale('slow'));
    const { connect } = await import('node:net');
    const slow = connect(door.server.port, '127.0.0.1');
    // Who waits for 100-continue has its place when it gets it.
    slow.write(
      `${head}Content-Length: ${Buffer.byteLength(body)}\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n`,
    );
    await new Promise((resolve) => slow.once('data', resolve));
    const answer = await door.post(sale('q'));
    expect([answer.status, answer.headers['retry-after']]).toEqual([429, '1']);
    // A body of which not one byte was sent is refused all the same.
    const unread = await door.raw(
      `${head}Content-Length: 1000000\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n`,
    );
    expect(unread).toContain('HTTP/1.1 429');
    const got: Buffer[] = [];
    slow.on('data', (chunk: Buffer) => got.push(chunk));
    slow.write(body);
    await new Promise((resolve) => slow.once('close', resolve));
    expect(Buffer.concat(got).toString()).toContain('202 Accepted');
    expect((await door.post(sale('q'))).status).toBe(202);
  });

  test('503 with Retry-After while it is away, and the same request is taken when it is back', async () => {
    let away = false;
    const pools: pg.Pool[] = [];
    door = await Door.open('', {});
    await door.server.close();
    await door.start({
      open: async (applicationName, statementTimeoutMs = 0) => {
        if (away) throw new Fault('the database does not answer');
        const db = await openDatabase({
          dataDir: '',
          url: door.at.db.url,
          applicationName,
          statementTimeoutMs,
        });
        pools.push(db.pool);
        return db;
      },
    });
    expect((await door.post(sale('w1'))).status).toBe(202);
    away = true;
    for (const pool of pools) await pool.end();
    const answer = await door.post(sale('w2'));
    expect([answer.status, answer.headers['retry-after']]).toEqual([503, '5']);
    expect((await door.get('/readyz')).status).toBe(503);
    expect((await door.get('/livez')).status).toBe(200);
    away = false;
    while ((await door.post(sale('w2'))).status === 503) await sleep(50);
    expect((await door.get('/v1/events?source=/pos/JN01&id=w2')).status).toBe(200);
  });

  test('a rulebook that no longer holds lets nothing in, and says so; mended, it goes on', async () => {
    door = await Door.open();
    expect((await door.post(sale('v1'))).status).toBe(202);
    const { writeFileSync } = await import('node:fs');
    const path = join(door.folder, 'rulebook', 'accounts.yaml');
    const good = readFileSync(path, 'utf8');
    writeFileSync(path, 'nonsense: [');
    let answer = await door.post(sale('v2'));
    while (answer.status === 202) answer = await door.post(sale('v2')); // looked at every two seconds
    expect([answer.status, answer.headers['retry-after']]).toEqual([503, '5']);
    writeFileSync(path, good);
    while ((await door.post(sale('v2'))).status === 503) await sleep(50);
    expect((await door.post(sale('v2'))).json).toMatchObject({ duplicates: 1 });
  });
});
