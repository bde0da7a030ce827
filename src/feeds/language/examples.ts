// Runs a feed's worked examples: each gives exactly the records that it expects, and refuses what it says is refused.
import type { ErrorParts } from '../../errors.ts';
import { asEncoding } from './encoding.ts';
import { compare, isDecimal } from './exact.ts';
import type { Feed } from './feed.ts';
import { buildLookup } from './lookups.ts';
import type { LoadedLookup } from './lookups.ts';
import { FileRefused } from './refusals.ts';
import { Reading } from './run.ts';
import type { Outcome } from './outcomes.ts';
import type { Example } from './readExamples.ts';

/** What does not hold, one problem a difference; empty where all is right. */
export async function failingFeedExamples(
  feed: Feed,
  lookups: ReadonlyMap<string, LoadedLookup>,
): Promise<ErrorParts[]> {
  const problems: ErrorParts[] = [];
  for (const example of feed.examples) problems.push(...(await failuresOf(feed, example, lookups)));
  return problems;
}

async function failuresOf(
  feed: Feed,
  example: Example,
  lookups: ReadonlyMap<string, LoadedLookup>,
): Promise<ErrorParts[]> {
  const { where, expect, refuse } = example;
  const own = new Map(lookups);
  for (const spec of feed.lookups) {
    const rows = example.lookups.get(spec.name) ?? (spec.file === undefined ? spec.rows : undefined);
    if (rows !== undefined) own.set(spec.name, buildLookup(spec, rows));
    else if (!own.has(spec.name))
      return [
        {
          where,
          what: `the example has no rows for lookup ${spec.name}`,
          expected: `lookups: { ${spec.name}: [[...]] }`,
        },
      ];
  }
  const reading = new Reading(feed, {
    files: [...example.files].map(([path, text]) => ({
      path,
      bytes: () => [encoded(text, feed)],
    })),
    set: example.set,
    lookups: own,
    // An example's pseudonyms are made with the name of the secret, so that it holds wherever it runs.
    secretOf: (name) => name,
  });
  const outcomes: Outcome[] = [];
  try {
    for await (const some of reading.outcomes()) outcomes.push(...some);
  } catch (error) {
    if (!(error instanceof FileRefused)) throw error;
    const isWanted = refuse.some(({ reason }) => reason === error.reason);
    return isWanted
      ? []
      : [{ where, what: 'the example is refused as a file', found: error.message.split('\n')[0] ?? '' }];
  }
  const records = outcomes.flatMap((one) => (one.outcome === 'record' ? [recordObject(one)] : []));
  return [...unlike(where, expect, records), ...refusedUnlike(where, refuse, reading)];
}

/** An example is written in UTF-8, and read in the encoding of the feed's files. */
function encoded(text: string, { files }: Feed): Buffer {
  return asEncoding(text, files[0]?.encoding ?? 'utf-8');
}

function unlike(where: string, expect: readonly unknown[], records: readonly unknown[]): ErrorParts[] {
  const problems: ErrorParts[] = [];
  if (expect.length !== records.length)
    problems.push({
      where,
      what: 'the example gives another number of records',
      expected: String(expect.length),
      found: `${records.length}: ${JSON.stringify(records).slice(0, 2_000)}`,
    });
  for (const [index, wanted] of expect.entries()) {
    const record = records[index];
    if (record === undefined) break;
    const difference = differenceOf(wanted, record, '');
    if (difference !== undefined)
      problems.push({
        where,
        what: `record ${index + 1} of the example: ${difference.at}`,
        ...difference.parts,
      });
  }
  return problems;
}

function refusedUnlike(where: string, refuse: Example['refuse'], { totals }: Reading): ErrorParts[] {
  const found = [...totals.refusedBy.values()].filter(({ reason }) => reason !== 'IN_REFUSED_GROUP');
  const named = (one: { reason: string; column: string }): string => `${one.reason} ${one.column}`.trim();
  const wanted = new Set(refuse.map(named));
  const got = new Set(found.map(named));
  const problems: ErrorParts[] = [];
  for (const one of found)
    if (!wanted.has(named(one)))
      problems.push({
        where,
        what: `the example refuses row ${one.rows[0]}: ${named(one)}`,
        expected: one.expected,
        found: one.found,
      });
  for (const one of wanted)
    if (!got.has(one))
      problems.push({
        where,
        what: 'the example does not refuse what it says',
        expected: one,
        found: [...got].join(', ') || 'nothing refused',
      });
  return problems;
}

/** A record as an object: columns of a table, or the event. */
export function recordObject(outcome: Extract<Outcome, { outcome: 'record' }>): Record<string, unknown> {
  const { worked } = outcome;
  if (worked.columns === undefined) return worked.event as Record<string, unknown>;
  return Object.fromEntries([...worked.columns].filter(([, text]) => text !== ''));
}

interface Difference {
  at: string;
  parts: { expected: string; found: string };
}

/** Fields that are not named are not asked for; decimals are the same by value. */
function differenceOf(wanted: unknown, found: unknown, at: string): Difference | undefined {
  const unequal = (): Difference => ({
    at: at === '' ? 'it differs' : at,
    parts: { expected: JSON.stringify(wanted), found: JSON.stringify(found) ?? 'nothing' },
  });
  if (Array.isArray(wanted)) {
    if (!Array.isArray(found) || found.length !== wanted.length) return unequal();
    for (const [index, each] of wanted.entries()) {
      const difference = differenceOf(each, found[index], `${at}[${index}]`);
      if (difference !== undefined) return difference;
    }
    return undefined;
  }
  if (typeof wanted === 'object' && wanted !== null) {
    if (typeof found !== 'object' || found === null) return unequal();
    for (const [key, each] of Object.entries(wanted)) {
      const difference = differenceOf(
        each,
        (found as Record<string, unknown>)[key],
        at === '' ? key : `${at}.${key}`,
      );
      if (difference !== undefined) return difference;
    }
    return undefined;
  }
  const [text, other] = [String(wanted), textOf(found)];
  if (text === other) return undefined;
  return isDecimal(text) && isDecimal(other) && compare(text, other) === 0 ? undefined : unequal();
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return value === undefined ? '' : JSON.stringify(value);
}
