// What must still be true right before a journal leaves: days may lie between the second person's word and the call. What
// makes the journal itself wrong withdraws it, so that a run proposes it anew; what may pass holds it, approved.
import type { PeriodStatus } from './missingEntry.ts';
import { payloadHash } from './key.ts';
import type { OutgoingJournal } from './outgoing.ts';

/** What is known of a journal now, read at once. */
export interface Standing {
  /** Hash that the second person's word is bound to. */
  approvedHash: string;
  /** False where a reversal or closing entry: no run proposes it anew. */
  proposedByRuns: boolean;
  /** Periods of its company and ledger, as last read. */
  periods: readonly PeriodStatus[];
  /** Lines that it books and that have ended since. */
  endedLines: number;
  /** Who approved it, and makers among the users, that no longer may. */
  withoutRole: readonly string[];
  /** Rules by which its lines were derived, and that say something else for their day by now. */
  changedRules: readonly string[];
  /** Why it waits after a restore; '' for nothing. */
  restored: string;
}

/** `hold`: it stays APPROVED. `withdraw`: it is cancelled and what it books is free. */
export interface Hold {
  kind: 'hold' | 'withdraw';
  why: string;
}

/** The first thing that stands in the way; undefined: it may leave. */
export function holdBack(journal: OutgoingJournal, standing: Standing): Hold | undefined {
  const redo = standing.proposedByRuns ? 'withdraw' : 'hold';
  if (payloadHash(journal) !== standing.approvedHash)
    return { kind: 'withdraw', why: 'its stored lines are not those that were approved' };
  if (standing.restored !== '') return { kind: 'hold', why: standing.restored };
  if (standing.endedLines > 0) return { kind: redo, why: 'a line that it books has ended' };
  const period = standing.periods.find(
    (one) => one.fiscalYear === journal.fiscalYear && one.period === journal.period,
  );
  if (period?.status !== 'open')
    return { kind: redo, why: `period ${journal.period} is ${period?.status ?? 'not known to the ERP'}` };
  if (standing.changedRules.length > 0)
    return {
      kind: 'hold',
      why: `the rule ${standing.changedRules.join(', ')} has changed since its lines were derived: tieout reject it and tieout rederive`,
    };
  if (standing.withoutRole.length > 0)
    return { kind: 'hold', why: `no longer in the role of then: ${standing.withoutRole.join(', ')}` };
  return undefined;
}
