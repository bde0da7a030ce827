// An ERP that repeats in its answers what was sent to it, password and all: nothing of that is in the log, the run log or any
// row of the database, and so in no answer, workbook or audit row that is made from them.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { approveJournals } from '../../jobs/decisions/approveJournals.ts';
import { s4hanaAdapter, s4hanaSettings } from '../../src/erp/s4hana.ts';
import { openLog } from '../../src/log/logger.ts';
import { scrubber } from '../../src/log/scrub.ts';
import { readProject } from '../../src/db/project.ts';
import { Failing } from '../../src/worker/parts.ts';
import { keepSending } from '../../src/worker/sending.ts';
import { Books } from '../posting/books.ts';
import { asApp } from '../support/appLogin.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';

const PASSWORD = 'p4ss-of-the-erp';
const BASIC = Buffer.from(`TIEOUT:${PASSWORD}`).toString('base64');

let database: TestDatabase;
let folder: string;
let erp: Server;
let heard: string[];
beforeEach(async () => {
  database = await testDatabase();
  folder = mkdtempSync(join(tmpdir(), 'tieout-secrets-'));
  heard = [];
  erp = createServer((request, response) => {
    const body: Buffer[] = [];
    request.on('data', (part: Buffer) => body.push(part));
    request.on('end', () => {
      const said = `refused for ${request.headers.authorization}, password=${PASSWORD}`;
      heard.push(said);
      if (request.method === 'GET') {
        // The look before the first send: nothing there.
        response.setHeader('content-type', 'application/json');
        response.end('{"d":{"results":[]}}');
        return;
      }
      const id = /<ID>(\w+-1)<\/ID>/.exec(Buffer.concat(body).toString())?.[1] ?? '';
      response.end(
        `<C><JournalEntryCreateConfirmation><MessageHeader><ReferenceID>${id}</ReferenceID></MessageHeader><Log><MaximumLogItemSeverityCode>3</MaximumLogItemSeverityCode>` +
          `<Item><TypeID>609(RW)</TypeID><SeverityCode>3</SeverityCode><Note>${said}</Note></Item></Log></JournalEntryCreateConfirmation></C>`,
      );
    });
  });
  await new Promise<void>((listening) => erp.listen(0, '127.0.0.1', listening));
});
afterEach(async () => {
  erp.close();
  rmSync(folder, { recursive: true });
  await database.drop();
});

/** Every row of every table, as text. */
async function wholeDatabase(): Promise<string> {
  const { pool } = database.db;
  const tables = await pool.query<{ name: string }>(
    `select tablename as name from pg_tables where schemaname = 'tieout' order by 1`,
  );
  const rows: string[] = [];
  for (const { name } of tables.rows) {
    const found = await pool.query<{ row: string }>(`select t::text as row from tieout.${name} t`);
    rows.push(...found.rows.map(({ row }) => row));
  }
  return rows.join('\n');
}

test('nothing that an ERP repeats of our credentials is kept anywhere', async () => {
  const books = await new Books(database.db).open();
  const bob = await books.user('bob', 'reviewer');
  await books.shipment({ id: 'SO-1', amount: '10.00' });
  await books.propose();
  await approveJournals({ db: database.db, by: bob, why: 'checked' }, await books.references());
  const lines: string[] = [];
  const runLog = join(folder, 'runs.ndjson');
  const log = openLog({
    level: 'trace',
    scrub: scrubber([PASSWORD, BASIC]),
    runLog,
    write: (line) => void lines.push(line),
  });
  const url = `http://127.0.0.1:${(erp.address() as AddressInfo).port}`;
  const settings = { url, user: 'TIEOUT', password: PASSWORD };
  const stop = new AbortController();
  const sending = keepSending({
    open: (applicationName) => asApp(database.db, applicationName),
    erps: new Map([['drop', s4hanaAdapter(s4hanaSettings({ name: 'drop', folders: {}, settings }))]]),
    days: () => new Map(),
    worker: 'w1',
    project: await readProject(database.db.pool),
    failing: new Failing(),
    log,
    stop: stop.signal,
  });
  await vi.waitUntil(() => lines.some((line) => line.includes('journal needs a person')), 20_000);
  stop.abort();
  await sending;
  expect(heard.join()).toContain(`Basic ${BASIC}`); // it was sent, and repeated
  const kept = await wholeDatabase();
  expect(kept).toContain('609(RW) refused for');
  for (const text of [kept, lines.join(''), readFileSync(runLog, 'utf8')]) {
    expect(text).not.toContain(PASSWORD);
    expect(text).not.toContain(BASIC);
  }
});
