// Reads events from a JetStream consumer: up to 500, or what came within 200 ms of the first, are stored in one transaction and
// then acknowledged, in parallel, each with an answer. What was not acknowledged comes again and is a duplicate. Nothing that can
// be read is ever given back to the stream for being wrong: it is in quarantine, and acknowledged.
import { setTimeout as sleep } from 'node:timers/promises';

import { AckPolicy, jetstream, jetstreamManager, JetStreamApiError } from '@nats-io/jetstream';
import type { Consumer, JsMsg } from '@nats-io/jetstream';
import { connect, credsAuthenticator, nanos, nkeyAuthenticator } from '@nats-io/transport-node';
import type { ConnectionOptions, NatsConnection } from '@nats-io/transport-node';
import { readFileSync } from 'node:fs';

import type { EventIntake } from '../../jobs/intake/takeEvents.ts';
import type { StreamSetting } from '../config/model.ts';
import type { Database } from '../db/connection.ts';
import type { Log } from '../log/logger.ts';
import { isAway } from '../server/keptDatabase.ts';
import { messageOf } from './message.ts';

export interface ReadStream {
  setting: StreamSetting;
  intake: EventIntake;
  /** Undefined while it is away. */
  database: () => Database | undefined;
  /** Told of an error that the database may be lost by. */
  look: (db: Database) => Promise<void>;
  worker: string;
  log: Log;
  stop: AbortSignal;
  /** What works and what does not, for readiness: undefined when it works. */
  tell: (error: unknown) => void;
}

const MOST = 500;
const GATHER_MS = 200;
const PAUSE_MS = 500;
/** Longer than any transaction, so that nothing is delivered again while it is being stored. */
const ACK_WAIT_MS = 60_000;
const ACK_MS = 5_000;

/** Reads until `stop`; a lost server, a leader election and a lost database are waited out. Never throws. */
export async function readStream(reading: ReadStream): Promise<void> {
  while (!reading.stop.aborted) {
    try {
      await readWhileItLasts(reading);
    } catch (error) {
      if (reading.stop.aborted) return;
      reading.tell(error);
      await sleep(PAUSE_MS, undefined, { signal: reading.stop }).catch(() => undefined);
    }
  }
}

async function readWhileItLasts(reading: ReadStream): Promise<void> {
  const { setting, stop } = reading;
  const connection = await connect(optionsOf(setting));
  try {
    const consumer = await consumerOf(connection, setting);
    reading.tell(undefined);
    const waiting = new Waiting(MOST, GATHER_MS);
    const messages = await consumer.consume({
      max_messages: MOST,
      expires: 5_000,
      callback: (message) => waiting.add(message),
    });
    const ended = messages
      .closed()
      .then((error) => waiting.end(error ?? new Error('the server ended the consumer')));
    const stopped = (): void => waiting.end(undefined);
    stop.addEventListener('abort', stopped, { once: true });
    try {
      for (;;) {
        const group = await waiting.next();
        if (group.length === 0) return;
        await store(reading, group);
      }
    } finally {
      stop.removeEventListener('abort', stopped);
      await messages.close();
      await ended;
    }
  } finally {
    await connection.close();
  }
}

/** Stores a group and acknowledges it; repeated as long as the database is away. */
async function store(reading: ReadStream, group: readonly JsMsg[]): Promise<void> {
  const { setting, intake, log, worker, stop } = reading;
  const messages = group.map((message) => messageOf(message.data, setting.sources));
  while (!stop.aborted) {
    const db = reading.database();
    try {
      if (db === undefined) throw new Error('connection terminated');
      await intake.take(db, messages, `stream ${setting.name}`, `stream ${setting.stream}`);
      // One that is lost in a leader election is answered by a redelivery, which is a duplicate.
      await Promise.all(group.map((message) => message.ackAck({ timeout: ACK_MS }).catch(() => false)));
      return;
    } catch (error) {
      if (db !== undefined) await reading.look(db);
      if (!isAway(error) && group.length > 1) {
        // What fails for one message must not hold up its neighbours: each is tried by itself.
        for (const one of group) await store(reading, [one]);
        return;
      }
      if (!isAway(error)) {
        log.error('a message could not be stored; it will come again', {
          worker,
          stream: setting.name,
          seq: group[0]!.seq,
          error,
        });
        return;
      }
      await sleep(PAUSE_MS, undefined, { signal: stop }).catch(() => undefined);
    }
  }
}

function optionsOf({ name, servers, credsFile, nkeyFile, tls }: StreamSetting): ConnectionOptions {
  return {
    servers: [...servers],
    name: `tieout ${name}`,
    maxReconnectAttempts: -1,
    waitOnFirstConnect: false,
    ...(credsFile === undefined ? {} : { authenticator: credsAuthenticator(readFileSync(credsFile)) }),
    ...(nkeyFile === undefined
      ? {}
      : {
          authenticator: nkeyAuthenticator(new TextEncoder().encode(readFileSync(nkeyFile, 'utf8').trim())),
        }),
    ...(tls === undefined ? {} : { tls: { caFile: tls } }),
  };
}

/** Our durable consumer; made where it is not there yet. */
async function consumerOf(connection: NatsConnection, setting: StreamSetting): Promise<Consumer> {
  const { stream, durable, subject } = setting;
  const manager = await jetstreamManager(connection);
  try {
    await manager.consumers.info(stream, durable);
  } catch (error) {
    if (!(error instanceof JetStreamApiError) || error.code !== 10_014) throw error;
    await manager.consumers.add(stream, {
      durable_name: durable,
      filter_subject: subject,
      ack_policy: AckPolicy.Explicit,
      ack_wait: nanos(ACK_WAIT_MS),
      // Without an end: a message that was given up would be lost without a word.
      max_deliver: -1,
      max_ack_pending: 4 * MOST,
    });
  }
  return jetstream(connection).consumers.get(stream, durable);
}

/** Messages between the consumer and the store. */
class Waiting {
  readonly #most: number;
  readonly #gatherMs: number;
  #messages: JsMsg[] = [];
  #ended = false;
  #error: Error | undefined;
  #wake: () => void = () => undefined;

  constructor(most: number, gatherMs: number) {
    this.#most = most;
    this.#gatherMs = gatherMs;
  }

  add(message: JsMsg): void {
    this.#messages.push(message);
    if (this.#messages.length === 1 || this.#messages.length >= this.#most) this.#wake();
  }

  end(error: Error | undefined): void {
    this.#ended = true;
    this.#error ??= error;
    this.#wake();
  }

  /** The next group; empty where reading was stopped. @throws why reading ended */
  async next(): Promise<JsMsg[]> {
    while (this.#messages.length === 0 && !this.#ended) await this.#woken();
    if (!this.#ended && this.#messages.length < this.#most)
      await Promise.race([this.#full(), sleep(this.#gatherMs)]);
    if (this.#ended) {
      if (this.#error !== undefined) throw this.#error;
      return []; // what waits was not acknowledged and comes again
    }
    return this.#messages.splice(0, this.#most);
  }

  async #full(): Promise<void> {
    while (this.#messages.length < this.#most && !this.#ended) await this.#woken();
  }

  #woken(): Promise<void> {
    return new Promise((resolve) => (this.#wake = resolve));
  }
}
