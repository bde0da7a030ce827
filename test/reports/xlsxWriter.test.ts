// The writer by itself: valid parts with everything that it can do, text that stays text, the same bytes again.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import {
  cellXml,
  columnLetters,
  daySerial,
  fitsDouble,
  looksLikeFormula,
  type Cell,
} from '../../reports/xlsx/cell.ts';
import { BookWriter } from '../../reports/xlsx/writer.ts';
import { CELL_TEXT_LIMIT, cellTextXml, xmlText } from '../../reports/xlsx/xml.ts';
import { readFirstSheet } from '../../src/feeds/xlsx/readFirstSheet.ts';
import { canValidate, invalidParts, partsOf } from './packageParts.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tieout-writer-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

const PROPERTIES = { title: 'A & B <test>', createdAt: '2026-04-01T00:00:00.123Z' };
const text = (value: string): Cell => ({ kind: 'text', text: value, style: {} });

async function write(name: string, rows: readonly (readonly Cell[])[]): Promise<string> {
  const path = join(folder, name);
  const book = await BookWriter.create(path, PROPERTIES);
  const { part, sheet } = await book.sheet({ widths: [10] });
  for (const row of rows) await sheet.row(row);
  await sheet.end();
  await book.finish([{ name: 'One', part }]);
  return path;
}

/** Every feature at once, so that the order of elements is put to the test. */
async function writeEverything(path: string): Promise<void> {
  const book = await BookWriter.create(path, PROPERTIES);
  const { part, sheet } = await book.sheet({
    widths: [12, 30],
    freeze: { rows: 1, columns: 1 },
    tabColor: '1F3A5F',
    zoom: 90,
    selected: true,
  });
  const money = { numberFormat: '#,##0.00_);[Red]\\(#,##0.00\\)', align: 'right', top: 'thin' } as const;
  await sheet.row([text('a & "b" <c>'), text('=1+1')], { points: 20 });
  await sheet.row([
    { kind: 'number', digits: '-1234.50', style: money },
    { kind: 'date', day: '2026-03-31', style: { numberFormat: 'yyyy\\-mm\\-dd' } },
  ]);
  await sheet.row([
    { kind: 'formula', formula: 'A2*2', cached: { kind: 'number', digits: '-2469.00' }, style: money },
    {
      kind: 'formula',
      formula: 'A1&"<"',
      cached: { kind: 'text', text: 'a & "b" <c><' },
      style: { unlocked: true, fill: 'FFF4DB' },
    },
    { kind: 'instant', at: '2026-04-03T04:12:09Z', style: { wrap: true, indent: 1 } },
    { kind: 'blank', style: { bold: true, italic: true, underline: true } },
  ]);
  const series = { range: '$A$2:$A$3', cached: ['-1234.50', '-2469.00'] };
  const chart = {
    title: 'Chart & <title>',
    sheet: "It's",
    categories: series,
    values: series,
    color: '3B6EA5',
    from: { column: 4, row: 1 },
    to: { column: 8, row: 12 },
  };
  await sheet.end(
    {
      filter: 'A1:B3',
      merged: ['C1:D1'],
      conditions: [
        {
          range: 'A2:A3',
          when: { cell: 'equal', value: '0' },
          look: { color: '1E6B34', fill: 'E3F3E6', bold: true },
        },
        { range: 'B2:B3', when: { formula: '$A2<0' }, look: { fill: 'FFFFFF' } },
      ],
      choices: [
        { range: 'B3:B9', choices: ['accept', 'wait'], title: 'Decision', message: 'accept or wait' },
      ],
      links: [{ cell: 'A1', sheet: "It's", target: 'B2' }],
      locked: true,
      print: { footer: 'R&D <x>', onePage: true },
      digitsAsText: 'A1:B3',
    },
    [
      { ...chart, type: 'bar' },
      { ...chart, type: 'line' },
    ],
  );
  await book.finish(
    [{ name: "It's", part, repeatRows: [1, 1], filter: 'A1:B3', printArea: 'A1:B3' }],
    [{ name: 'first_cell', refersTo: "'It''s'!$A$1" }],
  );
}

describe('a workbook with everything in it', () => {
  test.skipIf(!canValidate)(
    'is valid against the schemas, part by part (skipped where xmllint or the schemas are absent)',
    async () => {
      const path = join(folder, 'everything.xlsx');
      await writeEverything(path);
      const parts = await partsOf(path);
      expect([...parts.keys()].toSorted()).toEqual([
        '[Content_Types].xml',
        '_rels/.rels',
        'docProps/app.xml',
        'docProps/core.xml',
        'docProps/custom.xml',
        'xl/_rels/workbook.xml.rels',
        'xl/charts/chart1.xml',
        'xl/charts/chart2.xml',
        'xl/drawings/_rels/drawing1.xml.rels',
        'xl/drawings/drawing1.xml',
        'xl/styles.xml',
        'xl/workbook.xml',
        'xl/worksheets/_rels/sheet1.xml.rels',
        'xl/worksheets/sheet1.xml',
      ]);
      expect(await invalidParts(parts)).toEqual([]);
    },
  );

  test('has the same bytes when written again, in any time zone', async () => {
    const hashes = new Set<string>();
    const zone = process.env.TZ;
    for (const tz of ['UTC', 'Asia/Tokyo', 'America/New_York']) {
      process.env.TZ = tz;
      const path = join(folder, 'again.xlsx');
      await writeEverything(path);
      hashes.add(
        createHash('sha256')
          .update(await readFile(path))
          .digest('hex'),
      );
    }
    if (zone === undefined) delete process.env.TZ;
    else process.env.TZ = zone;
    expect(hashes.size).toBe(1);
  });
});

describe('a file is whole or not there', () => {
  test('an abandoned workbook leaves nothing', async () => {
    const book = await BookWriter.create(join(folder, 'gone.xlsx'), PROPERTIES);
    const { sheet } = await book.sheet({ widths: [] });
    await sheet.row([text('a')]);
    await book.abandon();
    expect((await readdir(folder)).filter((name) => name.startsWith('gone'))).toEqual([]);
  });

  test('a sheet that was written must be listed', async () => {
    const book = await BookWriter.create(join(folder, 'unlisted.xlsx'), PROPERTIES);
    const { sheet } = await book.sheet({ widths: [] });
    await sheet.end();
    await expect(book.finish([])).rejects.toThrow('written: 1 to 1');
    await book.abandon();
  });
});

describe('text stays text', () => {
  test.each([
    '=1+1',
    '+1',
    '-1',
    '@SUM(A1)',
    '\t=1',
    ' =1',
    '\ufeff=1',
    '\u200b=1',
    '\uff1d1',
    '|calc',
    '\r1',
  ])('%j is quoted', (value) => {
    expect(looksLikeFormula(value)).toBe(true);
  });

  test.each(['a=1', '12', '', 'SO-1', '0040'])('%j is not', (value) => {
    expect(looksLikeFormula(value)).toBe(false);
  });

  test('what XML cannot carry is written as the standard says', () => {
    expect(xmlText('a\u0007b\r\n_x0041_<&>"\'')).toBe(
      'a_x0007_b_x000D_\n_x005F_x0041_&lt;&amp;&gt;&quot;&apos;',
    );
    expect(cellTextXml(' a \n')).toBe('_x0020_a_x0020__x000A_');
    expect(xmlText('\ud800x\udc00 \u{1f600}')).toBe('\ufffdx\ufffd \u{1f600}');
  });

  test('a text longer than a cell is cut with a mark, never through a character', () => {
    const cut = cellTextXml('\u{1f600}'.repeat(20_000));
    expect(cut.length).toBeLessThanOrEqual(CELL_TEXT_LIMIT);
    expect(cut).toMatch(/\u{1f600} \[\.\.\. cut: longer than a cell holds\]$/u);
  });

  test('any text comes back from a reader as it was, and never as a formula', async () => {
    const strings = fc.sample(fc.string({ unit: 'binary', maxLength: 40 }), { numRuns: 400, seed: 7 });
    strings.push('=cmd|"/c calc"!A1', '_x000D_', '\u0000\u0001', ' ', '<c><f>1</f></c>', ']]>', '-- \n\t');
    const sheet = await readFirstSheet(
      await readFile(
        await write(
          'strings.xlsx',
          strings.map((value) => [text('|'), text(value), text('|')]),
        ),
      ),
      'strings',
    );
    expect(sheet.formulas).toBe(0);
    const back: string[] = [];
    for await (const rows of sheet.rows) back.push(...rows.map((row) => row.cells[1] ?? ''));
    expect(back).toEqual(strings);
  });

  const BLNS = '../shared/data/blns/blns.json';
  test.skipIf(!existsSync(BLNS) || !canValidate)(
    'the big list of naughty strings leaves the sheet valid',
    async () => {
      const strings = JSON.parse(await readFile(BLNS, 'utf8')) as string[];
      const parts = await partsOf(
        await write(
          'blns.xlsx',
          strings.map((value) => [text(value)]),
        ),
      );
      expect(await invalidParts(parts)).toEqual([]);
      expect(parts.get('xl/worksheets/sheet1.xml')).not.toContain('<f>');
    },
  );
});

describe('numbers and dates', () => {
  test('a number is written as it stands; what is no decimal is refused', () => {
    const cell = (digits: string): string => cellXml('A1', { kind: 'number', digits, style: {} }, () => 0);
    expect(cell('-1234567890123.40')).toContain('<v>-1234567890123.40</v>');
    for (const bad of ['1e5', '', 'NaN', '1,5', '</v>', ' 1'])
      expect(() => cell(bad)).toThrow('not a decimal number');
  });

  test('15 significant digits fit a double, 16 do not', () => {
    expect(['1234567890123.45', '-0.00000123456789012345', '123456789012345000'].map(fitsDouble)).toEqual([
      true,
      true,
      true,
    ]);
    expect(['1234567890123.456', '9007199254740993'].map(fitsDouble)).toEqual([false, false]);
  });

  test('days count from 1900 as spreadsheets do, and older ones stay text', () => {
    expect(daySerial('1900-03-01')).toBe(61);
    expect(daySerial('2026-03-31')).toBe(46112);
    expect(daySerial('1900-02-28')).toBeUndefined();
    expect(cellXml('A1', { kind: 'date', day: '1899-12-31', style: {} }, () => 0)).toContain(
      '<t>1899-12-31</t>',
    );
  });

  test('columns have letters', () => {
    expect([1, 26, 27, 52, 53, 702, 703, 16384].map(columnLetters)).toEqual([
      'A',
      'Z',
      'AA',
      'AZ',
      'BA',
      'ZZ',
      'AAA',
      'XFD',
    ]);
  });
});
