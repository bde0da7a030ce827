// Files of a folder that feeds read: which binding a file is of, and which files are one delivery. Those that a feed takes
// together wait for each other; one that nothing fits is put aside with the reason.
import { statSync } from 'node:fs';
import { join } from 'node:path';

import { feedOf } from '../../jobs/intake/feedCatalogue.ts';
import type { Config, FeedBinding } from '../config/model.ts';
import type { ErrorParts } from '../errors.ts';
import type { Feed } from '../feeds/language/feed.ts';

/** Files that are taken in one. */
export interface BoundDelivery {
  names: readonly string[];
  binding?: FeedBinding;
  /** Why they are not taken. */
  refused?: ErrorParts;
}

/** @param ready names of files that have settled, oldest first */
export function boundDeliveries(
  config: Pick<Config, 'folder'>,
  folder: string,
  bindings: readonly FeedBinding[],
  ready: readonly string[],
  nowMs = Date.now(),
): BoundDelivery[] {
  const deliveries: BoundDelivery[] = [];
  const together = new Map<string, { names: string[]; binding: FeedBinding; feed: Feed }>();
  for (const name of ready) {
    const binding = bindings.find(({ files }) => files.test(name));
    if (binding === undefined) {
      deliveries.push({ names: [name], refused: unbound(folder, name, bindings) });
      continue;
    }
    const feed = feedOf(config, binding.feed);
    if (feed.files.length === 1) {
      deliveries.push({ names: [name], binding });
      continue;
    }
    const key = `${bindings.indexOf(binding)} ${nameValues(feed, name)}`;
    const waiting = together.get(key) ?? { names: [], binding, feed };
    waiting.names.push(name);
    together.set(key, waiting);
  }
  for (const { names, binding, feed } of together.values()) {
    for (let from = 0; from < names.length; from += feed.files.length) {
      const some = names.slice(from, from + feed.files.length);
      if (some.length === feed.files.length) deliveries.push({ names: some, binding });
      else if (some.some((name) => ageMs(folder, name, nowMs) > binding.waitMs))
        deliveries.push({ names: some, binding, refused: alone(folder, some, feed) });
    }
  }
  return deliveries;
}

/** What the name says of the delivery: files of one extract say the same. */
function nameValues(feed: Feed, name: string): string {
  for (const { namePattern } of feed.files) {
    const found = namePattern?.pattern.exec(name);
    if (found !== undefined && found !== null) return found.slice(1).join('\u001f');
  }
  return '';
}

function ageMs(folder: string, name: string, nowMs: number): number {
  return nowMs - (statSync(join(folder, name), { throwIfNoEntry: false })?.mtimeMs ?? nowMs);
}

function unbound(folder: string, name: string, bindings: readonly FeedBinding[]): ErrorParts {
  return {
    where: join(folder, name),
    what: 'no feed of this folder reads a file of this name',
    expected: bindings.map(({ files, feed }) => `${files.source} (${feed})`).join(' or '),
    found: name,
    todo: 'correct the name, or inboxes: feeds: in tieout.yaml',
  };
}

function alone(folder: string, names: readonly string[], feed: Feed): ErrorParts {
  return {
    where: names.map((name) => join(folder, name)).join(', '),
    what: `the other files of feed ${feed.name} did not come`,
    expected: `one file each of ${feed.files.map(({ name }) => name).join(' and ')}`,
    found: names.join(', '),
    todo: 'deliver them together; nothing of it was taken',
  };
}
