// What a careless or hostile client sends: malformed HTTP, headers, JSON, CloudEvents, bombs, slow bodies, smuggled requests. Each is
// refused with a reason, nothing of it is stored, and the server goes on.
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';

import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { Door, sale } from './door.ts';

let door: Door;
beforeAll(async () => {
  door = await Door.open();
});
afterAll(() => door.close());

const BATCH = 'application/cloudevents-batch+json';
const head = (): string =>
  `POST /v1/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${door.key}\r\n`;
const status = (answer: string): number => Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0);

test('HTTP that is none, or that says two things of its length', async () => {
  const body = JSON.stringify(sale('smuggled'));
  const type = 'Content-Type: application/cloudevents+json\r\nConnection: close\r\n';
  const size = Buffer.byteLength(body);
  const broken: [string, string | Buffer][] = [
    ['no HTTP', 'hello\r\n\r\n'],
    ['binary', Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc, 0x0d, 0x0a, 0x0d, 0x0a])],
    [
      'length and chunks',
      `${head()}${type}Content-Length: ${size}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${body}`,
    ],
    ['two lengths', `${head()}${type}Content-Length: ${size}\r\nContent-Length: 3\r\n\r\n${body}`],
    ['a signed length', `${head()}${type}Content-Length: +${size}\r\n\r\n${body}`],
    ['a length in hex', `${head()}${type}Content-Length: 0x10\r\n\r\n${body}`],
    ['an unknown coding', `${head()}${type}Transfer-Encoding: xchunked\r\n\r\n${body}`],
    ['chunked twice', `${head()}${type}Transfer-Encoding: chunked, identity\r\n\r\n${body}`],
    ['a bad chunk size', `${head()}${type}Transfer-Encoding: chunked\r\n\r\nzz\r\n${body}\r\n0\r\n\r\n`],
    ['a blank before the colon', `${head()}${type}Content-Length : ${size}\r\n\r\n${body}`],
    [
      'a folded header',
      `${head()}${type}X-A: b\r\n c\r\nContent-Length: ${size}\r\nContent-Length: 1\r\n\r\n${body}`,
    ],
    ['a line feed in a header', `${head()}${type}Ce-Id: a\nContent-Length: ${size}\r\n\r\n${body}`],
    ['another method', `BREW /v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n`],
    ['headers without an end', `${head()}${type}${'X-A: '.padEnd(17_000, 'a')}\r\n\r\n`],
    ['another protocol', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
  ];
  for (const [what, bytes] of broken) {
    const answer = await door.raw(bytes);
    expect([what, status(answer) >= 400 && status(answer) < 500]).toEqual([what, true]);
    expect([what, answer]).toEqual([what, expect.not.stringContaining('202 Accepted')]);
    expect([what, answer.includes('"detail":"')]).toEqual([what, true]);
  }
});

test('media types, codings and bombs', async () => {
  const zip = gzipSync(Buffer.alloc(10_000_000));
  const refused: [number, Record<string, string>, string | Buffer][] = [
    [415, { 'content-type': 'text/plain' }, 'x'],
    [415, { 'content-type': '' }, 'x'],
    [415, { 'content-type': 'application/json' }, JSON.stringify(sale('x'))],
    [415, { 'content-type': BATCH, 'content-encoding': 'gzip' }, zip],
    [415, { 'content-type': BATCH, 'content-encoding': 'deflate, identity' }, zip],
    [415, { 'content-type': `${BATCH}; charset=utf-16` }, '[]'],
    [415, { 'content-type': 'multipart/form-data; boundary=x' }, '--x--'],
    [400, { 'content-type': BATCH }, zip],
    [400, { 'content-type': BATCH }, '['.repeat(1_000_000)],
    [400, { 'content-type': BATCH }, '{"a":'.repeat(500_000)],
    [400, { 'content-type': BATCH }, '"'.repeat(100_001)],
    [413, { 'content-type': BATCH }, `[${'{},'.repeat(2_000)}{}]`],
    [413, { 'content-type': BATCH }, Buffer.alloc(5_000_001, 0x20)],
  ];
  for (const [expected, headers, body] of refused) {
    const answer = await door.send('POST', '/v1/events', body, headers);
    expect([headers, answer.status, typeof answer.json['detail']]).toEqual([headers, expected, 'string']);
  }
});

test('events that are none: each in quarantine with its reason', async () => {
  const deep = `${'['.repeat(200)}${']'.repeat(200)}`;
  const texts = [
    '{}',
    'null',
    '[]',
    '1e999',
    '"\\ud800"',
    `{"specversion":"1.0","id":"p","source":"/pos/JN01","type":"x","time":"now","data":{}}`,
    JSON.stringify({ ...sale('p'), specversion: '0.3' }),
    JSON.stringify({ ...sale('p'), time: '2026-10-05T14:00:00' }),
    JSON.stringify({ ...sale('p'), id: 'a\u200bb' }),
    JSON.stringify({ ...sale('p'), id: ' p' }),
    JSON.stringify({ ...sale('p'), id: 'x'.repeat(300) }),
    JSON.stringify({ ...sale('p'), type: '__proto__' }),
    JSON.stringify(sale('p')).replace('"data":{', '"data":{"company":"JN01",'),
    JSON.stringify(sale('p')).replace('"data":{', '"data":{"__proto__":{"company":"XX"},"x":"\\u0000",'),
    JSON.stringify(sale('p')).replace('"data":{', `"data":{"deep":${deep},`),
    JSON.stringify(sale('p', { total: '1e1' })),
    JSON.stringify(sale('p', { total: '10,00' })),
    JSON.stringify(sale('p', { total: '99999999999999999999.00' })),
    JSON.stringify(sale('p', { company: 'constructor' })),
    JSON.stringify(sale('p', { currency: 'toString' })),
    JSON.stringify(sale('p', { lines: {} })),
    JSON.stringify(sale('p', { corrects: { source: '/pos/JN01', id: 'p' }, correction: 'void' })),
  ];
  const answer = await door.post(`[${[...texts, '{}'].join(',')}]`, { 'content-type': BATCH });
  expect(answer.status).toBe(202);
  for (const [index, item] of answer.json.items!.slice(0, texts.length).entries())
    expect([texts[index], item]).toEqual([
      texts[index],
      expect.objectContaining({
        outcome: 'quarantined',
        reason: expect.stringMatching(/^[A-Z_]+$/) as string,
        found: expect.any(String) as string,
      }),
    ]);
  expect(answer.json['accepted']).toBe(0);
});

test('any bytes and any JSON: an answer with a reason, never a fault', async () => {
  const type = fc.constantFrom(BATCH, 'application/cloudevents+json', 'application/json');
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array)),
    fc.json().map((text) => Buffer.from(text)),
    fc.array(fc.json(), { maxLength: 5 }).map((texts) => Buffer.from(`[${texts.join(',')}]`)),
    fc.tuple(fc.nat(2_000), fc.nat(255)).map(([at, value]) => {
      const text = Buffer.from(JSON.stringify([sale('fuzz', { total: '0.01' })]));
      text[at % text.length] = value;
      return text;
    }),
  );
  const header = fc.string({ maxLength: 30 }).map((text) => text.replace(/[^\x20-\x7e]/g, '%'));
  await fc.assert(
    fc.asyncProperty(type, bytes, header, async (contentType, body, id) => {
      const answer = await door.send('POST', '/v1/events', body, {
        'content-type': contentType,
        'ce-id': id,
        'ce-specversion': '1.0',
      });
      const told =
        answer.status === 202 ? Array.isArray(answer.json.items) : typeof answer.json['detail'] === 'string';
      expect([answer.status < 500, told]).toEqual([true, true]);
      expect(answer.json['accepted'] ?? 0).toBe(0);
    }),
    { numRuns: 150 },
  );
});

test('a client that cuts in the middle of its body, or sends it byte by byte, holds up nobody', async () => {
  const start = `${head()}Content-Type: application/cloudevents+json\r\nContent-Length: 1000\r\n\r\n{"id":`;
  const cut = Array.from({ length: 20 }, () => {
    const socket = connect(door.server.port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write(start);
    return socket;
  });
  await Promise.all(
    Array.from({ length: 20 }, async () => expect((await door.get('/livez')).status).toBe(200)),
  );
  for (const socket of cut) socket.destroy();
  expect((await door.post('{}')).status).toBe(202);
});

test('after all of it the server works, and what it stored is what it said it stored', async () => {
  expect((await door.post(sale('last'))).status).toBe(202);
  const stored = await door.at.db.pool.query('select id from tieout.event');
  expect(stored.rows).toEqual([{ id: 'last' }]);
});
