// The parts of one look of the worker (audit heads, inbox folders, each schedule), each by itself: a folder that may not be
// read must not keep the night's run from starting. What fails is told once, again every few minutes, and makes the worker
// not ready until it works.
import type { Log } from '../log/logger.ts';

export interface Part {
  /** As a person would call it. */
  name: string;
  work: () => Promise<void>;
}

/** What is told again after this long while it goes on failing. */
const TELL_AGAIN_MS = 5 * 60_000;

/** Which parts fail, and why, in words. */
export class Failing {
  readonly #why = new Map<string, { text: string; toldAt: number }>();

  /** One line for each failing part; empty where all work. */
  get words(): string[] {
    return [...this.#why].map(([name, { text }]) => `${name}: ${text}`);
  }
  /** Names of failing parts. */
  get names(): string[] {
    return [...this.#why.keys()];
  }
  note(log: Log, worker: string, name: string, error: unknown): void {
    const text = log.clean(error instanceof Error ? error.message : String(error));
    const before = this.#why.get(name);
    const known = before?.text === text && Date.now() - before.toldAt < TELL_AGAIN_MS;
    this.#why.set(name, { text, toldAt: known ? before.toldAt : Date.now() });
    if (!known)
      log.error('work failed; will try again at every tick', {
        worker,
        job: name,
        error,
      });
  }
  works(log: Log, worker: string, name: string): void {
    if (this.#why.delete(name)) log.info('work goes on', { worker, job: name });
  }
}

/** Does every part, whatever the others do. @throws what the database's absence made fail */
export async function doParts(
  parts: readonly Part[],
  failing: Failing,
  { log, worker, stop }: { log: Log; worker: string; stop: AbortSignal },
  databaseAnswers: () => Promise<boolean>,
): Promise<void> {
  for (const { name, work } of parts) {
    if (stop.aborted) return;
    try {
      await work();
      failing.works(log, worker, name);
    } catch (error) {
      if (stop.aborted) return;
      if (!(await databaseAnswers())) throw error;
      failing.note(log, worker, name, error);
    }
  }
}
