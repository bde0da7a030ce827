// Where the audit chains ended when that was last written down outside the database: the worker's file beside the data, and a
// copy that somebody keeps elsewhere. Each line is a point in time; all are read, because an early row may be gone, too.
import { createReadStream, existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import type { ChainHead } from '../../src/audit/chain.ts';
import { UserError } from '../../src/errors.ts';
import type { Anchor } from './verifyRecords.ts';

/** Path of the worker's file: NDJSON, one line an hour. */
export const headsFile = (dataDir: string): string => join(dataDir, 'log', 'audit-heads.ndjson');

/**
 * The anchors of the worker's file where it is there, and of a copy.
 * @param copy a file that a person named: it must be there and be readable
 */
export async function readAnchors(dataDir: string, copy: string | undefined): Promise<Anchor[]> {
  const own = headsFile(dataDir);
  const anchors = new Map<string, Anchor>();
  if (existsSync(own)) await readFile(own, false, anchors);
  if (copy !== undefined) {
    if (!existsSync(copy))
      throw new UserError({
        where: `--anchor ${copy}`,
        what: 'the file is not there',
        expected: 'a copy of log/audit-heads.ndjson',
      });
    if ((await readFile(copy, true, anchors)) === 0)
      throw new UserError({ where: `--anchor ${copy}`, what: 'it names no head of an audit chain' });
  }
  return [...anchors.values()];
}

/** Adds the heads of a file; returns how many it named. The last line of our own file may be cut by a full disk. */
async function readFile(file: string, strict: boolean, anchors: Map<string, Anchor>): Promise<number> {
  let line = 0;
  let named = 0;
  for await (const text of createInterface({ input: createReadStream(file) })) {
    line += 1;
    const heads = headsOf(text);
    if (heads === undefined && strict)
      throw new UserError({
        where: `--anchor ${file}, line ${line}`,
        what: 'not a line of audit heads',
        expected: '{"time": ..., "heads": {"intake": {"seq": 1, "hash": "..."}}}',
      });
    for (const [stream, head] of Object.entries(heads ?? {})) {
      anchors.set(`${stream} ${head.seq} ${head.hash}`, { stream, head });
      named += 1;
    }
  }
  return named;
}

function headsOf(text: string): Record<string, ChainHead> | undefined {
  try {
    return (JSON.parse(text) as { heads?: Record<string, ChainHead> }).heads;
  } catch {
    return undefined;
  }
}
