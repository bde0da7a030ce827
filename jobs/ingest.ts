// Takes files in, one delivery after the other: which feed, which files belong together, and what became of each.
import type { Config } from '../src/config/model.ts';
import type { RunCrash } from '../src/crashPoints.ts';
import type { Database } from '../src/db/connection.ts';
import { UserError } from '../src/errors.ts';
import { readControl } from '../src/feeds/control.ts';
import type { Grouping } from '../src/feeds/feed.ts';
import { EVENT_FEEDS, feedNamed, LEDGER_FEEDS } from '../src/feeds/registry.ts';
import { THRIFT, thriftily } from '../src/heap.ts';
import { balances } from '../src/intake/balances.ts';
import type { IntakeContext } from '../src/intake/context.ts';
import { openDelivery } from '../src/intake/delivery.ts';
import type { Delivery, DeliveryReport, Progress } from '../src/intake/delivery.ts';
import { ingestEvents } from '../src/intake/events.ts';
import { ingestLedger } from '../src/intake/ledger.ts';
import { openingItems } from '../src/intake/opening.ts';
import { periods } from '../src/intake/periods.ts';
import { ingestTable } from '../src/intake/smallTable.ts';
import type { Rulebook } from '../src/rulebook/model.ts';
import { intakeContext } from './intakeContext.ts';

export type IngestKind = 'events' | 'ledger' | 'balances' | 'opening' | 'periods';

/** The shape of `ingest --json` (spec: command line). */
export interface IngestReport {
  files: DeliveryReport[];
}

export interface IngestOptions {
  /** Name of the feed; default: canonical. */
  feed?: string;
  /** Now, milliseconds since 1970. */
  clock: () => number;
  /** Who delivers, for batch and audit. */
  actor?: string;
  /** Told as files are read: path, bytes read, bytes in all. */
  progress?: (path: string, read: number, total: number) => void;
  /** Told of a file that cannot be read at all; the others go on. Without it the first such file is thrown. */
  unreadable?: (error: UserError) => void;
  /** Told at named places; only a test that kills the process passes it. */
  crash?: RunCrash;
}

/**
 * Takes the files in. Each delivery is one transaction: what was reported is stored, also when a later file fails.
 * @throws UserError for a file that cannot be read at all (missing, wrong columns, not UTF-8, bad control file), where nobody
 * is told of it
 */
export async function ingestFiles(
  db: Database,
  config: Config,
  rulebook: Rulebook,
  kind: IngestKind,
  files: readonly string[],
  options: IngestOptions,
): Promise<IngestReport> {
  const context = await intakeContext(
    db.pool,
    config,
    rulebook,
    options.clock,
    options.actor ?? 'ingest',
    options.crash,
  );
  const take = taker(db, context, kind, options.feed);
  const groups = take.grouping === 'together' ? [files] : files.map((file) => [file]);
  const report: IngestReport = { files: [] };
  for (const paths of groups) {
    const shown = paths.join(', ');
    const progress: Progress = (read, total) => options.progress?.(shown, read, total);
    try {
      const delivery = await openDelivery(paths, progress);
      report.files.push(await thriftily(THRIFT.intake, () => take.delivery(delivery, paths)));
    } catch (error) {
      if (!(error instanceof UserError) || options.unreadable === undefined) throw error;
      options.unreadable(error);
    }
  }
  return report;
}

interface Taker {
  grouping: Grouping;
  delivery(delivery: Delivery, paths: readonly string[]): Promise<DeliveryReport>;
}

function taker(db: Database, context: IntakeContext, kind: IngestKind, feedName: string | undefined): Taker {
  if (kind === 'events') {
    const feed = feedNamed(EVENT_FEEDS, feedName);
    return { grouping: feed.grouping, delivery: (delivery) => ingestEvents(db, context, feed, delivery) };
  }
  if (kind === 'ledger') {
    const feed = feedNamed(LEDGER_FEEDS, feedName);
    return {
      grouping: feed.grouping,
      delivery: async (delivery, paths) =>
        ingestLedger(db, context, feed, delivery, await firstControl(paths)),
    };
  }
  if (feedName !== undefined && feedName !== 'canonical') {
    throw new UserError({
      where: '--feed',
      what: `${kind} come in the canonical form only`,
      expected: 'no --feed',
      found: feedName,
    });
  }
  return {
    grouping: 'each',
    delivery: (delivery) =>
      kind === 'opening'
        ? ingestTable(db, context, openingItems(context), delivery)
        : kind === 'balances'
          ? ingestTable(db, context, balances, delivery)
          : ingestTable(db, context, periods, delivery),
  };
}

/** Of files that are one extract, the control file of the first that has one. */
async function firstControl(paths: readonly string[]): ReturnType<typeof readControl> {
  for (const path of paths) {
    const control = await readControl(path);
    if (control !== undefined) return control;
  }
  return undefined;
}
