// Group commit: what several requests of one sender bring within a few milliseconds is stored in one transaction, because a
// transaction of one event costs as much as one of fifty. A request that comes alone does not wait.
import type { Message, Outcome } from '../intake/messages.ts';
import type { Taken } from '../intake/messages.ts';
import { isAway } from './keptDatabase.ts';

export interface Answer {
  batch: string;
  outcomes: Outcome[];
}

/** Stores messages of one sender in one transaction. */
export type Store = (messages: readonly Message[], actor: string) => Promise<Taken>;

interface Waiting {
  actor: string;
  messages: readonly Message[];
  since: number;
  resolve(answer: Answer): void;
  reject(error: unknown): void;
}

const GATHER_MS = 15;
/** From so many on a group is not kept waiting while another one is being stored. */
const ENOUGH = 200;
const MOST = 1_000;
/** One is read and copied while the other is committed; a third would only wait for their lock. */
const AT_ONCE = 2;

export class Gatherer {
  readonly #store: Store;
  #waiting: Waiting[] = [];
  #atWork = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(store: Store) {
    this.#store = store;
  }

  /** What became of the messages, in their order; rejected where nothing of them was stored. */
  add(messages: readonly Message[], actor: string): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ actor, messages, since: performance.now(), resolve, reject });
      this.#go();
    });
  }

  #go(): void {
    const first = this.#waiting[0];
    if (first === undefined || this.#atWork >= AT_ONCE) return;
    const rest = first.since + GATHER_MS - performance.now();
    if (this.#atWork > 0 && rest > 0 && this.#gathered(first.actor) < ENOUGH) {
      if (this.#timer !== undefined) return;
      this.#timer = setTimeout(() => {
        this.#timer = undefined;
        this.#go();
      }, rest);
      return;
    }
    void this.#work(this.#draw(first.actor));
    this.#go();
  }

  #gathered(actor: string): number {
    return this.#waiting.reduce((sum, one) => (one.actor === actor ? sum + one.messages.length : sum), 0);
  }

  /** The requests of that sender that fit into one transaction, oldest first. */
  #draw(actor: string): Waiting[] {
    const group: Waiting[] = [];
    let size = 0;
    this.#waiting = this.#waiting.filter((one) => {
      if (one.actor !== actor || (size > 0 && size + one.messages.length > MOST)) return true;
      group.push(one);
      size += one.messages.length;
      return false;
    });
    return group;
  }

  async #work(group: readonly Waiting[]): Promise<void> {
    this.#atWork += 1;
    try {
      await this.#together(group);
    } finally {
      this.#atWork -= 1;
      this.#go();
    }
  }

  async #together(group: readonly Waiting[]): Promise<void> {
    try {
      const taken = await this.#store(
        group.flatMap(({ messages }) => messages),
        group[0]!.actor,
      );
      let from = 0;
      for (const { messages, resolve } of group) {
        resolve({ batch: taken.batch, outcomes: taken.outcomes.slice(from, from + messages.length) });
        from += messages.length;
      }
    } catch (error) {
      if (isAway(error)) return group.forEach(({ reject }) => reject(error));
      if (group.length === 1) return group[0]!.reject(error);
      // What fails for one request must not fail its neighbours: each is tried by itself.
      for (const one of group) await this.#together([one]);
    }
  }
}
