// The SAP feeds against the real tables of the Global Bike demo company, and their traps in small.
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { ingestFiles } from '../../jobs/intake/ingest.ts';
import { reconcile } from '../../jobs/run/reconcile.ts';
import { isoDate } from '../../src/accounting/dates.ts';
import { loadConfig } from '../../src/config/load.ts';
import { checkRulebook, loadRulebook } from '../../src/config/rulebookFiles.ts';
import type { FeedFile, LedgerRecord } from '../../src/feeds/feed.ts';
import { sapFi } from '../../src/feeds/sapFi.ts';
import { sapAmount, sapDate } from '../../src/feeds/sapTable.ts';
import { testDatabase } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';

const GBI = resolve('../shared/data/sap-gbi');
const absent = !existsSync(GBI);
if (absent) console.warn(`skipped, absent: ${GBI}`);
const gbi = (...tables: string[]): string[] => tables.map((table) => join(GBI, `${table}_Pirates.csv`));
const clock = (): number => Date.parse('2018-06-15T12:00:00Z');

describe.skipIf(absent)('the Global Bike tables (skipped where ../shared is absent)', () => {
  const config = loadConfig('examples/sap-goods-issue/tieout.yaml', {});
  const rulebook = loadRulebook(config);
  let at: TestDatabase;
  beforeAll(async () => {
    at = await testDatabase();
  });
  afterAll(() => at.drop());

  it('come in: 350 events of 330 movement documents, one of no value skipped by name, all 2,598 lines', async () => {
    const movements = await ingestFiles(at.db, config, rulebook, 'events', gbi('MKPF', 'MSEG'), {
      feed: 'sap-movements',
      clock,
    });
    expect(movements.files).toMatchObject([
      { received: 351, accepted: 350, duplicates: 0, skipped: 1, quarantined: 0 },
    ]);
    const ledger = await ingestFiles(at.db, config, rulebook, 'ledger', gbi('BSEG', 'BKPF'), {
      feed: 'sap-fi',
      clock,
    });
    expect(ledger.files).toMatchObject([
      { received: 2598, accepted: 2598, duplicates: 0, skipped: 0, quarantined: 0 },
    ]);
    const again = await ingestFiles(at.db, config, rulebook, 'ledger', gbi('BSEG', 'BKPF'), {
      feed: 'sap-fi',
      clock,
    });
    expect(again.files).toMatchObject([{ received: 2598, accepted: 0, duplicates: 2598 }]);
  });

  it('balance to the cent without the parked document', async () => {
    const answer = await at.db.pool.query(
      `select count(distinct document) as documents, sum(company_amount) filter (where company_amount > 0) as debit, sum(company_amount) as off
         from tieout.line where side = 'L'`,
    );
    expect(answer.rows).toEqual([{ documents: '751', debit: '2654475870.6800', off: '0.0000' }]);
  });

  it('tie out: 21 of 21 documents on both accounts, 501,839.60 each side, unexplained 0.00', async () => {
    const statement = await reconcile({
      db: at.db,
      config,
      rulebook,
      maker: 'test',
      clock,
      asOf: isoDate('2018-05-31'),
    });
    const rows = statement.reconciliations.map(
      ({ account, expected, ledgerLines, matched, exceptions, unexplained }) => ({
        account,
        expected,
        ledger: ledgerLines,
        groups: matched.groups,
        open: exceptions.count,
        unexplained,
      }),
    );
    expect(rows).toEqual([
      {
        account: '780000',
        expected: { count: 21, amount: '501839.60' },
        ledger: { count: 21, amount: '501839.60' },
        groups: 21,
        open: 0,
        unexplained: '0.00',
      },
      {
        account: '200100',
        expected: { count: 21, amount: '-501839.60' },
        ledger: { count: 21, amount: '-501839.60' },
        groups: 21,
        open: 0,
        unexplained: '0.00',
      },
    ]);
  });

  it('have a rulebook whose worked example holds', () => {
    expect(checkRulebook(config)).toMatchObject({ ok: true, problems: [] });
  });
});

const file = (path: string, text: string): FeedFile => ({ path, bytes: () => [Buffer.from(text)] });
const BKPF = 'BUKRS,BELNR,GJAHR,BLART,BLDAT,BUDAT,CPUDT,CPUTM,STBLG,STJAH,WAERS,HWAER,BSTAT,AWKEY,AWTYP';
const BSEG = 'BUKRS,BELNR,GJAHR,BUZEI,SHKZG,DMBTR,WRBTR,HKONT';

async function fi(
  headers: string[],
  items: string[],
): Promise<{ columns: readonly string[]; records: LedgerRecord[] }> {
  const extract = await sapFi.read([
    file('bkpf.csv', [BKPF, ...headers].join('\n')),
    file('bseg.csv', [BSEG, ...items].join('\n')),
  ]);
  const records: LedgerRecord[] = [];
  for await (const chunk of extract.records) records.push(...chunk);
  return { columns: extract.columns, records };
}

const valueOf = (columns: readonly string[], record: LedgerRecord | undefined, column: string): string =>
  record?.outcome === 'line' ? (record.fields[columns.indexOf(column)] ?? '') : String(record?.outcome);

describe('sap-fi', () => {
  it('takes dollars of five decimals from their thousandth, as dollars', async () => {
    const { columns, records } = await fi(
      ['US01,1,2026,SA,10/01/2026,10/02/2026,10/02/2026,10:00:00,,,USDN,USD,,X1,BKPF'],
      ['US01,1,2026,001,S,         10.00,"    10,000.00",4000'],
    );
    expect(valueOf(columns, records[0], 'currency')).toBe('USD');
    expect(valueOf(columns, records[0], 'amount')).toBe('10');
    expect(valueOf(columns, records[0], 'company_amount')).toBe('10.00');
  });

  it('takes yen from their hundredth, and signs by S and H', async () => {
    const header = 'JP01,1,2026,SA,10/01/2026,10/02/2026,10/02/2026,10:00:00,,,JPY,JPY,,X1,BKPF';
    const { columns, records } = await fi(
      [header],
      ['JP01,1,2026,001,H,"     10,000.00","     10,000.00",4000'],
    );
    expect(valueOf(columns, records[0], 'amount')).toBe('-1000000');
    expect(valueOf(columns, records[0], 'company_amount')).toBe('-1000000');
    expect(valueOf(columns, records[0], 'posting_date')).toBe('2026-10-02');
  });

  it('does not count a parked document', async () => {
    const { columns, records } = await fi(
      ['US01,1,2026,SA,,10/02/2026,,,,,USD,USD,V,,'],
      ['US01,1,2026,1,S,1.00,1.00,4000'],
    );
    expect(valueOf(columns, records[0], 'status')).toBe('parked');
  });

  it('tells the reversal from the reversed document by the time of entry', async () => {
    const { columns, records } = await fi(
      [
        'US01,10,2026,SA,,10/02/2026,10/02/2026,10:00:00,20,2026,USD,USD,,,',
        'US01,20,2026,AB,,10/03/2026,10/03/2026,09:00:00,10,2026,USD,USD,,,',
      ],
      ['US01,10,2026,1,S,5.00,5.00,4000', 'US01,20,2026,1,H,5.00,5.00,4000'],
    );
    expect(
      records.map((one) => [valueOf(columns, one, 'status'), valueOf(columns, one, 'reversal_of')]),
    ).toEqual([
      ['reversed', ''],
      ['posted', '10'],
    ]);
  });

  it('knows a reversal whose document is in the file of an earlier month', async () => {
    const header = (number: string, other: string): string =>
      `US01,${number},2026,SA,,11/02/2026,11/02/2026,10:00:00,${other},2026,USD,USD,,,`;
    const { columns, records } = await fi(
      [header('1000000020', '1000000010'), header('1000000011', '1000000021')],
      ['US01,1000000020,2026,1,H,5.00,5.00,4000', 'US01,1000000011,2026,1,S,5.00,5.00,4000'],
    );
    expect(
      records.map((one) => [valueOf(columns, one, 'status'), valueOf(columns, one, 'reversal_of')]),
    ).toEqual([
      ['posted', '1000000010'],
      ['reversed', ''],
    ]);
  });

  it('refuses a line without its header, and keeps both tables in the bytes of a line', async () => {
    const { records } = await fi(
      ['US01,1,2026,SA,,10/02/2026,,,,,USD,USD,,,'],
      ['US01,1,2026,1,S,1.00,1.00,4000', 'US01,2,2026,1,S,1.00,1.00,4000'],
    );
    expect(records[1]).toMatchObject({
      outcome: 'refused',
      refusal: {
        reason: 'MISSING_COLUMN',
        message:
          'BELNR: expected a row of BKPF with the same BUKRS, BELNR and GJAHR, found none for US01 2 2026',
      },
    });
    expect(records[0]?.raw().toString()).toBe(
      `${BKPF}\nUS01,1,2026,SA,,10/02/2026,,,,,USD,USD,,,\n\n${BSEG}\nUS01,1,2026,1,S,1.00,1.00,4000\n`,
    );
  });

  it('wants both tables', async () => {
    await expect(sapFi.read([file('bseg.csv', BSEG)])).rejects.toThrow('the table BKPF is missing');
  });
});

describe('values as SAP prints them', () => {
  it.each([
    ['"1,068,550.00" grouped', '1,068,550.00', 'USD', '1068550.00'],
    ['blank-padded', '      60,000.00', 'USD', '60000.00'],
    ['sign behind', '  12.50-', 'USD', '-12.50'],
    ['yen', '10.00', 'JPY', '1000'],
    ['won', '-5.00', 'KRW', '-500'],
    ['dinar of three decimals', '10.00', 'KWD', '1'],
    ['something else', '4.9E+13', 'USD', '4.9E+13'],
  ])('%s', (_name, text, currency, expected) => {
    expect(sapAmount(text, currency)).toBe(expected);
  });

  it.each([
    ['04/23/2018', '2018-04-23'],
    ['5/3/2017', '2017-05-03'],
    ['20180423', '2018-04-23'],
    ['00/00/0000', ''],
    ['23.04.2018', '23.04.2018'],
  ])('the date %s', (text, expected) => {
    expect(sapDate(text)).toBe(expected);
  });
});
