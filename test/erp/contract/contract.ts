// The contract that every adapter with an interface passes, the same words for all: a posting happens once, a refusal is
// told from silence, silence is never taken for an answer, and what was posted is read back to the cent.
import { randomBytes } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { isoDate } from '../../../src/accounting/dates.ts';
import type { ErpCall, LedgerRow, OutgoingJournal, PostOutcome } from '../../../src/erp/contract.ts';
import { decimal, sum } from '../../../src/money/decimal.ts';
import { postingReference } from '../../../src/posting/key.ts';
import type { FaultKind } from '../simulators/faults.ts';
import type { Rig } from './rig.ts';

/** Longer than every simulator needs, shorter than the hang of a hanging one. */
const CALL_MS = 8_000;

function call(ms = CALL_MS): ErpCall {
  return { attempt: 1, signal: AbortSignal.timeout(ms) };
}

/** A balanced journal under a new reference. */
export function contractJournal(rig: Rig, changes: Partial<OutgoingJournal> = {}): OutgoingJournal {
  const postingKey = randomBytes(32).toString('hex');
  const day = changes.postingDate ?? isoDate(rig.openDay);
  const line = { dimension: '', currency: 'USD', companyCurrency: 'USD', reference: 'SO-1001' };
  const amounts = { amount: '21.60', companyAmount: '21.60' };
  return {
    postingKey,
    postingReference: postingReference(postingKey),
    company: rig.company,
    ledger: 'GL',
    postingDate: day,
    documentDate: day,
    fiscalYear: day.slice(0, 4),
    period: day.slice(0, 7),
    text: 'shipment',
    reversalOf: '',
    reversalOfDocument: '',
    lines: [
      {
        ...line,
        ...amounts,
        line: 1,
        account: rig.accounts[0],
        location: rig.location,
        side: 'debit',
        text: 'shipment',
      },
      {
        ...line,
        ...amounts,
        line: 2,
        account: rig.accounts[1],
        location: rig.location,
        side: 'credit',
        text: 'shipment',
      },
    ],
    ...changes,
  };
}

/** Sends, waits where the ERP takes it for later, and looks where the answer shows no amounts: as the machine does. */
async function through(rig: Rig, journal: OutgoingJournal): Promise<PostOutcome> {
  let outcome = await rig.erp.post(journal, call());
  while (outcome.kind === 'accepted') {
    await new Promise((resolve) => setTimeout(resolve, 100));
    outcome = (await rig.erp.poll?.(outcome.jobId, journal, call())) ?? outcome;
  }
  if (outcome.kind !== 'posted' || outcome.document.amounts !== null) return outcome;
  const seen = await rig.erp.look(journal, call());
  return seen.kind === 'found' ? { kind: 'posted', document: seen.documents[0]! } : outcome;
}

async function ledgerOf(rig: Rig, reference: string): Promise<LedgerRow[]> {
  const month = rig.openDay.slice(0, 7);
  const scope = {
    company: rig.company,
    ledger: 'GL',
    from: isoDate(`${month}-01`),
    to: isoDate(`${month}-28`),
  };
  const rows: LedgerRow[] = [];
  for await (const page of rig.erp.readLedger(scope, call(30_000)))
    rows.push(...page.filter((row) => row.posting_reference === reference));
  return rows;
}

/** Runs the contract against what `start` gives. */
export function describeContract(name: string, start: () => Promise<Rig>): void {
  describe(`the adapter contract: ${name}`, () => {
    let rig: Rig;
    beforeAll(async () => void (rig = await start()), 180_000);
    afterAll(async () => rig?.stop());
    describePosting(() => rig);
    describeSilence(() => rig);
    describeReading(() => rig);
  });
}

function describePosting(rig: () => Rig): void {
  it('posts a journal and finds it by its reference, with its amounts', async () => {
    const journal = contractJournal(rig());
    const posted = await through(rig(), journal);
    expect(posted).toMatchObject({ kind: 'posted' });
    const seen = await rig().erp.look(journal, call());
    expect(seen).toMatchObject({ kind: 'found', documents: [{ reference: journal.postingReference }] });
    const [document] = seen.kind === 'found' ? seen.documents : [];
    expect(document?.documentId).not.toBe('');
    expect(netOf(document?.amounts ?? [])).toEqual({
      [rig().accounts[0]]: '21.6',
      [rig().accounts[1]]: '-21.6',
    });
  });

  it('makes one document of two posts', async () => {
    const journal = contractJournal(rig());
    await through(rig(), journal);
    if (rig().erp.capabilities.idempotency !== 'none') {
      // The ERP or the adapter itself refuses the second one.
      const again = await through(rig(), journal);
      expect(['duplicateKey', 'posted']).toContain(again.kind);
    }
    // Where it cannot, the look that the machine makes before it sends again finds the first.
    expect(await rig().erp.look(journal, call())).toMatchObject({ kind: 'found', documents: [{}] });
    expect(await rig().count(journal.postingReference)).toBe(1);
  });

  it('makes one document of four posts at once, where it says that it can', async () => {
    if (rig().erp.capabilities.idempotency !== 'sync') return;
    const journal = contractJournal(rig());
    await Promise.all([1, 2, 3, 4].map(() => rig().erp.post(journal, call())));
    expect(await rig().count(journal.postingReference)).toBe(1);
  });

  it('tells an unknown account and a closed period from everything else, and books nothing', async () => {
    const unknown = contractJournal(rig());
    const first = { ...unknown.lines[0]!, account: '9999' };
    expect(await through(rig(), { ...unknown, lines: [first, unknown.lines[1]!] })).toMatchObject({
      kind: 'refused',
      code: 'unknownAccount',
    });
    const closed = contractJournal(rig(), { postingDate: isoDate(rig().closedDay) });
    expect(await through(rig(), closed)).toMatchObject({ kind: 'refused', code: 'closedPeriod' });
    for (const journal of [unknown, closed]) {
      expect(await rig().erp.look(journal, call())).toEqual({ kind: 'absent' });
      expect(await rig().count(journal.postingReference)).toBe(0);
    }
  });

  it('refuses what does not balance', async () => {
    const journal = contractJournal(rig());
    const short = { ...journal.lines[1]!, amount: '21.59', companyAmount: '21.59' };
    const outcome = await through(rig(), { ...journal, lines: [journal.lines[0]!, short] });
    expect(outcome).toMatchObject({ kind: 'refused', code: 'unbalanced' });
    expect(await rig().count(journal.postingReference)).toBe(0);
  });
}

/** What the ERP did, what the caller may conclude, and whether the document is there afterwards. */
const SILENCES: readonly { kind: FaultKind; outcome: readonly string[]; documents: 0 | 1 }[] = [
  { kind: 'error500Before', outcome: ['unknown'], documents: 0 },
  { kind: 'error500After', outcome: ['unknown'], documents: 1 },
  { kind: 'resetBefore', outcome: ['unknown'], documents: 0 },
  { kind: 'resetAfter', outcome: ['unknown'], documents: 1 },
  { kind: 'html200', outcome: ['unknown'], documents: 1 },
  { kind: 'cutAnswer', outcome: ['unknown'], documents: 1 },
  { kind: 'tooMany', outcome: ['notExecuted'], documents: 0 },
];

function describeSilence(rig: () => Rig): void {
  it.each(SILENCES)('takes $kind for $outcome, and the look tells what became of it', async (silence) => {
    const journal = contractJournal(rig());
    await rig().fault(silence.kind);
    const outcome = await rig().erp.post(journal, call());
    expect(silence.outcome, JSON.stringify(outcome)).toContain(outcome.kind);
    if (silence.kind === 'tooMany') expect(outcome).toMatchObject({ retryAfterMs: 1_000 });
    expect(await rig().count(journal.postingReference)).toBe(silence.documents);
    const seen = await rig().erp.look(journal, call());
    expect(seen.kind).toBe(silence.documents === 1 ? 'found' : 'absent');
    // Sent again as the machine would: after a look that found nothing.
    if (silence.documents === 0) expect((await through(rig(), journal)).kind).toBe('posted');
    expect(await rig().count(journal.postingReference)).toBe(1);
  });

  it('gives up a call that hangs, and finds what the ERP committed afterwards', async () => {
    const journal = contractJournal(rig());
    // Whatever has to be read or logged in once is out of the way.
    await rig().erp.look(journal, call());
    await rig().fault('hangThenCommit');
    const outcome = await rig().erp.post(journal, call(500));
    expect(outcome.kind).toBe('unknown');
    while ((await rig().count(journal.postingReference)) === 0)
      await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await rig().erp.look(journal, call())).toMatchObject({ kind: 'found', documents: [{}] });
    expect(await rig().count(journal.postingReference)).toBe(1);
  });

  it('sends nothing when its time is over before it starts', async () => {
    const journal = contractJournal(rig());
    const over = { attempt: 1, signal: AbortSignal.abort() };
    expect((await rig().erp.post(journal, over)).kind).toBe('notExecuted');
    expect((await rig().erp.look(journal, over)).kind).toBe('unreachable');
    expect(await rig().count(journal.postingReference)).toBe(0);
  });

  it('finds its documents after the ERP was killed and started again', async () => {
    const journal = contractJournal(rig());
    await through(rig(), journal);
    await rig().crash();
    expect((await rig().erp.look(journal, call())).kind).toMatch(/found|unreachable/);
    expect((await rig().erp.look(journal, call())).kind).toBe('found');
    expect(await rig().count(journal.postingReference)).toBe(1);
  });
}

function describeReading(rig: () => Rig): void {
  it('reads back what it posted, also in another currency', async () => {
    const own = contractJournal(rig());
    const lines = own.lines.map((line) => ({ ...line, currency: 'EUR', amount: '20.00' }));
    const foreign = { ...contractJournal(rig()), lines };
    if (!rig().currencies)
      expect(await through(rig(), foreign)).toMatchObject({ kind: 'refused', code: 'invalid' });
    for (const journal of rig().currencies ? [own, foreign] : [own]) {
      expect((await through(rig(), journal)).kind).toBe('posted');
      const rows = await ledgerOf(rig(), journal.postingReference);
      const told = rows
        .map((row) => ({
          account: row.account,
          location: row.location ?? '',
          company: decimal(row.company_amount ?? row.amount ?? '').toFixed(2),
          reference: rig().references ? row.reference : 'SO-1001',
          day: row.posting_date,
        }))
        .toSorted((one, other) => ((one.account ?? '') < (other.account ?? '') ? -1 : 1));
      const common = { location: rig().location, reference: 'SO-1001', day: rig().openDay };
      const [debit, credit] = [...rig().accounts].toSorted();
      const signed = (account: string): string => (account === rig().accounts[0] ? '21.60' : '-21.60');
      expect(told).toEqual([
        { account: debit, company: signed(debit!), ...common },
        { account: credit, company: signed(credit!), ...common },
      ]);
      expect(sum(rows.map((row) => decimal(row.amount ?? '0'))).isZero()).toBe(true);
    }
  });

  it('reads balances that move by what it posted', async () => {
    const month = rig().openDay.slice(0, 7);
    const scope = {
      company: rig().company,
      ledger: 'GL',
      from: isoDate(`${month}-01`),
      to: isoDate(`${month}-28`),
    };
    const closing = async (): Promise<string> => {
      const rows = await rig().erp.readBalances(scope, call(30_000));
      return rows.find((row) => row.account === rig().accounts[0])?.company_closing ?? '0';
    };
    const before = decimal(await closing());
    await through(rig(), contractJournal(rig()));
    expect(
      decimal(await closing())
        .minus(before)
        .toFixed(2),
    ).toBe('21.60');
  });

  it('reads the chart and the periods', async () => {
    const accounts = await rig().erp.readAccounts(rig().company, call());
    expect(accounts.find((account) => account.number === rig().accounts[0])).toMatchObject({
      postable: true,
    });
    if (!rig().periods) {
      await expect(rig().erp.readPeriods(rig().company, call())).rejects.toThrow('ingest periods');
      return;
    }
    const periods = await rig().erp.readPeriods(rig().company, call());
    const statusOn = (day: string) => periods.find((one) => one.from <= day && one.to >= day)?.status;
    expect(statusOn(rig().openDay)).toBe('open');
    expect(['closed', 'locked']).toContain(statusOn(rig().closedDay));
  });
}

function netOf(amounts: readonly { account: string; amount: string }[]): Record<string, string> {
  return Object.fromEntries(
    [...new Set(amounts.map(({ account }) => account))].map((account) => [
      account,
      sum(amounts.filter((one) => one.account === account).map((one) => decimal(one.amount))).toFixed(),
    ]),
  );
}
