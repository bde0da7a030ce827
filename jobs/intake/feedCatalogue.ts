// Which feeds there are: those of the project's folder `feeds`, and those that came with the program. A project's feed of the
// same name wins.
import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import path from 'node:path';

import type { Config } from '../../src/config/model.ts';
import { UserError } from '../../src/errors.ts';
import type { FeedFile } from '../../src/feeds/feed.ts';
import type { BoundFeed } from '../../src/feeds/language/adapters.ts';
import { fitOf } from '../../src/feeds/language/assign.ts';
import type { Fit } from '../../src/feeds/language/assign.ts';
import type { Feed, ReadFeed } from '../../src/feeds/language/feed.ts';
import { buildLookup, readLookupRows } from '../../src/feeds/language/lookups.ts';
import type { LoadedLookup, LookupSpec } from '../../src/feeds/language/lookups.ts';
import { readFeed } from '../../src/feeds/language/readFeed.ts';
import { FileRefused } from '../../src/feeds/language/refusals.ts';
import { fileBytes } from '../../src/feeds/lines.ts';
import { installedFolder } from '../../src/installation.ts';
import { didYouMean } from '../../src/rulebook/nearest.ts';
import { problemsError } from '../../src/rulebook/yaml.ts';

type Home = Pick<Config, 'folder' | 'secretOf'>;

/** A feed's file. */
export interface FeedPlace {
  name: string;
  path: string;
  /** `project`, or `shipped` with the program. */
  from: 'project' | 'shipped';
}

/** All feeds by name, sorted. */
export function feedPlaces({ folder }: Home): FeedPlace[] {
  const places = new Map<string, FeedPlace>();
  for (const [from, at] of [
    ['shipped', installedFolder('feeds')],
    ['project', path.join(folder, 'feeds')],
  ] as const) {
    for (const file of existsSync(at) ? readdirSync(at) : []) {
      if (!file.endsWith('.yaml')) continue;
      const name = file.slice(0, -'.yaml'.length);
      places.set(name, { name, path: path.join(at, file), from });
    }
  }
  return [...places.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** Reads one feed; its problems where it is wrong. */
export function readPlace({ name, path: file }: FeedPlace): ReadFeed {
  return readFeed(file, readFileSync(file, 'utf8'), name);
}

/** The feed of that name. @throws UserError with every problem of it, or the nearest name */
export function feedOf(home: Home, name: string): Feed {
  const places = feedPlaces(home);
  const place = places.find((one) => one.name === name);
  if (place === undefined) {
    const names = places.map((one) => one.name);
    throw new UserError({
      where: '--feed',
      what: `there is no feed ${JSON.stringify(name)}`,
      expected: names.join(', ') || 'a file in the folder feeds',
      found: name,
      ...(names.length === 0 ? {} : { todo: didYouMean(name, names) }),
    });
  }
  const read = readPlace(place);
  if (!read.ok) throw problemsError(read.problems);
  return read.feed;
}

/** True where the project or the program has a feed of the language with that name. */
export function isFeed(home: Home, name: string): boolean {
  return feedPlaces(home).some((one) => one.name === name);
}

/** The feed with its lookup tables read. */
export async function bindFeed(
  home: Home,
  feed: Feed,
  set: ReadonlyMap<string, string> = new Map(),
): Promise<BoundFeed> {
  return { feed, set, lookups: await lookupsOf(home, feed), secretOf: home.secretOf };
}

/** Lookup tables of a feed, by name. */
export async function lookupsOf(home: Home, feed: Feed): Promise<Map<string, LoadedLookup>> {
  const lookups = new Map<string, LoadedLookup>();
  for (const spec of feed.lookups) lookups.set(spec.name, await loadLookup(home, feed, spec));
  return lookups;
}

async function loadLookup({ folder }: Home, feed: Feed, spec: LookupSpec): Promise<LoadedLookup> {
  if (spec.file === undefined) return buildLookup(spec, spec.rows);
  const file = path.resolve(folder, spec.file);
  if (!existsSync(file))
    throw new UserError({
      where: spec.where,
      what: `feed ${feed.name} needs the table ${spec.file}, which is not there`,
      expected: `a CSV file with the columns ${[...spec.key, ...spec.take].join(', ')}`,
      todo: `write ${file}`,
    });
  const inside = path.relative(realpathSync(folder), realpathSync(file));
  if (inside.startsWith('..') || path.isAbsolute(inside))
    throw new UserError({
      where: spec.where,
      what: 'a lookup is outside of the project',
      expected: 'a file in the folder of tieout.yaml',
      found: spec.file,
    });
  return buildLookup(spec, await readLookupRows(spec, fileBytes(file)));
}

/** The feed that recognises a file. @throws UserError where none or several do, with how well the nearest fit */
export async function recognise(home: Home, file: FeedFile): Promise<Feed> {
  const fits: { feed: Feed; fit: Fit }[] = [];
  for (const place of feedPlaces(home)) {
    const read = readPlace(place);
    if (!read.ok) continue;
    for (const definition of read.feed.files) {
      fits.push({ feed: read.feed, fit: await fitOf(definition, file) });
    }
  }
  const whole = fits.filter(({ fit }) => fit.missing.length === 0 && fit.needed > 0);
  const most = Math.max(0, ...whole.map(({ fit }) => fit.needed));
  // A feed that needs more columns than another knows the file better.
  const best = whole.filter(({ fit }) => fit.needed === most);
  const [only] = best;
  if (only !== undefined && best.length === 1) return only.feed;
  const near = fits
    .filter(({ fit }) => fit.found > 0)
    .toSorted((a, b) => b.fit.found / b.fit.needed - a.fit.found / a.fit.needed);
  const told = (best.length > 1 ? best : near)
    .slice(0, 3)
    .map(({ feed, fit }) => `${feed.name} (${fit.found} of ${fit.needed})`);
  throw new UserError({
    where: file.path,
    what:
      best.length > 1
        ? 'NOT_THIS_FEED: several feeds recognise the file'
        : 'NOT_THIS_FEED: no feed recognises the file',
    expected: told.join(', ') || 'a file of one of the feeds that `tieout feeds list` shows',
    todo:
      best.length > 1
        ? 'say which with --feed'
        : 'say which with --feed, or draft one with `tieout feeds guess FILE`',
  });
}

/**
 * Does the work; where the feed does not take the file, the refusal says which feed does.
 * @param paths the delivery's files
 */
export async function withBetterFit<T>(
  home: Home,
  paths: readonly string[],
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const [file] = paths;
    if (!(error instanceof FileRefused) || error.reason !== 'NOT_THIS_FEED' || file === undefined)
      throw error;
    const better = await recognise(home, { path: file, bytes: () => fileBytes(file) }).catch(() => undefined);
    if (better === undefined) throw error;
    throw new UserError({
      ...error.parts,
      todo: `feed ${better.name} fits this file: --feed ${better.name}`,
    });
  }
}
