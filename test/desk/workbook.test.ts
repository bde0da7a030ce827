// The workbook that comes back: filled in, re-saved, sorted, moved about and damaged by LibreOffice itself, then taken. What a
// reviewer wrote counts once, whatever became of its place; what is not what Tieout wrote is refused with its reason.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { type DecidedWorkbook, decideWorkbook } from '../../jobs/decisions/decideWorkbook.ts';
import { findCases } from '../../jobs/reports/findCases.ts';
import { reconcile } from '../../jobs/run/reconcile.ts';
import { report } from '../../jobs/reports/report.ts';
import type { Actor } from '../../jobs/administration/userKeys.ts';
import type { CaseRow } from '../../reports/caseModel.ts';
import { identityOf, readCases, type ReturnedCases } from '../../reports/readCases.ts';
import { isoDate } from '../../src/accounting/dates.ts';
import { readBook } from '../../src/feeds/xlsx/readBook.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { readScenario, scenarioProject, storeScenario } from '../scenarios/scenario.ts';

const office =
  spawnSync('soffice', ['--version']).status === 0 &&
  spawnSync('/usr/bin/python3', ['-c', 'import uno']).status === 0;
if (!office) console.warn('skipped: LibreOffice with its Python bridge (python3-uno) is not here');

const project = scenarioProject();
const folder = mkdtempSync(join(tmpdir(), 'tieout-desk-'));
const clock = (): number => Date.parse('2026-04-20T12:00:00Z');
const anna: Actor = { name: 'anna', role: 'reviewer', keyId: '', osUser: 'test' };
const mia: Actor = { ...anna, name: 'mia', role: 'preparer' };
let at: TestDatabase;
let original = '';
let projectId = '';

beforeAll(async () => {
  at = await testDatabase();
  await at.db.pool.query(
    `insert into tieout.app_user (name, role) values ('anna', 'reviewer'), ('mia', 'preparer')`,
  );
  const events = [...'abcdefgh'].map(
    (name, i) => `event E${name} 101 USD ${10 + i}.50 2026-03-02 SALE-${name}`,
  );
  const text = `complete 2026-03-31\n${events.join('\n')}\nledger La 101 USD 10.00 2026-03-02 SALE-a`;
  await storeScenario(at.db, readScenario(text), project.rulebook);
  await reconcile({ db: at.db, ...project, maker: 'test', clock, asOf: isoDate('2026-03-31') });
  original = (await report({ db: at.db, ...project, folder: project.config.reports })).path;
  const identity = identityOf(await readBook(readFileSync(original), original));
  if ('what' in identity) throw new Error(identity.what);
  projectId = identity.project;
});
afterAll(async () => {
  project.remove();
  rmSync(folder, { recursive: true });
  await at.drop();
});

type Step = readonly string[];
interface Order {
  open: string;
  save: string;
  format?: string;
  steps?: readonly Step[];
}

/** Has LibreOffice carry out the orders one after another; returns what it printed. */
function inOffice(orders: readonly Order[]): string {
  const run = spawnSync('/usr/bin/python3', ['test/desk/office.py'], {
    input: JSON.stringify(orders),
    encoding: 'utf8',
  });
  if (run.status !== 0) throw new Error(run.stderr);
  return run.stdout;
}

const named = (name: string): string => join(folder, `${name}.xlsx`);

async function read(path: string): Promise<ReturnedCases> {
  const returned = readCases(await readBook(readFileSync(path), path), projectId);
  if ('what' in returned) throw new Error(`${returned.what}: ${returned.found}`);
  return returned;
}

/** The parts of the workbook changed by hand: what a spreadsheet would not do. */
function edited(name: string, edit: (parts: Record<string, Uint8Array>) => void, from = original): string {
  const parts = unzipSync(readFileSync(from));
  edit(parts);
  writeFileSync(named(name), zipSync(parts));
  return named(name);
}

async function cases(): Promise<Map<string, CaseRow>> {
  const found = new Map<string, CaseRow>();
  for await (const row of findCases({ db: at.db, ...project }, {})) found.set(row.references[0] ?? '', row);
  return found;
}

const decide = (path: string, by = anna): Promise<DecidedWorkbook> =>
  decideWorkbook({ db: at.db, ...project, by, clock, path });

const saw: Step[] = [
  ['set', 'Event Eb', 'Decision', 'accept'],
  ['set', 'Event Eb', 'Reason or comment', 'the store lost it'],
];

describe.skipIf(!office)('by way of LibreOffice (skipped where it is not installed)', () => {
  /** What is done to the file, and by which the decision on Eb still counts. */
  const HARMLESS: Readonly<Record<string, readonly Step[]>> = {
    'saved again': [],
    sorted: [['sort', 'Amount']],
    'a row deleted': [['deleteRow', 'Event Ec']],
    'its row twice': [['copyRow', 'Event Eb']],
    'a column moved': [['moveColumn', 'Decision']],
    'the sheet renamed': [['renameSheet', 'My cases']],
    'the sheets swapped': [['moveSheet']],
    'the hidden sheet gone': [['removeSheet', 'tieout']],
    'a blank and capitals': [['set', 'Event Eb', 'Decision', ' Accept ']],
  };
  const HARMFUL: Readonly<Record<string, { steps: readonly Step[]; reason: string }>> = {
    'a formula': { steps: [['set', 'Event Eb', 'Reason or comment', '=1+1']], reason: 'BAD_CELL' },
    'another amount': { steps: [['set', 'Event Eb', 'Amount', '99.50']], reason: 'ALTERED' },
    'another currency': { steps: [['set', 'Event Eb', 'Cur.', 'EUR']], reason: 'ALTERED' },
    'no key': { steps: [['set', 'Event Eb', 'Key', '']], reason: 'NOT_OURS' },
    'a word that is no action': {
      steps: [['set', 'Event Eb', 'Decision', 'acept']],
      reason: 'UNKNOWN_ACTION',
    },
    'a day that can be read in two ways': {
      steps: [['set', 'Event Eb', 'Until', "'03/04/2026"]],
      reason: 'BAD_CELL',
    },
    'two decisions on one case': {
      steps: [
        ['copyRow', 'Event Eb'],
        ['set', 'Event Eb', 'Decision', 'wait'],
      ],
      reason: 'TWICE',
    },
  };

  test('what was written is found, or refused with its reason', async () => {
    const orders: Order[] = [
      ...Object.entries(HARMLESS).map(([name, steps]) => ({
        open: original,
        save: named(name),
        steps: [...saw, ...steps],
      })),
      ...Object.entries(HARMFUL).map(([name, { steps }]) => ({
        open: original,
        save: named(name),
        steps: [...saw, ...steps],
      })),
      { open: original, save: join(folder, 'way.ods'), format: 'calc8', steps: saw },
      { open: join(folder, 'way.ods'), save: named('by way of ods') },
    ];
    inOffice(orders);
    for (const name of [...Object.keys(HARMLESS), 'by way of ods']) {
      const { decided, refused } = await read(named(name));
      expect(refused, name).toEqual([]);
      expect(
        decided.map(({ title, action, comment }) => [title.slice(0, 8), action, comment]),
        name,
      ).toEqual([['Event Eb', 'accept', 'the store lost it']]);
    }
    for (const [name, { reason }] of Object.entries(HARMFUL)) {
      const { decided, refused } = await read(named(name));
      expect(decided, name).toEqual([]);
      expect([...new Set(refused.map((row) => row.reason))], name).toEqual([reason]);
    }
  });

  test('the drop-down offers what is possible for the row', () => {
    const printed = inOffice([
      {
        open: original,
        save: named('choices'),
        steps: [
          ['choices', 'Event Ea'],
          ['choices', 'Event Eb'],
        ],
      },
    ]);
    const [withAmount, missing] = printed
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as string);
    expect(withAmount).toContain('match');
    expect(missing).not.toContain('match');
    expect(missing).toContain('accept');
  });

  test('a reviewer decides in LibreOffice, and each row is answered', async () => {
    const steps: Step[] = [
      ['set', 'Event Ea', 'Decision', 'match'],
      ['set', 'Event Ea', 'Account', 'rounding'],
      ['set', 'Event Ea', 'Reason or comment', 'a typing error'],
      ...saw,
      ['set', 'Event Ec', 'Decision', 'wait'],
      ['set', 'Event Ec', 'Until', '2026-05-04'],
      ['set', 'Event Ec', 'Reason or comment', 'asked the store'],
      ['set', 'Event Ed', 'Assign to', 'mia'],
      ['set', 'Event Ee', 'Reason or comment', 'seen'],
      ['set', 'Event Ef', 'Decision', 'wait'],
      ['set', 'Event Eg', 'Decision', 'book'],
      ['set', 'Event Eh', 'Until', '2026-05-04'],
    ];
    inOffice([{ open: original, save: named('reviewed'), steps }]);
    const done = await decide(named('reviewed'));
    const outcomes = Object.fromEntries(done.rows.map((row) => [row.title.slice(6, 8), row]));
    expect(outcomes['Ea']).toMatchObject({ done: true });
    expect(outcomes['Eb']).toMatchObject({ done: true });
    expect(outcomes['Ec']!.outcome).toBe('put aside until 2026-05-04');
    expect(outcomes['Ed']!.outcome).toBe('given to mia');
    expect(outcomes['Ee']!.outcome).toBe('comment kept');
    expect(outcomes['Ef']).toMatchObject({ done: false, outcome: 'INCOMPLETE: wait needs until and why' });
    expect(outcomes['Eg']!.outcome).toMatch(/^NOT_POSSIBLE: book is not possible here; possible are accept/);
    expect(outcomes['Eh']!.outcome).toMatch(/^INCOMPLETE/);
    expect([done.done, done.refused]).toEqual([5, 3]);
    const now = await cases();
    expect(now.has('SALE-a')).toBe(false);
    expect(now.get('SALE-b')!.status).toBe('accepted');
    expect(now.get('SALE-c')).toMatchObject({ status: 'waiting', until: '2026-05-04' });
    expect(now.get('SALE-d')!.assignee).toBe('mia');
    expect(now.get('SALE-e')!.comments).toBe(1);
  });

  test('the same file again changes nothing; another person finds the case decided', async () => {
    const before = JSON.stringify(
      [...(await cases()).values()].map(({ seen, comments }) => [seen, comments]),
    );
    const again = await decide(named('reviewed'));
    expect(
      again.rows.filter((row) => row.done).every((row) => row.outcome.startsWith('done before, by upload 1')),
    ).toBe(true);
    expect(JSON.stringify([...(await cases()).values()].map(({ seen, comments }) => [seen, comments]))).toBe(
      before,
    );
    inOffice([
      {
        open: original,
        save: named('second'),
        steps: [
          ['set', 'Event Eb', 'Decision', 'wait'],
          ['set', 'Event Eb', 'Until', '2026-05-04'],
          ['set', 'Event Eb', 'Reason or comment', 'no'],
          ['set', 'Event Ee', 'Reason or comment', 'seen too'],
        ],
      },
    ]);
    const second = await decide(named('second'), mia);
    expect(second.rows.map(({ outcome }) => outcome)).toEqual([
      'comment kept',
      expect.stringMatching(
        /^STALE: the case changed since: .*\(accepted, MISSING_IN_LEDGER\); anna decided accept on 2026-04-20 12:00$/,
      ),
    ]);
    expect((await cases()).get('SALE-e')!.comments).toBe(2);
  });

  test('the answer opens in LibreOffice, with what became of each row in front', () => {
    const { answer } = { answer: join(project.config.reports, 'tieout-2026-03-31-run-3-answer-1.xlsx') };
    const run = spawnSync('soffice', [
      `-env:UserInstallation=file://${folder}/profile`,
      '--headless',
      '--convert-to',
      'csv',
      '--outdir',
      folder,
      answer,
    ]);
    expect(run.status).toBe(0);
    const csv = readFileSync(join(folder, 'tieout-2026-03-31-run-3-answer-1.csv'), 'utf8');
    expect(csv).toContain('What became of your decisions');
    expect(csv).toContain('put aside until 2026-05-04');
  });
});

describe('what no spreadsheet does', () => {
  test('properties lost, the hidden sheet left: still known', async () => {
    const path = edited('no properties', (parts) => {
      parts['docProps/custom.xml'] = strToU8(
        strFromU8(parts['docProps/custom.xml']!).replace(/<property .*<\/property>/, ''),
      );
    });
    expect(identityOf(await readBook(readFileSync(path), path))).toMatchObject({ project: projectId });
  });

  test('properties and hidden sheet of two workbooks are refused', async () => {
    const path = edited('two', (parts) => {
      parts['docProps/custom.xml'] = strToU8(
        strFromU8(parts['docProps/custom.xml']!).replaceAll(projectId, 'another'),
      );
    });
    await expect(decide(path)).rejects.toThrow(/says two things of itself/);
  });

  test('a workbook of another database is refused', async () => {
    const path = edited('other', (parts) => {
      for (const [name, bytes] of Object.entries(parts))
        if (name.endsWith('.xml')) parts[name] = strToU8(strFromU8(bytes).replaceAll(projectId, 'ffffffff'));
    });
    await expect(decide(path)).rejects.toThrow(/made from another database/);
  });

  test('macros, links to other files, half a file, no workbook: refused whole', async () => {
    const macros = edited('macros', (parts) => {
      parts['xl/vbaProject.bin'] = strToU8('x');
    });
    await expect(decide(macros)).rejects.toThrow(/holds what Tieout never wrote[^]*macros/);
    const links = edited('links', (parts) => {
      parts['xl/externalLinks/externalLink1.xml'] = strToU8('<x/>');
    });
    await expect(decide(links)).rejects.toThrow(/links to other files/);
    const half = readFileSync(original);
    writeFileSync(named('half'), half.subarray(0, half.length / 2));
    await expect(decide(named('half'))).rejects.toThrow(/damaged or cut off/);
    writeFileSync(named('text'), 'Case,Decision\n');
    await expect(decide(named('text'))).rejects.toThrow(/damaged|not an .xlsx|cannot be read/);
    await expect(decide(named('absent'))).rejects.toThrow(/cannot be read/);
  });

  test('a column renamed is told by its name', async () => {
    const path = edited('renamed', (parts) => {
      for (const [name, bytes] of Object.entries(parts))
        if (name.startsWith('xl/worksheets/sheet'))
          parts[name] = strToU8(strFromU8(bytes).replaceAll('>Decision<', '>Verdict<'));
    });
    await expect(decide(path)).rejects.toThrow(/lacks columns[^]*without Decision/);
  });

  test('a row of another workbook is not ours', async () => {
    cpSync(original, named('foreign'));
    const book = await readBook(readFileSync(original), original);
    const sheet = book.sheets.find(({ name }) => name === 'Cases')!;
    const head = sheet.rows.find(({ cells }) => cells.includes('Decision'))!;
    const row = sheet.rows.find(({ cells }) => cells.some((cell) => cell.startsWith('Event Eb')))!;
    row.cells[head.cells.indexOf('Decision')] = 'accept';
    expect(readCases(book, 'another project')).toMatchObject({
      decided: [],
      refused: [{ reason: 'ALTERED' }],
    });
    expect(readCases(book, projectId)).toMatchObject({ decided: [{ action: 'accept' }], refused: [] });
  });
});
