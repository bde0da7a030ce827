// The real ERP killed in the middle of posts, while workers give their calls up as well: stock Tryton, which refuses nothing
// by itself. Afterwards every key is there once, and the sweep leaves no draft behind.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { sweepDrafts } from '../../../jobs/posting/sweepDrafts.ts';
import { erpOf } from '../../../src/erp/registry.ts';
import { bareClient } from '../../erp/tryton/bare.ts';
import type { BareClient } from '../../erp/tryton/bare.ts';
import { WorkerGroup } from '../workerGroup.ts';
import type { Bench, Laboratory } from '../laboratory.ts';
import { approveJournals, openBench, proposeJournals, QUICK } from '../laboratory.ts';
import type { Outcome } from '../verdict.ts';
import { judge, settle } from '../verdict.ts';

const SCRIPT = 'scripts/tryton/setup.sh';
const FOLDER = resolve('.tryton');

/** undefined: Tryton is not installed here (scripts/tryton/setup.sh does it). */
export async function trytonKilled(lab: Laboratory, keys: number): Promise<Outcome | undefined> {
  if (!existsSync(`${FOLDER}/books.done`)) return undefined;
  const server = (what: string): void => void execFileSync(SCRIPT, [what], { stdio: 'ignore' });
  server('start');
  const bench = await openBench(lab, { ...QUICK, callTimeoutMs: 15_000 });
  bench.orders = {
    ...bench.orders,
    giveUp: 0.5,
    erp: { adapter: 'tryton', settings: settingsOf(), folders: {} },
  };
  const bare = await bareClient({ ...LOGIN(), company: 1 });
  const workers = new WorkerGroup(bench.orders);
  await workers.hire();
  await workers.hire();
  let kills = 0;
  const waiting = await proposeJournals(bench, keys);
  for (const perKill = 20; waiting.length > 0; kills += 1) {
    await approveJournals(bench, waiting.splice(0, perKill));
    await sleep(1_500 + Math.random() * 1_500);
    server('kill');
    await sleep(Math.random() * 1_000);
    server('start');
  }
  await settle(bench, 300_000);
  await workers.dismiss();
  const left = await orphansAfterSweep(bench, bare);
  const notes = [
    `${keys} keys, ${kills} kills of the server`,
    `${left.swept} drafts swept, ${left.orphans} left`,
  ];
  const documents = () => postedMoves(bench, bare);
  const outcome = await judge(bench, {
    fault: 'Tryton killed, calls given up',
    times: keys,
    told: workers,
    notes,
    documents,
  });
  await bench.close();
  return { ...outcome, stuck: outcome.stuck + left.orphans };
}

const password = (): string => readFileSync(`${FOLDER}/tieout.pass`, 'utf8').trim();
const LOGIN = () => ({
  url: 'http://127.0.0.1:8117',
  database: 'books',
  user: 'tieout',
  password: password(),
});

function settingsOf(): Record<string, string> {
  return { ...LOGIN(), companies: 'US01=1', locationRoot: 'CC', unique: 'none' };
}

async function references(bench: Bench): Promise<Map<string, string>> {
  const found = await bench.db.pool.query<{ r: string; reference: string }>(
    `select p.posting_reference as r, min(l.reference) as reference
       from posting p join journal_line l on l.journal_id = p.journal_id group by 1`,
  );
  return new Map(found.rows.map((row) => [row.r, row.reference]));
}

/** Tryton's own count, by our references: the books hold other tests' moves as well. */
async function postedMoves(bench: Bench, bare: BareClient): Promise<ReadonlyMap<string, number>> {
  const ours = await references(bench);
  const domain = [
    ['number', 'in', [...ours.keys()]],
    ['state', '=', 'posted'],
  ];
  const counts = new Map<string, number>();
  for (const move of await bare.search('account.move', domain, ['number'])) {
    const reference = ours.get(move.number as string) ?? '';
    counts.set(reference, (counts.get(reference) ?? 0) + 1);
  }
  return counts;
}

async function orphansAfterSweep(
  bench: Bench,
  bare: BareClient,
): Promise<{ swept: number; orphans: number }> {
  const erp = erpOf({ name: 'drop', ...bench.orders.erp });
  const swept = await sweepDrafts({ db: bench.db, erps: new Map([['drop', erp]]), olderThanMs: -60_000 });
  await erp.close?.();
  const domain = [
    ['number', 'in', [...(await references(bench)).keys()]],
    ['state', '=', 'draft'],
  ];
  const orphans = await bare.search('account.move', domain, ['number']);
  return { swept: swept.reduce((sum, one) => sum + one.deleted, 0), orphans: orphans.length };
}
