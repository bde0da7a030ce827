// A worker process of the laboratory: the service or its sending loop as it is built, with the laboratory's times. At a
// named point it kills itself with SIGKILL, so that nothing of Node's own clearing up can help it.
import { mkdirSync, writeFileSync } from 'node:fs';

import { loadConfig } from '../../src/config/load.ts';
import type { Config } from '../../src/config/model.ts';
import { openDatabase, transaction } from '../../src/db/connection.ts';
import type { Database } from '../../src/db/connection.ts';
import { fileDrop } from '../../src/erp/fileDrop.ts';
import { erpOf } from '../../src/erp/registry.ts';
import type { ErpPoster } from '../../src/erp/contract.ts';
import type { CrashPoint } from '../../src/posting/crashPoints.ts';
import { startWorker } from '../../src/worker/worker.ts';
import { approveJournals as approve, resolve } from '../../jobs/decisions/approveJournals.ts';
import { confirm } from '../../jobs/run/confirm.ts';
import { post } from '../../jobs/posting/post.ts';
import type { PostRequest } from '../../jobs/posting/post.ts';
import { Books } from '../posting/books.ts';
import { mutated } from './mutate.ts';
import type { Orders, Told } from './orders.ts';

const orders = JSON.parse(process.argv[2] ?? '{}') as Orders;
const tell = (told: Told): void => void process.stdout.write(`${JSON.stringify(told)}\n`);
const crashPoint: CrashPoint = (name) => {
  if (name === orders.crashAt) process.kill(process.pid, 'SIGKILL');
};
const onStep: NonNullable<PostRequest['onStep']> = ({ postingReference }, { move, stale }) =>
  tell({ kind: 'step', reference: postingReference, to: move?.to ?? '', stale, at: Date.now() });

function erps(): Map<string, ErpPoster> {
  const { adapter, settings, folders } = orders.erp;
  const erp = erpOf({ name: 'drop', adapter, settings, folders });
  return new Map([['drop', mutated(impatient(withCrashPoint(erp)), orders.mutant)]]);
}

/** The file drop takes its crash points when it is made, so it is made again here. */
function withCrashPoint(erp: ErpPoster): ErpPoster {
  if (orders.erp.adapter !== 'file-drop' || orders.crashAt === undefined) return erp;
  const { outbox = '', archive = '' } = orders.erp.folders;
  return fileDropWith(outbox, archive);
}

function impatient(erp: ErpPoster): ErpPoster {
  const share = orders.giveUp ?? 0;
  if (share === 0) return erp;
  return {
    ...erp,
    post: (journal, call) => {
      const signal =
        Math.random() < share
          ? AbortSignal.any([call.signal, AbortSignal.timeout(20 + Math.random() * 600)])
          : call.signal;
      return erp.post(journal, { ...call, signal });
    },
  };
}

function fileDropWith(outbox: string, archive: string): ErpPoster {
  return fileDrop({ outbox, archive, crashPoint });
}

function open(name: string, statementTimeoutMs = 0): Promise<Database> {
  return openDatabase({ dataDir: '', url: orders.database, applicationName: name, statementTimeoutMs });
}

async function work(): Promise<void> {
  const name = `w${process.pid}`;
  if (orders.work === 'worker') return service();
  tell({ kind: 'started', worker: name, at: Date.now() });
  const db = await open(name, orders.statementTimeoutMs);
  const person = { name: orders.person ?? 'bob', role: 'reviewer', keyId: 'k', osUser: 'os' } as const;
  const word = { db, by: person, why: 'laboratory', crashPoint };
  switch (orders.work) {
    case 'send':
      await post({
        db,
        erps: erps(),
        worker: name,
        settings: orders.settings,
        clock: () => performance.now(),
        random: Math.random,
        until: 'settled',
        crashPoint,
        onStep,
      });
      break;
    case 'propose':
      await new Books(db).resume().then((books) => books.propose(undefined, 'root', undefined, crashPoint));
      break;
    case 'confirm':
      await transaction(db, (client) => confirm(client, '1', '1000000', crashPoint));
      break;
    case 'approve':
      await approve(word, orders.references ?? []);
      break;
    case 'resolve':
      for (const reference of orders.references ?? []) await resolve(word, reference, 'absent, looked');
      break;
  }
  tell({ kind: 'done' });
  await db.close();
}

/** What a person or a time server does to a machine: its wall clock is another one every moment. */
function jumpClock(): void {
  const { now } = Date;
  let offset = 0;
  setInterval(() => void (offset = (Math.random() - 0.5) * 48 * 3_600_000), 100).unref();
  Date.now = () => now() + offset;
}

async function service(): Promise<void> {
  mkdirSync(orders.folder, { recursive: true });
  const file = `${orders.folder}/worker-${process.pid}.yaml`;
  const company = '{ currency: USD, timeZone: America/Chicago }';
  writeFileSync(
    file,
    `dataDir: .\nstartDate: 2026-09-01\ncompanies: { US01: ${company} }\nlog: { level: silent }\n`,
  );
  // The books of the laboratory have no days of their own: nothing waits for one.
  const config: Config = { ...loadConfig(file, {}), companies: new Map() };
  const worker = await startWorker({
    config,
    secrets: [],
    open,
    clock: () => Date.now(),
    httpPort: 0,
    tickSeconds: 1,
    erps: erps(),
    sending: { settings: orders.settings, statementTimeoutMs: orders.statementTimeoutMs, onStep, crashPoint },
    write: () => {},
  });
  if (worker === undefined) throw new Error('the worker was stopped before it started');
  tell({ kind: 'started', worker: worker.name, at: Date.now() });
}

if (orders.clockJumps === true) jumpClock();
await work();
