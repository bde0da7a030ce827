// The parsing thread as its caller sees it: what it says next, its time and memory limits, and what a refusal becomes.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';

import { Fault, UserError } from '../../errors.ts';
import { ARCHIVE_LIMITS, type ArchiveLimits, type Refused } from './archive.ts';
import type { ParseAnswer, ParseOrder, SheetRow } from './parseThread.ts';

export interface ReadLimits extends ArchiveLimits {
  /** For unpacking and parsing, and again for each batch of rows. */
  timeoutMs: number;
  /** Of the thread's heap. 100,000 rows of 20 columns take 265 MB of it; 512 MB is where we say CSV is the better way. */
  heapMb: number;
}
export const READ_LIMITS: ReadLimits = { ...ARCHIVE_LIMITS, timeoutMs: 60_000, heapMb: 512 };

/**
 * Starts the thread on a workbook.
 * @param where the file's name, for messages
 * @throws UserError where it is larger than we unpack
 */
export function startThread(
  order: Omit<ParseOrder, 'limits'>,
  where: string,
  limits: ReadLimits = READ_LIMITS,
): ParseThread {
  if (order.bytes.length > limits.packedBytes) {
    throw refuse(where, {
      what: 'the workbook is larger than we unpack',
      expected: `at most ${limits.packedBytes} packed bytes`,
      found: String(order.bytes.length),
      todo: 'split the extract or deliver it as CSV',
    });
  }
  const { timeoutMs, heapMb, ...archive } = limits;
  return new ParseThread({ ...order, limits: archive }, where, timeoutMs, heapMb);
}

function refuse(where: string, refused: Refused): UserError {
  return new UserError({ where, ...refused });
}

/** Node 20 loads no TypeScript in a thread: run from the sources (tests), it takes the built file. */
function threadFile(): URL {
  if (!import.meta.url.endsWith('.ts')) return new URL('./parseThread.js', import.meta.url);
  const built = new URL('../../../dist/src/feeds/xlsx/parseThread.js', import.meta.url);
  if (!existsSync(built)) throw new Fault(`${fileURLToPath(built)} is missing: npm run build`);
  return built;
}

/** @see startThread */
export class ParseThread {
  readonly #worker: Worker;
  readonly #where: string;
  readonly #timeoutMs: number;

  constructor(order: ParseOrder, where: string, timeoutMs: number, heapMb: number) {
    this.#where = where;
    this.#timeoutMs = timeoutMs;
    this.#worker = new Worker(threadFile(), {
      workerData: order,
      resourceLimits: { maxOldGenerationSizeMb: heapMb, maxYoungGenerationSizeMb: 64 },
      // What a parser prints about a broken file is not for our output.
      stdout: true,
      stderr: true,
    });
  }

  /** The thread's next word; anything but rows, head or end becomes an error, and the thread ends. */
  async answer(): Promise<Exclude<ParseAnswer, { kind: 'refused' }>> {
    try {
      const answer = await this.#next();
      if (answer.kind !== 'refused') return answer;
      throw refuse(this.#where, answer.refused);
    } catch (error) {
      await this.#worker.terminate();
      throw error;
    }
  }

  /** Ends the thread. */
  async end(): Promise<void> {
    await this.#worker.terminate();
  }

  async *rows(): AsyncGenerator<SheetRow[]> {
    try {
      for (;;) {
        this.#worker.postMessage('next');
        const answer = await this.answer();
        if (answer.kind !== 'rows') return;
        yield answer.rows;
      }
    } finally {
      await this.#worker.terminate();
    }
  }

  #next(): Promise<ParseAnswer> {
    const worker = this.#worker;
    return new Promise((resolve, reject) => {
      const settle = (done: () => void): void => {
        clearTimeout(timer);
        worker.off('message', onMessage).off('error', onError).off('exit', onExit);
        done();
      };
      const onMessage = (answer: ParseAnswer): void => settle(() => resolve(answer));
      const onError = (error: NodeJS.ErrnoException): void =>
        settle(() => reject(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? refuse(this.#where, HEAVY) : error));
      const onExit = (code: number): void =>
        settle(() => reject(new Fault(`the parsing thread ended with ${code}`)));
      const timer = setTimeout(
        () => settle(() => reject(refuse(this.#where, slow(this.#timeoutMs)))),
        this.#timeoutMs,
      );
      worker.on('message', onMessage).on('error', onError).on('exit', onExit);
    });
  }
}

const HEAVY: Refused = {
  what: 'the workbook needs more memory than we give to one',
  expected: 'some hundred thousand rows at most',
  todo: 'split the extract or deliver it as CSV',
};

function slow(timeoutMs: number): Refused {
  return {
    what: 'the workbook takes too long to read',
    expected: `at most ${timeoutMs / 1000} seconds`,
    todo: 'split the extract or deliver it as CSV',
  };
}
