// What a user gets wrong: one message that says where and what, the exit code of the spec, and never a stack trace.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { BookWriter } from '../../reports/xlsx/writer.ts';
import { appUrl } from '../support/appLogin.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { type Answer, tieout } from './tieout.ts';
import { copyExample } from '../support/copyExample.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PROGRAM = join(ROOT, 'dist/src/main.js');
let at: TestDatabase;
let url: string;
const folder = mkdtempSync(join(tmpdir(), 'tieout-wrong-'));

beforeAll(async () => {
  at = await testDatabase();
  url = await appUrl(at.db);
  copyExample('first-tieout', folder);
  mkdirSync(join(folder, 'folder.csv'));
  const yaml = readFileSync(join(folder, 'tieout.yaml'), 'utf8');
  const files: Record<string, string | Buffer> = {
    'columns.csv': 'a,b\n1,2\n',
    'empty.csv': '',
    'half.csv': Buffer.from([...Buffer.from('company'), 0xc3]),
    'half.ndjson': Buffer.from([...Buffer.from('{"a":'), 0xc3]),
    'half.yaml': Buffer.concat([Buffer.from(yaml), Buffer.from([0x23, 0xc3])]),
    'unknown-key.yaml': yaml.replace(/^dataDir/m, 'datadir'),
    'failing.yaml': yaml.replace(/^rulebook: .*/m, 'rulebook: failing'),
    'no-rulebook.yaml': yaml.replace(/^rulebook: .*/m, 'rulebook: nowhere'),
  };
  const ledger = readFileSync(join(folder, 'data/ledger.csv'), 'utf8');
  const totals = readFileSync(join(folder, 'data/ledger.control.json'), 'utf8');
  Object.assign(files, {
    'rows.csv': ledger,
    'rows.control.json': totals.replace('"rows": 30', '"rows": 31'),
    'sums.csv': ledger,
    'sums.control.json': totals.replace('"debit": "615.40"', '"debit": "615.41"'),
    'torn.csv': ledger,
    'torn.control.json': '{"mode": ',
    'nul.csv': ledger.replace('SHP-1', 'SHP\0-1'),
    'bom.csv': `\ufeff${ledger}`,
    'crlf.csv': ledger.replaceAll('\n', '\r\n'),
  });
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  cpSync(join(folder, 'rulebook'), join(folder, 'failing'), { recursive: true });
  const shipment = join(folder, 'failing/postings/shipment.yaml');
  writeFileSync(
    shipment,
    readFileSync(shipment, 'utf8').replace(
      'debit: receivable, amount: 108.00',
      'debit: receivable, amount: 108.01',
    ),
  );
  await writeWorkbook(join(folder, 'header.xlsx'), [
    ['a', 'b'],
    ...Array.from({ length: 5000 }, () => ['1', '2']),
  ]);
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await at.drop();
});

/** A workbook of one sheet of texts: longer than one batch of its reader, which must not wait for a taker for ever. */
async function writeWorkbook(path: string, rows: readonly string[][]): Promise<void> {
  const writer = await BookWriter.create(path, { title: 'made', createdAt: '2026-04-01T00:00:00Z' });
  const { part, sheet } = await writer.sheet({ widths: [] });
  for (const row of rows) await sheet.row(row.map((text) => ({ kind: 'text', text, style: {} })));
  await sheet.end();
  await writer.finish([{ name: 'Extract', part }]);
}

const CASES: readonly [words: string, exit: number, says: RegExp][] = [
  ['nonsense', 2, /no command "nonsense"/],
  ['reconcile --bogus', 2, /tieout reconcile: it has no option --bogus\n {2}expected: tieout reconcile \[/],
  ['reconcile --as-of yesterday', 2, /--as-of: not a day[\s\S]*YYYY-MM-DD/],
  ['status --config nowhere.yaml', 2, /nowhere\.yaml: there is no configuration[\s\S]*tieout init/],
  ['status --config unknown-key.yaml', 2, /unknown-key\.yaml:\d+: unknown key datadir[\s\S]*dataDir/],
  ['status --config folder.csv', 2, /folder\.csv: cannot read the file[\s\S]*a folder/],
  ['status --config half.yaml', 2, /half\.yaml: the file is not UTF-8/],
  ['init columns.csv/new', 2, /the folder for the new company cannot be made[\s\S]*not a directory/],
  ['rules check --config no-rulebook.yaml', 2, /nowhere/],
  ['ingest ledger', 2, /no file is given/],
  ['ingest ledger missing.csv', 2, /missing\.csv: cannot read the file[\s\S]*no such file/],
  ['ingest ledger folder.csv', 2, /folder\.csv: cannot read the file[\s\S]*a folder/],
  ['rules check --config failing.yaml', 2, /the first sale of the month[\s\S]*108\.01/],
  ['ingest events data/events.ndjson --config failing.yaml', 2, /the first sale of the month[\s\S]*108\.01/],
  ['reconcile --config failing.yaml', 2, /the first sale of the month[\s\S]*108\.01/],
  ['ingest ledger header.xlsx', 2, /header\.xlsx:1: the header lacks company/],
  ['ingest ledger columns.csv', 2, /columns\.csv:1: the header lacks company/],
  ['ingest ledger empty.csv', 2, /the file is empty/],
  ['ingest ledger half.csv', 2, /not UTF-8[\s\S]*byte 0xc3 at byte 8/],
  [
    'ingest ledger rows.csv',
    1,
    /control file and extract differ, nothing was taken[\s\S]*"rows":31[\s\S]*"rows":30/,
  ],
  [
    'ingest ledger sums.csv',
    1,
    /control file and extract differ, nothing was taken[\s\S]*615\.41[\s\S]*615\.40/,
  ],
  ['ingest ledger torn.csv', 2, /torn\.control\.json: not JSON/],
  ['ingest ledger nul.csv', 0, /accepted 30[\s\S]*trimmed \d+: what nobody sees/],
  ['ingest ledger bom.csv', 0, /accepted 0, duplicate 30/],
  ['ingest ledger crlf.csv', 0, /accepted 0, duplicate 30/],
  [
    'ingest ledger missing.csv torn.csv crlf.csv',
    2,
    /crlf\.csv: received 30[\s\S]*missing\.csv: cannot read[\s\S]*torn\.control\.json: not JSON/,
  ],
  ['ingest events half.ndjson', 1, /quarantined 1/],
  ['exceptions --reason MISING_EVENT', 2, /no such reason[\s\S]*did you mean MISSING_EVENT\?/],
  ['accept abcd --as anna --why known', 2, /no key is given[\s\S]*TIEOUT_KEY/],
];

test.each(CASES)('tieout %s: exit %i', async (words, exit, says) => {
  expectAnswer(await tieout(words.split(' '), folder, environment(url)), exit, says);
});

test('a database that does not answer is a fault, and its password is not printed', async () => {
  const answer = await tieout(['status'], folder, environment('postgres://x:hush@127.0.0.1:1/x'));
  expectAnswer(answer, 3, /does not answer: postgres:\/\/x@127[\s\S]*DATABASE_URL/);
  expect(answer.out + answer.said).not.toContain('hush');
});

test.each([
  ['nonsense', 2, /no command "nonsense"/],
  ['status', 3, /does not answer/],
])('the built program ends as it says: tieout %s: exit %i', (words, exit, says) => {
  const env = { ...process.env, ...environment('postgres://x:hush@127.0.0.1:1/x') };
  const done = spawnSync(process.execPath, [PROGRAM, words], { cwd: folder, env, encoding: 'utf8' });
  expectAnswer({ code: done.status ?? -1, out: done.stdout, said: done.stderr }, exit, says);
});

/** Without the key of whoever runs the tests. */
const environment = (url: string): Record<string, string | undefined> => ({
  DATABASE_URL: url,
  TIEOUT_KEY: undefined,
});

function expectAnswer({ code, out, said }: Answer, exit: number, says: RegExp): void {
  expect(out + said).toMatch(says);
  expect(out + said).not.toMatch(/^\s+at .*:\d+:\d+\)?$/m);
  expect(code).toBe(exit);
}

test('a reader that goes away leaves no server behind, and the exit code as it is', () => {
  const own = join(folder, 'own');
  copyExample('first-tieout', own);
  const env = { ...process.env, DATABASE_URL: '' };
  // Its first line alone is more than the pipe's reader wants.
  const piped = `node ${PROGRAM} status | true; echo \${PIPESTATUS[0]}`;
  spawnSync('node', [PROGRAM, 'migrate'], { cwd: own, env });
  const { stdout } = spawnSync('bash', ['-c', piped], { cwd: own, env, encoding: 'utf8' });
  expect(stdout).toBe('0\n');
  expect(existsSync(join(own, '.tieout/pg/data/PG_VERSION'))).toBe(true);
  expect(existsSync(join(own, '.tieout/pg/data/postmaster.pid'))).toBe(false);
});
