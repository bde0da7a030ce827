// The workbook of a run from the database: same run, same bytes; nothing half written; totals that agree; earlier runs as
// they were.
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { report } from '../../jobs/reports/report.ts';
import { verify } from '../../jobs/administration/verify.ts';
import { VERSION } from '../../src/version.ts';
import { canValidate, invalidParts, partsOf } from '../reports/packageParts.ts';
import { runScenario, scenarioProject } from '../scenarios/scenario.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';

const BOOKS = `
as-of    2026-03-31
complete 2026-03-31
event    E1   101  USD  100.00  2026-03-10  R1
ledger   L1   101  USD  100.00  2026-03-11  R1
event    E2   101  USD   50.00  2026-03-10  R2
event    E3   101  USD   70.00  2026-03-31  R3
ledger   L4   101  EUR   12.34  2026-03-05  =1+1
event    E5   101  USD   40.00  2026-03-12  R5
ledger   L5   102  USD   40.00  2026-03-12  R5
event    E7   101  USD    5.00  2026-03-10  R7
accept   E7
`;

let t: TestDatabase;
let folder = '';
const project = scenarioProject();
beforeAll(async () => {
  t = await testDatabase();
  folder = await mkdtemp(join(tmpdir(), 'tieout-report-'));
  await runScenario(t.db, project, BOOKS);
});
afterAll(async () => {
  project.remove();
  await rm(folder, { recursive: true });
  await t.drop();
});

const write = (name: string, run?: string) =>
  report({
    db: t.db,
    ...project,
    folder: join(folder, name),
    ...(run === undefined ? {} : { run }),
  });

const cellsOf = (parts: ReadonlyMap<string, string>): string => parts.get('xl/worksheets/sheet1.xml') ?? '';

describe('the workbook of a run', () => {
  test('is the same file twice, with nothing temporary beside it', async () => {
    const first = await write('twice');
    const bytes = await readFile(first.path);
    const second = await write('twice');
    expect(first.path).toMatch(/tieout-2026-03-31-run-3\.xlsx$/);
    expect(second).toEqual(first);
    expect((await readFile(second.path)).equals(bytes)).toBe(true);
    expect(await readdir(join(folder, 'twice'))).toHaveLength(1);
    expect(first.sheets.map((sheet) => sheet.name)).toEqual([
      'Summary',
      'Tie-out',
      'Cases',
      'Exceptions',
      'Journals',
      'Quarantine',
      'Run',
    ]);
  });

  test.skipIf(!canValidate)('is valid in every part (skipped where the schemas are absent)', async () => {
    expect(await invalidParts(await partsOf((await write('valid')).path))).toEqual([]);
  });

  test('of an earlier run shows what was known then', async () => {
    const before = cellsOf(await partsOf((await write('before', '1')).path));
    const after = cellsOf(await partsOf((await write('after')).path));
    expect(before).toContain('<t>open</t>');
    expect(before).not.toContain('<t>accepted</t>');
    expect(after).toContain('<t>accepted</t>');
  });

  test('text from the ledger is text, never a formula', async () => {
    const cells = cellsOf(await partsOf((await write('injection')).path));
    expect(cells).toContain('=1+1');
    expect(cells).not.toContain('<f>');
  });

  test('a run that is not there is named, with what to do', async () => {
    await expect(write('none', '99')).rejects.toThrow(/--run 99.*\n.*tieout list runs/);
  });

  test('verify proves its totals', async () => {
    const before = (await verify(t.db)).checks.find((check) => check.name.startsWith('10 '));
    expect(before).toMatchObject({ ok: true, evidence: [] });
  });
});

test('the engine names the version of its package', async () => {
  const { version } = JSON.parse(await readFile('package.json', 'utf8')) as { version: string };
  expect(VERSION).toBe(version);
});
