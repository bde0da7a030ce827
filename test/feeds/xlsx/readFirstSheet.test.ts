// Reading workbooks: what cells become, what is refused, and that nothing hostile gets further than its own thread.
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { BookWriter } from '../../../reports/xlsx/writer.ts';
import type { Cell } from '../../../reports/xlsx/cell.ts';
import { decimal, sum } from '../../../src/money/decimal.ts';
import { asCsv } from '../../../src/feeds/xlsx/asCsv.ts';
import type { LedgerRecord } from '../../../src/feeds/feed.ts';
import { canonicalLedger } from '../../../src/feeds/ledgerCsv.ts';
import { READ_LIMITS, readFirstSheet, type SheetRow } from '../../../src/feeds/xlsx/readFirstSheet.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tieout-xlsx-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** A workbook of one sheet, by our own writer. */
async function book(rows: Cell[][]): Promise<Buffer> {
  const path = join(folder, 'made.xlsx');
  const writer = await BookWriter.create(path, { title: 'made', createdAt: '2026-04-01T00:00:00Z' });
  const { part, sheet } = await writer.sheet({ widths: [] });
  for (const row of rows) await sheet.row(row);
  await sheet.end();
  await writer.finish([{ name: 'Extract', part }]);
  return readFile(path);
}

async function all(rows: AsyncGenerator<SheetRow[]>): Promise<SheetRow[]> {
  const taken: SheetRow[] = [];
  for await (const batch of rows) taken.push(...batch);
  return taken;
}

const DAY = { numberFormat: 'yyyy-mm-dd' };
const text = (value: string): Cell => ({ kind: 'text', text: value, style: {} });
const number = (digits: string): Cell => ({ kind: 'number', digits, style: {} });
const blank: Cell = { kind: 'blank', style: {} };

/** The parts of a smallest workbook around one sheet's XML. */
function parts(sheet: string, date1904 = false): Record<string, Uint8Array> {
  const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
  const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
  const rels = 'http://schemas.openxmlformats.org/package/2006/relationships';
  const types = 'application/vnd.openxmlformats-officedocument.spreadsheetml';
  return {
    '[Content_Types].xml': strToU8(
      `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="${types}.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="${types}.styles+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="${types}.worksheet+xml"/></Types>`,
    ),
    '_rels/.rels': strToU8(
      `<Relationships xmlns="${rels}"><Relationship Id="rId1" Type="${office}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    ),
    'xl/workbook.xml': strToU8(
      `<workbook xmlns="${main}" xmlns:r="${office}"><workbookPr date1904="${date1904 ? 1 : 0}"/><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    ),
    'xl/_rels/workbook.xml.rels': strToU8(
      `<Relationships xmlns="${rels}"><Relationship Id="rId1" Type="${office}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="${office}/styles" Target="styles.xml"/></Relationships>`,
    ),
    'xl/styles.xml': strToU8(
      `<styleSheet xmlns="${main}"><fonts count="1"><font/></fonts><fills count="1"><fill/></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf numFmtId="0"/></cellStyleXfs><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>`,
    ),
    'xl/worksheets/sheet1.xml': strToU8(
      `<worksheet xmlns="${main}"><sheetData>${sheet}</sheetData></worksheet>`,
    ),
  };
}

async function cellsOf(sheet: string, date1904 = false): Promise<string[]> {
  const opened = await readFirstSheet(zipSync(parts(sheet, date1904)), 'a.xlsx');
  return (await all(opened.rows)).flatMap((row) => row.cells);
}

describe('what cells become', () => {
  test('text stays text, numbers become the shortest decimal, dates become days', async () => {
    const sheet = await readFirstSheet(
      await book([
        [text('0040'), number('40'), number('12.30'), number('-0.05'), number('1068550.00')],
        [],
        [{ kind: 'date', day: '2026-03-31', style: DAY }, blank, text(' =1+1 '), text('a\nb _x0041_ \u0007')],
      ]),
      'extract.xlsx',
    );
    expect(sheet.sheet).toBe('Extract');
    expect(sheet.formulas).toBe(0);
    expect(await all(sheet.rows)).toEqual([
      { row: 1, cells: ['0040', '40', '12.3', '-0.05', '1068550'] },
      { row: 3, cells: ['2026-03-31', '', ' =1+1 ', 'a\nb _x0041_ \u0007'] },
    ]);
  });

  test('small and large numbers come without an exponent as long as no digit can be lost', async () => {
    expect(
      await cellsOf(
        '<row r="1"><c r="A1"><v>1E-7</v></c><c r="B1"><v>4.9E+13</v></c><c r="C1"><v>123456789012.345</v></c></row>',
      ),
    ).toEqual(['0.0000001', '49000000000000', '123456789012.345']);
  });

  test('more than 15 digits cannot be trusted and come in scientific form, which keys and amounts refuse', async () => {
    expect(
      await cellsOf(
        '<row r="1"><c r="A1"><v>0.30000000000000004</v></c><c r="B1"><v>4814769000000000</v></c><c r="C1"><v>12345678901234567890</v></c></row>',
      ),
    ).toEqual(['3.0000000000000004e-1', '4.814769e+15', '1.2345678901234567e+19']);
  });

  test('dates are those of the 1900 system, or of the 1904 system where the workbook says so', async () => {
    const row = '<row r="1"><c r="A1" s="1"><v>46112</v></c><c r="B1" s="1"><v>46112.5</v></c></row>';
    expect(await cellsOf(row)).toEqual(['2026-03-31', '2026-03-31T12:00:00']);
    expect(await cellsOf('<row r="1"><c r="A1" s="1"><v>44650</v></c></row>', true)).toEqual(['2026-03-31']);
  });

  test('a date cell before March 1900 is no date that we could name', async () => {
    expect(await cellsOf('<row r="1"><c r="A1" s="1"><v>60</v></c></row>')).toEqual(['60']);
  });

  test('a formula gives the value that it was saved with, and is counted', async () => {
    const opened = await readFirstSheet(
      zipSync(
        parts(
          '<row r="1"><c r="A1"><f>1+1</f><v>2</v></c><c r="B1" t="str"><f>"x"</f><v>x</v></c><c r="C1"><v>3</v></c></row>',
        ),
      ),
      'a.xlsx',
    );
    expect(opened.formulas).toBe(2);
    expect(await all(opened.rows)).toEqual([{ row: 1, cells: ['2', 'x', '3'] }]);
  });

  test('an error value refuses the file and names the cell', async () => {
    await expect(cellsOf('<row r="2"><c r="C2" t="e"><v>#REF!</v></c></row>')).rejects.toThrow(
      'a.xlsx: cell C2 holds an error value',
    );
  });
});

describe('what is refused', () => {
  const good = (): Uint8Array => zipSync(parts('<row r="1"><c r="A1"><v>1</v></c></row>'));

  test('a truncated file', async () => {
    await expect(readFirstSheet(good().subarray(0, 700), 'cut.xlsx')).rejects.toThrow(
      'cut.xlsx: the workbook is damaged or cut off',
    );
  });

  test('something else under the name of a workbook', async () => {
    await expect(readFirstSheet(strToU8('company,document\n'), 'a.xlsx')).rejects.toThrow('damaged');
    await expect(readFirstSheet(zipSync({ 'readme.txt': strToU8('hello') }), 'a.xlsx')).rejects.toThrow(
      'not an .xlsx workbook',
    );
  });

  test('a zip bomb, before it is unpacked', async () => {
    const bomb = zipSync({ ...parts(''), 'xl/media/zero.bin': new Uint8Array(40_000_000) });
    expect(bomb.length).toBeLessThan(100_000);
    // Whoever unpacks it finds it damaged.
    const data = Buffer.from(bomb).indexOf('xl/media/zero.bin') + 'xl/media/zero.bin'.length;
    bomb.fill(0xff, data, data + 1000);
    await expect(readFirstSheet(bomb, 'bomb.xlsx')).rejects.toThrow('at most 100 times its packed size');
  });

  test('a zip bomb whose directory lies about its size', async () => {
    const bomb = zipSync({ ...parts(''), 'xl/media/zero.bin': new Uint8Array(40_000_000) });
    const name = Buffer.from(bomb).lastIndexOf('xl/media/zero.bin');
    new DataView(bomb.buffer, bomb.byteOffset).setUint32(name - 46 + 24, 1000, true);
    await expect(readFirstSheet(bomb, 'liar.xlsx')).rejects.toThrow('damaged');
  });

  test('entries that share bytes', async () => {
    const archive = zipSync(
      { ...parts('<row r="1"/>'), 'a.xml': strToU8('<a/>'), 'b.xml': strToU8('<b/>') },
      { level: 0 },
    );
    const view = new DataView(archive.buffer, archive.byteOffset);
    const bytes = Buffer.from(archive);
    const [a, b] = [bytes.lastIndexOf('a.xml') - 46, bytes.lastIndexOf('b.xml') - 46];
    view.setUint32(b + 42, view.getUint32(a + 42, true), true);
    await expect(readFirstSheet(archive, 'twice.xlsx')).rejects.toThrow('damaged');
  });

  test('too many files inside, too many bytes', async () => {
    const many: Record<string, Uint8Array> = parts('');
    for (let index = 0; index < 200; index++) many[`xl/x${index}.xml`] = strToU8('<x/>');
    await expect(readFirstSheet(zipSync(many), 'many.xlsx')).rejects.toThrow('at most 200 files inside');
    await expect(readFirstSheet(good(), 'big.xlsx', { ...READ_LIMITS, packedBytes: 100 })).rejects.toThrow(
      'at most 100 packed bytes',
    );
  });

  test('one that takes too long or too much memory: its thread ends, we go on', async () => {
    let rows = '';
    for (let row = 1; row <= 60_000; row++)
      rows += `<row r="${row}"><c r="A${row}" t="str"><v>${row * 7919} text ${row}</v></c></row>`;
    const heavy = zipSync(parts(rows));
    await expect(readFirstSheet(heavy, 'slow.xlsx', { ...READ_LIMITS, timeoutMs: 20 })).rejects.toThrow(
      'takes too long',
    );
    await expect(readFirstSheet(heavy, 'heavy.xlsx', { ...READ_LIMITS, heapMb: 16 })).rejects.toThrow(
      'more memory',
    );
    expect(await cellsOf('<row r="1"><c r="A1"><v>1</v></c></row>')).toEqual(['1']);
  });

  test('an entity in a part is not expanded and reads no file', async () => {
    const evil = parts('');
    evil['xl/worksheets/sheet1.xml'] = strToU8(
      '<?xml version="1.0"?><!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>&x;</t></is></c></row></sheetData></worksheet>',
    );
    const opened = await readFirstSheet(zipSync(evil), 'evil.xlsx');
    expect(JSON.stringify(await all(opened.rows))).not.toContain('root:');
  });
});

describe('a workbook where CSV is expected', () => {
  test('the canonical ledger feed reads it, with the sheet rows as positions', async () => {
    const bytes = await book([
      [],
      [
        blank,
        ...['company', 'document', 'line', 'posting_date', 'account', 'currency', 'amount', 'text'].map(text),
      ],
      [
        blank,
        text('US01'),
        number('1900000001'),
        number('1'),
        { kind: 'date', day: '2026-03-31', style: DAY },
        text('0040'),
        text('USD'),
        number('-12.50'),
        text('a "b", c'),
      ],
      [],
      [
        blank,
        text('US01'),
        text('0000000002'),
        number('1'),
        text('2026-03-31'),
        text('0040'),
        text('USD'),
        number('0.10'),
      ],
    ]);
    const extract = await canonicalLedger.read([asCsv({ path: 'ledger.xlsx', bytes: () => [bytes] })]);
    const records: LedgerRecord[] = [];
    for await (const batch of extract.records) records.push(...batch);
    expect(
      records.map((record) => [record.position, record.outcome === 'line' ? record.fields : record.outcome]),
    ).toEqual([
      [3, ['US01', '1900000001', '1', '2026-03-31', '0040', 'USD', '-12.5', 'a "b", c']],
      [5, ['US01', '0000000002', '1', '2026-03-31', '0040', 'USD', '0.1', '']],
    ]);
    // What quarantine would keep can be read again by the same feed.
    const again = await canonicalLedger.read([asCsv({ path: 'replay', bytes: () => [records[0]!.raw()] })]);
    const first = await again.records.next();
    expect(first.value?.[0]).toMatchObject({
      outcome: 'line',
      fields: ['US01', '1900000001', '1', '2026-03-31', '0040', 'USD', '-12.5', 'a "b", c'],
    });
  });
});

const ADYEN = '../shared/data/adyen/adyen_test.xlsx';
describe.skipIf(!existsSync(ADYEN))('a real settlement report (skipped: ../shared/data is absent)', () => {
  test('Adyen batch 48: sums as its SOURCE says, header after three blank rows and a blank column', async () => {
    const sheet = await readFirstSheet(readFileSync(ADYEN), ADYEN);
    const rows = await all(sheet.rows);
    expect(rows[0]?.row).toBe(4);
    expect(rows[0]?.cells[0]).toBe('');
    expect(rows[0]?.cells[1]).toBe('Company Account');
    const at = (title: string): number => rows[0]!.cells.indexOf(title);
    const [type, debit, credit] = [at('Type'), at('Net Debit (NC)'), at('Net Credit (NC)')];
    const net = (row: SheetRow) => decimal(row.cells[credit] || '0').minus(decimal(row.cells[debit] || '0'));
    const of = (kind: string) =>
      sum(
        rows
          .slice(1)
          .filter((row) => row.cells[type] === kind)
          .map(net),
      ).toFixed(2);
    expect(rows.slice(1).filter((row) => row.cells[type] === 'Settled')).toHaveLength(19);
    expect({ settled: of('Settled'), fee: of('Fee'), payout: of('MerchantPayout') }).toEqual({
      settled: '23012.17',
      fee: '-5.90',
      payout: '-23006.27',
    });
    expect(rows[1]!.cells[at('Creation Date')]).toBe('2016-10-20T14:58:48');
    // 16 digits typed as a number: the spreadsheet lost the last ones, so the key must not be believed.
    expect(rows[1]!.cells[at('Psp Reference')]).toBe('4.814769e+15');
  });
});
if (!existsSync(ADYEN)) console.warn(`skipped: ${ADYEN} is not here`);
