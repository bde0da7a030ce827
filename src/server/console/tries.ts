// Wrong keys from one address: after some of them it has to wait. A key cannot be guessed; this keeps the asking cheap.
const MOST = 10;
const WINDOW_MS = 60_000;
const MOST_ADDRESSES = 10_000;

export class Tries {
  readonly #failed = new Map<string, { count: number; until: number }>();
  readonly #clock: () => number;

  constructor(clock: () => number) {
    this.#clock = clock;
  }

  /** Seconds until this address may try again; 0: now. */
  wait(address: string): number {
    const known = this.#failed.get(address);
    const left = known === undefined ? 0 : known.until - this.#clock();
    return known !== undefined && left > 0 && known.count >= MOST ? Math.ceil(left / 1000) : 0;
  }

  failed(address: string): void {
    const now = this.#clock();
    const known = this.#failed.get(address);
    if (this.#failed.size >= MOST_ADDRESSES) this.#failed.clear();
    if (known === undefined || known.until <= now)
      this.#failed.set(address, { count: 1, until: now + WINDOW_MS });
    else known.count += 1;
  }
}
