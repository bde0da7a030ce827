// The simulated ERP takes journal files (spec/journal.md) whole or not at all, once, and shows them in its next extract.
import { createHash } from 'node:crypto';
import { beforeEach, expect, it } from 'vitest';
import { centsOf } from '../../simulate/cents.ts';
import { readCsv } from '../../simulate/csv.ts';
import { FilesInMemory } from '../../simulate/files.ts';
import { simulate, type Simulation } from '../../simulate/simulate.ts';

const HEADER =
  'posting_reference,company,ledger,journal_line,posting_date,document_date,period,account,location,dimension,' +
  'currency,debit,credit,company_currency,company_debit,company_credit,reference,text,reversal_of\r\n';
const REFERENCE = 'ABCDEFGHIJKLMNOP';

function journal(reference: string, credit = '21.60'): string {
  return (
    HEADER +
    `${reference},US01,GL,1,2026-11-14,2026-10-07,2026-11,1200,WEB-US,,USD,21.60,,,,,SHP-1,"Sale, posted late",\r\n` +
    `${reference},US01,GL,2,2026-11-14,2026-10-07,2026-11,4000,WEB-US,,USD,,${credit},,,,SHP-1,"Sale, posted late",\r\n`
  );
}

let simulation: Simulation;
beforeEach(() => {
  simulation = simulate({ seed: 1, orders: 50 }, new FilesInMemory());
});

it('shows a journal under its posting reference, and its own late documents, in the next extract', () => {
  expect(simulation.erp.takeIn(journal(REFERENCE))).toMatchObject({ taken: true });
  const { csv, control, lines } = simulation.erp.nextExtract();
  const rows = readCsv(csv);
  expect(
    rows.filter((row) => row.posting_reference === REFERENCE).map((row) => [row.account, row.amount]),
  ).toEqual([
    ['1200', '21.60'],
    ['4000', '-21.60'],
  ]);
  const late = simulation.truth
    .filter((row) => row.kind === 'not_yet_posted')
    .flatMap((row) => row.references);
  expect(late.length).toBeGreaterThan(0);
  for (const reference of late) expect(rows.some((row) => row.reference === reference)).toBe(true);
  expect(JSON.parse(control)).toMatchObject({ mode: 'delta', complete: true, rows: lines });
  expect(rows).toHaveLength(lines);
});

it('its next balances hold what the next extract shows', () => {
  const closing = (text: string): string | undefined =>
    readCsv(text).find((row) => row.account === '4000' && row.period === '2026-11' && row.currency === 'USD')
      ?.closing;
  const before = closing(simulation.erp.nextExtract().balances);
  simulation.erp.takeIn(journal(REFERENCE));
  const after = closing(simulation.erp.nextExtract().balances);
  expect(centsOf(before ?? '') - centsOf(after ?? '')).toBe(2160n);
});

it.each([
  ['the same reference twice', REFERENCE, '21.60', 2, 'is known'],
  ['a journal out of balance', REFERENCE, '21.61', 1, 'out of balance by -0.01'],
  ['a reference that is none', 'not-a-reference', '21.60', 1, 'posting reference'],
])('refuses %s', (_what, reference, credit, times, because) => {
  let taken = simulation.erp.takeIn(journal(reference, credit));
  for (let time = 1; time < times; time += 1) taken = simulation.erp.takeIn(journal(reference, credit));
  expect(taken).toMatchObject({ taken: false });
  expect(taken.taken ? '' : taken.because).toContain(because);
});

it('holds a journal file against its control file', () => {
  const file = journal(REFERENCE);
  const control = { journals: 1, lines: 2, debit: '21.60', credit: '21.60' };
  const sha256 = createHash('sha256').update(file).digest('hex');
  expect(simulation.erp.takeIn(file, JSON.stringify({ ...control, sha256: 'other' }))).toMatchObject({
    taken: false,
  });
  expect(simulation.erp.takeIn(file, JSON.stringify({ ...control, lines: 3 }))).toMatchObject({
    taken: false,
  });
  expect(simulation.erp.takeIn(file, JSON.stringify({ ...control, sha256 }))).toMatchObject({ taken: true });
});
