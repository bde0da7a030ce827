// The report as text and as a workbook: goldens, the law of the tie-out in live formulas, LibreOffice as the judge.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { Report } from '../../reports/model.ts';
import { reportSheets } from '../../reports/report.ts';
import { amountText, reportText } from '../../reports/text.ts';
import { writeWorkbook } from '../../reports/workbook.ts';
import { BOOK, march } from './march.ts';
import { canValidate, invalidParts, partsOf } from './packageParts.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tieout-workbook-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function book(report: Report, rowLimit?: number): Promise<string> {
  const path = join(folder, 'book.xlsx');
  await writeWorkbook(path, reportSheets(report), {
    ...BOOK,
    ...(rowLimit === undefined ? {} : { rowLimit }),
  });
  return path;
}

describe('as text', () => {
  test('every sheet reads as its golden file (TIEOUT_UPDATE=1 writes them anew)', async () => {
    const goldens = 'test/golden/report';
    for (const [name, text] of await reportText(reportSheets(march()))) {
      const path = join(goldens, `${name.toLowerCase()}.txt`);
      if (process.env.TIEOUT_UPDATE === '1') {
        await mkdir(goldens, { recursive: true });
        await writeFile(path, `${text}\n`);
      }
      expect(`${text}\n`, path).toBe(await readFile(path, 'utf8'));
    }
  });

  test('amounts are grouped, negative ones in parentheses, at the scale of their currency', () => {
    expect(amountText('-1234567.5', 'USD')).toBe('(1,234,567.50)');
    expect(amountText('1000', 'JPY')).toBe('1,000 ');
    expect(amountText('0.005', 'USD')).toBe('0.005 ');
    expect(amountText('-0.00', 'USD')).toBe('0.00 ');
  });
});

describe('as a workbook', () => {
  test.skipIf(!canValidate)(
    'every part is valid, in one worksheet or continued on further ones',
    async () => {
      expect(await invalidParts(await partsOf(await book(march())))).toEqual([]);
      expect(await invalidParts(await partsOf(await book(march(), 14)))).toEqual([]);
    },
  );

  test('tabs are in reading order although the details are written first', async () => {
    const workbook = (await partsOf(await book(march()))).get('xl/workbook.xml') ?? '';
    expect([...workbook.matchAll(/<sheet name="([^"]+)"/g)].map((match) => match[1])).toEqual([
      'Summary',
      'Tie-out',
      'Exceptions',
      'Journals',
      'Quarantine',
      'Run',
    ]);
    expect(workbook).toContain('fullCalcOnLoad="1"');
  });

  test('only formulas of our own are in it, and no link leads out', async () => {
    const parts = await partsOf(await book(march()));
    for (const [name, xml] of parts) {
      expect(xml, name).not.toContain('TargetMode');
      for (const [, formula] of xml.matchAll(/<f>([^<]*)<\/f>/g)) {
        expect(formula).toMatch(/^(ROUND\(|SUMIFS\(|\$[A-Z]+\d+-|0$)/);
        expect(formula).not.toMatch(/HYPERLINK|http|cmd/i);
      }
    }
    const exceptions = parts.get('xl/worksheets/sheet1.xml') ?? '';
    expect(exceptions).not.toContain('<f>');
    expect(exceptions).toContain('SO-1001, =HYPERLINK(&quot;http://example.invalid&quot;,&quot;click&quot;)');
  });

  test('a broken law is shown, not smoothed over', async () => {
    const report = march();
    const [first, ...rest] = report.statement.reconciliations;
    const off = { ...first!, ledgerLines: { ...first!.ledgerLines, amount: '1483472.88' } };
    const broken: Report = { ...report, statement: { ...report.statement, reconciliations: [off, ...rest] } };
    const summary = (await reportText(reportSheets(broken))).get('Summary');
    expect(summary).toContain('NO: USD 0.01 without a reason');
  });

  test('a leg in no row of the tie-out is a fault', async () => {
    const report = march();
    const reconciliations = report.statement.reconciliations.slice(1);
    const broken: Report = { ...report, statement: { ...report.statement, reconciliations } };
    await expect(book(broken)).rejects.toThrow('no tie-out row for an exception');
    expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  test('an amount with more than 15 digits is text with a note, and no formula counts over it', async () => {
    const report = march();
    const [first, ...rest] = report.statement.reconciliations;
    const long = {
      ...first!,
      expected: { ...first!.expected, amount: '12345678901234567.89' },
      ledgerLines: { ...first!.ledgerLines, amount: '12345678901235730.21' },
    };
    const parts = await partsOf(
      await book({ ...report, statement: { ...report.statement, reconciliations: [long, ...rest] } }),
    );
    const tieOut = parts.get('xl/worksheets/sheet5.xml') ?? '';
    expect(tieOut).toContain('<t>12345678901234567.89</t>');
    expect(tieOut).toContain('2 amounts have more than the 15 digits');
    expect(/<c r="I5"[^>]*><v>1162\.32<\/v>/.test(tieOut)).toBe(true);
  });
});

const office = spawnSync('soffice', ['--version']).status === 0;
if (!office) console.warn('skipped: LibreOffice (soffice) is not here');

/** Converts with LibreOffice: every sheet as CSV with its values unformatted. */
async function calculated(path: string): Promise<Map<string, string>> {
  const out = await mkdtemp(join(folder, 'csv-'));
  const profile = `-env:UserInstallation=file://${join(folder, 'office')}`;
  const filter = 'csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1';
  const run = spawnSync('soffice', [profile, '--headless', '--convert-to', filter, '--outdir', out, path], {
    encoding: 'utf8',
    timeout: 90_000,
  });
  expect(run.status, run.stderr).toBe(0);
  const sheets = new Map<string, string>();
  for (const name of await readdir(out))
    sheets.set(name.replace(/^[^-]*-|\.csv$/g, ''), await readFile(join(out, name), 'utf8'));
  return sheets;
}

/** The same workbook without the cached values of formulas: LibreOffice believes those that it finds. */
async function withoutCaches(path: string): Promise<string> {
  const parts = unzipSync(await readFile(path));
  let removed = 0;
  for (const [name, bytes] of Object.entries(parts)) {
    if (!name.startsWith('xl/worksheets/sheet')) continue;
    const xml = strFromU8(bytes).replace(/(<f>[^<]*<\/f>)<v>[^<]*<\/v>/g, (_, head: string) => {
      removed += 1;
      return head;
    });
    parts[name] = strToU8(xml);
  }
  expect(removed).toBeGreaterThan(50);
  const other = join(folder, 'uncached.xlsx');
  await writeFile(other, zipSync(parts));
  return other;
}

describe.skipIf(!office)('LibreOffice (skipped where it is not installed)', () => {
  test.each([undefined, 14])(
    'calculates every formula to the value that we wrote beside it (rows a sheet: %s)',
    async (limit) => {
      const path = await book(march(), limit);
      const recalculated = await calculated(await withoutCaches(path));
      const before = await cachedValues(path);
      expect(before.size).toBeGreaterThan(50);
      for (const [place, value] of before) {
        const [sheet = '', row = '', column = ''] = place.split('|');
        const line = (recalculated.get(sheet) ?? '').split('\n')[Number(row) - 1] ?? '';
        expect(Number(csvFields(line)[Number(column)]), place).toBe(Number(value));
      }
    },
  );
});

/** Cached values of formulas by `sheet row column`. */
async function cachedValues(path: string): Promise<Map<string, string>> {
  const parts = await partsOf(path);
  const names = [
    ...(parts.get('xl/workbook.xml') ?? '').matchAll(/<sheet name="([^"]+)" sheetId="\d+" r:id="rId(\d+)"/g),
  ];
  const values = new Map<string, string>();
  for (const [, name, part] of names) {
    const xml = parts.get(`xl/worksheets/sheet${part}.xml`) ?? '';
    for (const [, letters = '', row, value] of xml.matchAll(
      /<c r="([A-Z]+)(\d+)"[^>]*><f>[^<]*<\/f><v>([^<]*)/g,
    )) {
      let column = 0;
      for (const letter of letters) column = column * 26 + letter.charCodeAt(0) - 64;
      values.set(`${name}|${row}|${column - 1}`, value ?? '');
    }
  }
  return values;
}

function csvFields(line: string): string[] {
  return [...line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)].map((match) =>
    (match[1] ?? '').replace(/^"|"$/g, ''),
  );
}

const PAGES = process.env.TIEOUT_PAGES;
test.skipIf(!office || PAGES === undefined || !existsSync(PAGES))(
  'pages to look at (TIEOUT_PAGES=folder)',
  async () => {
    const profile = `-env:UserInstallation=file://${join(folder, 'office')}`;
    const run = spawnSync('soffice', [
      profile,
      '--headless',
      '--convert-to',
      'pdf',
      '--outdir',
      PAGES ?? '',
      await book(march()),
    ]);
    expect(run.status).toBe(0);
  },
);
