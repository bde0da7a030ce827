// Starts a simulated ERP in a process of its own and ends it again, by its id. The simulators are compiled first, because
// Node 20 runs no TypeScript.
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Switches } from './faults.ts';
import type { StoredDocument } from './store.ts';

const HERE = dirname(fileURLToPath(import.meta.url));
/** The crash laboratory is compiled itself, and its simulators with it. */
const BUILT = import.meta.url.endsWith('.js');
const OUT = BUILT ? HERE : join(HERE, '../../../node_modules/.cache/simulators/test/erp/simulators');

export type SimulatorName = 's4hana' | 'businessCentral' | 'netsuite' | 'odoo';

export interface RunningSimulator {
  url: string;
  pid: number;
  setFaults(switches: Partial<Switches>): Promise<void>;
  setPeriods(periods: Readonly<Record<string, 'open' | 'closed'>>): Promise<void>;
  /** How many bookings went wrong. */
  faultsDone(): Promise<number>;
  /** All that it has, drafts included. */
  documents(): Promise<StoredDocument[]>;
  /** Ends it at once, as a crash would, and starts it again on the same store and port. */
  crash(): Promise<void>;
  stop(): Promise<void>;
}

let compiled: Promise<unknown> | undefined;

function compile(): Promise<unknown> {
  if (BUILT) return Promise.resolve();
  const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc');
  return promisify(execFile)(process.execPath, [tsc, '-p', join(HERE, 'tsconfig.json')]);
}

export async function startSimulator(name: SimulatorName): Promise<RunningSimulator> {
  await (compiled ??= compile());
  const folder = await mkdtemp(join(tmpdir(), `tieout-${name}-`));
  const store = join(folder, 'store.jsonl');
  let child = spawnOne(name, store, '0');
  const port = await portOf(child);
  const url = `http://127.0.0.1:${port}`;
  const admin = async (path: string, body?: unknown): Promise<unknown> => {
    const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
    const answer = await fetch(`${url}/_admin/${path}`, init);
    if (!answer.ok) throw new Error(`simulator ${name}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  };
  const end = async (): Promise<void> => {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  };
  return {
    url,
    pid: child.pid ?? 0,
    setFaults: async (switches) => void (await admin('faults', switches)),
    setPeriods: async (periods) => void (await admin('periods', periods)),
    faultsDone: async () => ((await admin('faults')) as { done: number }).done,
    documents: async () => (await admin('documents')) as StoredDocument[],
    crash: async () => {
      await end();
      child = spawnOne(name, store, String(port));
      await portOf(child);
    },
    stop: async () => {
      await end();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function spawnOne(name: string, store: string, port: string): ChildProcess {
  const script = join(OUT, `${name}.js`);
  return spawn(process.execPath, [script, '--store', store, '--port', port], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

function portOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the simulator ended with ${code}`)));
    if (child.stdout === null) return reject(new Error('no output'));
    createInterface(child.stdout).once('line', (line) =>
      resolve((JSON.parse(line) as { port: number }).port),
    );
  });
}
