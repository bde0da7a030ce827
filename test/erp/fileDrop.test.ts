import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHash } from 'node:crypto';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { csvText } from '../../src/erp/csvOut.ts';
import type { ErpPoster } from '../../src/erp/contract.ts';
import { fileDrop } from '../../src/erp/fileDrop.ts';
import type { CrashPointName } from '../../src/posting/crashPoints.ts';
import type { OutgoingJournal } from '../../src/posting/outgoing.ts';
import { sampleJournal } from '../posting/model.ts';

const PROJECT = { id: 'p1', epoch: 3 };
const CALL = { attempt: 1, signal: new AbortController().signal, project: PROJECT };

const JOURNAL: OutgoingJournal = {
  ...sampleJournal(1),
  postingReference: 'KRSXG5CTMVRXEZLU',
  documentDate: '2026-10-30' as OutgoingJournal['documentDate'],
  reversalOf: '',
  lines: [
    {
      line: 1,
      account: '1200',
      location: 'S001',
      dimension: '',
      side: 'debit',
      currency: 'EUR',
      amount: '21.60',
      companyCurrency: 'USD',
      companyAmount: '23.33',
      reference: 'SO-1001',
      text: 'shipment SO-1001, "gift"',
    },
    {
      line: 2,
      account: '4000',
      location: 'S001',
      dimension: 'TX-AUSTIN',
      side: 'credit',
      currency: 'EUR',
      amount: '21.60',
      companyCurrency: 'USD',
      companyAmount: '23.33',
      reference: '=HYPERLINK("x")',
      text: 'shipment SO-1001',
    },
  ],
};
const BYTES =
  'posting_reference,company,ledger,journal_line,posting_date,document_date,period,account,location,dimension,' +
  'currency,debit,credit,company_currency,company_debit,company_credit,reference,text,reversal_of\r\n' +
  'KRSXG5CTMVRXEZLU,US01,GL,1,2026-10-31,2026-10-30,2026-10,1200,S001,,EUR,21.60,,USD,23.33,,SO-1001,' +
  '"shipment SO-1001, ""gift""",\r\n' +
  'KRSXG5CTMVRXEZLU,US01,GL,2,2026-10-31,2026-10-30,2026-10,4000,S001,TX-AUSTIN,EUR,,21.60,USD,,23.33,' +
  '"\'=HYPERLINK(""x"")",shipment SO-1001,\r\n';

describe('the file drop', () => {
  let folder: string;
  let outbox: string;
  let archive: string;
  let drop: ErpPoster;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tieout-drop-'));
    outbox = join(folder, 'outbox');
    archive = join(folder, 'archive');
    drop = fileDrop({ outbox, archive });
    drop.setUp!();
    await drop.enter!(PROJECT);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('writes the journal import file byte for byte, with its control file', async () => {
    expect(await drop.post(JOURNAL, CALL)).toEqual({
      kind: 'posted',
      document: {
        documentId: 'KRSXG5CTMVRXEZLU.csv',
        reference: 'KRSXG5CTMVRXEZLU',
        amounts: [
          { account: '1200', currency: 'EUR', amount: '21.60' },
          { account: '4000', currency: 'EUR', amount: '-21.60' },
        ],
      },
    });
    expect(readFileSync(join(outbox, 'KRSXG5CTMVRXEZLU.csv'), 'utf8')).toBe(BYTES);
    const sha256 = createHash('sha256').update(BYTES).digest('hex');
    expect(readFileSync(join(outbox, 'KRSXG5CTMVRXEZLU.control.json'), 'utf8')).toBe(
      `{"journals": 1, "lines": 2, "debit": "21.60", "credit": "21.60", "sha256": "${sha256}"}\n`,
    );
    expect(readdirSync(outbox)).toHaveLength(3);
  });

  it('does not drop a file twice, also when the ERP took the first one away', async () => {
    await drop.post(JOURNAL, CALL);
    expect((await drop.post(JOURNAL, CALL)).kind).toBe('duplicateKey');
    renameSync(join(outbox, 'KRSXG5CTMVRXEZLU.csv'), join(archive, 'KRSXG5CTMVRXEZLU.csv'));
    expect((await drop.post(JOURNAL, CALL)).kind).toBe('duplicateKey');
    expect(readdirSync(outbox)).toEqual(['.tieout.json', 'KRSXG5CTMVRXEZLU.control.json']);
    expect(await drop.look(JOURNAL, CALL)).toMatchObject({
      kind: 'found',
      documents: [{ amounts: [{}, {}] }],
    });
  });

  it('does not take another file under our name for ours', async () => {
    expect(await drop.look(JOURNAL, CALL)).toEqual({ kind: 'absent' });
    writeFileSync(join(outbox, 'KRSXG5CTMVRXEZLU.csv'), BYTES.replace('21.60', '12.60'));
    expect(await drop.look(JOURNAL, CALL)).toMatchObject({ kind: 'found', documents: [{ amounts: [] }] });
  });

  it.each([
    'file-drop.before-temporary',
    'file-drop.half-written',
    'file-drop.before-fsync',
    'file-drop.between-renames',
  ] as const)(
    'leaves no half file when the disk is full at %s, and goes on when it is not any more',
    async (point) => {
      const full = Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
      const failing = fileDrop({
        outbox,
        archive,
        crashPoint: (name: CrashPointName) => {
          if (name === point) throw full;
        },
      });
      expect(await failing.post(JOURNAL, CALL)).toMatchObject({ kind: 'notExecuted' });
      expect(readdirSync(outbox).filter((name) => name.endsWith('.csv'))).toEqual([]);
      expect((await drop.post(JOURNAL, CALL)).kind).toBe('posted');
      expect(readFileSync(join(outbox, 'KRSXG5CTMVRXEZLU.csv'), 'utf8')).toBe(BYTES);
    },
  );

  it('drops nothing after its lease ended', async () => {
    const ended = AbortSignal.abort();
    expect((await drop.post(JOURNAL, { ...CALL, signal: ended })).kind).toBe('notExecuted');
    expect((await drop.look(JOURNAL, CALL)).kind).toBe('absent');
  });

  it('sweeps what killed writers left, and nothing else', async () => {
    await drop.post(JOURNAL, CALL);
    writeFileSync(join(outbox, '.tieout-77-X.csv'), 'half');
    expect(await drop.sweepDrafts!(60_000, new Set(), CALL)).toBe(0);
    expect(await drop.sweepDrafts!(-1, new Set(), CALL)).toBe(1);
    expect(readdirSync(outbox)).toHaveLength(3);
  });

  it.each(['outbox', 'archive'] as const)('makes nothing and proves nothing without its %s', async (name) => {
    const gone = join(folder, name);
    rmSync(gone, { recursive: true });
    const why = expect.stringContaining(`${gone} is not there or not set up`);
    expect(await drop.closed!(PROJECT)).toEqual(why);
    expect(await drop.post(JOURNAL, CALL)).toEqual({ kind: 'notExecuted', message: why });
    expect(await drop.look(JOURNAL, CALL)).toEqual({ kind: 'unreachable', message: why, noWay: true });
    expect(existsSync(gone)).toBe(false);
    expect(drop.setUp!()).toEqual([gone]);
    // Another folder than the one that was sent to: what it lacks may have been taken from there.
    expect(await drop.look(JOURNAL, CALL)).toMatchObject({ kind: 'unreachable', noWay: true });
    expect(await drop.closed!(PROJECT)).toBe('');
  });

  it('believes a file that is there, whatever the other folder is', async () => {
    await drop.post(JOURNAL, CALL);
    rmSync(archive, { recursive: true });
    expect((await drop.look(JOURNAL, CALL)).kind).toBe('found');
  });

  it("refuses another project's folder, and a database of which a restored copy took over", async () => {
    const other = { ...CALL, project: { id: 'p2', epoch: 3 } };
    expect(await drop.closed!(other.project)).toContain('belongs to another project');
    expect((await drop.post(JOURNAL, other)).kind).toBe('notExecuted');
    expect(await drop.look(JOURNAL, other)).toMatchObject({ kind: 'unreachable', noWay: true });
    const restored = { id: 'p1', epoch: 4 };
    expect(await drop.closed!(restored)).toBe('');
    expect((await drop.post(JOURNAL, { ...CALL, project: restored })).kind).toBe('notExecuted');
    await drop.enter!(restored);
    expect(await drop.closed!(PROJECT)).toContain('a restored copy of it took');
    expect((await drop.post(JOURNAL, CALL)).kind).toBe('notExecuted');
    expect((await drop.post(JOURNAL, { ...CALL, project: restored })).kind).toBe('posted');
  });

  it('says so when a marker cannot be read', async () => {
    writeFileSync(join(outbox, '.tieout.json'), 'x');
    expect(await drop.closed!(PROJECT)).toContain('cannot be read as a marker');
    expect((await drop.post(JOURNAL, CALL)).kind).toBe('notExecuted');
    expect((await drop.look(JOURNAL, CALL)).kind).toBe('unreachable');
  });

  it('writes no text that a spreadsheet would run', () => {
    expect(csvText('=1+1')).toBe("'=1+1");
    expect(csvText(' \u200b@SUM(A1)')).toBe("' \u200b@SUM(A1)");
    expect(csvText('\uff1dcmd')).toBe("'\uff1dcmd");
    expect(csvText('\tx')).toBe("'\tx");
    expect(csvText('SO-1001')).toBe('SO-1001');
  });
});
