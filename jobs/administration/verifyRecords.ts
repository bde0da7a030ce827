// What was recorded holds: hashes recomputed from the stored rows, the rows held against what the audit chain said of them,
// and the chain against where it ended when somebody last wrote that down elsewhere.
import type pg from 'pg';

import type { ChainHead } from '../../src/audit/chain.ts';
import { AUDITED, type AuditedTable, unlikeTheChain } from '../../src/db/auditedRows.ts';
import { auditHeads, auditHolds } from '../../src/db/auditHeads.ts';
import { batchesUnlikeTheChain, type FactKind, FACTS } from '../../src/db/factSums.ts';
import {
  changedDecisions,
  changedEvents,
  changedJournals,
  changedLedgerLines,
  changedRulebooks,
  stateWithoutStep,
} from '../../src/db/verifyContents.ts';
import { runsOfOtherResult } from '../../src/db/run/resultAgain.ts';
import type { Check } from './check.ts';

/** A head of a stream as it was written down outside the database. */
export interface Anchor {
  stream: string;
  head: ChainHead;
}

/** Each comparison by itself, so that one that is taken out is missed by its test. */
const RECORDS: readonly { name: string; find: (client: pg.ClientBase) => Promise<string[]> }[] = [
  { name: '11 events are what came in', find: changedEvents },
  { name: '11b ledger lines are what came in', find: changedLedgerLines },
  {
    name: '11c each batch still has the facts that it brought, and no other',
    find: (client) => each(Object.keys(FACTS) as FactKind[], (kind) => batchesUnlikeTheChain(client, kind)),
  },
  { name: '11d rulebooks are those of their hashes', find: changedRulebooks },
  { name: '11e journals are what was proposed and approved', find: changedJournals },
  { name: '11f decisions hold what was decided', find: changedDecisions },
  { name: '11g postings stand where their last step led', find: stateWithoutStep },
  {
    name: '11h batches, runs, decisions, second words, postings, users and keys are what the audit chain says of them',
    find: (client) => each(Object.keys(AUDITED) as AuditedTable[], (table) => unlikeTheChain(client, table)),
  },
  { name: '2b the last runs have the results of their hashes', find: runsOfOtherResult },
];

/** Every comparison of records. */
export async function recordChecks(client: pg.ClientBase): Promise<Check[]> {
  const checks: Check[] = [];
  for (const { name, find } of RECORDS) {
    const evidence = await find(client);
    checks.push({ name, ok: evidence.length === 0, evidence });
  }
  return checks;
}

/** A chain that ends before a head that was written down, or has another row there, was cut or written anew. */
export async function anchorCheck(client: pg.ClientBase, anchors: readonly Anchor[]): Promise<Check> {
  const heads = await auditHeads(client);
  const evidence: string[] = [];
  for (const { stream, head } of anchors) {
    if (await auditHolds(client, stream, head)) continue;
    const ends = heads[stream]?.seq ?? 0;
    evidence.push(
      ends < head.seq
        ? `${stream}: it ends at row ${ends}, and was written down at row ${head.seq}`
        : `${stream} ${head.seq}: it is not the row that was written down`,
    );
  }
  return {
    name: '7b the audit chains reach where they were written down elsewhere',
    ok: evidence.length === 0,
    evidence: evidence.slice(0, 5),
  };
}

async function each<T>(items: readonly T[], find: (item: T) => Promise<string[]>): Promise<string[]> {
  const found: string[] = [];
  for (const item of items) found.push(...(await find(item)));
  return found.slice(0, 5);
}
