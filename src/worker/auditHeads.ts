// Writes down where the audit chains end, outside the database: a log line and a file line, every hour. Before that it
// looks whether the database still holds what was written down last: a cut tail shows here and nowhere else.
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { headsFile } from '../../jobs/administration/anchors.ts';
import type { ChainHead } from '../audit/chain.ts';
import { auditHeads, auditHolds } from '../db/auditHeads.ts';
import { makeFolders } from '../folders.ts';
import type { WorkContext } from './context.ts';

/** True where the chains still hold what was written down. */
export async function writeAuditHeads({ db, config, log, worker }: WorkContext): Promise<boolean> {
  const file = headsFile(config.dataDir);
  makeFolders(dirname(file));
  let whole = true;
  for (const [stream, head] of Object.entries(lastWritten(file))) {
    if (await auditHolds(db.pool, stream, head)) continue;
    whole = false;
    log.error('the audit chain no longer holds a row that was written down', {
      worker,
      stream,
      seq: head.seq,
      hash: head.hash,
    });
  }
  const heads = await auditHeads(db.pool);
  for (const [stream, head] of Object.entries(heads)) log.info('audit head', { worker, stream, ...head });
  // What was lost stays in the file to be seen: nothing is written over it.
  if (whole)
    appendFileSync(file, `${JSON.stringify({ time: new Date().toISOString(), worker, heads })}\n`, {
      flush: true,
    });
  return whole;
}

function lastWritten(file: string): Record<string, ChainHead> {
  if (!existsSync(file)) return {};
  const line = readFileSync(file, 'utf8').trimEnd().split('\n').at(-1) ?? '';
  try {
    return (JSON.parse(line) as { heads?: Record<string, ChainHead> }).heads ?? {};
  } catch {
    return {}; // a line cut by a full disk
  }
}
