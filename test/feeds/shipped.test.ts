// The feeds that come with the program: each holds its examples, and real files that no one on the project wrote give their
// known truths.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { describe, expect, test } from 'vitest';

import { feedOf, feedPlaces } from '../../jobs/intake/feedCatalogue.ts';
import { checkFeeds, listFeeds } from '../../jobs/intake/feeds.ts';
import { ExactSum } from '../../src/feeds/language/exact.ts';
import { recordObject } from '../../src/feeds/language/examples.ts';
import { buildLookup } from '../../src/feeds/language/lookups.ts';
import { Reading } from '../../src/feeds/language/run.ts';
import { UserError } from '../../src/errors.ts';
import type { FileDefinition } from '../../src/feeds/language/definition.ts';
import { tableLines } from '../../src/feeds/language/tableLines.ts';
import { fileBytes } from '../../src/feeds/lines.ts';

const HOME = { folder: resolve('test/feeds') };
const DATA = resolve('../shared/data');
const absent = !existsSync(DATA);
if (absent) console.warn(`skipped, absent: ${DATA}`);

test('every shipped feed can be read, says on what it stands, and holds its examples', async () => {
  expect(await checkFeeds(HOME)).toMatchObject({ problems: [], feeds: feedPlaces(HOME).length });
  const feeds = listFeeds(HOME);
  expect(feeds.filter(({ standing }) => standing === undefined)).toEqual([]);
  expect(feeds.filter(({ standing }) => standing === 'sketch').length).toBeLessThanOrEqual(3);
});

interface Truth {
  records: Record<string, unknown>[];
  totals: Reading['totals'];
}

async function read(
  name: string,
  files: readonly string[],
  set: Readonly<Record<string, string>> = {},
  tables: Readonly<Record<string, readonly (readonly string[])[]>> = {},
): Promise<Truth> {
  const feed = feedOf(HOME, name);
  const lookups = new Map(
    feed.lookups.map((spec) => [spec.name, buildLookup(spec, tables[spec.name] ?? spec.rows)]),
  );
  const reading = new Reading(feed, {
    files: files.map((file) => ({ path: join(DATA, file), bytes: () => fileBytes(join(DATA, file)) })),
    set: new Map(Object.entries(set)),
    lookups,
  });
  const records: Truth['records'] = [];
  for await (const outcomes of reading.outcomes())
    for (const one of outcomes) if (one.outcome === 'record') records.push(recordObject(one));
  return { records, totals: reading.totals };
}

function sum(records: readonly Record<string, unknown>[], field: string): string {
  const total = new ExactSum();
  for (const record of records) {
    const value = (record['data'] as Record<string, string> | undefined)?.[field] ?? record[field];
    if (typeof value === 'string' && value !== '') total.add(value);
  }
  return total.text;
}

type Data = Record<string, Record<string, string>> & { lines: { cost: string }[] };

function byKey<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return groups;
}

/** What an event moves at cost, without its sign. */
function valueOf(event: Record<string, unknown>): string {
  const total = new ExactSum();
  for (const { cost } of (event['data'] as Data).lines) total.add(cost);
  return total.text.replace('-', '').replace(/\.?0+$/, '') || '0';
}

/** Amounts that a posting of a movement may be known by: the net of its stock accounts (200...), one side's gross. */
function bookedAs(entry: readonly Record<string, unknown>[]): ReadonlySet<string> {
  const net = new ExactSum();
  const debit = new ExactSum();
  const credit = new ExactSum();
  for (const line of entry) {
    const amount = String(line['amount']);
    if (String(line['account']).startsWith('200')) net.add(amount);
    (amount.startsWith('-') ? credit : debit).add(amount);
  }
  return new Set([net, debit, credit].map(({ text }) => text.replace('-', '').replace(/\.?0+$/, '') || '0'));
}

const ofKind = (records: Truth['records'], kind: string): Truth['records'] =>
  records.filter((one) => (one['data'] as Record<string, unknown>)['kind'] === kind);
const ofType = (records: Truth['records'], type: string): Truth['records'] =>
  records.filter((one) => one['type'] === `retail.${type}.v1`);

describe.skipIf(absent)('real files (skipped where ../shared is absent)', () => {
  test('Adyen batch 380, and batch 48 from a workbook whose header is not at its top', async () => {
    const { records, totals } = await read(
      'adyen-settlement',
      ['adyen/settlement_detail_report_batch_380.csv'],
      { company: 'NL01' },
    );
    const settled = ofKind(records, 'capture');
    expect([totals.rows, settled.length, sum(settled, 'gross'), sum(settled, 'net')]).toEqual([
      228,
      220,
      '56827.75',
      '56438.52',
    ]);
    expect([ofKind(records, 'refund').length, sum(ofKind(records, 'refund'), 'net')]).toEqual([
      6,
      '-1092.35',
    ]);
    expect(sum(ofType(records, 'payment.charged'), 'amount')).toBe('-38.1');
    expect(sum(ofType(records, 'payout.paid'), 'amount')).toBe('55308.07');
    const sheet = await read('adyen-settlement', ['adyen/adyen_test.xlsx'], { company: 'NL01' });
    expect([ofKind(sheet.records, 'capture').length, sum(ofKind(sheet.records, 'capture'), 'net')]).toEqual([
      19,
      '23012.17',
    ]);
    expect(sum(ofType(sheet.records, 'payment.charged'), 'amount')).toBe('-5.9');
    expect(sum(ofType(sheet.records, 'payout.paid'), 'amount')).toBe('23006.27');
    expect(sheet.totals.refused).toBe(0);
  });

  test('PayPal: 76 rows in three currencies, each balance the one before plus the row; a file without rows', async () => {
    const { records, totals } = await read('paypal-activity', ['paypal/activity_en.csv'], {
      company: 'US01',
    });
    expect([totals.rows, totals.refused, records.length]).toEqual([76, 0, 76]);
    expect(
      (await read('paypal-activity', ['paypal/empty_activity.csv'], { company: 'US01' })).records,
    ).toEqual([]);
  });

  test('CAMT: entries that do not come to the closing balance are told, with the difference; another message is refused', async () => {
    const { records, totals } = await read('camt053', ['camt053/test-camt053.xml'], { company: 'NL01' });
    expect([records.length, sum(records, 'amount')]).toEqual([3, '-12.99']);
    expect(totals.control).toEqual([expect.objectContaining({ ok: false, found: '-434.16', report: true })]);
    await expect(read('camt053', ['camt053/test-camt054.xml'], { company: 'NL01' })).rejects.toThrow(
      'NOT_THIS_FEED',
    );
  });

  test('SAP FI: 2,598 lines of 751 documents, debit and credit alike, the parked one without lines skipped by name', async () => {
    const { records, totals } = await read('sap-fi-tables', [
      'sap-gbi/BKPF_Pirates.csv',
      'sap-gbi/BSEG_Pirates.csv',
    ]);
    const debit = records.filter((one) => !String(one['company_amount']).startsWith('-'));
    expect([records.length, new Set(records.map((one) => one['document'])).size]).toEqual([2598, 751]);
    expect([sum(debit, 'company_amount'), sum(records, 'company_amount')]).toEqual(['2654475870.68', '0.00']);
    expect([...totals.skippedBy].map(([name, { count }]) => [name, count])).toEqual([
      ['BKPF without BSEG', 1],
    ]);
  });

  test('SAP movements: all 319 postings find their event by document and value, the 11 documents without one move no value', async () => {
    const { records, totals } = await read('sap-movements', [
      'sap-gbi/MKPF_Pirates.csv',
      'sap-gbi/MSEG_Pirates.csv',
    ]);
    expect([records.length, totals.refused]).toEqual([350, 0]);
    const { records: lines } = await read('sap-fi-tables', [
      'sap-gbi/BKPF_Pirates.csv',
      'sap-gbi/BSEG_Pirates.csv',
    ]);
    const posted = byKey(
      lines.filter((line) => line['journal_source'] === 'MKPF'),
      (line) => String(line['reference']),
    );
    const moved = byKey(records, (event) => String((event['data'] as Data)['keys']!['materialDocument']));
    const untied = [...posted].filter(([document, entry]) => {
      const values = (moved.get(document) ?? []).map((event) => valueOf(event));
      return !values.some((value) => value !== '0' && bookedAs(entry).has(value));
    });
    expect([posted.size, untied.map(([document]) => document)]).toEqual([319, []]);
    const unposted = [...moved].filter(([document]) => !posted.has(document));
    expect(unposted.flatMap(([, events]) => events.map(valueOf)).every((value) => value === '0')).toBe(true);
    const skipped = [...totals.skippedBy].map(([name, { count }]) => [name, count]);
    expect([unposted.length, skipped]).toEqual([
      10,
      [
        ['receipt of a stock transport order (its value moved when it was sent)', 1],
        ['MKPF without MSEG', 1],
      ],
    ]);
  });

  test('SAF-T Norway: 53 transactions, 170 lines, the totals that the file states', async () => {
    const { records, totals } = await read('saft-financial', ['saft-no/financial_888888888.xml'], {
      company: 'NO01',
    });
    const lines = records.filter((one) => one['document'] !== undefined);
    expect([lines.length, new Set(lines.map((one) => one['document'])).size]).toEqual([170, 53]);
    expect([sum(lines, 'debit'), sum(lines, 'credit')]).toEqual(['9487049.35', '9487049.35']);
    expect(records.length - lines.length).toBe(22);
    expect(totals.control.filter(({ ok }) => ok).map(({ name }) => name)).toEqual([
      'totalDebit',
      'totalCredit',
    ]);
  });

  test('FEC: one invoice of 7,760.45', async () => {
    const { records } = await read('fec', ['fec/odoo_l10n_fr_fec_expected.txt'], { company: 'FR01' });
    expect([records.length, sum(records, 'debit'), sum(records, 'credit')]).toEqual([
      5,
      '7760.45',
      '7760.45',
    ]);
  });

  test('DATEV: a booking is two or three lines that sum to nothing', async () => {
    const tables = {
      taxes: [
        ['8', '7', '1571'],
        ['9', '19', '1576'],
      ],
      automatic: [['8400', '19', '1776']],
    };
    const { records } = await read(
      'datev-extf',
      ['datev/EXTF_Buchungsstapel.csv'],
      { company: 'DE01' },
      tables,
    );
    expect([records.length, sum(records, 'amount')]).toEqual([6, '0.00']);
    expect(records.map((one) => one['posting_date'])).toContain('2018-02-21');
  });

  test('X12 810: two published invoices at their totals', async () => {
    const set = { company: 'US01', currency: 'USD', account: '2100' };
    const totals: unknown[] = [];
    for (const name of ['x12.810a.edi', 'x12.810b.edi'])
      totals.push(
        ...(await read('x12-810', [`edi-samples/${name}`], set)).records.map((one) => one['amount']),
      );
    expect(totals).toEqual(['-365.96', '-401.92']);
  });

  test('every CSV of csv-spectrum is read as its answer says, or refused with a reason', async () => {
    const folder = join(DATA, 'csv-spectrum');
    for (const name of readdirSync(join(folder, 'csvs'))) {
      const answer = JSON.parse(
        readFileSync(join(folder, 'json', name.replace(/csv$/, 'json')), 'utf8'),
      ) as object[];
      const rows: Record<string, string>[] = [];
      let header: string[] | undefined;
      const file = { path: name, bytes: () => fileBytes(join(folder, 'csvs', name)) };
      const definition = {
        format: 'csv',
        encoding: 'utf-8',
        delimiter: ',',
        quote: '"',
      } as unknown as FileDefinition;
      try {
        for await (const lines of tableLines(file, definition)) {
          for (const { fields } of lines) {
            const names = header;
            if (names === undefined) header = fields;
            else rows.push(Object.fromEntries(names.map((key, index) => [key, fields[index] ?? ''])));
          }
        }
        expect(rows, name).toEqual(answer);
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        expect(error.message, name).toContain('quote');
      }
    }
  });
});
