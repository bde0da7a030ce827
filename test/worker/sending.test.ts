// What the worker's log says of journals: where they went, and why one waits; nothing of it twice by two places.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { approveJournals } from '../../jobs/decisions/approveJournals.ts';
import { fileDrop } from '../../src/erp/fileDrop.ts';
import { openLog } from '../../src/log/logger.ts';
import { readProject } from '../../src/db/project.ts';
import { Failing } from '../../src/worker/parts.ts';
import { keepSending } from '../../src/worker/sending.ts';
import { Books } from '../posting/books.ts';
import { asApp } from '../support/appLogin.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';

let database: TestDatabase;
let folder: string;
beforeEach(async () => {
  database = await testDatabase();
  folder = mkdtempSync(join(tmpdir(), 'tieout-sending-'));
});
afterEach(async () => {
  rmSync(folder, { recursive: true });
  await database.drop();
});

test('an outbox that cannot be written: the log says which journal waits and why, then that it went', async () => {
  const books = await new Books(database.db).open();
  const bob = await books.user('bob', 'reviewer');
  await books.shipment({ id: 'SO-1', amount: '10.00' });
  await books.propose();
  const [reference = ''] = await books.references();
  await approveJournals({ db: database.db, by: bob, why: 'checked' }, [reference]);
  const outbox = join(folder, 'outbox');
  const drop = fileDrop({ outbox, archive: join(folder, 'archive') });
  writeFileSync(outbox, 'a file where the folder should be');
  const lines: Record<string, unknown>[] = [];
  const runLog = join(folder, 'runs.ndjson');
  const write = (line: string): void => void lines.push(JSON.parse(line) as Record<string, unknown>);
  const stop = new AbortController();
  const sending = keepSending({
    open: (applicationName) => asApp(database.db, applicationName),
    erps: new Map([['drop', drop]]),
    days: () => new Map(),
    worker: 'w1',
    project: await readProject(database.db.pool),
    failing: new Failing(),
    log: openLog({ level: 'info', scrub: (text) => text, runLog, write }),
    stop: stop.signal,
  });
  const said = (msg: string): Record<string, unknown> | undefined =>
    lines.find((line) => line['msg'] === msg);
  await vi.waitUntil(() => said('journal waits') !== undefined, 10_000);
  expect(said('journal waits')).toMatchObject({
    level: 40,
    journal: reference,
    erp: 'drop',
    state: 'APPROVED',
  });
  expect(said('journal waits')?.['why']).toContain('outbox is not there or not set up');
  rmSync(outbox);
  drop.setUp!();
  await database.db.pool.query('update tieout.posting set due_at = now()');
  await vi.waitUntil(() => said('journal moved') !== undefined, 20_000);
  stop.abort();
  await sending;
  expect(said('journal moved')).toMatchObject({ level: 30, journal: reference, state: 'POSTED' });
  expect(readFileSync(runLog, 'utf8')).toMatch(/"msg":"journal moved".*"state":"POSTED"/);
});
