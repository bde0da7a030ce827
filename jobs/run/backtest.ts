// What a changed rulebook would have done on the facts of the past: both rulebooks run from nothing over a copy of them, and
// what they came to is held side by side. The real database is only read.
import path from 'node:path';

import type { IsoDate } from '../../src/accounting/dates.ts';
import { isoDate } from '../../src/accounting/dates.ts';
import type { Config } from '../../src/config/model.ts';
import { loadRulebook } from '../../src/config/rulebookFiles.ts';
import type { BacktestExample, BacktestRow } from '../../src/db/backtest/compare.ts';
import { compareOutcomes } from '../../src/db/backtest/compare.ts';
import { carryOutcome } from '../../src/db/backtest/outcome.ts';
import type { Scratch } from '../../src/db/backtest/scratch.ts';
import { scratchOf, twinOf } from '../../src/db/backtest/scratch.ts';
import type { Database } from '../../src/db/connection.ts';
import { transaction } from '../../src/db/connection.ts';
import { drawBatchId } from '../../src/db/intake/insertBatch.ts';
import { lock } from '../../src/db/locks.ts';
import { lastRun } from '../../src/db/run/completeRun.ts';
import { UserError } from '../../src/errors.ts';
import { rederive } from '../../src/intake/rederive.ts';
import { closeRederivedBatch } from '../../src/intake/rederiveBatch.ts';
import type { RederivePlan } from '../../src/intake/rederiveModel.ts';
import type { Rulebook } from '../../src/rulebook/model.ts';
import { intakeContext } from '../intake/intakeContext.ts';
import { reconcile, yesterday } from './reconcile.ts';
import { showAmount } from '../../src/money/showAmount.ts';

export interface Backtest {
  db: Database;
  config: Config;
  /** The rulebook in use. */
  rulebook: Rulebook;
  /** Folder of the changed one. */
  against: string;
  clock: () => number;
  progress?: (step: string) => void;
}

export interface BacktestReport {
  /** Version in use, and the changed one. */
  present: string;
  against: string;
  asOf: IsoDate;
  /** What the events would book otherwise. */
  derived: Pick<RederivePlan, 'events' | 'ended' | 'added' | 'moved' | 'accounts' | 'examples' | 'held'>;
  rows: BacktestRow[];
  examples: BacktestExample[];
}

const EXAMPLES_EACH = 3;

/** Runs both. Takes twice the time of one run over all history; only one backtest a process. */
export async function backtest(job: Backtest): Promise<BacktestReport> {
  const changed = loadRulebook({ ...job.config, rulebook: path.resolve(job.against) });
  if (changed.hash === job.rulebook.hash) {
    throw new UserError({
      where: `--against ${job.against}`,
      what: 'this is the rulebook in use',
      expected: 'a folder with a changed rulebook',
      found: `version ${changed.hash.slice(0, 12)} in both`,
      todo: 'copy the rulebook folder, change the copy, and name it here',
    });
  }
  const last = await transaction(job.db, (client) => lastRun(client));
  const asOf = last === undefined ? yesterday(job.config, job.clock()) : isoDate(last.asOf);
  const names = [1, 2].map((n) => `tieout_backtest_${process.pid}_${n}`) as [string, string];
  job.progress?.('copying the facts');
  // Held to the end: to a second one, the first one's databases would for a moment look like what a killed one left.
  return transaction(job.db, async (holder) => {
    await lock(holder, 'BACKTEST');
    const before = await scratchOf(job.db, names[0]);
    try {
      const after = await twinOf(job.db, before, ...names);
      try {
        return await runBoth(job, changed, asOf, before, after);
      } finally {
        await after.drop();
      }
    } finally {
      await before.drop();
    }
  });
}

async function runBoth(
  job: Backtest,
  changed: Rulebook,
  asOf: IsoDate,
  before: Scratch,
  after: Scratch,
): Promise<BacktestReport> {
  job.progress?.('running the rulebook in use');
  await reconcile({ ...job, db: before.db, maker: 'backtest', asOf });
  job.progress?.('running the changed rulebook');
  const plan = await derivedBy(job, changed, after.db);
  await reconcile({ ...job, db: after.db, rulebook: changed, maker: 'backtest', asOf });
  job.progress?.('comparing');
  const { rows, examples } = await transaction(after.db, async (client) => {
    await transaction(before.db, (from) => carryOutcome(from, client, 'before'));
    await transaction(after.db, (from) => carryOutcome(from, client, 'after'));
    return compareOutcomes(client, EXAMPLES_EACH);
  });
  const { events, ended, added, moved, accounts, examples: entries, held } = plan;
  const shown = <T extends { amount: string; currency: string }>(row: T): T => ({
    ...row,
    amount: showAmount(row.amount, row.currency),
  });
  return {
    present: job.rulebook.hash,
    against: changed.hash,
    asOf,
    derived: { events, ended, added, moved, accounts, examples: entries, held },
    rows: rows.map(shown),
    examples: examples.map((example) => ({
      ...shown(example),
      lines: example.lines.map(({ line, amount }) => ({
        line,
        amount: showAmount(amount, example.currency),
      })),
    })),
  };
}

/** Applies the changed rulebook to the copy: no period is closed there and no journal stands in the way. */
function derivedBy(job: Backtest, rulebook: Rulebook, db: Database): Promise<RederivePlan> {
  return transaction(db, async (client) => {
    const context = await intakeContext(client, job.config, rulebook, job.clock, 'backtest');
    const batchId = await drawBatchId(client);
    const plan = await rederive(client, context, 'changed', batchId);
    await closeRederivedBatch(client, context, batchId, plan);
    return plan;
  });
}
