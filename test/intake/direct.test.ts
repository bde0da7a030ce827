// Lines that go straight into their tables, and what sends an extract the long way: whichever it went, the same is stored.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterEach, beforeEach, expect, it } from 'vitest';

import { readControl } from '../../src/feeds/control.ts';
import { canonicalLedger } from '../../src/feeds/ledgerCsv.ts';
import { openDelivery } from '../../src/intake/delivery.ts';
import type { DeliveryReport } from '../../src/intake/delivery.ts';
import { ingestLedger } from '../../src/intake/ledger.ts';
import { testDatabase } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';
import { company } from './company.ts';

const folder = mkdtempSync(join(tmpdir(), 'tieout-straight-'));
let at: TestDatabase;
let file = 0;

beforeEach(async () => {
  at = await testDatabase();
});
afterEach(() => at.drop());

const HEAD = 'company,document,line,posting_date,account,location,currency,amount,reference,text';
/** More rows than wait at a time, so that the first are in before the last are read. */
const MANY = 2_500;
const row = (n: number, over: { line?: number; amount?: string; text?: string } = {}): string =>
  `US01,D${n},${over.line ?? 1},2026-10-${String(1 + (n % 28)).padStart(2, '0')},1200,S1,USD,${over.amount ?? '1.00'},R${n},${over.text ?? ''}`;
const rows = Array.from({ length: MANY }, (_, n) => row(n));

async function ingest(lines: readonly string[], control?: Record<string, unknown>): Promise<DeliveryReport> {
  const path = join(folder, `extract-${++file}.csv`);
  writeFileSync(path, [HEAD, ...lines, ''].join('\n'));
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

async function count(sql: string): Promise<number> {
  const answer = await at.db.pool.query<{ n: number }>(`select count(*)::int as n from ${sql}`);
  return answer.rows[0]!.n;
}

it('a line that stands twice, far apart, is stored once', async () => {
  expect(counts(await ingest([...rows, row(3)]))).toBe(
    `${MANY + 1} received, ${MANY} accepted, 1 duplicates, 0 quarantined`,
  );
  expect(await count('tieout.line')).toBe(MANY);
});

it('a line that stands twice, far apart, and says different things refuses its document, also when it is known', async () => {
  const lines = [...rows, row(3, { amount: '2.00' }), row(3, { line: 2 })];
  expect(counts(await ingest(lines))).toBe(
    `${MANY + 2} received, ${MANY - 1} accepted, 0 duplicates, 3 quarantined`,
  );
  expect(await count(`tieout.line where document = 'D3'`)).toBe(0);
  await ingest(rows);
  const again = await ingest([...rows, row(3, { amount: '2.00' })]);
  expect(counts(again)).toBe(`${MANY + 1} received, 0 accepted, ${MANY + 1} duplicates, 0 quarantined`);
  expect(await count(`tieout.line where document = 'D3' and amount = 1`)).toBe(1);
  expect(await count('tieout.line_end')).toBe(0);
});

it('a bad line refuses its document, wherever the other lines stand', async () => {
  const bad = row(3, { line: 2, amount: 'much' });
  expect(counts(await ingest([...rows, bad]))).toBe(
    `${MANY + 1} received, ${MANY - 1} accepted, 0 duplicates, 2 quarantined`,
  );
  expect(await count(`tieout.line where document = 'D3'`)).toBe(0);
  const messages = await at.db.pool.query<{ message: string }>(
    'select message from tieout.quarantine order by position',
  );
  expect(messages.rows.map(({ message }) => message)).toEqual([
    expect.stringContaining(`document D3 is refused for its line at ${MANY + 2}`),
    expect.stringContaining('much'),
  ]);
});

it('totals that do not hold leave nothing, whatever was in before they were known', async () => {
  const report = await ingest(rows, { rows: MANY + 1 });
  expect(counts(report)).toBe(`${MANY} received, 0 accepted, 0 duplicates, ${MANY} quarantined`);
  expect(await count('tieout.line')).toBe(0);
  expect(await count('tieout.ledger_identity')).toBe(0);
});

it('a month again: the same rows by their hash, new ones straight, changed ones compared, missing ones ended', async () => {
  const control = { mode: 'full', from: '2026-10-01', to: '2026-10-31', companies: ['US01'] };
  await ingest(rows, { ...control, extractedAt: '2026-10-30T00:00:00Z' });
  const later = [
    ...rows.slice(2).map((text, n) => (n === 1000 ? row(1002, { amount: '7.00' }) : text)),
    row(5, { line: 2 }),
    row(MANY),
  ];
  const report = await ingest(later, { ...control, extractedAt: '2026-10-31T00:00:00Z' });
  expect(counts(report)).toBe(`${MANY} received, 3 accepted, ${MANY - 3} duplicates, 0 quarantined`);
  expect(await count(`tieout.line_end where kind = 'vanished'`)).toBe(2);
  expect(await count(`tieout.line_end where kind = 'corrected'`)).toBe(1);
  // The two are back, though nothing about them changed: by hash alone nobody would have noticed.
  const back = await ingest([...later, row(0), row(1)], { ...control, extractedAt: '2026-11-01T00:00:00Z' });
  expect(counts(back)).toBe(`${MANY + 2} received, 2 accepted, ${MANY} duplicates, 0 quarantined`);
});

it('the same row under another calendar is another line', async () => {
  await ingest(rows);
  const shifted = company();
  const moved = {
    ...shifted,
    company: (code: string) => {
      const known = shifted.company(code);
      return known && { ...known, period: () => ({ fiscalYear: '2027', period: '2027-01' }) };
    },
  };
  const path = join(folder, `extract-${++file}.csv`);
  writeFileSync(path, [HEAD, ...rows.slice(0, 10), ''].join('\n'));
  const report = await ingestLedger(
    at.db,
    moved,
    canonicalLedger,
    await openDelivery([path], () => {}),
    undefined,
  );
  expect(counts(report)).toBe('10 received, 10 accepted, 0 duplicates, 0 quarantined');
});

it('a file that breaks while its lines are on their way leaves nothing', async () => {
  const many = Array.from({ length: 3 * MANY }, (_, n) => row(n));
  await expect(ingest([...many, '"open'])).rejects.toThrow('a quote opens a field that is not closed');
  await sleep(300);
  expect(await count('tieout.line')).toBe(0);
  expect(await count('tieout.ledger_identity')).toBe(0);
  await ingest(many);
  expect(await count('tieout.line join tieout.batch using (batch_id)')).toBe(3 * MANY);
});
