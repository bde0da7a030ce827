// Files that are cut, mixed up or hostile: each is read or refused with a reason, none breaks the program.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

import { expect, test } from 'vitest';

import { feedOf } from '../../../jobs/intake/feedCatalogue.ts';
import { UserError } from '../../../src/errors.ts';
import type { Feed } from '../../../src/feeds/language/feed.ts';
import { buildLookup } from '../../../src/feeds/language/lookups.ts';
import { Reading } from '../../../src/feeds/language/run.ts';

const HOME = { folder: resolve('test/feeds') };

/** Numbers that look random and are the same in every run. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return state % below;
  };
}

function broken(bytes: Buffer, seed: number): Buffer {
  const next = numbers(seed);
  const at = next(bytes.length);
  switch (seed % 8) {
    case 0:
      return bytes.subarray(0, at);
    case 1:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + next(40))]);
    case 2:
      return Buffer.concat([bytes.subarray(0, at), Buffer.from('"'), bytes.subarray(at)]);
    case 3:
      return Buffer.concat([bytes.subarray(0, at), Buffer.from([0xff, 0xfe, 0, 0xc3]), bytes.subarray(at)]);
    case 4:
      return Buffer.concat([bytes, bytes]);
    case 5:
      return Buffer.from(bytes.toString('utf8').replaceAll(/\d/g, (digit) => (next(9) === 0 ? 'E' : digit)));
    case 6:
      return Buffer.from(bytes.toString('utf8').split('\n').toSorted().join('\n'));
    default:
      return Buffer.from(
        bytes.toString('utf8').replaceAll(/[,;|\t<{]/g, (sign) => (next(5) === 0 ? sign + sign : sign)),
      );
  }
}

/** `refused`, or counts that add up. */
async function outcome(feed: Feed, files: ReadonlyMap<string, Buffer>): Promise<string> {
  const example = feed.examples[0]!;
  const lookups = new Map(
    feed.lookups.map((spec) => [spec.name, buildLookup(spec, example.lookups.get(spec.name) ?? spec.rows)]),
  );
  const reading = new Reading(feed, {
    files: [...files].map(([path, bytes]) => ({ path, bytes: () => [bytes] })),
    set: example.set,
    lookups,
  });
  try {
    for await (const outcomes of reading.outcomes()) for (const one of outcomes) one.raw();
  } catch (error) {
    if (error instanceof UserError) return 'refused';
    throw error;
  }
  const { rows, used, title, section, total, skipped, refused } = reading.totals;
  expect(used + title + section + total + skipped + refused, feed.name).toBe(rows);
  return 'read';
}

test('240 broken files of ten feeds are read or refused, and their rows add up', async () => {
  const names =
    'adyen-settlement amazon-settlement-v2 camt053 datev-extf fec paypal-activity qbo-journal saft-financial x12-810 xero-transactions'.split(
      ' ',
    );
  const seen = new Map<string, number>();
  for (const name of names) {
    const feed = feedOf(HOME, name);
    const whole = new Map([...feed.examples[0]!.files].map(([path, text]) => [path, Buffer.from(text)]));
    for (let seed = 1; seed <= 24; seed++) {
      const files = new Map([...whole].map(([path, bytes]) => [path, broken(bytes, seed)]));
      const came = await outcome(feed, files);
      seen.set(came, (seen.get(came) ?? 0) + 1);
    }
  }
  expect([...seen.values()].reduce((sum, count) => sum + count, 0)).toBe(240);
  expect(seen.get('refused')).toBeGreaterThan(50);
});

test('bombs are refused: a zip that unpacks to more than it may, XML entities, depth', async () => {
  const fec = feedOf(HOME, 'fec');
  const zip = readFileSync(resolve('test/feeds/language/broken.test.ts'));
  expect(await outcome(fec, new Map([['x.zip', Buffer.concat([Buffer.from('PK\u0003\u0004'), zip])]]))).toBe(
    'refused',
  );
  const camt = feedOf(HOME, 'camt053');
  const entities = '<!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><Document>&b;</Document>';
  expect(await outcome(camt, new Map([['x.xml', Buffer.from(entities)]]))).toBe('refused');
  expect(await outcome(camt, new Map([['x.xml', Buffer.from('<a>'.repeat(100_000))]]))).toBe('refused');
  expect(
    await outcome(
      camt,
      new Map([['x.xml', Buffer.from(`<Document><BkToCstmrStmt><Stmt>${'<Id>x</Id>'.repeat(2_000_000)}`)]]),
    ),
  ).toBe('refused');
});
