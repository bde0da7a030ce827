// When this process first saw, by its own clock, that a posting of unknown fate is not in the ERP. That two looks are far
// enough apart is asked of the database's clock and of this one: somebody may set the database's forward between them.
import type { Posting } from '../../src/posting/posting.ts';

export class Sightings {
  readonly #first = new Map<string, { sends: number; at: number }>();
  readonly #clock: () => number;
  readonly #trusting: boolean;

  /**
   * @param clock monotonic milliseconds
   * @param trusting what another process has seen counts by the database's clock: for one that ends before two looks could
   */
  constructor(clock: () => number, trusting: boolean) {
    this.#clock = clock;
    this.#trusting = trusting;
  }

  /** A look after the last send found nothing. */
  absent({ postingKey, sends }: Posting): void {
    if (this.#first.get(postingKey)?.sends !== sends)
      this.#first.set(postingKey, { sends, at: this.#clock() });
  }

  /** The posting with as much time since its first negative look as both clocks grant. */
  checked(posting: Posting): Posting {
    const { postingKey, sends, sinceNegativeMs } = posting;
    if (posting.state !== 'UNKNOWN') this.#first.delete(postingKey);
    if (sinceNegativeMs === null) return posting;
    const seen = this.#first.get(postingKey);
    if (seen?.sends === sends)
      return { ...posting, sinceNegativeMs: Math.min(sinceNegativeMs, this.#clock() - seen.at) };
    return this.#trusting ? posting : { ...posting, sinceNegativeMs: 0 };
  }
}
