// Reads a small feed over small texts: what the tests of the language have in common.
import { explainError } from '../../../src/errors.ts';
import { recordObject } from '../../../src/feeds/language/examples.ts';
import type { Feed } from '../../../src/feeds/language/feed.ts';
import { buildLookup } from '../../../src/feeds/language/lookups.ts';
import { readFeed } from '../../../src/feeds/language/readFeed.ts';
import { Reading } from '../../../src/feeds/language/run.ts';

const EXAMPLES = '\nexamples: [{ rows: x, expect: [] }]\n';

/** The feed, its problems as text where there are any. */
export function feedFrom(yaml: string): Feed | string {
  const whole = `feed: t\nversion: 1\n${yaml}${/^examples:/m.test(yaml) ? '' : EXAMPLES}`;
  const read = readFeed('t.yaml', whole, 't');
  return read.ok ? read.feed : read.problems.map(explainError).join('\n');
}

export interface Read {
  records: Record<string, unknown>[];
  /** `REASON column: found` of each refused record. */
  refused: string[];
  skipped: string[];
  totals: Reading['totals'];
  raws: Buffer[];
}

/** Runs a feed over one text, or over files by name. */
export async function read(
  yaml: string,
  files: string | Buffer | Readonly<Record<string, string | Buffer>>,
  set: Readonly<Record<string, string>> = {},
  secretOf?: (name: string) => string | undefined,
): Promise<Read> {
  const feed = feedFrom(yaml);
  if (typeof feed === 'string') throw new Error(feed);
  const given = typeof files === 'string' || Buffer.isBuffer(files) ? { 'file.txt': files } : files;
  const lookups = new Map(feed.lookups.map((spec) => [spec.name, buildLookup(spec, spec.rows)]));
  const reading = new Reading(feed, {
    files: Object.entries(given).map(([path, content]) => ({ path, bytes: () => [Buffer.from(content)] })),
    set: new Map(Object.entries(set)),
    lookups,
    secretOf,
  });
  const result: Read = { records: [], refused: [], skipped: [], totals: reading.totals, raws: [] };
  for await (const outcomes of reading.outcomes()) {
    for (const one of outcomes) {
      if (one.outcome === 'record') result.records.push(recordObject(one));
      else if (one.outcome === 'skipped') result.skipped.push(one.why);
      else {
        result.refused.push(
          ...one.faults.map(({ reason, column, found }) => `${reason} ${column}: ${found}`),
        );
        result.raws.push(one.raw());
      }
    }
  }
  return result;
}

/** A ledger feed over CSV whose `v` becomes the text of a line. */
export function valueFeed(columns: string, values: string, more = ''): string {
  return `file: { columns: { ${columns} } }
${more}
values:
${values}
emit: [{ ledger: { company: { is: C }, document: { is: D }, line: { is: "1" }, posting_date: { is: 2026-10-05 }, account: { is: A }, currency: { is: USD }, amount: { is: "0" }, tax_code: v } }]
`;
}
