// Folders whose files feeds read: the first binding that fits a name counts, files of one delivery wait for each other.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { loadConfig } from '../../src/config/load.ts';
import { openLog } from '../../src/log/logger.ts';
import type { WorkContext } from '../../src/worker/context.ts';
import { emptyInboxes, newWatch } from '../../src/worker/inbox.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { copyExample } from '../support/copyExample.ts';

const LINE = (columns: string, more: string): string => `${columns}
emit: [{ ledger: { company: company, document: doc, line: { order: doc }, posting_date: { is: 2026-10-05 }, account: account, currency: { is: USD }, amount: amount${more} } }]
examples: [{ set: { company: JN01 }, files: { h: "k,note\\n", l: "k,account,amount\\n" }, expect: [] }]
`;
const ONE = `feed: one\nversion: 1\nset: [company]\nfile: { columns: { doc: {}, account: {}, amount: { type: decimal } } }\n${LINE('', '')}`;
const TWO = `feed: two
version: 1
set: [company]
files:
  H: { name: "head_{day}.csv", columns: { k: {}, note: {} } }
  L: { name: "line_{day}.csv", columns: { k: {}, account: {}, amount: { type: decimal } } }
join: { rows: L, with: H, on: { k: k } }
values: { doc: { text: "{k}" } }
${LINE('', ', text: H.note')}`;

let at: TestDatabase;
let folder: string;
let context: WorkContext;
const watched = newWatch();

beforeAll(async () => {
  at = await testDatabase();
  folder = mkdtempSync(join(tmpdir(), 'tieout-bound-'));
  copyExample('first-tieout', folder);
  mkdirSync(join(folder, 'feeds'));
  writeFileSync(join(folder, 'feeds', 'one.yaml'), ONE);
  writeFileSync(join(folder, 'feeds', 'two.yaml'), TWO);
  const yaml = join(folder, 'tieout.yaml');
  const feeds = `inboxes: { feeds: [
    { folder: in, files: "one_*.csv", feed: one, set: { company: JN01 }, done: delete },
    { folder: in, files: "*_*.csv", feed: two, set: { company: JN01 }, wait: 1h } ] }\n`;
  writeFileSync(yaml, `${readFileSync(yaml, 'utf8')}${feeds}`);
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

const put = (name: string, text: string): void => writeFileSync(join(folder, 'in', name), text);
const files = (where: string): string[] => {
  const path = join(folder, 'in', where);
  return (existsSync(path) ? readdirSync(path) : []).filter((name) => name.includes('.')).toSorted();
};
async function look(): Promise<void> {
  for (let times = 0; times < 3; times++) await emptyInboxes(context, watched);
}

test('each file by its binding; partners wait for each other; what nothing fits is put aside with the reason', async () => {
  put('one_1.csv', 'doc,account,amount\n7,1200,10.00\n');
  put('line_05.csv', 'k,account,amount\n8,1200,5.00\n');
  put('head_06.csv', 'k,note\n9,other day\n');
  put('notes.txt', 'hello');
  await look();
  expect(files('done')).toEqual(['one_1.csv.report.json']);
  expect(files('failed')).toEqual(['notes.txt', 'notes.txt.report.json']);
  expect(readFileSync(join(folder, 'in/failed/notes.txt.report.json'), 'utf8')).toContain(
    'no feed of this folder',
  );
  expect(files('.')).toEqual(['head_06.csv', 'line_05.csv']);
  put('head_05.csv', 'k,note\n8,hello\n');
  await look();
  expect(files('.')).toEqual(['head_06.csv']);
  const lines = await at.db.pool.query(
    `select document, text from tieout.line where side = 'L' order by document`,
  );
  expect(lines.rows).toEqual([
    { document: '7', text: '' },
    { document: '8', text: 'hello' },
  ]);
});

test('a partner that does not come ends the waiting', async () => {
  const hoursAgo = new Date(Date.now() - 2 * 3_600_000);
  utimesSync(join(folder, 'in', 'head_06.csv'), hoursAgo, hoursAgo);
  await look();
  expect(files('.')).toEqual([]);
  expect(readFileSync(join(folder, 'in/failed/head_06.csv.report.json'), 'utf8')).toContain('did not come');
});
