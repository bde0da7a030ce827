// What an answer over HTTP says about a booking, before any adapter reads it: only what surely did not run is "not
// executed"; everything else that is no answer is unknown, because it may have been booked.
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Authority } from '../../src/erp/auth.ts';
import { erpHttp, lookOutcomeOf, postOutcomeOf } from '../../src/erp/exchange.ts';
import type { ErpHttp, Exchange } from '../../src/erp/exchange.ts';
import { httpClient } from '../../src/erp/http.ts';

let server: Server;
let base: string;
let erp: ErpHttp;
let forgotten = 0;

/** What the server does with a request, by its path. */
const ANSWERS: Readonly<Record<string, (response: ServerResponse) => void>> = {
  '/cut': (response) => {
    response.writeHead(200, { 'content-length': '1000' });
    response.write('{"document":');
    setTimeout(() => response.destroy(), 20);
  },
  '/reset': (response) => response.destroy(),
  '/binary': (response) => response.end(Buffer.from([0xff, 0xfe, 0x00])),
};

beforeAll(async () => {
  server = createServer((request, response) => {
    request.resume();
    const { pathname } = new URL(request.url ?? '', base);
    const special = ANSWERS[pathname];
    if (special !== undefined) special(response);
    else response.writeHead(Number(pathname.slice(1)), { 'retry-after': '7' }).end('said');
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const anybody: Authority = {
    headers: () => Promise.resolve({ kind: 'some', headers: {} }),
    forget: () => void (forgotten += 1),
  };
  erp = erpHttp(httpClient({ baseUrl: base }), anybody);
});
afterAll(async () => {
  erp.close();
  await new Promise((resolve) => void server.close(resolve));
});

const call = { attempt: 1, signal: new AbortController().signal };
const said = (path: string): Promise<Exchange> => erp.send({ method: 'POST', path, body: '{}' }, call);
const booked = async (path: string): Promise<string> => {
  const exchange = await said(path);
  return exchange.kind === 'answered' ? 'answered' : postOutcomeOf(exchange).kind;
};

describe('a call that may book something', () => {
  it.each(['/401', '/403', '/429'])('was surely not executed after status %s', async (path) => {
    expect(await booked(path)).toBe('notExecuted');
  });

  it.each(['/408', '/500', '/502', '/503', '/504', '/301', '/302', '/cut', '/reset', '/binary'])(
    'may have been executed after %s',
    async (path) => {
      expect(await booked(path)).toBe('unknown');
    },
  );

  it.each(['/200', '/201', '/400', '/404', '/409', '/422'])('was answered with status %s', async (path) => {
    expect(await booked(path)).toBe('answered');
  });

  it('has surely not been sent where nobody listens, and to another server', async () => {
    const deaf = erpHttp(httpClient({ baseUrl: 'http://127.0.0.1:1' }), {
      headers: () => Promise.resolve({ kind: 'some', headers: { authorization: 'Bearer ours' } }),
      forget: () => {},
    });
    expect((await deaf.send({ method: 'POST', path: 'x' }, call)).kind).toBe('notRun');
    // The same server by another name is another origin: our credentials stay here.
    expect((await said(`${base.replace('127.0.0.1', 'localhost')}/200`)).kind).toBe('notRun');
    deaf.close();
  });
});

it('a log-in that is not accepted is forgotten, and a wait that the server asks for is passed on', async () => {
  const before = forgotten;
  await said('/401');
  expect(forgotten).toBe(before + 1);
  expect(await said('/503')).toMatchObject({ kind: 'lost', retryAfterMs: 7_000 });
});

it('an answer that is larger than any that we asked for is no answer', async () => {
  const small = httpClient({ baseUrl: base, maxAnswerBytes: 3 });
  expect((await small.send({ method: 'GET', path: '/200' })).kind).toBe('lost');
  small.close();
});

it('a look without an answer says nothing about the document', () => {
  expect(lookOutcomeOf({ kind: 'notRun', message: 'm' }).kind).toBe('unreachable');
  expect(lookOutcomeOf({ kind: 'lost', message: 'm' }).kind).toBe('unreachable');
});
