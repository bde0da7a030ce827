// Starts the built worker as an operator's service manager would: a process with a configuration, a database and a port.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { copyExample } from '../support/copyExample.ts';

const PROGRAM = fileURLToPath(new URL('../../dist/src/main.js', import.meta.url));

/** A folder of the smallest example with a schedule, and a way to start workers in it. */
export class Company {
  readonly folder = mkdtempSync(join(tmpdir(), 'tieout-service-'));
  readonly #url: string;
  readonly #started: Service[] = [];

  constructor(url: string, schedule: string) {
    this.#url = url;
    copyExample('first-tieout', this.folder);
    const path = join(this.folder, 'tieout.yaml');
    const own = `schedules:\n  ${schedule}\ninboxes: { events: { folder: inbox/events, settled: 1s }, ledger: inbox/ledger, decisions: inbox/decisions }\n`;
    writeFileSync(path, `${readFileSync(path, 'utf8')}${own}log: { level: info }\n`);
  }

  get config(): string {
    return join(this.folder, 'tieout.yaml');
  }

  async start(): Promise<Service> {
    const service = this.spawn(this.#url);
    await service.answers();
    return service;
  }

  /** One that may never get as far as to work. */
  spawn(url: string): Service {
    const service = new Service(this.config, url);
    this.#started.push(service);
    return service;
  }

  /** Lines of the run log, of all workers. */
  runLog(): Record<string, unknown>[] {
    const text = readFileSync(join(this.folder, '.tieout', 'log', 'runs.ndjson'), 'utf8');
    return text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  async close(): Promise<void> {
    for (const service of this.#started) await service.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** One running worker. */
export class Service {
  readonly #child: ChildProcess;
  readonly #ended: Promise<number | null>;
  #output = '';
  #port = 0;

  constructor(config: string, url: string) {
    this.#child = spawn(process.execPath, [PROGRAM, 'worker', '--config', config], {
      env: { ...process.env, DATABASE_URL: url, TIEOUT_HTTP_PORT: '0' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child.stderr?.on('data', (chunk: Buffer) => (this.#output += chunk.toString()));
    this.#ended = new Promise((resolve) => this.#child.once('exit', (code) => resolve(code)));
  }

  get output(): string {
    return this.#output;
  }

  /** Waits until it works, or only until its pages answer; an error where it ends instead. */
  async answers(what: 'worker started' | 'worker starts' = 'worker started'): Promise<void> {
    await until(`the log says "${what}"`, () => {
      if (this.#child.exitCode !== null) throw new Error(`the worker ended\n${this.#output}`);
      const line = this.#output.split('\n').find((text) => text.includes(`"msg":"${what}"`));
      const port = /"port":(\d+)/.exec(line ?? '')?.[1];
      if (port !== undefined) this.#port = Number(port);
      return port !== undefined;
    });
  }

  async page(path: string, method = 'GET'): Promise<{ status: number; text: string }> {
    const answer = await fetch(`http://127.0.0.1:${this.#port}${path}`, { method });
    return { status: answer.status, text: await answer.text() };
  }

  /** Its exit code, when it ends by itself. */
  get ended(): Promise<number | null> {
    return this.#ended;
  }

  /** Asks it to stop; its exit code. */
  async terminate(): Promise<number | null> {
    this.#child.kill('SIGTERM');
    return this.#ended;
  }

  async kill(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) this.#child.kill('SIGKILL');
    await this.#ended;
  }
}

/** Asks again until it holds; how long that takes is the machine's affair, what never comes ends with the test's own limit. */
export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const tell = setTimeout(() => console.warn(`still waiting: ${what}`), 60_000).unref();
  while (!(await holds())) await sleep(50);
  clearTimeout(tell);
}
