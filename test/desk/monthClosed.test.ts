// A small month, closed by three people with commands and the workbook alone: Mia prepares and fills in the workbook, Ben reviews,
// approves and certifies, Ana administers the key that signs the evidence. The world around them (tills, the ERP) is a story.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';
import { read, utils, write, type WorkSheet } from 'xlsx';

import { CASE_TITLES } from '../../reports/cases.ts';
import { type Answer, tieout } from '../cli/tieout.ts';
import { Story } from '../posting/story.ts';
import { appUrl } from '../support/appLogin.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';

let at: TestDatabase;
let story: Story;
let url: string;
const keys: Record<string, string> = {};

beforeAll(async () => {
  at = await testDatabase();
  story = new Story(at.db);
  url = await appUrl(at.db);
  const settings = join(story.folder, 'tieout.yaml');
  writeFileSync(settings, `${readFileSync(settings, 'utf8')}evidence: { keyFile: keys/evidence.pem }\n`);
});
afterAll(async () => {
  story.remove();
  await at.drop();
});

async function world(text: string): Promise<void> {
  const untrue = await story.tell(text);
  if (untrue.length > 0) throw new Error(untrue.join('\n'));
}

/** A command; with a person's name in front, theirs. */
function command(words: string, ...more: string[]): Promise<Answer> {
  const [first = '', ...rest] = words.split(' ');
  const key = keys[first];
  const own = key === undefined ? [first, ...rest] : [...rest, '--as', first];
  return tieout([...own, ...more], story.folder, { DATABASE_URL: url, TIEOUT_KEY: key });
}

async function ok(words: string, ...more: string[]): Promise<string> {
  const { code, out, said } = await command(words, ...more);
  expect(`${code} ${said}`, words).toBe('0 ');
  return out;
}

/** Writes into the row of a case, as a person does: by the titles of the columns. */
function fillIn(
  sheet: WorkSheet,
  name: string,
  cells: Partial<Record<keyof typeof CASE_TITLES, string>>,
): void {
  const rows = utils.sheet_to_json<string[]>(sheet, { header: 1, defval: '', blankrows: true });
  const titles = rows.findIndex((row) => row.includes(CASE_TITLES.decision));
  const row = rows.findIndex(
    (cellsOf, i) => i > titles && cellsOf.some((cell) => String(cell).includes(name)),
  );
  expect(row, name).toBeGreaterThan(titles);
  for (const [key, value] of Object.entries(cells)) {
    const column = rows[titles]!.indexOf(CASE_TITLES[key as keyof typeof CASE_TITLES]);
    utils.sheet_add_aoa(sheet, [[value]], { origin: { r: row, c: column } });
  }
}

test('the people, their keys', async () => {
  for (const [words, name] of [
    ['users add ana --role admin --json', 'ana'],
    ['ana users add mia --role preparer --json', 'mia'],
    ['ana users add ben --role reviewer --json', 'ben'],
  ] as const)
    keys[name] = (JSON.parse(await ok(words)) as { key: string }).key;
  expect(Object.keys(keys)).toEqual(['ana', 'mia', 'ben']);
});

test('the month as it comes: one sale is missing, one booked twice, one with another amount, one a little off', async () => {
  await world(`
    periods 2026-09=closed 2026-10=open 2026-11=open
    sale SO-1 10.00 2026-10-05
    sale SO-2 7.50 2026-10-06
    sale SO-3 9.00 2026-10-07
    sale SO-4 20.00 2026-10-08
    sale SO-5 30.00 2026-10-09
    booked 4711 SO-1 10.00 2026-10-05
    booked 4713 SO-3 9.00 2026-10-07
    booked 4723 SO-3 9.00 2026-10-07
    booked 4714 SO-4 22.00 2026-10-08
    booked 4715 SO-5 30.02 2026-10-09
    extract
    booked 4799 XX-9 0.01 2026-10-10
    extract`);
  expect((await command('reconcile --as-of 2026-10-31')).code).toBe(1);
  const { code, out } = await command('certify 2026-10 --company JN01');
  expect(code).toBe(1);
  for (const said of [/no balance was delivered/, /MISSING_IN_LEDGER 1/, /AWAITING_APPROVAL 1/])
    expect(out).toMatch(said);
});

test('Mia decides in the workbook: reverse, book the difference, accept', async () => {
  // Exit code 1: it has something for a person.
  const written = (await command('report --json')).out;
  const { path } = JSON.parse(written) as { path: string };
  const book = read(readFileSync(path), { cellStyles: true });
  const sheet = book.Sheets['Cases']!;
  fillIn(sheet, 'SO-3', { decision: 'reverse', comment: 'the till sent it twice' });
  fillIn(sheet, 'SO-4', { decision: 'writeOff', comment: 'the price was 20.00' });
  fillIn(sheet, 'SO-5', { decision: 'accept', comment: 'cents of the till' });
  fillIn(sheet, '4799', { decision: 'accept', comment: 'a cent that nobody knows' });
  const filled = join(story.folder, 'filled.xlsx');
  writeFileSync(filled, write(book, { type: 'buffer', bookType: 'xlsx' }) as Buffer);
  const out = await ok(`mia decide ${filled}`);
  expect(out).toMatch(/4 done, 0 refused/);
  // What is hers to ask is not hers to approve.
  expect((await command('mia approve --all-waiting 3')).out).toMatch(/mia may not approve/);
});

test('Ben sees what waits, approves exactly that, and it is posted', async () => {
  const shown = await ok('approve --dry-run --company JN01');
  expect(shown).toMatch(/about SO-2; asked for by /);
  expect(shown).toMatch(/about 4714, SO-4; asked for by mia/);
  expect(shown).toMatch(/JN01 +correction +2 +11\.00 +USD/);
  expect(shown).toMatch(/JN01 +missing +1 +7\.50 +USD/);
  expect((await command('ben approve --all-waiting 2')).said).toMatch(/another number of journals waits/);
  expect(await ok('ben approve --all-waiting 3')).toMatch(/APPROVED/);
  await ok('post');
  await world('erp takes\nextract');
  await command('reconcile --as-of 2026-10-31');
});

test('the balances prove it, and Ben certifies; nobody takes back what it stands on', async () => {
  expect((await command('ben certify 2026-10 --company JN01')).said).toMatch(/no balance was delivered/);
  // 10.00 + 7.50 + 9.00 + 20.00 + 30.02 + 0.01
  await world('balances 2026-10 1200=76.53 4000=-76.53');
  await command('reconcile --as-of 2026-10-31');
  expect((await command('mia certify 2026-10 --company JN01')).said).toMatch(/mia may not certify periods/);
  await ok('ben certify 2026-10 --company JN01');
  await ok('certify 2026-10 --company JN01');
  // The last run matched nothing and accepted nothing; the certified cut is its, all the same.
  const [last] = (await ok('list runs --json')).trim().split('\n');
  const { run } = JSON.parse(last!) as { run: string };
  const undo = await command(`ben undo run ${run} --why again`);
  expect(undo.said).toMatch(/certified periods stand on it; nothing was changed\n *found: +JN01 2026-10/);
  // Nothing matches the cent of 4799, which came in a delivery of its own.
  const batches = (await ok('list batches --json'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { batch: string; kind: string });
  const [second] = batches.filter(({ kind }) => kind === 'ledger').slice(-2);
  expect((await command(`ben withdraw batch ${second!.batch} --why wrong`)).said).toMatch(
    /certified periods stand on it/,
  );
  await ok('verify');
});

test('what is handed to the auditor proves itself, with the key that Ana keeps', async () => {
  await ok('ana evidence key new');
  const manifest = JSON.parse(await ok('evidence --period 2026-10 --company JN01 --out evidence --json')) as {
    signer: string;
  };
  await ok(`verify --evidence evidence --signer ${manifest.signer}`);
  expect((await command('verify --evidence evidence')).code).toBe(1);
});
