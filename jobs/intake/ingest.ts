// Takes files in, one delivery after the other: which feed, which files belong together, and what became of each.
import type { Config } from '../../src/config/model.ts';
import type { RunCrash } from '../../src/crashPoints.ts';
import type { Database } from '../../src/db/connection.ts';
import { UserError } from '../../src/errors.ts';
import { readControl } from '../../src/feeds/control.ts';
import type { Grouping } from '../../src/feeds/feed.ts';
import { EVENT_FEEDS, feedNamed, LEDGER_FEEDS } from '../../src/feeds/registry.ts';
import { HEAP_GROWTH_PERCENT, withHeapGrowth } from '../../src/heap.ts';
import { balances } from '../../src/intake/balances.ts';
import type { IntakeContext } from '../../src/intake/context.ts';
import { openDelivery } from '../../src/intake/delivery.ts';
import type { Delivery, DeliveryReport, Progress } from '../../src/intake/delivery.ts';
import { ingestEvents } from '../../src/intake/events.ts';
import { ingestLedger } from '../../src/intake/ledger.ts';
import { openingItems } from '../../src/intake/opening.ts';
import { periods } from '../../src/intake/periods.ts';
import { ingestTable } from '../../src/intake/smallTable.ts';
import type { Rulebook } from '../../src/rulebook/model.ts';
import { didYouMean } from '../../src/rulebook/nearest.ts';
import type { Feed } from '../../src/feeds/language/feed.ts';
import { fileBytes } from '../../src/feeds/lines.ts';
import { feedOf, feedPlaces, isFeed, recognise, withBetterFit } from './feedCatalogue.ts';
import { ingestByFeed } from './ingestFeed.ts';
import type { FeedIntake } from './ingestFeed.ts';
import { intakeContext } from './intakeContext.ts';

export type IngestKind = 'events' | 'ledger' | 'balances' | 'opening' | 'periods';
/** `any`: what the feed gives, of every kind. */
export type Ingested = IngestKind | 'any';

/** The shape of `ingest --json` (spec: command line). */
export interface IngestReport {
  files: DeliveryReport[];
}

export interface IngestOptions {
  /** Name of the feed; default: canonical, and of `any` the feed that recognises the file. */
  feed?: string;
  /** What a feed takes from outside, by name. */
  set?: ReadonlyMap<string, string>;
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
  kind: Ingested,
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
  const report: IngestReport = { files: [] };
  for (const { take, paths } of await deliveries(db, config, context, kind, files, options)) {
    const shown = paths.join(', ');
    const progress: Progress = (read, total) => options.progress?.(shown, read, total);
    try {
      const delivery = await openDelivery(paths, progress);
      report.files.push(
        ...(await withHeapGrowth(HEAP_GROWTH_PERCENT.intake, () => take.delivery(delivery, paths))),
      );
    } catch (error) {
      if (!(error instanceof UserError) || options.unreadable === undefined) throw error;
      options.unreadable(error);
    }
  }
  return report;
}

interface Taker {
  grouping: Grouping;
  delivery(delivery: Delivery, paths: readonly string[]): Promise<DeliveryReport[]>;
}

/** Which files are taken together, and by what. */
async function deliveries(
  db: Database,
  config: Config,
  context: IntakeContext,
  kind: Ingested,
  files: readonly string[],
  options: IngestOptions,
): Promise<{ take: Taker; paths: readonly string[] }[]> {
  const { feed: name, set = new Map() } = options;
  const by = (feed: Feed): Taker => feedTaker({ db, config, context, feed, set }, kind);
  const together = (take: Taker, paths: readonly string[]): { take: Taker; paths: readonly string[] }[] =>
    take.grouping === 'together' ? [{ take, paths }] : paths.map((file) => ({ take, paths: [file] }));
  if (name !== undefined && isFeed(config, name)) return together(by(feedOf(config, name)), files);
  if (kind !== 'any') return together(taker(db, context, kind, name), files);
  if (name !== undefined) throw unknownFeed(config, name);
  const found = new Map<string, { feed: Feed; paths: string[] }>();
  for (const file of files) {
    try {
      const feed = await recognise(config, { path: file, bytes: () => fileBytes(file) });
      const same = found.get(feed.name) ?? { feed, paths: [] };
      same.paths.push(file);
      found.set(feed.name, same);
    } catch (error) {
      if (!(error instanceof UserError) || options.unreadable === undefined) throw error;
      options.unreadable(error);
    }
  }
  return [...found.values()].flatMap(({ feed, paths }) => together(by(feed), paths));
}

function unknownFeed(config: Config, name: string): UserError {
  const names = feedPlaces(config).map((one) => one.name);
  return new UserError({
    where: '--feed',
    what: `there is no feed ${JSON.stringify(name)}`,
    expected: names.join(', '),
    found: name,
    todo: didYouMean(name, names),
  });
}

/** By a feed of the language; a kind of record that was not asked for is not taken. */
function feedTaker(intake: FeedIntake, kind: Ingested): Taker {
  const { feed } = intake;
  const wanted =
    kind === 'any' ? feed.kinds : feed.kinds.filter((one) => one === (kind === 'events' ? 'event' : kind));
  if (wanted.length === 0)
    throw new UserError({
      where: '--feed',
      what: `feed ${feed.name} gives no ${kind}`,
      expected: `ingest FILE --feed ${feed.name}`,
      found: feed.kinds.join(', '),
    });
  return {
    grouping: feed.files.length > 1 ? 'together' : 'each',
    delivery: async (delivery, paths) =>
      withBetterFit(intake.config, paths, async () =>
        ingestByFeed({ ...intake, kinds: wanted }, delivery, await firstControl(paths)),
      ),
  };
}

function taker(db: Database, context: IntakeContext, kind: IngestKind, feedName: string | undefined): Taker {
  if (kind === 'events') {
    const feed = feedNamed(EVENT_FEEDS, feedName);
    return {
      grouping: feed.grouping,
      delivery: async (delivery) => [await ingestEvents(db, context, feed, delivery)],
    };
  }
  if (kind === 'ledger') {
    const feed = feedNamed(LEDGER_FEEDS, feedName);
    return {
      grouping: feed.grouping,
      delivery: async (delivery, paths) => [
        await ingestLedger(db, context, feed, delivery, await firstControl(paths)),
      ],
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
    delivery: async (delivery) => [
      kind === 'opening'
        ? await ingestTable(db, context, openingItems(context), delivery)
        : kind === 'balances'
          ? await ingestTable(db, context, balances, delivery)
          : await ingestTable(db, context, periods, delivery),
    ],
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
