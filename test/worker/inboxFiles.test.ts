// A file that fails, that is taken in part, that lacks its control file: each is seen where a person or a monitor looks.
import { existsSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { inboxState } from '../../jobs/intake/inboxes.ts';
import { readStatus } from '../../jobs/reports/status.ts';
import { loadConfig } from '../../src/config/load.ts';
import { openLog } from '../../src/log/logger.ts';
import { startServer } from '../../src/server/server.ts';
import { openDatabase } from '../../src/db/connection.ts';
import type { WorkContext } from '../../src/worker/context.ts';
import { completeFiles, emptyInboxes, newWatch } from '../../src/worker/inbox.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { copyExample } from '../support/copyExample.ts';

let at: TestDatabase;
let folder: string;
let context: WorkContext;
const watched = newWatch();

beforeAll(async () => {
  at = await testDatabase();
  folder = mkdtempSync(join(tmpdir(), 'tieout-inbox-'));
  copyExample('first-tieout', folder);
  const yaml = join(folder, 'tieout.yaml');
  const inboxes = 'inboxes: { ledger: { folder: extracts, requireControl: true, settled: 1s } }\n';
  writeFileSync(yaml, `${readFileSync(yaml, 'utf8')}${inboxes}`);
  context = {
    config: loadConfig(yaml, {}),
    db: at.db,
    log: openLog({ level: 'silent', scrub: (text) => text, runLog: join(folder, 'runs.ndjson') }),
    worker: 'one',
    clock: () => Date.parse('2026-11-01T12:00:00Z'),
    erps: new Map(),
    project: { id: '', epoch: 1 },
    stop: new AbortController().signal,
    settleMs: 0,
    leaseMs: 5_000,
  };
  await emptyInboxes(context, watched);
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await at.drop();
});

const ledger = (name: string): string => join(folder, 'extracts', name);
const put = (name: string, content: string): void => writeFileSync(ledger(name), content);
const control = (): string => readFileSync(join(folder, 'data/ledger.control.json'), 'utf8');
const extract = (): string => readFileSync(join(folder, 'data/ledger.csv'), 'utf8');

/** Looks until nothing is on its way any more. */
async function empty(): Promise<void> {
  do await new Promise((done) => setTimeout(done, 300));
  while (await emptyInboxes(context, watched));
}

async function page(path: string): Promise<string> {
  const { config, db, clock, log } = context;
  const server = await startServer({
    port: 0,
    name: 'one',
    log,
    config,
    open: (applicationName) => openDatabase({ dataDir: '', url: db.url, applicationName }),
    clock,
    failing: () => [],
    failingParts: () => [],
    lastTick: () => Date.now(),
  });
  server.begin();
  let answer = await fetch(`http://127.0.0.1:${server.port}${path}`);
  while (answer.status === 503) answer = await fetch(`http://127.0.0.1:${server.port}${path}`);
  const text = await answer.text();
  await server.close();
  return text;
}

test('an extract is taken when its size has not changed for the set time, and its control file is there', async () => {
  const inbox = { folder: join(folder, 'extracts'), requireControl: true };
  put('october.csv', extract());
  expect(completeFiles(inbox, newWatch(), 0, 10)).toEqual({ ready: [], waiting: true });
  const own = newWatch();
  completeFiles(inbox, own, 0, 10);
  // Settled, but without its control file: it waits, and the night's run does not wait for it.
  expect(completeFiles(inbox, own, 20, 10)).toEqual({ ready: [], waiting: false });
  await empty();
  expect(existsSync(ledger('october.csv'))).toBe(true);
  expect(inboxState(context.config).withoutControl).toEqual([]); // it may be on its way still
  utimesSync(ledger('october.csv'), 1_790_000_000, 1_790_000_000 - 10_000_000);
  expect(inboxState(context.config).withoutControl).toEqual([
    { inbox: 'ledger', path: 'extracts/october.csv', why: 'it waits for october.control.json' },
  ]);
  expect(await page('/readyz')).toBe('ok\nwithout the control file it needs: extracts/october.csv\n');
  put('october.control.json', control());
  await empty();
  expect(existsSync(ledger('done/october.csv'))).toBe(true);
  expect(await page('/readyz')).toBe('ok\n');
}, 60_000);

test('a failed file is seen until it is delivered again or removed; its report says why', async () => {
  put('november.csv', extract().replace('account', 'accounts'));
  put('november.control.json', control());
  await empty();
  const { inboxes } = await readStatus(at.db, context.config, context.clock());
  expect(inboxes.failed).toEqual([
    {
      inbox: 'ledger',
      path: 'extracts/failed/november.csv',
      why: expect.stringMatching(/november\.csv:1: the header lacks account/),
    },
  ]);
  expect(await page('/readyz')).toBe('ok\nfailed in the inbox: extracts/failed/november.csv\n');
  expect(await page('/metrics')).toMatch(/^tieout_inbox_files_failed\{inbox="ledger"\} 1$/m);
  put('november.csv', extract().replace('5001,1,', '5001,9,'));
  put('november.control.json', control());
  await empty();
  expect(inboxState(context.config).failed).toEqual([]);
}, 60_000);

test('a file taken in part: which rows, why, in its report; how many, in status and metrics', async () => {
  const rows = extract().split('\n');
  const [head = '', ...lines] = rows;
  const wrong = lines.map((line) =>
    line.replace(/^JN01,500([34]),/, 'JN01,700$1,').replace(',USD,', ',USX,'),
  );
  put('december.csv', [head, ...wrong.filter((line) => line.includes(',700'))].join('\n'));
  put('december.control.json', '{"mode": "delta"}');
  await empty();
  const report = JSON.parse(readFileSync(ledger('done/december.csv.report.json'), 'utf8')) as {
    quarantined: number;
    byReason: { rows: number }[];
  };
  expect(report.quarantined).toBeGreaterThan(0);
  expect(report).toMatchObject({
    byReason: [{ reason: expect.any(String), column: 'currency' }],
    refused: expect.arrayContaining([
      { row: 2, reason: expect.any(String), column: 'currency', message: expect.stringMatching(/USX/) },
    ]),
  });
  expect(report.byReason[0]?.rows).toBe(report.quarantined);
  const { halfRead } = await readStatus(at.db, context.config, context.clock());
  expect(halfRead).toMatchObject([{ path: ledger('december.csv'), waiting: report.quarantined }]);
  expect(await page('/metrics')).toMatch(/^tieout_files_half_read 1$/m);
  expect(await page('/readyz')).toBe(
    `ok\nhalf read, records wait in quarantine: ${ledger('december.csv')}\n`,
  );
}, 60_000);
