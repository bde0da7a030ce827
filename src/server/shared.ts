// What the server is started with, and what its routes share.
import type { Config } from '../config/model.ts';
import type { Database } from '../db/connection.ts';
import type { EventIntake } from '../../jobs/intake/takeEvents.ts';
import type { RunCrash } from '../crashPoints.ts';
import type { Log } from '../log/logger.ts';
import type { Gatherer } from './gather.ts';

export interface ServerOptions {
  config: Config;
  /** 0: any free one. */
  port: number;
  /** Of this process, in the log and at the database. */
  name: string;
  log: Log;
  clock: () => number;
  /** Opens the database with its schema ready; called again when it was lost. */
  open: (applicationName: string, statementTimeoutMs?: number) => Promise<Database>;
  /** What does not work, in words; none: ready. */
  failing: () => readonly string[];
  /** Their names, for the metrics. */
  failingParts: () => readonly string[];
  /** Called at each request of a person in the console. */
  onPerson?: () => void;
  /** Milliseconds since 1970 of the last sign of life. */
  lastTick: () => number;
  /** Only tests set these. */
  crash?: RunCrash;
  mostInFlight?: number;
}

/** What the routes share. */
export interface Shared {
  options: ServerOptions;
  /** @throws Problem 503 while it is away */
  database: () => Database;
  intake: EventIntake;
  gatherer: Gatherer;
}
