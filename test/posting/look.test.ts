// What absence proves after a look, and what not: an ERP that has taken a journal for later may still book it.
import { describe, expect, it } from 'vitest';
import { journalAmounts } from '../../src/posting/document.ts';
import { afterLook, beforeSend } from '../../src/posting/look.ts';
import type { Capabilities, LookOutcome } from '../../src/posting/outgoing.ts';
import { POSTING_SETTINGS, type Posting } from '../../src/posting/posting.ts';
import { sampleJournal } from './model.ts';

const SHEET: Capabilities = {
  idempotency: 'none',
  externalId: false,
  look: 'byReference',
  lookLagSeconds: 60,
  documentIdInAnswer: false,
  batchAtomic: false,
  maxBatch: 1,
};
const { callTimeoutMs, leaseMs, queueMs } = POSTING_SETTINGS;
/** Whatever could still bring a document to light, one after the other; the search of this ERP lags by a minute. */
const GRACE_MS = callTimeoutMs + leaseMs + queueMs + 60_000;
const journal = sampleJournal(1);
const unknown = (changes: Partial<Posting>): Posting => ({
  postingKey: journal.postingKey,
  postingReference: journal.postingReference,
  journalId: '1',
  erp: 'sap',
  company: 'US01',
  state: 'UNKNOWN',
  fence: '1',
  sends: 1,
  tries: 0,
  sinceNegativeMs: GRACE_MS,
  sinceStateMs: GRACE_MS,
  jobId: '',
  documentId: '',
  saidAbsent: false,
  ...changes,
});
const lookedInVain = (posting: Posting, sheet: Partial<Capabilities> = {}) =>
  afterLook(
    { kind: 'absent' },
    { posting, journal, capabilities: { ...SHEET, ...sheet }, settings: POSTING_SETTINGS, random: 0 },
  ).to;

describe('a look that finds nothing, after the whole grace', () => {
  it('proves absence of what got no answer', () => {
    expect(lookedInVain(unknown({}))).toBe('RETRY_WAIT');
    expect(lookedInVain(unknown({ sinceNegativeMs: GRACE_MS - 1 }))).toBeUndefined();
  });

  it('proves nothing about what was accepted for later: a stopped queue may be started again', () => {
    expect(lookedInVain(unknown({ jobId: 'KRSXG5CTMVRXEZLU' }))).toBe('NEEDS_HUMAN');
  });

  it('lets it be sent again where the ERP answers a repeated key with the first job', () => {
    expect(lookedInVain(unknown({ jobId: 'J1' }), { idempotency: 'async' })).toBe('RETRY_WAIT');
  });
});

const before = (outcome: LookOutcome, sheet: Partial<Capabilities> = {}) =>
  beforeSend(outcome, {
    posting: unknown({ state: 'CLAIMED' }),
    journal,
    capabilities: { ...SHEET, ...sheet },
    settings: POSTING_SETTINGS,
    random: 0,
  });
const document = (documentId: string) => ({
  documentId,
  reference: journal.postingReference,
  amounts: journalAmounts(journal),
});

describe('the look before a send', () => {
  it('lets it be sent only where it found nothing: a look that could not be made is no answer', () => {
    expect(before({ kind: 'absent' })).toBeUndefined();
    expect(before({ kind: 'unreachable', message: 'away' })?.to).toBe('RETRY_WAIT');
    expect(before({ kind: 'found', documents: [document('4711')] })?.to).toBe('POSTED');
  });

  it('asks a person where several documents carry our reference, or only amounts and date agree', () => {
    expect(before({ kind: 'found', documents: [document('4711'), document('4712')] })?.to).toBe(
      'DUPLICATE_FOUND',
    );
    const weak = { kind: 'found', documents: [document('4711')] } as const;
    expect(before(weak, { look: 'byAmountAndDate' })?.to).toBe('NEEDS_HUMAN');
  });

  it('takes a document of ours with other amounts for a conflict', () => {
    const other = { ...document('4711'), amounts: [{ account: '1200', currency: 'EUR', amount: '21.60' }] };
    expect(before({ kind: 'found', documents: [other] })?.to).toBe('CONFLICT');
  });
});
