// A world in memory for the sending machine: virtual time, a store that behaves as the database does (fences, leases,
// commits), an ERP without any idempotency that may commit late and show late, and workers that die or are stopped.
import { advance } from '../../src/posting/advance.ts';
import type { Ports } from '../../src/posting/advance.ts';
import type { Capabilities, ErpDocument, OutgoingJournal, PostOutcome } from '../../src/posting/outgoing.ts';
import { journalAmounts } from '../../src/posting/document.ts';
import type { Move, Posting, PostingSettings } from '../../src/posting/posting.ts';
import { mayMove } from '../../src/posting/states.ts';
import type { PostingState } from '../../src/posting/states.ts';

export class Crash extends Error {}

export interface Row {
  journal: OutgoingJournal;
  state: PostingState;
  stateSince: number;
  fence: number;
  leaseUntil: number;
  dueAt: number;
  sends: number;
  tries: number;
  negativeSince: number | null;
  jobId: string;
  documentId: string;
  attempts: number;
}

interface Committed {
  document: ErpDocument;
  visibleAt: number;
  committedAt: number;
}

export interface WorldOptions {
  random: () => number;
  capabilities: Capabilities;
  settings: PostingSettings;
  /** Probability of a fault at each call, and of a crash or stop at each named point. */
  faults: number;
  crashes: number;
  /** Mutants: what the laboratory must catch. */
  mutant?: 'lookAlwaysAbsent' | 'noGrace' | 'noFence';
}

const MACHINE: ReadonlySet<PostingState> = new Set([
  'APPROVED',
  'CLAIMED',
  'SENDING',
  'SENT',
  'UNKNOWN',
  'RETRY_WAIT',
]);

export class World {
  now = 1_000_000;
  readonly rows: Row[] = [];
  readonly ledger: Committed[] = [];
  readonly jobs = new Map<
    string,
    { journal: OutgoingJournal; endsAt: number; good: boolean; booked: boolean }
  >();
  steps = 0;
  #depth = 0;
  readonly #o: WorldOptions;
  constructor(options: WorldOptions) {
    this.#o = options;
  }

  add(journal: OutgoingJournal): void {
    this.rows.push({
      journal,
      state: 'APPROVED',
      stateSince: this.now,
      fence: 0,
      leaseUntil: 0,
      dueAt: 0,
      sends: 0,
      tries: 0,
      negativeSince: null,
      jobId: '',
      documentId: '',
      attempts: 0,
    });
  }

  documentsOf(journal: OutgoingJournal): number {
    return this.ledger.filter((entry) => entry.document.reference === journal.postingReference).length;
  }

  /** Runs workers until nothing is left for the machine; false where that never happens. */
  async run(maxSteps: number): Promise<boolean> {
    while (this.steps < maxSteps) {
      if (!this.rows.some((row) => MACHINE.has(row.state))) return true;
      if (!(await this.worker())) this.#wait();
    }
    return false;
  }

  /** One claim and one step by a fresh worker; false where nothing is due. */
  async worker(): Promise<boolean> {
    this.steps += 1;
    const row = this.rows.find((r) => this.#claimable(r));
    if (row === undefined) return false;
    const posting = this.#claim(row);
    try {
      this.#hazard();
      const step = await advance(posting, this.#ports(row, posting));
      if (step.stale) this.now += 10;
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
    }
    return true;
  }

  /** Nothing to do now: time goes on to the next thing that is due. */
  #wait(): void {
    const at = this.rows
      .filter((row) => MACHINE.has(row.state))
      .map((row) =>
        row.state === 'CLAIMED' || row.state === 'SENDING'
          ? row.leaseUntil
          : Math.max(row.leaseUntil, row.dueAt),
      );
    this.now = Math.max(this.now + 1, Math.min(...at));
  }

  #claimable(row: Row): boolean {
    if (!MACHINE.has(row.state) || row.leaseUntil > this.now) return false;
    return row.state === 'CLAIMED' || row.state === 'SENDING' || row.dueAt <= this.now;
  }

  #claim(row: Row): Posting {
    const sinceStateMs = this.now - row.stateSince;
    if (row.state === 'SENDING') this.#state(row, 'UNKNOWN');
    else if (row.state === 'APPROVED' || row.state === 'RETRY_WAIT') this.#state(row, 'CLAIMED');
    row.fence += 1;
    row.leaseUntil = this.now + this.#o.settings.leaseMs;
    return {
      postingKey: row.journal.postingKey,
      postingReference: row.journal.postingReference,
      journalId: '1',
      erp: 'model',
      company: 'US01',
      state: row.state,
      fence: String(row.fence),
      sends: row.sends,
      tries: row.tries,
      sinceNegativeMs: row.negativeSince === null ? null : this.now - row.negativeSince,
      sinceStateMs,
      jobId: row.jobId,
      documentId: row.documentId,
      saidAbsent: false,
    };
  }

  #state(row: Row, to: PostingState): void {
    if (!mayMove(row.state, to, 'machine')) throw new Error(`illegal: ${row.state} -> ${to}`);
    row.state = to;
    row.stateSince = this.now;
  }

  #ours(row: Row, posting: Posting): boolean {
    return this.#o.mutant === 'noFence' || row.fence === Number(posting.fence);
  }

  /** The process dies here, or is stopped past its lease while others go on. */
  #hazard(): void {
    if (this.#o.random() < this.#o.crashes) throw new Crash();
  }

  async #stopped(): Promise<void> {
    if (this.#depth > 0 || this.#o.random() >= this.#o.crashes) return;
    this.#depth += 1;
    this.now += this.#o.settings.leaseMs * (1 + this.#o.random());
    const others = Math.floor(this.#o.random() * 40);
    for (let i = 0; i < others; i += 1) if (!(await this.worker())) this.now += 4_000;
    this.#depth -= 1;
  }

  #ports(row: Row, posting: Posting): Ports {
    const { settings, capabilities, random } = this.#o;
    const mutated =
      this.#o.mutant === 'noGrace' ? { ...settings, callTimeoutMs: 0, queueMs: 0, leaseMs: 1 } : settings;
    return {
      capabilities: this.#o.mutant === 'noGrace' ? { ...capabilities, lookLagSeconds: 0 } : capabilities,
      settings: mutated,
      random,
      crashPoint: () => this.#hazard(),
      journal: async () => row.journal,
      enter: async () => '',
      holdBack: async () => undefined,
      afterRestore: async () => undefined,
      explainedBy: async () => [],
      holdsLease: () =>
        this.#o.mutant === 'noFence' || (row.fence === Number(posting.fence) && row.leaseUntil > this.now),
      begin: async (_, kind) => {
        if (!this.#ours(row, posting)) return undefined;
        row.attempts += 1;
        if (kind === 'post') {
          this.#state(row, 'SENDING');
          row.sends += 1;
          row.negativeSince = null;
        }
        this.#hazard();
        await this.#stopped();
        return row.attempts;
      },
      settle: async (_, { move }) => {
        if (!this.#ours(row, posting)) return false;
        this.#apply(row, move);
        this.#hazard();
        return true;
      },
      post: async (journal) => this.#answer(row, posting, await this.#post(journal)),
      look: async (journal) => this.#look(journal),
      ...(capabilities.idempotency === 'async' ? { poll: async (jobId: string) => this.#poll(jobId) } : {}),
    };
  }

  #apply(row: Row, move: Move): void {
    if (move.to !== undefined) this.#state(row, move.to);
    if (move.documentId !== undefined) row.documentId = move.documentId;
    if (move.jobId !== undefined) row.jobId = move.jobId;
    row.dueAt = this.now + (move.dueInMs ?? 0);
    row.tries = move.tries ?? row.tries;
    if (move.notSent === true) row.sends -= 1;
    if (move.negativeLook === true) row.negativeSince ??= this.now;
    row.leaseUntil = 0;
  }

  #book(journal: OutgoingJournal, at: number, amounts = journalAmounts(journal)): ErpDocument {
    const document = {
      documentId: `D${this.ledger.length + 1}`,
      reference: journal.postingReference,
      amounts,
    };
    const lagMs = this.#o.capabilities.lookLagSeconds * 1_000 * this.#o.random();
    this.ledger.push({ document, committedAt: at, visibleAt: at + lagMs });
    return document;
  }

  /** While the caller waits the lease is renewed; a stopped caller's is not. */
  async #answer<T>(row: Row, posting: Posting, outcome: T): Promise<T> {
    if (row.fence === Number(posting.fence))
      row.leaseUntil = Math.max(row.leaseUntil, this.now + this.#o.settings.leaseMs);
    await this.#stopped();
    return outcome;
  }

  async #post(journal: OutgoingJournal): Promise<PostOutcome> {
    const { random, faults, settings, capabilities } = this.#o;
    const takes = (share: number): number => random() * share;
    if (random() >= faults) {
      this.now += takes(200);
      if (capabilities.idempotency === 'async') return this.#accept(journal, random() < 0.8);
      return { kind: 'posted', document: this.#book(journal, this.now) };
    }
    const fault = Math.floor(random() * 9);
    switch (fault) {
      case 0: // answer lost after the commit
        this.#book(journal, this.now);
        this.now += takes(settings.callTimeoutMs);
        return { kind: 'unknown', message: 'reset' };
      case 1: // never arrived, and nobody can tell
        this.now += takes(settings.callTimeoutMs);
        return { kind: 'unknown', message: 'timed out' };
      case 2: // commits long after the caller went away
        this.#book(journal, this.now + takes(settings.callTimeoutMs + settings.queueMs));
        this.now += takes(settings.callTimeoutMs);
        return { kind: 'unknown', message: 'timed out' };
      case 3:
        return {
          kind: 'notExecuted',
          message: 'connection refused',
          ...(random() < 0.5 ? { retryAfterMs: 5_000 } : {}),
        };
      case 4:
        return { kind: 'refused', code: 'closedPeriod', message: 'period closed' };
      case 5: // the answer shows nothing of the amounts
        return { kind: 'posted', document: { ...this.#book(journal, this.now), amounts: null } };
      case 6:
        this.#book(journal, this.now);
        return { kind: 'duplicateKey', message: 'key taken' };
      case 7:
        return this.#accept(journal, random() < 0.5);
      default: // a number that is not ours
        this.#book(journal, this.now);
        return {
          kind: 'posted',
          document: { documentId: 'X9', reference: 'SOMEONEELSE22222', amounts: null },
        };
    }
  }

  #accept(journal: OutgoingJournal, good: boolean): PostOutcome {
    const jobId = `J${this.jobs.size + 1}`;
    this.jobs.set(jobId, { journal, endsAt: this.now + this.#o.random() * 20_000, good, booked: false });
    if (this.#o.capabilities.idempotency !== 'async' && good)
      this.#book(journal, this.now + this.#o.random() * 20_000);
    return { kind: 'accepted', jobId };
  }

  #poll(jobId: string): PostOutcome {
    const job = this.jobs.get(jobId)!;
    this.now += this.#o.random() * 100;
    if (this.now < job.endsAt) return { kind: 'accepted', jobId };
    if (!job.good) return { kind: 'refused', code: 'invalid', message: 'job failed' };
    if (!job.booked) {
      job.booked = true;
      this.#book(job.journal, job.endsAt);
    }
    if (this.#o.random() < this.#o.faults) return { kind: 'unknown', message: 'job not found' };
    const entry = this.ledger.find((e) => e.document.reference === job.journal.postingReference)!;
    return { kind: 'posted', document: entry.document };
  }

  #look(journal: OutgoingJournal): ReturnType<Ports['look']> {
    const { random, faults } = this.#o;
    this.now += random() * 100;
    if (this.#o.mutant === 'lookAlwaysAbsent') return Promise.resolve({ kind: 'absent' });
    if (random() < faults / 2) return Promise.resolve({ kind: 'unreachable', message: 'no answer' });
    const documents = this.ledger
      .filter(
        (e) =>
          e.document.reference === journal.postingReference &&
          e.visibleAt <= this.now &&
          e.committedAt <= this.now,
      )
      .map((e) => e.document);
    return Promise.resolve(documents.length === 0 ? { kind: 'absent' } : { kind: 'found', documents });
  }
}

/** A balanced journal of two lines, under a reference of its own. */
export function sampleJournal(n: number): OutgoingJournal {
  const reference = `A${String(n)
    .padStart(15, 'B')
    .replaceAll(/[0189]/g, 'C')}`;
  const line = {
    location: 'S001',
    dimension: '',
    currency: 'USD',
    companyCurrency: 'USD',
    reference: `SO-${n}`,
    text: 't',
  };
  return {
    postingKey: `${n}`.padStart(64, '0'),
    postingReference: reference,
    company: 'US01',
    ledger: 'GL',
    postingDate: '2026-10-31' as OutgoingJournal['postingDate'],
    documentDate: '2026-10-31' as OutgoingJournal['documentDate'],
    fiscalYear: '2026',
    period: '2026-10',
    text: 'shipment',
    reversalOf: '',
    reversalOfDocument: '',
    lines: [
      { ...line, line: 1, account: '1200', side: 'debit', amount: '21.60', companyAmount: '21.60' },
      { ...line, line: 2, account: '4000', side: 'credit', amount: '21.60', companyAmount: '21.60' },
    ],
  };
}
