// How much is taken in at once. What is above is refused before its body is read, so that memory has a bound whatever
// clients send; they come again after the time that the answer names.

const MOST_REQUESTS = 512;
const MOST_BYTES = 64 * 1024 * 1024;

export class InFlight {
  #requests = 0;
  #bytes = 0;
  readonly #mostRequests: number;

  constructor(mostRequests = MOST_REQUESTS) {
    this.#mostRequests = mostRequests;
  }

  /**
   * Takes a place for a request.
   * @param bytes of its body: as it says, or the most that it may have
   * @returns to be called when it was answered; undefined where no place is left
   */
  enter(bytes: number): (() => void) | undefined {
    const full = this.#requests >= this.#mostRequests || this.#bytes + bytes > MOST_BYTES;
    if (full && this.#requests > 0) return undefined;
    this.#requests += 1;
    this.#bytes += bytes;
    let left = false;
    return () => {
      if (left) return;
      left = true;
      this.#requests -= 1;
      this.#bytes -= bytes;
    };
  }
}
