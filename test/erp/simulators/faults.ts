// What can go wrong between us and an ERP, as switches of a simulator: set through its admin address, for the next
// requests or at a rate. A fault says when the ERP commits and what becomes of the answer; the ERP itself stays right.

/** A reply of a simulated ERP. */
export interface Reply {
  status: number;
  headers?: Readonly<Record<string, string>>;
  body: string;
}

export const FAULTS = [
  /** 500 and nothing was done. */
  'error500Before',
  /** Done, then 500. */
  'error500After',
  /** No answer for a while, then it is done, and the answer comes to nobody. */
  'hangThenCommit',
  /** Done, then the connection is cut. */
  'resetAfter',
  /** The connection is cut and nothing was done. */
  'resetBefore',
  /** Done, answered with HTML and status 200. */
  'html200',
  /** Done, the answer is cut in its middle. */
  'cutAnswer',
  /** Done, the answer names another document. */
  'wrongNumber',
  /** 429 with Retry-After, nothing was done. */
  'tooMany',
  /** Done, slowly. */
  'slow',
  /** The ERP says that it has this key already. */
  'duplicateKey',
  /** The ERP refuses for business reasons. */
  'refuse',
] as const;
export type FaultKind = (typeof FAULTS)[number];

/** What the switches are set to. */
export interface Switches {
  /** Used up one by one, before the rate is asked. */
  next: FaultKind[];
  /** Share of booking requests that get one of `kinds`, 0 to 1. */
  rate: number;
  kinds: readonly FaultKind[];
  /** Seed of the random numbers, so that a run can be repeated. */
  seed: number;
  /** How long a hang or a slow answer takes, ms. */
  hangMs: number;
  /** A posted document is not seen by looks and reads before this is over, ms. */
  lookLagMs: number;
}

export const NO_FAULTS: Switches = {
  next: [],
  rate: 0,
  kinds: [],
  seed: 1,
  hangMs: 1500,
  lookLagMs: 0,
};

/** Draws faults; mulberry32, a small generator with a seed. */
export class FaultPlan {
  switches: Switches = { ...NO_FAULTS, next: [] };
  /** How many bookings went wrong so far. */
  done = 0;
  private state = 1;

  set(switches: Partial<Switches>): void {
    this.switches = { ...this.switches, ...switches, next: [...(switches.next ?? [])] };
    if (switches.seed !== undefined) this.state = switches.seed;
  }

  /** The fault of the next booking request; undefined for none. */
  draw(): FaultKind | undefined {
    const kind = this.drawn();
    if (kind !== undefined) this.done += 1;
    return kind;
  }

  private drawn(): FaultKind | undefined {
    const next = this.switches.next.shift();
    if (next !== undefined) return next;
    const { rate, kinds } = this.switches;
    if (rate === 0 || kinds.length === 0 || this.random() >= rate) return undefined;
    return kinds[Math.floor(this.random() * kinds.length)];
  }

  private random(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
}
