// Worker processes of a bench, as its faults treat them: started, killed, stopped and continued, each by its own id; and
// what they told.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import type { Orders, Told } from './orders.ts';

const CHILD = join(dirname(fileURLToPath(import.meta.url)), 'child.js');

export interface Member {
  process: ChildProcess;
  /** Its name in the database; '' until it started. */
  name: string;
  ended: Promise<NodeJS.Signals | number | null>;
}

/** A step that a worker told after the database had acknowledged it. */
export interface ToldStep {
  reference: string;
  to: string;
  stale: boolean;
  at: number;
}

/** A worker's death. */
export interface Kill {
  at: number;
  /** Keys of the postings that it held. */
  held: readonly string[];
}

export class WorkerGroup {
  readonly members: Member[] = [];
  readonly steps: ToldStep[] = [];
  readonly errors: string[] = [];
  readonly #orders: Orders;
  #closing = false;

  constructor(orders: Orders) {
    this.#orders = orders;
  }

  /** Starts a worker and waits until it works. */
  async hire(changes: Partial<Orders> = {}): Promise<Member> {
    const child = spawn(process.execPath, [CHILD, JSON.stringify({ ...this.#orders, ...changes })], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const ended = new Promise<NodeJS.Signals | number | null>((resolve) =>
      child.once('close', (code, signal) => resolve(signal ?? code)),
    );
    const member: Member = { process: child, name: '', ended };
    this.members.push(member);
    child.stderr.on('data', (bytes: Buffer) => this.#closing || this.errors.push(bytes.toString('utf8')));
    const lines = createInterface(child.stdout);
    const started = new Promise<void>((resolve) => {
      lines.on('line', (line) => {
        const told = JSON.parse(line) as Told;
        if (told.kind === 'started') {
          member.name = told.worker;
          resolve();
        } else if (told.kind === 'step') this.steps.push(told);
      });
    });
    await Promise.race([started, ended]);
    return member;
  }

  /** The next step that a member tells; or nothing, after a while. */
  nextStep(member: Member, withinMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, withinMs);
      member.process.stdout?.once('data', () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  /** SIGKILL. @returns when, in milliseconds since 1970 */
  async kill(member: Member): Promise<number> {
    const at = Date.now();
    await this.#end(member, 'SIGKILL');
    return at;
  }

  async dismiss(): Promise<void> {
    this.#closing = true;
    await Promise.all([...this.members].map((member) => this.#end(member, 'SIGKILL')));
  }

  async #end(member: Member, signal: NodeJS.Signals): Promise<void> {
    this.members.splice(this.members.indexOf(member), 1);
    member.process.kill(signal);
    await member.ended;
  }
}

/** Starts a process that is to kill itself or to end by itself, and waits for that. @returns how it ended */
export async function runOnce(orders: Orders): Promise<NodeJS.Signals | number | null> {
  const workers = new WorkerGroup(orders);
  const member = await workers.hire();
  const overdue = setTimeout(() => member.process.kill('SIGTERM'), 60_000);
  const how = await member.ended;
  clearTimeout(overdue);
  if (how !== 0 && how !== 'SIGKILL')
    throw new Error(`a worker ended with ${how}: ${workers.errors.join('')}`);
  return how;
}
