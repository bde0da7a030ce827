// The adapter of Tryton against a real server, stock and with our module `tieout_key`.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { isoDate } from '../../src/accounting/dates.ts';
import { contractJournal, describeContract } from './contract/contract.ts';
import { dateOf, decimalOf } from './tryton/bare.ts';
import { trytonRig } from './tryton/rig.ts';
import type { TrytonRig } from './tryton/rig.ts';
import { findTryton } from './tryton/server.ts';

const server = findTryton(process.env);
const CALL = { attempt: 1, signal: AbortSignal.timeout(120_000) };

// Said aloud by findTryton where it is not installed.
describe.skipIf(server === undefined)('a real Tryton', () => {
  describeContract('Tryton, stock', () => trytonRig(server!, 'none'));
  describeContract('Tryton with tieout_key', () => trytonRig(server!, 'module'));

  describe.each(['none', 'module'] as const)('Tryton (unique: %s)', (unique) => {
    let rig: TrytonRig;
    beforeAll(async () => void (rig = await trytonRig(server!, unique)));
    afterAll(async () => rig?.stop());
    const drafts = (reference: string) =>
      rig.bare.search(
        'account.move',
        [
          ['number', '=', reference],
          ['state', '=', 'draft'],
        ],
        ['id'],
      );

    it('takes its own draft up again, and none that holds something else', async () => {
      const journal = contractJournal(rig);
      await rig.fault('error500Before');
      expect((await rig.erp.post(journal, CALL)).kind).toBe('unknown');
      const [draft] = await drafts(journal.postingReference);
      expect(draft).toBeDefined();
      expect((await rig.erp.look(journal, CALL)).kind).toBe('absent');
      expect((await rig.erp.post(journal, CALL)).kind).toBe('posted');
      const [posted] = await rig.bare.search(
        'account.move',
        [['number', '=', journal.postingReference]],
        ['id'],
      );
      expect(posted?.id).toBe(draft?.id);
    });

    it('sweeps orphans of its own, and nothing that lives or belongs to somebody else', async () => {
      // What refused journals left behind is an orphan as well.
      await rig.erp.sweepDrafts!(-60_000, new Set(), CALL);
      const [orphan, living] = [contractJournal(rig), contractJournal(rig)];
      for (const journal of [orphan, living]) {
        await rig.fault('resetBefore');
        await rig.erp.post(journal, CALL);
      }
      const clerks = `CLERK-${Date.now()}`;
      const foreign = await draftBy(rig, clerks);
      const live = new Set([living.postingReference]);
      expect(await rig.erp.sweepDrafts!(3_600_000, live, CALL)).toBe(0);
      expect(await rig.erp.sweepDrafts!(-60_000, live, CALL)).toBe(1);
      expect(await drafts(orphan.postingReference)).toEqual([]);
      expect(await drafts(living.postingReference)).toHaveLength(1);
      expect(await drafts(clerks)).toHaveLength(1);
      await rig.bare.call('model.account.move.delete', [foreign]);
      expect((await rig.erp.post(living, CALL)).kind).toBe('posted');
    });

    it('names the document that a reversal reverses, and refuses one that is not there', async () => {
      const journal = contractJournal(rig);
      const posted = await rig.erp.post(journal, CALL);
      const document = posted.kind === 'posted' ? posted.document.documentId : '';
      const lines = journal.lines.map((line) => ({
        ...line,
        side: line.side === 'debit' ? ('credit' as const) : ('debit' as const),
      }));
      const reversal = contractJournal(rig, {
        lines,
        reversalOf: journal.postingReference,
        reversalOfDocument: document,
      });
      expect((await rig.erp.post(reversal, CALL)).kind).toBe('posted');
      const scope = { company: 'US01', ledger: 'GL', from: isoDate('2026-10-01'), to: isoDate('2026-10-31') };
      for await (const page of rig.erp.readLedger(scope, CALL)) {
        const own = page.filter((row) => row.posting_reference === reversal.postingReference);
        for (const row of own) expect(row.reversal_of).toBe(document);
      }
      const lost = contractJournal(rig, { reversalOfDocument: 'NO-SUCH-1' });
      expect(await rig.erp.post(lost, CALL)).toMatchObject({ kind: 'refused', code: 'invalid' });
    });

    it('puts every refusal of the server under its name', async () => {
      const journal = contractJournal(rig);
      const with3 = journal.lines.map((line) => ({ ...line, amount: '21.605', companyAmount: '21.605' }));
      expect(await rig.erp.post({ ...journal, lines: with3 }, CALL)).toMatchObject({ code: 'invalid' });
      const elsewhere = journal.lines.map((line) => ({ ...line, location: 'S999' }));
      expect(await rig.erp.post({ ...journal, lines: elsewhere }, CALL)).toMatchObject({ code: 'invalid' });
      const franc = journal.lines.map((line) => ({ ...line, currency: 'CHF' }));
      expect(await rig.erp.post({ ...journal, lines: franc }, CALL)).toMatchObject({ code: 'invalid' });
      const locked = contractJournal(rig, { postingDate: isoDate('2025-05-05') });
      expect(await rig.erp.post(locked, CALL)).toMatchObject({ kind: 'refused', code: 'closedPeriod' });
      const never = contractJournal(rig, { postingDate: isoDate('2031-05-05') });
      expect(await rig.erp.post(never, CALL)).toMatchObject({ kind: 'refused', code: 'closedPeriod' });
    });

    it('is not let in with a wrong password, and says nothing of it in its message', async () => {
      const { trytonAdapter, trytonSettings } = await import('../../src/erp/tryton.ts');
      const settings = {
        url: server!.url,
        database: server!.databases.stock,
        user: server!.user,
        password: 'wrong-password-1',
        companies: 'US01=1',
      };
      const stranger = trytonAdapter(trytonSettings({ name: 'x', folders: {}, settings }));
      const outcome = await stranger.post(contractJournal(rig), CALL);
      expect(outcome.kind).toBe('notExecuted');
      expect(JSON.stringify(outcome)).not.toContain('wrong-password-1');
    });
  });
});

/** A draft that a clerk has made, by another number than ours. */
async function draftBy(rig: TrytonRig, number: string): Promise<number> {
  const period = await rig.bare.search(
    'account.period',
    [
      ['name', '=', '2026-10'],
      ['fiscalyear.company', '=', 1],
    ],
    ['id'],
  );
  const journal = await rig.bare.search('account.journal', [['code', '=', 'STO']], ['id']);
  const accounts = await rig.bare.search(
    'account.account',
    [
      ['company', '=', 1],
      ['code', 'in', ['1200', '4000']],
    ],
    ['code'],
  );
  const line = (at: number, debit: string, credit: string) => ({
    account: accounts[at]?.id,
    debit: decimalOf(debit),
    credit: decimalOf(credit),
  });
  const [id] = (await rig.bare.call('model.account.move.create', [
    {
      company: 1,
      period: period[0]?.id,
      journal: journal[0]?.id,
      date: dateOf('2026-10-15'),
      number,
      lines: [['create', [line(0, '1.00', '0'), line(1, '0', '1.00')]]],
    },
  ])) as number[];
  return id!;
}
