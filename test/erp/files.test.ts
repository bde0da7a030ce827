// Journals as files for ERPs that import them, byte for byte: what stands in test/golden/erp was read line by line against
// the formats' own descriptions, and an importer sees exactly that. Regenerate with TIEOUT_UPDATE=1, then read the change.
import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { unzipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { dataPackage, dynamicsFinanceAdapter } from '../../src/erp/dynamicsFinance.ts';
import type { ErpPoster } from '../../src/erp/contract.ts';
import { fileDrop } from '../../src/erp/fileDrop.ts';
import { journalFile } from '../../src/erp/journalFile.ts';
import type { JournalFile } from '../../src/erp/journalFile.ts';
import { fbdiFile, groupId, oracleFbdiAdapter } from '../../src/erp/oracleFbdi.ts';
import type { OutgoingJournal } from '../../src/posting/outgoing.ts';
import { sampleJournal } from '../posting/model.ts';

const CALL = { attempt: 1, signal: new AbortController().signal, project: { id: 'p', epoch: 1 } };
const GOLDEN = 'test/golden/erp';

/** Two currencies, a location without, a dimension with a hyphen, and texts that a spreadsheet would run. */
const JOURNAL: OutgoingJournal = {
  ...sampleJournal(1),
  postingKey: '0123456789abcdef'.repeat(4),
  postingReference: 'KRSXG5CTMVRXEZLU',
  documentDate: '2026-10-30' as OutgoingJournal['documentDate'],
  text: 'shipment SO-1001',
  lines: [
    {
      line: 1,
      account: '1200',
      location: 'S001',
      dimension: '',
      side: 'debit',
      currency: 'EUR',
      amount: '1021.60',
      companyCurrency: 'USD',
      companyAmount: '1103.33',
      reference: 'SO-1001',
      text: 'shipment SO-1001, "gift"',
    },
    {
      line: 2,
      account: '4000',
      location: '',
      dimension: 'TX-AUSTIN',
      side: 'credit',
      currency: 'EUR',
      amount: '1021.60',
      companyCurrency: 'USD',
      companyAmount: '1103.33',
      reference: '=HYPERLINK("x")',
      text: 'shipment SO-1001',
    },
  ],
};

const ORACLE = {
  ledgers: new Map([['US01', '300000046975971']]),
  source: 'Tieout',
  category: 'Tieout',
  segments: ['company', 'location', 'account', '=0000', 'dimension'],
  companySegments: new Map([['US01', '01']]),
  emptySegment: '000',
};
const DYNAMICS = {
  company: JOURNAL.company,
  journalName: 'GenJrn',
  segments: ['account', 'location', 'dimension'],
};

function expectGolden(name: string, bytes: Uint8Array): void {
  const path = join(GOLDEN, name);
  if (process.env['TIEOUT_UPDATE'] === '1') writeFileSync(path, bytes);
  expect(Buffer.from(bytes).toString('utf8')).toBe(readFileSync(path, 'utf8'));
}

/** Every file of a package, and the same bytes of the package itself whenever it is made. */
function expectPackage(name: string, make: () => JournalFile): void {
  const file = make();
  expect(make().bytes.equals(file.bytes)).toBe(true);
  for (const [inside, bytes] of Object.entries(unzipSync(file.bytes)))
    expectGolden(`${name}-${inside}`, bytes);
  expectGolden(`${name}.control.json`, file.controlBytes);
}

describe('golden files', () => {
  it('canonical CSV', () => {
    const file = journalFile(JOURNAL);
    expectGolden('file-drop.csv', file.bytes);
    expectGolden('file-drop.control.json', file.controlBytes);
  });

  it('Oracle Fusion: GlInterface.csv of 149 columns', () => {
    expectPackage('oracle-fbdi', () => fbdiFile(JOURNAL, { ...ORACLE, outbox: '', archive: '' }));
    const [csv = new Uint8Array()] = Object.values(
      unzipSync(fbdiFile(JOURNAL, { ...ORACLE, outbox: '', archive: '' }).bytes),
    );
    const [first = ''] = Buffer.from(csv).toString('utf8').split('\r\n');
    // No field of the first row holds a comma inside quotes but its text.
    expect(first.replace(/"(?:[^"]|"")*"/g, 'text').split(',')).toHaveLength(149);
    // A group of its own for every posting, within what a number column keeps.
    expect(groupId(JOURNAL.postingKey)).toMatch(/^\d{1,16}$/);
  });

  it('Dynamics 365 Finance: a data package of the general journal', () => {
    expectPackage('dynamics-finance', () => dataPackage(JOURNAL, { ...DYNAMICS, outbox: '', archive: '' }));
  });
});

describe.each([
  ['file-drop', (outbox: string, archive: string) => fileDrop({ outbox, archive })],
  ['oracle-fbdi', (outbox: string, archive: string) => oracleFbdiAdapter({ ...ORACLE, outbox, archive })],
  [
    'dynamics-finance',
    (outbox: string, archive: string) => dynamicsFinanceAdapter({ ...DYNAMICS, outbox, archive }),
  ],
] as const)('the contract of a file drop: %s', (_, make) => {
  let folder: string;
  let erp: ErpPoster;
  const outbox = (): string => join(folder, 'outbox');
  const archive = (): string => join(folder, 'archive');
  const journals = (path: string): string[] => readdirSync(path).filter((name) => !name.endsWith('.json'));
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tieout-files-'));
    erp = make(outbox(), archive());
    erp.setUp!();
    await erp.enter!(CALL.project);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('posts once of two posts, of four at once, and after the ERP took the file away', async () => {
    const posted = await erp.post(JOURNAL, CALL);
    expect(posted).toMatchObject({ kind: 'posted', document: { reference: JOURNAL.postingReference } });
    const again = await Promise.all([1, 2, 3, 4].map(() => erp.post(JOURNAL, CALL)));
    expect(again.map((outcome) => outcome.kind)).toEqual(Array(4).fill('duplicateKey'));
    const [name = ''] = journals(outbox());
    renameSync(join(outbox(), name), join(archive(), name));
    expect((await erp.post(JOURNAL, CALL)).kind).toBe('duplicateKey');
    expect(journals(outbox())).toEqual([]);
    expect(journals(archive())).toHaveLength(1);
  });

  it('finds it, and tells other bytes under its name from it', async () => {
    expect(await erp.look(JOURNAL, CALL)).toEqual({ kind: 'absent' });
    await erp.post(JOURNAL, CALL);
    expect(await erp.look(JOURNAL, CALL)).toMatchObject({
      kind: 'found',
      documents: [{ amounts: [{}, {}] }],
    });
    const [name = ''] = journals(outbox());
    writeFileSync(join(outbox(), name), 'something else');
    expect(await erp.look(JOURNAL, CALL)).toMatchObject({ kind: 'found', documents: [{ amounts: [] }] });
  });

  it('says that nothing was executed when the outbox cannot be written, and that it cannot look', async () => {
    rmSync(outbox(), { recursive: true });
    writeFileSync(outbox(), 'a file in the folder’s place');
    expect((await erp.post(JOURNAL, CALL)).kind).toBe('notExecuted');
    expect((await erp.look(JOURNAL, CALL)).kind).toBe('unreachable');
  });
});

it('Oracle refuses a company without a ledger id before anything is written', async () => {
  const erp = oracleFbdiAdapter({ ...ORACLE, ledgers: new Map(), outbox: '/nowhere', archive: '/nowhere' });
  expect(await erp.post(JOURNAL, CALL)).toMatchObject({ kind: 'refused', code: 'invalid' });
});
