// The second half of a demonstration: a second person approves what was proposed, the journals are dropped as files, the
// simulated ERP takes them in, moves them to its archive, and hands out its next extract.
import { readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { addDays } from '../../src/accounting/dates.ts';
import { readBrakes } from '../../src/db/brakes/brakes.ts';
import { countPostings } from '../../src/db/posting/dueState.ts';
import { listAwaiting } from '../../src/db/posting/listAwaiting.ts';
import type { AwaitingJournal } from '../../src/db/posting/listAwaiting.ts';
import { Fault } from '../../src/errors.ts';
import { makeFolders } from '../../src/folders.ts';
import type { Simulation } from '../../simulate/simulate.ts';

import { configuredErps } from '../posting/configuredErps.ts';
import type { DemoJob } from './month.ts';
import { proposeRelease } from '../decisions/release.ts';
import { approveWaiting } from '../decisions/secondWord.ts';
import { approveJournals } from '../decisions/approveJournals.ts';
import { post } from '../posting/post.ts';
import type { Actor } from '../administration/userKeys.ts';
import { authenticate } from '../administration/userKeys.ts';
import { addUser } from '../administration/users.ts';

export interface DemoPosting {
  proposed: AwaitingJournal[];
  approved: number;
  /** Postings by state after sending. */
  states: Record<string, number>;
}

/** The two of the demonstration, with their keys. */
export interface People {
  ana: Actor;
  ben: Actor;
}

/** Ana, who administers, gives keys to Ben, who reviews, to Mia, who prepares, and to Eve, who audits. They are kept in the folder `keys`. */
export async function demoPeople(job: DemoJob): Promise<People> {
  const ana = await person(job, 'ana', 'admin');
  const ben = await person(job, 'ben', 'reviewer', ana);
  await person(job, 'mia', 'preparer', ana);
  await person(job, 'eve', 'auditor', ana);
  return { ana, ben };
}

/** Where a brake fell, Ana says why it may go and Ben agrees. Whether there was one. */
export async function releaseBrakes(
  { db, config, rulebook, clock }: DemoJob,
  { ana, ben }: People,
): Promise<boolean> {
  const places = new Map(
    (await readBrakes(db.pool)).map((brake) => [`${brake.company} ${brake.ledger}`, brake]),
  );
  for (const { company, ledger } of places.values()) {
    const id = await proposeRelease({ db, by: ana, why: 'mistakes made on purpose' }, company, ledger);
    const word = { db, by: ben, why: 'checked against the list of mistakes', config, rulebook, clock };
    await approveWaiting(word, id);
  }
  return places.size > 0;
}

/** Ben reviews what the runs proposed. */
export async function approveAndPost(job: DemoJob, { ben }: People): Promise<DemoPosting> {
  const { db, config } = job;
  job.progress?.('approving');
  const proposed = await listAwaiting(db.pool);
  const outcomes = await approveJournals(
    { db, by: ben, why: 'checked against the events' },
    proposed.map((journal) => journal.postingReference),
  );
  job.progress?.('posting');
  const { states } = await post({
    db,
    erps: configuredErps(config),
    worker: `demo ${process.pid}`,
    clock: () => performance.now(),
    random: Math.random,
    until: 'settled',
  });
  return { proposed, approved: outcomes.filter((outcome) => outcome.ok).length, states };
}

async function person(job: DemoJob, name: string, role: string, by?: Actor): Promise<Actor> {
  const now = job.clock();
  const added = await addUser(job.db, {
    name,
    role,
    osUser: 'demo',
    now,
    ...(by === undefined ? {} : { by }),
  });
  const keys = path.join(job.folder, 'keys');
  makeFolders(keys, 0o700);
  writeFileSync(path.join(keys, `${name}.key`), `${added.key}\n`, { mode: 0o600 });
  const claim = { name, key: added.key, osUser: 'demo', now: new Date(now).toISOString() };
  const proof = await authenticate(job.db, claim);
  if (!proof.ok) throw new Fault(`the key that ${name} was just given does not prove who holds it`);
  return proof.actor;
}

export interface TakenJournals {
  /** Paths of the journal files in the ERP's archive. */
  files: string[];
  /** Files that the ERP refused, each with its reason. */
  refused: string[];
  /** What comes next from the ERP. */
  step: { name: string; ingest: { command: 'ledger' | 'balances'; files: string[] }[]; asOf: string };
}

/** The simulated ERP's part. */
export function erpTakesJournals(job: DemoJob, { erp, month }: Simulation): TakenJournals {
  const outbox = path.join(job.folder, 'outbox');
  const archive = path.join(job.folder, 'archive');
  const taken: string[] = [];
  const refused: string[] = [];
  for (const name of readdirSync(outbox)
    .filter((each) => each.endsWith('.csv'))
    .toSorted()) {
    const control = name.replace(/\.csv$/, '.control.json');
    const read = (file: string): string => readFileSync(path.join(outbox, file), 'utf8');
    const outcome = erp.takeIn(read(name), read(control));
    if (!outcome.taken) {
      refused.push(`${name}: ${outcome.because}`);
      continue;
    }
    for (const file of [control, name]) renameSync(path.join(outbox, file), path.join(archive, file));
    taken.push(path.join(archive, name));
  }
  const day = addDays(month.asOf, 2);
  const next = erp.nextExtract(day);
  const files = { ledger: 'ledger/06-next.csv', balances: 'next-balances.csv' };
  writeFileSync(path.join(job.folder, files.ledger), next.csv);
  writeFileSync(path.join(job.folder, files.ledger.replace(/csv$/, 'control.json')), next.control);
  writeFileSync(path.join(job.folder, files.balances), next.balances);
  return {
    files: taken,
    refused,
    step: {
      name: 'next',
      ingest: [
        { command: 'ledger', files: [files.ledger] },
        { command: 'balances', files: [files.balances] },
      ],
      asOf: day,
    },
  };
}

/** How many journals the ledger has shown with our amounts. */
export async function confirmedJournals({ db }: DemoJob): Promise<number> {
  return (await countPostings(db.pool))['CONFIRMED'] ?? 0;
}
