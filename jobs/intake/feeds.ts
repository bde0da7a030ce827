// The feeds there are, whether they hold what their examples say, and what one would make of a file.
import { basename, extname } from 'node:path';

import type { Config } from '../../src/config/model.ts';
import { explainError, UserError } from '../../src/errors.ts';
import type { ErrorParts } from '../../src/errors.ts';
import { claimedControl } from '../../src/feeds/language/claimedControl.ts';
import { failingFeedExamples, recordObject } from '../../src/feeds/language/examples.ts';
import { guessFeed } from '../../src/feeds/language/guess.ts';
import type { Feed, Kind, Standing } from '../../src/feeds/language/feed.ts';
import type { LoadedLookup } from '../../src/feeds/language/lookups.ts';
import type { Row } from '../../src/feeds/language/model.ts';
import { Reading } from '../../src/feeds/language/run.ts';
import type { ControlFinding, RefusedSum } from '../../src/feeds/language/readTotals.ts';
import { fileBytes } from '../../src/feeds/lines.ts';
import {
  bindFeed,
  feedOf,
  feedPlaces,
  lookupsOf,
  readPlace,
  recognise,
  withBetterFit,
} from './feedCatalogue.ts';
import type { FeedPlace } from './feedCatalogue.ts';

type Home = Pick<Config, 'folder' | 'secretOf'>;

/** A line of `feeds list`. */
export interface ListedFeed {
  name: string;
  from: FeedPlace['from'];
  /** Empty where the feed cannot be read. */
  version: string;
  hash: string;
  title: string;
  standing: Standing | undefined;
  kinds: readonly Kind[];
  /** What is wrong with it, in one line; '' where nothing is. */
  problem: string;
}

/** All feeds, those that cannot be read too. */
export function listFeeds(home: Home): ListedFeed[] {
  return feedPlaces(home).map((place): ListedFeed => {
    const read = readPlace(place);
    const { name, from } = place;
    if (!read.ok)
      return {
        name,
        from,
        version: '',
        hash: '',
        title: '',
        standing: undefined,
        kinds: [],
        problem: read.problems[0]?.what ?? '',
      };
    const { version, hash, title, standing, kinds } = read.feed;
    return { name, from, version, hash, title, standing, kinds, problem: '' };
  });
}

/** What `feeds check` found. */
export interface FeedCheck {
  feeds: number;
  examples: number;
  problems: readonly ErrorParts[];
}

/** Reads the feeds (or one) and runs their worked examples. */
export async function checkFeeds(home: Home, name?: string): Promise<FeedCheck> {
  const places = feedPlaces(home).filter((one) => name === undefined || one.name === name);
  if (name !== undefined && places.length === 0) feedOf(home, name);
  const problems: ErrorParts[] = [];
  let examples = 0;
  for (const place of places) {
    const read = readPlace(place);
    if (!read.ok) {
      problems.push(...read.problems);
      continue;
    }
    examples += read.feed.examples.length;
    problems.push(...(await failingFeedExamples(read.feed, await lookupsThatAre(home, read.feed))));
  }
  return { feeds: places.length, examples, problems };
}

/** A shipped feed's examples have their own rows: its tables are a project's to write. */
async function lookupsThatAre(home: Home, feed: Feed): Promise<Map<string, LoadedLookup>> {
  const known = new Map<string, LoadedLookup>();
  for (const spec of feed.lookups) {
    try {
      for (const [name, table] of await lookupsOf(home, { ...feed, lookups: [spec] })) known.set(name, table);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
    }
  }
  return known;
}

/** A record beside the row that it came from. */
export interface TriedRecord {
  row: number;
  in: Record<string, string>;
  values: Record<string, string>;
  kind: Kind;
  out: Record<string, unknown>;
}

/** The shape of `feeds try --json` (spec: feeds). */
export interface FeedTrial {
  feed: string;
  version: string;
  hash: string;
  rows: {
    rows: number;
    used: number;
    title: number;
    section: number;
    total: number;
    skipped: number;
    refused: number;
  };
  records: Partial<Record<Kind, number>>;
  skipped: { name: string; count: number; amount: string | null }[];
  refused: RefusedSum[];
  leftEmpty: Record<string, number>;
  control: ControlFinding[];
  claimed: Record<string, unknown>;
  unused: string[];
  sample: TriedRecord[];
}

/**
 * Reads files by a feed and stores nothing.
 * @param name of the feed; without it the one that recognises the first file
 * @param most records of each kind in the sample
 * @throws UserError where the delivery is refused as one
 */
export async function tryFeed(
  home: Home,
  paths: readonly string[],
  name: string | undefined,
  set: ReadonlyMap<string, string>,
  most: number,
): Promise<FeedTrial> {
  const files = paths.map((path) => ({ path, bytes: () => fileBytes(path) }));
  const feed = name === undefined ? await recognise(home, files[0]!) : feedOf(home, name);
  const bound = await bindFeed(home, feed, set);
  const reading = new Reading(feed, { files, set, lookups: bound.lookups, secretOf: bound.secretOf });
  const sample: TriedRecord[] = [];
  const records: Partial<Record<Kind, number>> = {};
  await withBetterFit(home, paths, async () => {
    for await (const outcomes of reading.outcomes()) {
      for (const one of outcomes) {
        if (one.outcome !== 'record') continue;
        const count = (records[one.kind] ?? 0) + 1;
        records[one.kind] = count;
        const row = one.rows[0];
        if (count <= most && row !== undefined)
          sample.push({ row: row.position, ...shownRow(feed, row), kind: one.kind, out: recordObject(one) });
      }
    }
  });
  const { totals } = reading;
  const { rows, used, title, section, total, skipped, refused } = totals;
  return {
    feed: feed.name,
    version: feed.version,
    hash: feed.hash,
    rows: { rows, used, title, section, total, skipped, refused },
    records,
    skipped: [...totals.skippedBy].map(([why, { count, amount }]) => ({
      name: why,
      count,
      amount: amount?.text ?? null,
    })),
    refused: [...totals.refusedBy.values()],
    leftEmpty: Object.fromEntries(totals.leftEmpty),
    control: totals.control,
    claimed: (await claimedControl(bound, files)) ?? {},
    unused: totals.unused,
    sample,
  };
}

/** The cells of a row by column, and the values that were worked out of it. */
function shownRow(feed: Feed, row: Row): Pick<TriedRecord, 'in' | 'values'> {
  const set = feed.sets.get(row.set)!;
  const cells: Record<string, string> = {};
  const values: Record<string, string> = {};
  for (const [index, { name }] of set.columns.entries()) {
    const text = row.cell(index).trim();
    if (text !== '') cells[name] = text;
  }
  for (const name of set.values) {
    const value = set.scope.find(name)!(row);
    values[name] =
      typeof value === 'string' ? value : `${value.reason}: expected ${value.expected}, found ${value.found}`;
  }
  return { in: cells, values };
}

/** The draft of a feed for a file, called like the file. */
export function draftFeed(path: string): Promise<{ name: string; text: string }> {
  const name =
    basename(path, extname(path))
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, '') || 'draft';
  return guessFeed({ path, bytes: () => fileBytes(path) }, name).then((text) => ({ name, text }));
}

/** All problems, one below the other. */
export function problemsInWords(problems: readonly ErrorParts[]): string[] {
  return problems.map(explainError);
}
