// The rulebook for what runs on: loaded again when one of its files has changed.
import type { Config } from '../../src/config/model.ts';
import { loadRulebook, rulebookStamp } from '../../src/config/rulebookFiles.ts';
import type { Rulebook } from '../../src/rulebook/model.ts';

/** Looked at no more often than that: it costs a look at each file. */
const LOOK_MS = 2_000;

export class KeptRulebook {
  readonly #config: Config;
  #kept: { stamp: string; is: Rulebook; lookedAt: number } | undefined;

  constructor(config: Config) {
    this.#config = config;
  }

  /** @throws UserError for a rulebook that does not hold */
  load(): Rulebook {
    const now = performance.now();
    if (this.#kept !== undefined && now - this.#kept.lookedAt < LOOK_MS) return this.#kept.is;
    const stamp = rulebookStamp(this.#config);
    if (this.#kept?.stamp !== stamp) this.#kept = { stamp, is: loadRulebook(this.#config), lookedAt: now };
    else this.#kept.lookedAt = now;
    return this.#kept.is;
  }
}
