// The console's server side: what is public, signing in, sessions, forged requests, roles. What a browser sees of it is in
// test/console.
import { createHash } from 'node:crypto';
import type { OutgoingHttpHeaders } from 'node:http';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { makeOnceLink } from '../../jobs/administration/sessions.ts';
import { makeKey } from '../../jobs/administration/userKeys.ts';
import { addUser, revokeUser } from '../../jobs/administration/users.ts';
import type { Actor } from '../../jobs/administration/userKeys.ts';
import { authenticate } from '../../jobs/administration/userKeys.ts';
import { recordDecision, SecretKey } from '../../src/db/decision.ts';
import { transaction } from '../../src/db/connection.ts';
import { asApp } from '../support/appLogin.ts';
import { type Answer, Door } from './door.ts';

let door: Door;
let admin: Actor;
const keys = new Map<string, string>();
const SESSION = '/v1/console/session';

beforeAll(async () => {
  door = await Door.open('demo: true\n');
  const now = Date.now();
  const first = await addUser(door.at.db, { name: 'ada', role: 'admin', osUser: 'test', now });
  const proof = await authenticate(door.at.db, {
    name: 'ada',
    key: first.key,
    osUser: 'test',
    now: new Date(now).toISOString(),
  });
  if (!proof.ok) throw new Error('no admin');
  admin = proof.actor;
  keys.set('ada', first.key);
  for (const [name, role] of [
    ['rita', 'reviewer'],
    ['mia', 'preparer'],
    ['eve', 'auditor'],
  ] as const)
    keys.set(name, (await addUser(door.at.db, { name, role, by: admin, osUser: 'test', now })).key);
});
afterAll(() => door.close());

const origin = (): string => `http://127.0.0.1:${door.server.port}`;

/** A change as the console's own page sends it. */
function change(path: string, body: unknown, headers: OutgoingHttpHeaders = {}): Promise<Answer> {
  return door.send('POST', path, JSON.stringify(body), {
    authorization: '',
    origin: origin(),
    'content-type': 'application/json',
    ...headers,
  });
}

interface SignedIn {
  cookie: string;
  csrf: string;
  answer: Answer;
}

async function signIn(proof: object, headers: OutgoingHttpHeaders = {}): Promise<SignedIn> {
  const answer = await change(SESSION, proof, headers);
  const set = answer.headers['set-cookie']?.[0] ?? '';
  return { cookie: set.split(';')[0]!, csrf: (answer.json['csrf'] as string | undefined) ?? '', answer };
}

const as = (session: SignedIn): OutgoingHttpHeaders => ({
  authorization: '',
  cookie: session.cookie,
  'x-tieout-csrf': session.csrf,
});

test('its page and files are public, everything else is not; each answer forbids what it does not need', async () => {
  const page = await door.get('/', { authorization: '' });
  expect(page.status).toBe(200);
  const policy = String(page.headers['content-security-policy']);
  for (const part of [
    "default-src 'none'",
    "script-src 'self'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
  ])
    expect(policy).toContain(part);
  expect(policy).not.toMatch(/unsafe|data:|\*/);
  expect(page.headers).toMatchObject({
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
  });
  expect(page.text).not.toMatch(/style=|<style|onclick|<script(?![^>]* src=)/);
  for (const name of page.text.match(/\/console\/[0-9a-f]{16}\.(?:js|css|svg)/g) ?? []) {
    const file = await door.get(name, { authorization: '' });
    expect([name, file.status, file.headers['cache-control']]).toEqual([
      name,
      200,
      'public, max-age=31536000, immutable',
    ]);
    expect(file.headers['x-content-type-options']).toBe('nosniff');
  }
  for (const path of ['/console/index.html', '/console/..%2f..%2fpackage.json', '/console/none.js'])
    expect([path, (await door.get(path, { authorization: '' })).status]).toEqual([path, 404]);
  for (const path of ['session', 'today', 'cases', 'cases/case?id=x', 'journals', 'follow?id=x']) {
    const answer = await door.get(`/v1/console/${path}`, { authorization: '' });
    expect([path, answer.status, answer.headers['cache-control']]).toEqual([path, 401, 'no-store']);
  }
});

test('a sender’s key opens no page, and a session brings no events', async () => {
  expect((await door.get('/v1/console/today')).status).toBe(401);
  const mia = await signIn({ key: keys.get('mia') });
  expect((await door.get('/v1/events?source=a&id=b', as(mia))).status).toBe(401);
});

test('a key once, then a session: the cookie is the browser’s alone, the database knows its hash only', async () => {
  const rita = await signIn({ key: `  ${keys.get('rita')}\n` });
  expect(rita.answer.json).toMatchObject({ name: 'rita', role: 'reviewer' });
  expect(rita.answer.json['may']).toContain('approve journal');
  const set = rita.answer.headers['set-cookie']![0]!;
  expect(set).toMatch(
    new RegExp(`^tieout-${door.server.port}=tieout_session_[\\w-]{43}; Path=/; HttpOnly; SameSite=Strict$`),
  );
  expect(rita.answer.headers['cache-control']).toBe('no-store');
  expect((await door.get(SESSION, as(rita))).json).toMatchObject({ name: 'rita', csrf: rita.csrf });
  const token = rita.cookie.split('=')[1]!;
  const stored = await door.at.db.pool.query<{ text: string }>(
    'select string_agg(s::text, $1) as text from tieout.user_session s',
    ['\n'],
  );
  expect(stored.rows[0]!.text).not.toContain(token);
  expect(stored.rows[0]!.text).toContain(createHash('sha256').update(token).digest('hex'));
  expect(door.lines.join('\n')).not.toContain(token);
});

test('whatever is wrong with a key, the answer is one; after ten of them the address waits', async () => {
  const now = Date.now();
  const gone = await addUser(door.at.db, { name: 'gone', role: 'reviewer', by: admin, osUser: 'test', now });
  await revokeUser(door.at.db, { name: 'gone', by: admin, now });
  const wrong = [
    makeKey().key,
    gone.key,
    `${keys.get('rita')!.slice(0, -1)}!`,
    `${keys.get('mia')!.slice(0, -4)}AAAA`,
    '',
  ];
  const answers = [];
  for (const key of wrong) answers.push((await change(SESSION, { key })).text);
  expect(new Set(answers).size).toBe(1);
  let last = await change(SESSION, { key: 'x' });
  for (let i = 0; i < 10 && last.status === 401; i += 1) last = await change(SESSION, { key: 'x' });
  expect(last.status).toBe(429);
  expect(Number(last.headers['retry-after'])).toBeGreaterThan(0);
  // The right key has to wait too: nobody learns by it which one is right.
  expect((await change(SESSION, { key: keys.get('rita') })).status).toBe(429);
  await door.server.close();
  await door.start(); // the count is the process's; sessions are the database's
});

test('sessions outlive the process, end by themselves, and can be ended everywhere', async () => {
  const one = await signIn({ key: keys.get('mia') });
  const two = await signIn({ key: keys.get('mia') });
  await door.server.close();
  await door.start();
  for (const session of [one, two])
    session.cookie = session.cookie.replace(/^tieout-\d+/, `tieout-${door.server.port}`);
  expect((await door.get(SESSION, as(one))).status).toBe(200);
  const { pool } = door.at.db;
  await pool.query(
    `update tieout.user_session set used_at = used_at - interval '31 minutes' where user_name = 'mia'`,
  );
  expect((await door.get(SESSION, as(one))).status).toBe(401);
  await pool.query(`update tieout.user_session set used_at = now() where user_name = 'mia'`);
  expect((await door.get(SESSION, as(one))).status).toBe(200);
  await pool.query(`update tieout.user_session set ends_at = now() where token_sha256 = sha256($1)`, [
    Buffer.from(one.cookie.split('=')[1]!),
  ]);
  expect((await door.get(SESSION, as(one))).status).toBe(401);
  const three = await signIn({ key: keys.get('mia') });
  const ended = await change(`${SESSION}/end`, { everywhere: true }, as(three));
  expect([ended.status, ended.headers['set-cookie']?.[0]]).toEqual([
    200,
    expect.stringContaining('Max-Age=0'),
  ]);
  for (const session of [two, three]) expect((await door.get(SESSION, as(session))).status).toBe(401);
});

test('no session survives signing in: one that somebody planted ends', async () => {
  const planted = await signIn({ key: keys.get('mia') });
  const rita = await signIn({ key: keys.get('rita') }, { cookie: planted.cookie });
  expect(rita.cookie).not.toBe(planted.cookie);
  expect((await door.get(SESSION, as(planted))).status).toBe(401);
  // Two cookies of one name: nobody can say which is meant.
  expect((await door.get(SESSION, { ...as(rita), cookie: `${planted.cookie}; ${rita.cookie}` })).status).toBe(
    401,
  );
});

test('a change comes from our own page, with the session’s token, as JSON', async () => {
  const mia = await signIn({ key: keys.get('mia') });
  const path = '/v1/console/cases/decide';
  const body = { decisions: [{ case: 'x', action: 'comment', why: 'y' }] };
  // It came through: what is missing is a run.
  expect((await change(path, body, as(mia))).status).toBe(422);
  const forged: OutgoingHttpHeaders[] = [
    { origin: 'https://evil.example' },
    { origin: `http://127.0.0.1.evil.example:${door.server.port}` },
    { origin: 'null' },
    { origin: `http://127.0.0.1:${door.server.port + 1}` },
    { 'x-tieout-csrf': '' },
    { 'x-tieout-csrf': `${mia.csrf}x` },
  ];
  for (const headers of forged)
    expect([headers, (await change(path, body, { ...as(mia), ...headers })).status]).toEqual([headers, 403]);
  expect((await change(path, body, { ...as(mia), 'content-type': 'text/plain' })).status).toBe(415);
  const other = await signIn({ key: keys.get('rita') });
  expect((await change(path, body, { ...as(mia), 'x-tieout-csrf': other.csrf })).status).toBe(403);
  expect((await change(SESSION, { key: keys.get('mia') }, { origin: 'https://evil.example' })).status).toBe(
    403,
  );
});

test('beyond this machine the cookie is __Host- and TLS is asked for', async () => {
  await door.server.close();
  const { http } = door.config;
  const config = { ...door.config, http: { ...http, hosts: [...http.hosts, 'tieout.example'] } };
  await door.start({ config });
  const host = 'tieout.example';
  const plain = await change(SESSION, { key: keys.get('rita') }, { host, origin: `http://${host}` });
  expect([plain.status, plain.json['detail']]).toEqual([403, expect.stringContaining('TLS')]);
  const rita = await signIn({ key: keys.get('rita') }, { host, origin: `https://${host}` });
  expect(rita.answer.headers['set-cookie']![0]).toMatch(
    /^__Host-tieout=tieout_session_[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Secure$/,
  );
  expect((await door.get(SESSION, { ...as(rita), host })).status).toBe(200);
  const renamed = rita.cookie.replace('__Host-tieout', `tieout-${door.server.port}`);
  expect((await door.get(SESSION, { ...as(rita), host, cookie: renamed })).status).toBe(401);
  const link = await makeOnceLink(door.at.db);
  expect((await change(SESSION, { once: link }, { host, origin: `https://${host}` })).status).toBe(401);
  await door.server.close();
  await door.start();
});

test('the demonstration’s link signs an auditor in, once, and only a demonstration has one', async () => {
  const link = await makeOnceLink(door.at.db);
  const eve = await signIn({ once: link });
  expect(eve.answer.json).toMatchObject({ name: 'eve', role: 'auditor', may: [] });
  expect((await change(SESSION, { once: link })).status).toBe(401);
  const late = await makeOnceLink(door.at.db);
  await door.at.db.pool.query(`update tieout.once_link set ends_at = now() where used_at is null`);
  expect((await change(SESSION, { once: late })).status).toBe(401);
  const proxied = await makeOnceLink(door.at.db);
  expect((await change(SESSION, { once: proxied }, { 'x-forwarded-for': '10.0.0.9' })).status).toBe(401);
  const decision = { decisions: [{ case: 'x', action: 'comment', why: 'y' }] };
  const answer = await change('/v1/console/cases/decide', decision, as(eve));
  expect(JSON.stringify(answer.json)).not.toContain('"ok":true');
  await door.server.close();
  await door.start({ config: { ...door.config, demo: false } });
  const real = await makeOnceLink(door.at.db);
  expect((await change(SESSION, { once: real })).status).toBe(401);
  await door.server.close();
  await door.start();
});

test('a session says first words only: the database itself asks for the key where a second person agrees', async () => {
  const rita = await signIn({ key: keys.get('rita') });
  const token = new SecretKey(rita.cookie.split('=')[1]!);
  const app = await asApp(door.at.db);
  const said = (kind: string, key = token): Promise<string> =>
    transaction(app, (client) =>
      recordDecision(client, {
        kind,
        by: { name: 'rita', keyId: '', osUser: 'console', key },
        subject: 'x',
        why: 'y',
      }),
    );
  await expect(said('approve')).rejects.toThrow(/needs the person's own key, not a session/);
  for (const kind of ['reject', 'approve-rules', 'resolve', 'users-add', 'keys-add'])
    await expect(said(kind)).rejects.toThrow(/own key/);
  await expect(said('case-comment')).resolves.toMatch(/^\d+$/);
  const invented = new SecretKey(`tieout_session_${'A'.repeat(43)}`);
  await expect(said('case-comment', invented)).rejects.toThrow(/session is over/);
  await expect(
    app.pool.query(
      `insert into tieout.user_session (token_sha256, user_name, ends_at) values (sha256('x'), 'rita', now())`,
    ),
  ).rejects.toThrow(/permission denied/);
  await app.close();
  const word = { verdict: 'approve', ids: ['1'], why: '' };
  const without = await change('/v1/console/journals/word', word, as(rita));
  expect([without.status, without.json['path']]).toEqual([403, 'key']);
  const another = await change('/v1/console/journals/word', { ...word, key: keys.get('mia') }, as(rita));
  expect([another.status, another.json['path']]).toEqual([403, 'key']);
  const own = await change('/v1/console/journals/word', { ...word, key: keys.get('rita') }, as(rita));
  expect([own.status, own.json['answers']]).toEqual([
    200,
    [expect.objectContaining({ ok: false, reason: 'NOT_FOUND' })],
  ]);
});

test('a revoked person’s session is over at once', async () => {
  const now = Date.now();
  const { key } = await addUser(door.at.db, {
    name: 'tom',
    role: 'reviewer',
    by: admin,
    osUser: 'test',
    now,
  });
  const tom = await signIn({ key });
  expect((await door.get(SESSION, as(tom))).status).toBe(200);
  await revokeUser(door.at.db, { name: 'tom', by: admin, now });
  expect((await door.get(SESSION, as(tom))).status).toBe(401);
});
