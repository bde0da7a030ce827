// A worker killed at each named point: first something is arranged that leads past the point, then a process is started
// that kills itself there, and at the end an unharmed one has to bring everything home.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { setUpFolder } from '../../../src/erp/dropMarker.ts';
import { CRASH_POINTS } from '../../../src/posting/crashPoints.ts';
import type { CrashPointName } from '../../../src/posting/crashPoints.ts';
import { runOnce } from '../workerGroup.ts';
import { approveJournals, openBench, proposeJournals, QUICK } from '../laboratory.ts';
import type { Bench, Laboratory } from '../laboratory.ts';
import type { Orders } from '../orders.ts';
import type { Outcome } from '../verdict.ts';
import { judge } from '../verdict.ts';
import type { FaultKind } from '../../erp/simulators/faults.ts';

/** A dead worker's journal is taken up again within a second, so that points do not wait for each other. */
const SETTINGS = { ...QUICK, leaseMs: 1_000, callTimeoutMs: 1_000, queueMs: 200 };

/** What the ERP has to do so that a worker comes past a point. */
const LEADS_TO: Partial<Record<CrashPointName, FaultKind>> = {
  'post.before-first-look': 'tooMany',
  'post.after-first-look': 'tooMany',
  'post.before-look': 'resetAfter',
  'post.inside-look-attempt': 'resetAfter',
  'post.after-look': 'resetAfter',
  'post.before-look-settle': 'resetAfter',
  'post.after-look-settle': 'resetAfter',
};

type Group = 'send' | 'poll' | 'propose' | 'confirm' | 'approve' | 'resolve' | 'file-drop';

function groupOf(point: CrashPointName): Group {
  const [first = ''] = point.split('.');
  if (first === 'post') return point.endsWith('-poll') ? 'poll' : 'send';
  return first as Group;
}

/** Each point `times` times; one bench a group. */
export async function namedPoints(lab: Laboratory, times: number, every = 1): Promise<Outcome> {
  const points = CRASH_POINTS.filter((_, at) => at % every === 0);
  const groups = new Set(points.map(groupOf));
  const outcomes: Outcome[] = [];
  let killed = 0;
  const missed: string[] = [];
  for (const group of groups) {
    const bench = await openBench(lab, SETTINGS, group === 'poll' ? { mode: 'async' } : {});
    if (group === 'file-drop') useFileDrop(bench);
    for (const point of points.filter((each) => groupOf(each) === group)) {
      for (let n = 0; n < times; n += 1) {
        if ((await killAt(bench, group, point)) === 'SIGKILL') killed += 1;
        else missed.push(point);
      }
    }
    outcomes.push(await bringHome(bench, group));
    await bench.close();
  }
  const total = (of: (outcome: Outcome) => number): number =>
    outcomes.reduce((sum, each) => sum + of(each), 0);
  const states: Record<string, number> = {};
  for (const outcome of outcomes)
    for (const [state, count] of Object.entries(outcome.states)) states[state] = (states[state] ?? 0) + count;
  return {
    fault: `killed at ${points.length} named points`,
    times: killed,
    lost: total((each) => each.lost),
    double: total((each) => each.double),
    // A point that nobody came past was not tested.
    stuck: total((each) => each.stuck) + missed.length,
    recoveredMs: { median: 0, max: 0 },
    states,
    notes: missed.length === 0 ? [] : [`never reached: ${[...new Set(missed)].join(', ')}`],
  };
}

async function killAt(bench: Bench, group: Group, crashAt: CrashPointName): Promise<unknown> {
  const orders: Orders = { ...bench.orders, crashAt };
  switch (group) {
    case 'propose':
      await shipment(bench);
      return runOnce({ ...orders, work: 'propose' });
    case 'approve':
      return runOnce({ ...orders, work: 'approve', references: await proposeJournals(bench, 1) });
    case 'confirm':
      await posted(bench);
      return runOnce({ ...orders, work: 'confirm' });
    case 'resolve':
      return resolveAndDie(bench, orders);
    case 'send':
    case 'poll':
    case 'file-drop': {
      await approveJournals(bench, await proposeJournals(bench, 1));
      const fault = LEADS_TO[crashAt];
      if (fault !== undefined) await bench.simulator.setFaults({ next: [fault] });
      return runOnce({ ...orders, work: 'send' });
    }
  }
}

async function shipment(bench: Bench): Promise<void> {
  const id = `SO-${bench.approved.length + 1}`;
  await bench.books.shipment({ id, amount: `${bench.approved.length + 1}.00`, day: '2026-10-15' });
  bench.approved.push(id);
}

/** A journal posted, and seen in the ledger by a complete extract. */
async function posted(bench: Bench): Promise<void> {
  await approveJournals(bench, await proposeJournals(bench, 1));
  await runOnce({ ...bench.orders, work: 'send' });
  const last = await bench.db.pool.query<{ r: string; id: string }>(
    `select posting_reference as r, document_id as id from posting order by journal_id desc limit 1`,
  );
  const { r, id } = last.rows[0]!;
  const number = bench.approved.length;
  await bench.books.document(id, `${number}.00`, `SO-${number}`, { postingReference: r });
}

/** Where a person has to settle it: sent too often already. */
async function resolveAndDie(bench: Bench, orders: Orders): Promise<unknown> {
  await approveJournals(bench, await proposeJournals(bench, 1));
  const never = { ...orders.settings, maxSends: 0 };
  const { crashAt, ...unharmed } = orders;
  await runOnce({ ...unharmed, work: 'send', settings: never });
  const references = await inState(bench, 'NEEDS_HUMAN');
  const first = { ...unharmed, work: 'resolve', references, person: 'bob' } as const;
  if (crashAt === 'resolve.after-first-word') return runOnce({ ...first, crashAt });
  await runOnce(first);
  return runOnce({ ...first, crashAt: crashAt!, person: 'carol' });
}

async function inState(bench: Bench, state: string): Promise<string[]> {
  const found = await bench.db.pool.query<{ r: string }>(
    'select posting_reference as r from posting where state = $1',
    [state],
  );
  return found.rows.map((row) => row.r);
}

/** What was interrupted is done again as its user would, and everything is sent. */
async function bringHome(bench: Bench, group: Group): Promise<Outcome> {
  const { orders } = bench;
  if (group === 'resolve') {
    for (const person of ['bob', 'carol'])
      await runOnce({ ...orders, work: 'resolve', references: await inState(bench, 'NEEDS_HUMAN'), person });
  } else if (group === 'confirm') await runOnce({ ...orders, work: 'confirm' });
  else {
    await runOnce({ ...orders, work: 'propose' });
    await approveJournals(bench, await inState(bench, 'AWAITING_APPROVAL'));
  }
  await runOnce({ ...orders, work: 'send' });
  const documents = group === 'file-drop' ? { documents: () => droppedFiles(bench) } : {};
  const outcome = await judge(bench, { fault: group, times: 0, ...documents });
  if (group === 'confirm') outcome.stuck += (await inState(bench, 'POSTED')).length;
  return outcome;
}

function useFileDrop(bench: Bench): void {
  const folders = {
    outbox: join(bench.orders.folder, 'outbox'),
    archive: join(bench.orders.folder, 'archive'),
  };
  for (const folder of Object.values(folders)) setUpFolder(folder);
  bench.orders = { ...bench.orders, erp: { adapter: 'file-drop', settings: {}, folders } };
}

/** Documents by business reference; a file that is not whole counts as two, since an importer would choke on it. */
export async function droppedFiles(bench: Bench): Promise<ReadonlyMap<string, number>> {
  const { outbox = '' } = bench.orders.erp.folders;
  const counts = new Map<string, number>();
  for (const name of readdirSync(outbox).filter((each) => each.endsWith('.csv') && !each.startsWith('.'))) {
    const bytes = readFileSync(join(outbox, name));
    const control = JSON.parse(readFileSync(join(outbox, name.replace('.csv', '.control.json')), 'utf8')) as {
      sha256: string;
    };
    const whole = createHash('sha256').update(bytes).digest('hex') === control.sha256;
    const [, line = ''] = bytes.toString('utf8').split('\r\n');
    const reference = /,(SO-\d[^,]*),/.exec(line)?.[1] ?? name;
    counts.set(reference, (counts.get(reference) ?? 0) + (whole ? 1 : 2));
  }
  return counts;
}
