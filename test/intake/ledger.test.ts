import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { readControl } from '../../src/feeds/control.ts';
import { canonicalLedger } from '../../src/feeds/ledgerCsv.ts';
import { openDelivery } from '../../src/intake/delivery.ts';
import type { DeliveryReport } from '../../src/intake/delivery.ts';
import { ingestLedger } from '../../src/intake/ledger.ts';
import { testDatabase } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';
import { company } from './company.ts';

const folder = mkdtempSync(join(tmpdir(), 'tieout-ledger-'));
let at: TestDatabase;
let file = 0;

beforeAll(async () => {
  at = await testDatabase();
});
afterAll(() => at.drop());

const HEAD = 'company,document,line,posting_date,account,location,currency,amount,reference,text,status';

interface Extract {
  rows: string[];
  head?: string;
  control?: Record<string, unknown>;
}

async function ingest({ rows, head = HEAD, control }: Extract): Promise<DeliveryReport> {
  const path = join(folder, `extract-${++file}.csv`);
  writeFileSync(path, [head, ...rows, ''].join('\n'));
  if (control !== undefined) writeFileSync(path.replace('.csv', '.control.json'), JSON.stringify(control));
  return ingestLedger(
    at.db,
    company(),
    canonicalLedger,
    await openDelivery([path], () => {}),
    await readControl(path),
  );
}

const counts = ({ received, accepted, duplicates, quarantined }: DeliveryReport): string =>
  `${received} received, ${accepted} accepted, ${duplicates} duplicates, ${quarantined} quarantined`;

/** Live lines of a document as `line account amount`. */
async function live(document: string): Promise<string[]> {
  const answer = await at.db.pool.query<{ text: string }>(
    `select line || ' ' || account || ' ' || location || ' ' || amount as text from tieout.line l where document = $1
      and not exists (select from tieout.line_end e where e.unit = l.unit and e.line_id = l.line_id) order by 1`,
    [document],
  );
  return answer.rows.map((row) => row.text);
}

const remarks = ({ older, trimmed, unread }: DeliveryReport): object =>
  Object.fromEntries(Object.entries({ older, trimmed, unread }).filter(([, rows]) => rows !== undefined));

async function ends(document: string): Promise<string[]> {
  const answer = await at.db.pool.query<{ text: string }>(
    `select l.line || ' ' || l.amount || ' ' || e.kind as text from tieout.line l
       join tieout.line_end e on e.unit = l.unit and e.line_id = l.line_id where l.document = $1 order by e.batch_id, 1`,
    [document],
  );
  return answer.rows.map((row) => row.text);
}

describe('a ledger extract', () => {
  it('with keys that no database holds keeps the other documents', async () => {
    const long = Array.from({ length: 9000 }, (_, i) => (i * 7919).toString(36).at(-1)).join('');
    const bad = ['a\0b', long].flatMap((key, at) => [
      `${key},K${at}1,1,2026-10-05,2026,1200,S1,USD,1.00`,
      `US01,${key},1,2026-10-05,2026,1200,S1,USD,1.00`,
      `US01,K${at}2,1,2026-10-05,${key},1200,S1,USD,1.00`,
      `US01,K${at}3,1,2026-10-05,2026,${key},S1,USD,1.00`,
      `US01,K${at}4,1,2026-10-05,2026,1200,${key},USD,1.00`,
      `US01,K${at}5,${key},2026-10-05,2026,1200,S1,USD,1.00`,
      `US01,K${at}6,1,${key},2026,1200,S1,USD,1.00`,
      `US01,K${at}7,1,2026-10-05,2026,1200,S1,${key},1.00`,
      `US01,K${at}8,1,2026-10-05,2026,1200,S1,USD,${key}`,
    ]);
    const head = 'company,document,line,posting_date,fiscal_year,account,location,currency,amount';
    const rows = [...bad, 'US01,K,1,2026-10-05,2026,1200,S1,USD,1.00'];
    const control = { mode: 'full', from: '2026-10-05', to: '2026-10-05', companies: ['US01'] };
    expect(counts(await ingest({ head, rows }))).toBe(
      '19 received, 1 accepted, 0 duplicates, 18 quarantined',
    );
    // A control file takes the other way in, where rows are staged and compared.
    const again = await ingest({
      head,
      rows: ['US01,KK,1,2026-10-05,2026,1200,S1,USD,2.00', ...rows],
      control,
    });
    expect(counts(again)).toBe('20 received, 1 accepted, 19 duplicates, 0 quarantined');
    expect(await live('K')).toEqual(['1 1200 S1 1.0000']);
  });

  it('is stored once, with units and company amounts, and again is all duplicates without a new batch', async () => {
    const rows = [
      'US01,D1,1,2026-10-05,1200,S1,USD,10.00,R1,a,',
      'US01,D1,2,2026-10-05,4000,S1,USD,-10.00,R1,b,posted',
    ];
    const first = await ingest({ rows });
    expect(counts(first)).toBe('2 received, 2 accepted, 0 duplicates, 0 quarantined');
    expect(await live('D1')).toEqual(['1 1200 S1 10.0000', '2 4000 S1 -10.0000']);
    const again = await ingest({ rows });
    expect(counts(again)).toBe('2 received, 0 accepted, 2 duplicates, 0 quarantined');
    expect(again.batch).toBe(first.batch);
    const units = await at.db.pool.query('select reconciliation, location from tieout.unit order by 1');
    expect(units.rows).toEqual([
      { reconciliation: 'receivable', location: '' },
      { reconciliation: 'revenue', location: 'S1' },
    ]);
    const more = await ingest({ rows: [...rows, 'US01,D1,3,2026-10-05,9999,S1,USD,0.00,,,'] });
    expect(counts(more)).toBe('3 received, 1 accepted, 2 duplicates, 0 quarantined');
  });

  it('ends a corrected line in the transaction that brings the new one, also in another unit', async () => {
    await ingest({ rows: ['US01,D2,1,2026-10-05,4000,S1,USD,-20.00,R2,,'] });
    const report = await ingest({ rows: ['US01,D2,1,2026-10-05,4000,S2,USD,-20.00,R2,,'] });
    expect(counts(report)).toBe('1 received, 1 accepted, 0 duplicates, 0 quarantined');
    expect(await live('D2')).toEqual(['1 4000 S2 -20.0000']);
    expect(await ends('D2')).toEqual(['1 -20.0000 corrected']);
  });

  it('keeps the line where only words changed, and says what was delivered', async () => {
    await ingest({ rows: ['US01,D3,1,2026-10-05,4000,S1,USD,-30.00,R3,old,'] });
    expect(counts(await ingest({ rows: ['US01,D3,1,2026-10-05,4000,S1,USD,-30.00,R3,new,'] }))).toContain(
      '1 accepted',
    );
    expect(await ends('D3')).toEqual([]);
    const answer = await at.db.pool.query<{ version: number; text: string | null }>(
      `select version, changes->>'text' as text from tieout.ledger_identity where document = 'D3' order by version`,
    );
    expect(answer.rows).toEqual([
      { version: 1, text: null },
      { version: 2, text: 'new' },
    ]);
    expect(
      counts(await ingest({ rows: ['US01,D3,1,2026-10-05,4000,S1,USD,-30.00,R3,new,posted'] })),
    ).toContain('1 duplicates');
  });

  it('does not take an absent column for a change', async () => {
    await ingest({ rows: ['US01,D4,1,2026-10-05,4000,S1,USD,-40.00,R4,words,'] });
    const report = await ingest({
      head: 'company,document,line,posting_date,account,currency,debit,credit',
      rows: ['US01,D4,1,2026-10-05,4000,USD,,40.00'],
    });
    expect(counts(report)).toBe('1 received, 0 accepted, 1 duplicates, 0 quarantined');
  });

  it('never lets an older extract that arrives later end a newer version', async () => {
    const control = (extractedAt: string) => ({ mode: 'delta', extractedAt });
    await ingest({
      rows: ['US01,D5,1,2026-10-05,4000,S1,USD,-52.00,R5,,'],
      control: control('2026-10-06T00:00:00Z'),
    });
    const late = await ingest({
      rows: ['US01,D5,1,2026-10-05,4000,S1,USD,-50.00,R5,,'],
      control: control('2026-10-05T00:00:00Z'),
    });
    expect(counts(late)).toContain('1 accepted');
    expect(remarks(late)).toEqual({ older: 1 });
    expect(await live('D5')).toEqual(['1 4000 S1 -52.0000']);
    const newer = await ingest({
      rows: ['US01,D5,1,2026-10-05,4000,S1,USD,-53.00,R5,,'],
      control: control('2026-10-07T00:00:00Z'),
    });
    expect(counts(newer)).toContain('1 accepted');
    expect(await live('D5')).toEqual(['1 4000 S1 -53.0000']);
  });

  it('trims what nobody sees around a reference or text, and keeps what only looks like one; both are counted', async () => {
    const rows = [
      'US01,D77,1,2026-10-05,4000,S1,USD,-1.00, R7\u00a0,,',
      'US01,D77,2,2026-10-05,4000,S1,USD,-2.00,1500000001.0, paid ,',
      'US01,D77,3,2026-10-05,4000,S1,USD,-3.00,R7,paid,',
    ];
    const report = await ingest({ rows });
    expect(counts(report)).toBe('3 received, 3 accepted, 0 duplicates, 0 quarantined');
    expect(remarks(report)).toEqual({ trimmed: 2, unread: 1 });
    const stored = await at.db.pool.query<{ text: string }>(
      `select reference || '|' || text as text from tieout.line where document = 'D77' order by line`,
    );
    expect(stored.rows.map(({ text }) => text)).toEqual(['R7|', '1500000001.0|paid', 'R7|paid']);
  });

  it('in full mode ends what is no longer delivered, and starts a new episode when it is back', async () => {
    const control = (extractedAt: string) => ({
      mode: 'full',
      from: '2026-12-01',
      to: '2026-12-31',
      extractedAt,
    });
    const one = 'US01,D6,1,2026-12-05,4000,S1,USD,-60.00,R6,,';
    const two = 'US01,D6,2,2026-12-05,4000,S1,USD,-61.00,R6,,';
    await ingest({ rows: [one, two], control: control('2026-12-06T00:00:00Z') });
    await ingest({ rows: [one], control: control('2026-12-07T00:00:00Z') });
    expect(await live('D6')).toEqual(['1 4000 S1 -60.0000']);
    expect(await ends('D6')).toEqual(['2 -61.0000 vanished']);
    const older = await ingest({ rows: [one, two], control: control('2026-12-06T12:00:00Z') });
    expect(counts(older)).toBe('2 received, 0 accepted, 2 duplicates, 0 quarantined');
    expect(remarks(older)).toEqual({ older: 1 });
    expect(await live('D6')).toEqual(['1 4000 S1 -60.0000']);
    const back = await ingest({ rows: [one, two], control: control('2026-12-08T00:00:00Z') });
    expect(counts(back)).toBe('2 received, 1 accepted, 1 duplicates, 0 quarantined');
    expect(await live('D6')).toEqual(['1 4000 S1 -60.0000', '2 4000 S1 -61.0000']);
    expect(counts(await ingest({ rows: [two, one], control: control('2026-12-09T00:00:00Z') }))).toContain(
      '2 duplicates',
    );
  });

  it('refuses the whole document of a bad line, keeps its stored lines from vanishing, and names every fault', async () => {
    const full = { mode: 'full', from: '2026-08-01', to: '2026-08-31' };
    await ingest({ rows: ['US01,D7,1,2026-08-05,4000,S1,USD,-70.00,R7,,'], control: full });
    const report = await ingest({
      rows: [
        'US01,D7,1,2026-08-05,4000,S1,USD,-70.00,R7,,',
        'US01,D7,2,2026-08-32,4000,S1,USD,-71.00,R7,,',
        'US01,D8,1,2026-08-05,4000,S1,USD,-80.00,R8,,',
      ],
      control: full,
    });
    expect(counts(report)).toBe('3 received, 1 accepted, 0 duplicates, 2 quarantined');
    expect(await live('D7')).toEqual(['1 4000 S1 -70.0000']);
    const answer = await at.db.pool.query<{
      position: string;
      reason: string;
      message: string;
      raw: Buffer;
      amount: string;
    }>(
      `select position, reason, message, raw, amount from tieout.quarantine where document = 'D7' order by position`,
    );
    expect(
      answer.rows.map(
        ({ position, reason, message, amount }) => `${position} ${reason} ${amount} ${message}`,
      ),
    ).toEqual([
      '2 BAD_DATE -70.0000 document D7 is refused for its line at 3: posting_date: expected a date as YYYY-MM-DD, from 1900 to 2199, found "2026-08-32"',
      '3 BAD_DATE -71.0000 posting_date: expected a date as YYYY-MM-DD, from 1900 to 2199, found "2026-08-32"',
    ]);
    expect(answer.rows[1]?.raw.toString()).toBe(`${HEAD}\nUS01,D7,2,2026-08-32,4000,S1,USD,-71.00,R7,,`);
    const batch = await at.db.pool.query('select refused_accounts from tieout.batch where batch_id = $1', [
      report.batch,
    ]);
    expect(batch.rows).toEqual([{ refused_accounts: ['4000'] }]);
  });

  it.each([{ rows: 3 }, { debit: '63.01' }, { credit: '62.99' }])(
    'refuses an extract for one figure alone: %j',
    async (figure) => {
      const rows = [
        'US01,D63,1,2026-10-05,1200,S1,USD,63.00,R63,,',
        'US01,D63,2,2026-10-05,4000,S1,USD,-63.00,R63,,',
      ];
      const control = { rows: 2, debit: '63.00', credit: '63.00', ...figure };
      expect(counts(await ingest({ rows, control }))).toBe(
        '2 received, 0 accepted, 0 duplicates, 2 quarantined',
      );
    },
  );

  it('refuses an extract whose control totals differ, with both figures, and takes it after a fix', async () => {
    const rows = [
      'US01,D9,1,2026-10-05,1200,S1,USD,90.00,R9,,',
      'US01,D9,2,2026-10-05,4000,S1,USD,-90.00,R9,,',
    ];
    const bad = await ingest({ rows, control: { rows: 3, debit: '90.00', credit: '91.00' } });
    expect(counts(bad)).toBe('2 received, 0 accepted, 0 duplicates, 2 quarantined');
    expect(bad.control).toEqual({
      ok: false,
      expected: { rows: 3, debit: '90.00', credit: '91.00' },
      found: { rows: 2, debit: '90.00', credit: '90.00' },
    });
    expect(await live('D9')).toEqual([]);
    const again = await ingest({ rows, control: { rows: 3, debit: '90.00', credit: '91.00' } });
    expect(again.batch).toBe(bad.batch);
    const good = await ingest({ rows, control: { rows: 2, debit: '90.00', credit: '90.00' } });
    expect(counts(good)).toBe('2 received, 2 accepted, 0 duplicates, 0 quarantined');
  });

  it.each([
    [{ companies: ['US02'] }, { companies: 'US02' }, { companies: 'US01' }],
    [{ ledgers: ['IFRS'] }, { ledgers: 'IFRS' }, { ledgers: 'GL' }],
    [{ accounts: ['1200'] }, { accounts: '1200' }, { accounts: '4000' }],
    [{ from: '2026-10-06', to: '2026-10-31' }, { from: '2026-10-06' }, { from: '2026-10-05' }],
    [{ from: '2026-10-01', to: '2026-10-04' }, { to: '2026-10-04' }, { to: '2026-10-05' }],
  ])(
    'refuses an extract with rows outside of what its control file says: %j',
    async (scope, expected, found) => {
      const rows = [
        'US01,D20,1,2026-10-05,1200,S1,USD,90.00,R20,,',
        'US01,D20,2,2026-10-05,4000,S1,USD,-90.00,R20,,',
      ];
      const report = await ingest({ rows, control: { mode: 'delta', ...scope } });
      expect(counts(report)).toBe('2 received, 0 accepted, 0 duplicates, 2 quarantined');
      expect(report.control).toEqual({ ok: false, expected, found });
      expect(await live('D20')).toEqual([]);
    },
  );

  it('takes other accounts than its control file names where documents are whole', async () => {
    const control = { mode: 'delta', accounts: ['1200'], wholeDocuments: true };
    const rows = [
      'US01,D21,1,2026-10-05,1200,S1,USD,90.00,R21,,',
      'US01,D21,2,2026-10-05,4000,S1,USD,-90.00,R21,,',
    ];
    expect((await ingest({ rows, control })).control?.ok).toBe(true);
  });

  it('is refused where it says that it was made in the future; a clock may be an hour ahead', async () => {
    const rows = ['US01,D22,1,2026-10-05,1200,S1,USD,90.00,R22,,'];
    await expect(ingest({ rows, control: { extractedAt: '2062-11-01T00:00:00Z' } })).rejects.toThrow(
      /extractedAt lies in the future[\s\S]*2062-11-01/,
    );
    expect(await live('D22')).toEqual([]);
    const ahead = await ingest({ rows, control: { extractedAt: '2026-12-10T00:59:00Z' } });
    expect(counts(ahead)).toBe('1 received, 1 accepted, 0 duplicates, 0 quarantined');
  });

  it('refuses a document that has one line twice with different content, and drops the same line twice', async () => {
    const report = await ingest({
      rows: [
        'US01,D10,1,2026-10-05,4000,S1,USD,-1.00,,,',
        'US01,D10,1,2026-10-05,4000,S1,USD,-2.00,,,',
        'US01,D11,1,2026-10-05,4000,S1,USD,-3.00,,,',
        'US01,D11,1,2026-10-05,4000,S1,USD,-3.00,,,',
      ],
    });
    expect(counts(report)).toBe('4 received, 1 accepted, 1 duplicates, 2 quarantined');
    expect(await live('D10')).toEqual([]);
    expect(await live('D11')).toEqual(['1 4000 S1 -3.0000']);
  });
});
