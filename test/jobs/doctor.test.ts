// Each point of `doctor` said right where all is well, and where it is not.
import { createServer } from 'node:net';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { examine, type Finding } from '../../jobs/administration/doctor.ts';
import { loadConfig } from '../../src/config/load.ts';
import type { Config } from '../../src/config/model.ts';
import { UserError } from '../../src/errors.ts';
import { copyExample } from '../support/copyExample.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';

const folder = mkdtempSync(join(tmpdir(), 'tieout-doctor-'));
let at: TestDatabase;
let config: Config;
beforeAll(async () => {
  at = await testDatabase();
  copyExample('first-tieout', folder);
  mkdirSync(join(folder, 'inbox', 'events'), { recursive: true });
  config = loadConfig(join(folder, 'tieout.yaml'), {});
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await at.drop();
});

const look = (change: Partial<Config> = {}, more: Partial<Parameters<typeof examine>[0]> = {}) =>
  examine({
    config: { ...config, ...change },
    open: () => Promise.resolve({ ...at.db, close: () => Promise.resolve() }),
    clock: Date.now,
    nodeVersion: 'v20.19.0',
    ...more,
  });
const wrong = (findings: readonly Finding[]): string[] =>
  findings.filter(({ ok }) => !ok).map(({ point }) => point);

test('where all is well nothing is to be done', async () => {
  const findings = await look({ trustOwner: true });
  expect(wrong(findings)).toEqual([]);
  expect(findings.map(({ point }) => point)).toEqual(
    expect.arrayContaining([
      'Node.js',
      'database (the embedded server)',
      'schema',
      'login',
      'clock',
      'disk',
      'rulebook',
    ]),
  );
});

test('the owner’s login, an old Node.js and a clock that is apart', async () => {
  const later = (): number => Date.now() + 60_000;
  expect(wrong(await look({ trustOwner: false }, { nodeVersion: 'v18.20.1', clock: later }))).toEqual([
    'Node.js',
    'login',
    'clock',
  ]);
});

test('a database that is not there leaves the rest to be looked at', async () => {
  const open = (): Promise<never> =>
    Promise.reject(new UserError({ what: 'nobody answers', todo: 'start it' }));
  const findings = await look({ trustOwner: true }, { open });
  expect(findings.filter(({ ok }) => !ok)).toMatchObject([{ found: 'nobody answers', todo: 'start it' }]);
  expect(findings.map(({ point }) => point)).toContain('rulebook');
});

test('a port that is taken, and an ERP without its settings', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  const { port } = server.address() as { port: number };
  const erp = { name: 'books', adapter: 'odoo', folders: {}, settings: {} };
  const http = { ...config.http, port, host: '127.0.0.1' };
  const findings = await look({ trustOwner: true, http, erps: new Map([['books', erp]]) });
  server.close();
  expect(wrong(findings)).toEqual(['HTTP', 'ERP books']);
});
