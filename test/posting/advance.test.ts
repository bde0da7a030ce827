// One step of the sending machine, port by port: what has to be known before bytes leave, and what stops them.
import { describe, expect, it } from 'vitest';

import { advance } from '../../src/posting/advance.ts';
import type { AfterRestore } from '../../src/posting/afterRestore.ts';
import type { Ports, Settlement } from '../../src/posting/advance.ts';
import { noCrash } from '../../src/posting/crashPoints.ts';
import { journalAmounts } from '../../src/posting/document.ts';
import type { Capabilities, LookOutcome, PostOutcome } from '../../src/posting/outgoing.ts';
import { POSTING_SETTINGS, type Posting } from '../../src/posting/posting.ts';
import { afterPoll, afterPost } from '../../src/posting/send.ts';
import { sampleJournal } from './model.ts';

const JOURNAL = sampleJournal(1);
const OURS = {
  documentId: '4711',
  reference: JOURNAL.postingReference,
  amounts: journalAmounts(JOURNAL),
};
const SHEET: Capabilities = {
  idempotency: 'sync',
  externalId: true,
  look: 'byReference',
  lookLagSeconds: 0,
  documentIdInAnswer: true,
  batchAtomic: false,
  maxBatch: 1,
};
const CLAIMED: Posting = {
  postingKey: JOURNAL.postingKey,
  postingReference: JOURNAL.postingReference,
  journalId: '1',
  erp: 'sap',
  company: 'US01',
  state: 'CLAIMED',
  fence: '1',
  sends: 0,
  tries: 0,
  sinceNegativeMs: null,
  sinceStateMs: 1_000,
  jobId: '',
  documentId: '',
  saidAbsent: false,
};

interface Circumstances {
  posting?: Partial<Posting>;
  sheet?: Partial<Capabilities>;
  looked?: LookOutcome;
  answer?: PostOutcome;
  explained?: string[];
  restored?: AfterRestore;
  /** Attempts of this kind find that the claim is another worker's. */
  lost?: 'post' | 'look';
  /** The lease is over from this call on. */
  leaseEndsAfter?: 'begin post';
  /** The move is refused: the claim went to another worker meanwhile. */
  stale?: boolean;
}

/** What the step did, in order, and what it came to. */
async function step(at: Circumstances): Promise<{ did: string[]; to: string | undefined; stale: boolean }> {
  const did: string[] = [];
  let settled: Settlement | undefined;
  const ports: Ports = {
    capabilities: { ...SHEET, ...at.sheet },
    settings: POSTING_SETTINGS,
    crashPoint: noCrash,
    random: () => 0,
    journal: () => Promise.resolve(JOURNAL),
    enter: () => Promise.resolve(''),
    holdBack: () => Promise.resolve(undefined),
    afterRestore: () => Promise.resolve(at.restored),
    explainedBy: () => {
      did.push('ask the ledger');
      return Promise.resolve(at.explained ?? []);
    },
    begin: (_, kind) => {
      did.push(`begin ${kind}`);
      return Promise.resolve(at.lost === kind ? undefined : 1);
    },
    settle: (_, settlement) => {
      settled = settlement;
      return Promise.resolve(at.stale !== true);
    },
    post: () => {
      did.push('post');
      return Promise.resolve(at.answer ?? { kind: 'posted', document: OURS });
    },
    look: () => {
      did.push('look');
      return Promise.resolve(at.looked ?? { kind: 'absent' });
    },
    holdsLease: () => at.leaseEndsAfter === undefined || did.at(-1) !== at.leaseEndsAfter,
  };
  const { stale } = await advance({ ...CLAIMED, ...at.posting }, ports);
  return { did, to: settled?.move.to, stale };
}

const OLD = POSTING_SETTINGS.lookFirstAfterMs + 1;

describe('before a journal is sent', () => {
  it('the ledger is asked, and the attempt is on disk', async () => {
    expect(await step({})).toEqual({
      did: ['ask the ledger', 'begin post', 'post'],
      to: 'POSTED',
      stale: false,
    });
  });

  it.each<[string, Circumstances]>([
    ['it was sent before', { posting: { sends: 1 } }],
    ['it waited before', { posting: { tries: 1 } }],
    [
      'the ERP would take a second one, and the database may be a restored one',
      { sheet: { idempotency: 'none' } },
    ],
    ['it was approved long ago', { posting: { sinceStateMs: OLD } }],
  ])('somebody looks where %s', async (_, at) => {
    const { did } = await step(at);
    expect(did).toEqual(['begin look', 'look', 'ask the ledger', 'begin post', 'post']);
    const away = await step({ ...at, looked: { kind: 'unreachable', message: 'away' } });
    expect(away).toEqual({ did: ['begin look', 'look'], to: 'RETRY_WAIT', stale: false });
    const there = await step({ ...at, looked: { kind: 'found', documents: [OURS] } });
    expect(there).toEqual({ did: ['begin look', 'look'], to: 'POSTED', stale: false });
  });

  it('nothing leaves that the ledger has come to explain', async () => {
    const explained = await step({ explained: ['D1'] });
    expect(explained).toEqual({ did: ['ask the ledger'], to: 'CANCELLED', stale: false });
  });

  it.each<[string, Circumstances]>([
    ['was sent as often as may be', { posting: { sends: POSTING_SETTINGS.maxSends } }],
    ['waited as often as may be', { posting: { tries: POSTING_SETTINGS.maxTries + 1 } }],
    ['was sent to an ERP that cannot be searched', { posting: { sends: 1 }, sheet: { look: 'none' } }],
  ])('a person is asked about one that %s', async (_, at) => {
    expect(await step(at)).toEqual({ did: [], to: 'NEEDS_HUMAN', stale: false });
  });
});

describe('a worker whose claim is gone', () => {
  it('sends nothing, whether the database says so or its own clock', async () => {
    expect(await step({ lost: 'post' })).toMatchObject({
      did: ['ask the ledger', 'begin post'],
      stale: true,
    });
    expect(await step({ leaseEndsAfter: 'begin post' })).toMatchObject({
      did: ['ask the ledger', 'begin post'],
      stale: true,
    });
    expect(await step({ lost: 'look', posting: { sends: 1 } })).toMatchObject({ did: ['begin look'] });
  });

  it('has changed nothing where its move is refused', async () => {
    expect((await step({ stale: true })).stale).toBe(true);
  });
});

describe('an answer', () => {
  const to = (outcome: PostOutcome): string | undefined => afterPost(outcome, JOURNAL, CLAIMED, 0).to;

  it('about another document, without amounts, or that the key is known, is no proof: somebody looks', () => {
    const other = { ...OURS, reference: 'KRSXG5CTMVRXEZLU' };
    expect(to({ kind: 'posted', document: OURS })).toBe('POSTED');
    expect(afterPost({ kind: 'posted', document: other }, JOURNAL, CLAIMED, 0)).toMatchObject({
      to: 'UNKNOWN',
      code: 'contradiction',
      why: 'the answer is about KRSXG5CTMVRXEZLU, not about ours',
    });
    expect(to({ kind: 'posted', document: { ...OURS, amounts: null } })).toBe('UNKNOWN');
    expect(to({ kind: 'posted', document: { ...OURS, amounts: [] } })).toBe('CONFLICT');
    expect(to({ kind: 'duplicateKey', message: 'm' })).toBe('UNKNOWN');
    expect(to({ kind: 'unknown', message: 'm' })).toBe('UNKNOWN');
  });

  it('that it was refused, or surely not executed, is believed', () => {
    expect(to({ kind: 'refused', code: 'closedPeriod', message: 'm' })).toBe('REJECTED');
    const again = afterPost({ kind: 'notExecuted', message: 'm', retryAfterMs: 9_000 }, JOURNAL, CLAIMED, 0);
    expect(again).toMatchObject({ to: 'RETRY_WAIT', notSent: true, dueInMs: 9_000 });
  });

  it('of a job that is not found proves nothing', () => {
    const polled = (outcome: PostOutcome): string | undefined =>
      afterPoll(outcome, JOURNAL, { ...CLAIMED, state: 'SENT' }, false).to;
    expect(polled({ kind: 'notExecuted', message: 'm' })).toBe('UNKNOWN');
    expect(polled({ kind: 'accepted', jobId: 'J1' })).toBeUndefined();
  });
});
