// Strict CSV: the odd files of csv-spectrum with their answers, and what is refused.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { describe, expect, it } from 'vitest';

import { readCsv } from '../../src/feeds/csv.ts';
import type { CsvRow } from '../../src/feeds/csv.ts';
import { readLines } from '../../src/feeds/lines.ts';
import type { RawLine } from '../../src/feeds/lines.ts';
import { readTable } from '../../src/feeds/table.ts';

const SPECTRUM = resolve('../shared/data/csv-spectrum');
const absent = !existsSync(SPECTRUM);
if (absent) console.warn(`skipped, absent: ${SPECTRUM}`);

async function rowsOf(bytes: Buffer | string, chunk = 1 << 20): Promise<CsvRow[]> {
  const whole = Buffer.from(bytes);
  const pieces: Buffer[] = [];
  for (let from = 0; from < whole.length; from += chunk) pieces.push(whole.subarray(from, from + chunk));
  const rows: CsvRow[] = [];
  for await (const some of readCsv(readLines(pieces, 1 << 20), 'file.csv')) rows.push(...some);
  return rows;
}

describe.skipIf(absent)('csv-spectrum (skipped where ../shared is absent)', () => {
  const names = absent
    ? []
    : readdirSync(join(SPECTRUM, 'csvs'))
        .map((name) => name.replace('.csv', ''))
        .filter((name) => name !== 'location_coordinates');

  it('location_coordinates is refused: RFC 4180 has no quote inside a field without quotes', async () => {
    await expect(rowsOf(readFileSync(join(SPECTRUM, 'csvs', 'location_coordinates.csv')))).rejects.toThrow(
      'a quote inside field 2',
    );
  });

  it.each(names)('%s, also byte by byte', async (name) => {
    const bytes = readFileSync(join(SPECTRUM, 'csvs', `${name}.csv`));
    const answer = JSON.parse(readFileSync(join(SPECTRUM, 'json', `${name}.json`), 'utf8')) as Record<
      string,
      string
    >[];
    for (const chunk of [1 << 20, 1]) {
      const [head, ...rows] = await rowsOf(bytes, chunk);
      const read = rows.map(({ fields }) =>
        Object.fromEntries(head!.fields.map((column, i) => [column, fields[i]])),
      );
      expect(read).toEqual(answer);
    }
  });
});

describe('rows', () => {
  it('know their line, offset and bytes, over quoted line breaks, CRLF and a byte order mark', async () => {
    const rows = await rowsOf('\ufeffa,b\r\n"x\r\ny",1\r\n\r\nlast,2');
    expect(
      rows.map(({ line, offset, bytes, fields }) => ({ line, offset, text: bytes.toString(), fields })),
    ).toEqual([
      { line: 1, offset: 0, text: 'a,b', fields: ['a', 'b'] },
      { line: 2, offset: 8, text: '"x\r\ny",1', fields: ['x\r\ny', '1'] },
      { line: 5, offset: 20, text: 'last,2', fields: ['last', '2'] },
    ]);
  });

  it.each([
    ['a,b\n"x,1\n', 'file.csv:2: a quote opens a field that is not closed'],
    ['a,b\nx"y"z,1\n', 'file.csv:2: a quote inside field 1, which is not quoted'],
    ['a,b\n"x"y,1\n', 'file.csv:2: text after the closing quote of field 1'],
  ])('are refused with broken quoting: %j', async (text, message) => {
    await expect(rowsOf(text)).rejects.toThrow(message);
  });

  it('are refused with half a character, naming the byte', async () => {
    const bytes = Buffer.concat([Buffer.from('a,b\ncaf'), Buffer.from([0xc3]), Buffer.from(',1\n')]);
    await expect(rowsOf(bytes)).rejects.toThrow(
      'file.csv:2: the file is not UTF-8\n  expected: UTF-8 text\n  found:    byte 0xc3 at byte 4 of the line',
    );
  });
});

describe('a table', () => {
  const shape = { required: ['company', 'amount'], optional: ['reference'] };
  const open = (text: string): ReturnType<typeof readTable> =>
    readTable(text === '' ? [] : [Buffer.from(text)], 'x.csv', shape);

  it.each([
    ['', 'x.csv: the file is empty'],
    ['company\n', 'x.csv:1: the header lacks amount'],
    ['company,amount,refrence\n', 'x.csv:1: unknown column "refrence": did you mean reference?'],
    ['company,amount,amount\n', 'x.csv:1: the column amount comes twice'],
  ])('with the header %j is refused', async (text, message) => {
    await expect(open(text)).rejects.toThrow(message);
  });

  it('keeps a row with its header as a file by itself', async () => {
    const table = await open('company,amount\r\nUS01,1.00\r\n');
    const rows = [];
    for await (const chunk of table.rows) rows.push(...chunk);
    expect(rows[0]?.raw().toString()).toBe('company,amount\nUS01,1.00');
  });
});

describe('lines', () => {
  it('above the limit keep their beginning, and the next line is whole', async () => {
    const lines: RawLine[] = [];
    const long = 'x'.repeat(300_000);
    async function* chunks(): AsyncGenerator<Buffer> {
      for (const piece of [`a\n${long}`, long, long, `${long}\nb\n`]) yield Buffer.from(piece);
    }
    for await (const some of readLines(chunks(), 1 << 20)) lines.push(...some);
    expect(
      lines.map(({ number, offset, bytes, tooLarge }) => ({ number, offset, size: bytes.length, tooLarge })),
    ).toEqual([
      { number: 1, offset: 0, size: 1, tooLarge: false },
      { number: 2, offset: 2, size: 65_536, tooLarge: true },
      { number: 3, offset: 1_200_003, size: 1, tooLarge: false },
    ]);
  });
});
