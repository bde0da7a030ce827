// Events that come as messages go in here, whoever listens for them: HTTP, a stream, a webhook. The rulebook is loaded again
// when one of its files has changed; one that does not hold lets nothing in until it is mended.
import type { Config } from '../../src/config/model.ts';
import type { RunCrash } from '../../src/crashPoints.ts';
import type { Database } from '../../src/db/connection.ts';
import { readFiscalPeriods } from '../../src/db/intake/fiscalPeriods.ts';
import { accountingDates } from '../../src/intake/accountingDate.ts';
import type { IntakeContext } from '../../src/intake/context.ts';
import type { Dates } from '../../src/intake/judge.ts';
import type { Message, Taken } from '../../src/intake/messages.ts';
import { takeMessages } from '../../src/intake/messages.ts';
import type { KeptRulebook } from '../reports/keptRulebook.ts';
import { intakeContext } from './intakeContext.ts';

/** The intake of messages with what it remembers between them. */
export class EventIntake {
  readonly #config: Config;
  readonly #clock: () => number;
  readonly #crash: RunCrash | undefined;
  readonly #rulebook: KeptRulebook;
  #known: { key: string; context: IntakeContext; dates: Dates } | undefined;

  constructor(config: Config, rulebook: KeptRulebook, clock: () => number, crash?: RunCrash) {
    this.#config = config;
    this.#rulebook = rulebook;
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
    const rulebook = this.#rulebook.load();
    const periods = await readFiscalPeriods(db.pool);
    const key = `${rulebook.hash} ${JSON.stringify(periods)}`;
    if (this.#known?.key !== key) {
      const context = await intakeContext(db.pool, this.#config, rulebook, this.#clock, '', this.#crash);
      this.#known = { key, context, dates: accountingDates(periods, context.closedPeriods) };
    }
    return this.#known;
  }
}
