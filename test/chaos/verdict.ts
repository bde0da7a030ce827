// What became of every journal, told from both ends: the database's states and the ERP's own log. Documents are counted by
// business reference and not by posting reference, so that a machine that forgets its own keys is caught as well.
import { setTimeout as sleep } from 'node:timers/promises';

import { verifyAudit } from '../../src/db/audit.ts';
import { MACHINE_STATES } from '../../src/posting/states.ts';
import type { PostingState } from '../../src/posting/states.ts';
import type { WorkerGroup, Kill } from './workerGroup.ts';
import type { Bench } from './laboratory.ts';

export interface Outcome {
  fault: string;
  /** How often the fault was done. */
  times: number;
  /** Journals that we call posted, or given up, while the ERP says otherwise; facts acknowledged and gone. */
  lost: number;
  /** Documents too many. */
  double: number;
  /** Journals still in the machine's hands when the time was over. */
  stuck: number;
  recoveredMs: { median: number; max: number };
  /** Final states, and anything else that the row has to tell. */
  states: Record<string, number>;
  notes: string[];
}

interface Row {
  posting_reference: string;
  reference: string;
  state: PostingState;
}

/** Waits until the machine holds nothing any more. */
export async function settle(bench: Bench, withinMs: number): Promise<void> {
  for (const until = Date.now() + withinMs; Date.now() < until; await sleep(200)) {
    const open = await bench.db.pool.query<{ n: number }>(
      'select count(*)::int as n from posting where state = any($1)',
      [[...MACHINE_STATES]],
    );
    if (open.rows[0]?.n === 0) return;
  }
}

export interface Asked {
  fault: string;
  times: number;
  kills?: readonly Kill[];
  /** What workers told after the database had said yes: none of it may be gone. */
  told?: WorkerGroup;
  notes?: string[];
  /** Documents in the ERP by business reference, where it is not the bench's simulator. */
  documents?: () => Promise<ReadonlyMap<string, number>>;
}

export async function judge(bench: Bench, asked: Asked): Promise<Outcome> {
  const found = await bench.db.pool.query<Row>(
    `select p.posting_reference, min(l.reference) as reference, p.state
       from posting p join journal_line l on l.journal_id = p.journal_id group by p.posting_key order by 2, 1`,
  );
  const documents = await (asked.documents ?? (() => simulated(bench)))();
  const outcome: Outcome = {
    fault: asked.fault,
    times: asked.times,
    lost: 0,
    double: 0,
    stuck: 0,
    recoveredMs: await recovery(bench, asked.kills ?? []),
    states: {},
    notes: [...(asked.notes ?? [])],
  };
  const booked = new Set<string>();
  for (const row of found.rows) {
    outcome.states[row.state] = (outcome.states[row.state] ?? 0) + 1;
    const there = documents.get(row.reference) ?? 0;
    const saysPosted = row.state === 'POSTED' || row.state === 'CONFIRMED';
    if (saysPosted) booked.add(row.reference);
    if (saysPosted && there === 0) outcome.lost += 1;
    // Given up here, and booked there: its lines would be proposed again.
    if ((row.state === 'REJECTED' || row.state === 'CANCELLED') && there > 0 && !booked.has(row.reference))
      outcome.double += 1;
    if (MACHINE_STATES.has(row.state)) outcome.stuck += 1;
  }
  for (const count of documents.values()) outcome.double += Math.max(0, count - 1);
  outcome.lost += bench.approved.filter((id) => !found.rows.some((row) => row.reference === id)).length;
  outcome.lost += await forgotten(bench, asked.told);
  const { broken } = await verifyAudit(bench.db.pool);
  if (broken.length > 0) {
    outcome.lost += 1;
    outcome.notes.push(`the audit chain is broken: ${JSON.stringify(broken)}`);
  }
  return outcome;
}

async function simulated(bench: Bench): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  for (const document of await bench.simulator.documents()) {
    const reference = document.lines[0]?.assignment ?? '';
    counts.set(reference, (counts.get(reference) ?? 0) + 1);
  }
  return counts;
}

/** Moves that were acknowledged to a worker and that the database does not know. */
async function forgotten(bench: Bench, workers: WorkerGroup | undefined): Promise<number> {
  if (workers === undefined) return 0;
  const stored = await bench.db.pool.query<{ step: string }>(
    `select distinct p.posting_reference || ' ' || s.to_state as step from posting_step s join posting p using (posting_key)`,
  );
  const steps = new Set(stored.rows.map((row) => row.step));
  const told = workers.steps.filter(({ to, stale }) => to !== '' && !stale);
  return told.filter(({ reference, to }) => !steps.has(`${reference} ${to}`)).length;
}

/** What a worker that has just died held; for the time of its lease nobody else can take it. */
export async function heldBy(bench: Bench, worker: string): Promise<string[]> {
  const held = await bench.db.pool.query<{ key: string }>(
    'select posting_key as key from posting where worker = $1 and lease_until > now() and state = any($2)',
    [worker, [...MACHINE_STATES]],
  );
  return held.rows.map(({ key }) => key);
}

/**
 * From a worker's death to the next sign of work on what it held: a step, an attempt, or the death of the one that had taken
 * it up, which is counted by itself.
 */
async function recovery(bench: Bench, kills: readonly Kill[]): Promise<Outcome['recoveredMs']> {
  const signs = await bench.db.pool.query<{ key: string; at: number }>(
    `select posting_key as key, (extract(epoch from at) * 1000)::float8 as at from posting_step
     union all select posting_key, (extract(epoch from started_at) * 1000)::float8 from attempt`,
  );
  const byPosting = new Map<string, number[]>();
  const note = (key: string, at: number): void =>
    void byPosting.set(key, [...(byPosting.get(key) ?? []), at]);
  for (const { key, at } of signs.rows) note(key, at);
  for (const { at, held } of kills) for (const key of held) note(key, at);
  const waits: number[] = [];
  for (const { at, held } of kills) {
    for (const key of held) {
      const next = Math.min(...(byPosting.get(key) ?? []).filter((sign) => sign > at));
      if (Number.isFinite(next)) waits.push(next - at);
    }
  }
  waits.sort((a, b) => a - b);
  return { median: Math.round(waits[waits.length >> 1] ?? 0), max: Math.round(waits.at(-1) ?? 0) };
}
