// Names of a run's unlogged tables: made here from the run's number and the reconciliation's place, never from data.
import type { WorkNames } from '../../matching/compile.ts';

/** Tables of one reconciliation within a run. */
export interface PartNames extends WorkNames {
  /** Matches that must be released before anything is matched: unit, match_id. */
  release: string;
  /** Lines that documents of our own postings join. */
  posting: string;
}

/** Tables that all reconciliations of a run share. */
export interface RunNames {
  /** What arrived since the last run, summed. */
  arrived: string;
  /** Open lines of all reconciliations after their passes. */
  open: string;
  /** Matched ledger lines that open ones repeat. */
  repeat: string;
  /** Ledger lines that no pass sees and that bear the reference of an open expected line. */
  aside: string;
  /** What ties open lines to others. */
  link: string;
  /** Lines that have something in common with another open line. */
  related: string;
  /** Open lines in no item yet, with what speaks for a reason. */
  unclassified: string;
  /** Expected lines that a ledger line may be, and the sentence that says which. */
  held: string;
  /** Expected lines without which a summary ties. */
  leftOut: string;
  item: string;
  leg: string;
  /** Live legs after the run, as stored, with their lines and states. */
  stated: string;
  /** Lines of ledger documents that take an earlier one back without saying so. */
  reversal: string;
  /** Last day of grace by reconciliation and business date. */
  grace: string;
  /** Day up to which the ledger is complete, by company, ledger and account. */
  reach: string;
  part(index: number): PartNames;
}

/** @param runId digits, as the database gave it */
export function runNames(runId: string): RunNames {
  if (!/^\d+$/.test(runId)) throw new RangeError(`not a run id: ${runId}`);
  const name = (what: string): string => `work.r${runId}_${what}`;
  return {
    arrived: name('arrived'),
    open: name('open'),
    repeat: name('repeat'),
    aside: name('aside'),
    link: name('link'),
    related: name('related'),
    unclassified: name('unclassified'),
    held: name('held'),
    leftOut: name('left_out'),
    item: name('item'),
    leg: name('leg'),
    stated: name('stated'),
    reversal: name('reversal'),
    grace: name('grace'),
    reach: name('reach'),
    part: (index) => ({
      work: name(`work_${index}`),
      found: name(`found_${index}`),
      member: name(`member_${index}`),
      undecided: name(`undecided_${index}`),
      release: name(`release_${index}`),
      posting: name(`posting_${index}`),
    }),
  };
}
