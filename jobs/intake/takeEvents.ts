// Events that come as messages go in here, whoever listens for them: HTTP, a stream, a webhook. The rulebook is loaded again
// when one of its files has changed; one that does not hold lets nothing in until it is mended.
import type { Config } from '../../src/config/model.ts';
import { loadRulebook, rulebookStamp } from '../../src/config/rulebookFiles.ts';
import type { RunCrash } from '../../src/crashPoints.ts';
import type { Database } from '../../src/db/connection.ts';
import { readFiscalPeriods } from '../../src/db/intake/fiscalPeriods.ts';
import { accountingDates } from '../../src/intake/accountingDate.ts';
import type { IntakeContext } from '../../src/intake/context.ts';
import type { Dates } from '../../src/intake/judge.ts';
import type { Message, Taken } from '../../src/intake/messages.ts';
import { takeMessages } from '../../src/intake/messages.ts';
import { intakeContext } from './intakeContext.ts';

/** Looked at no more often than that: it costs a look at each file. */
const LOOK_MS = 2_000;

/** The intake of messages with what it remembers between them. */
export class EventIntake {
  readonly #config: Config;
  readonly #clock: () => number;
  readonly #crash: RunCrash | undefined;
  #rulebook: { stamp: string; is: ReturnType<typeof loadRulebook>; lookedAt: number } | undefined;
  #known: { key: string; context: IntakeContext; dates: Dates } | undefined;

  constructor(config: Config, clock: () => number, crash?: RunCrash) {
    this.#config = config;
    this.#clock = clock;
    this.#crash = crash;
  }

  /**
   * Stores the messages in one transaction; what it answers is committed.
   * @param actor who brings them
   * @param path where they came from, for people
   * @throws UserError for a rulebook that does not hold, and what the database throws
   */
  async take(db: Database, messages: readonly Message[], actor: string, path: string): Promise<Taken> {
    const { context, dates } = await this.#contextOf(db);
    return takeMessages(db, { ...context, actor }, dates, messages, path);
  }

  async #contextOf(db: Database): Promise<{ context: IntakeContext; dates: Dates }> {
    const rulebook = this.#load();
    const periods = await readFiscalPeriods(db.pool);
    const key = `${rulebook.hash} ${JSON.stringify(periods)}`;
    if (this.#known?.key !== key) {
      const context = await intakeContext(db.pool, this.#config, rulebook, this.#clock, '', this.#crash);
      this.#known = { key, context, dates: accountingDates(periods, context.closedPeriods) };
    }
    return this.#known;
  }

  #load(): ReturnType<typeof loadRulebook> {
    const now = performance.now();
    if (this.#rulebook !== undefined && now - this.#rulebook.lookedAt < LOOK_MS) return this.#rulebook.is;
    const stamp = rulebookStamp(this.#config);
    if (this.#rulebook?.stamp !== stamp)
      this.#rulebook = { stamp, is: loadRulebook(this.#config), lookedAt: now };
    else this.#rulebook.lookedAt = now;
    return this.#rulebook.is;
  }
}
