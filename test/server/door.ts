// A running server over the smallest example, with keys, and a plain HTTP client that sends exactly what it is told.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type OutgoingHttpHeaders, request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

import { addSenderKey } from '../../jobs/administration/senderKeys.ts';
import type { Actor } from '../../jobs/administration/userKeys.ts';
import { loadConfig } from '../../src/config/load.ts';
import type { Config } from '../../src/config/model.ts';
import { openDatabase } from '../../src/db/connection.ts';
import type { SenderScopes } from '../../src/db/senderKeys.ts';
import { openLog } from '../../src/log/logger.ts';
import { type Server, startServer } from '../../src/server/server.ts';
import type { ServerOptions } from '../../src/server/shared.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { copyExample } from '../support/copyExample.ts';

export const ADMIN: Actor = { name: 'ada', role: 'admin', keyId: 'k', osUser: 'test' };
export const ANY: SenderScopes = { events: { sources: [], types: [] }, read: true, companies: [] };

export interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
  /** Parsed; undefined where it is no JSON. */
  json: Record<string, unknown> & { items?: Record<string, unknown>[] };
}

export class Door {
  readonly at: TestDatabase;
  readonly config: Config;
  readonly folder: string;
  readonly lines: string[] = [];
  server!: Server;
  key = '';

  constructor(at: TestDatabase, config: Config, folder: string) {
    this.at = at;
    this.config = config;
    this.folder = folder;
  }

  /** @param yaml further sections of tieout.yaml */
  static async open(yaml = '', over: Partial<ServerOptions> = {}): Promise<Door> {
    const folder = mkdtempSync(join(tmpdir(), 'tieout-door-'));
    copyExample('first-tieout', folder);
    const path = join(folder, 'tieout.yaml');
    writeFileSync(path, `${readFileSync(path, 'utf8')}${yaml}`);
    const config = loadConfig(path, {});
    const door = new Door(await testDatabase(), config, folder);
    await door.start(over);
    door.key = await door.keyFor('till', ANY);
    return door;
  }

  async start(over: Partial<ServerOptions> = {}): Promise<void> {
    const write = (line: string): void => void this.lines.push(line);
    this.server = await startServer({
      config: this.config,
      port: 0,
      name: 'test',
      log: openLog({ level: 'info', scrub: (one) => one, runLog: join(this.folder, 'runs.ndjson'), write }),
      clock: () => Date.now(),
      open: (applicationName, statementTimeoutMs = 0) =>
        openDatabase({ dataDir: '', url: this.at.db.url, applicationName, statementTimeoutMs }),
      failing: () => [],
      failingParts: () => [],
      lastTick: () => Date.now(),
      ...over,
    });
    this.server.begin();
    while ((await this.get('/readyz')).status === 503) await sleep(20);
  }

  async keyFor(sender: string, scopes: SenderScopes, days?: number): Promise<string> {
    const now = Date.now();
    const added = await addSenderKey(this.at.db, {
      sender,
      scopes,
      by: ADMIN,
      now,
      ...(days === undefined ? {} : { days }),
    });
    return added.key;
  }

  get(path: string, headers: OutgoingHttpHeaders = {}): Promise<Answer> {
    return this.send('GET', path, undefined, headers);
  }

  /** One event, structured; or a list as a batch. */
  post(events: unknown, headers: OutgoingHttpHeaders = {}): Promise<Answer> {
    const type = Array.isArray(events)
      ? 'application/cloudevents-batch+json'
      : 'application/cloudevents+json';
    const body = typeof events === 'string' ? events : JSON.stringify(events);
    return this.send('POST', '/v1/events', body, { 'content-type': type, ...headers });
  }

  async send(
    method: string,
    path: string,
    body: string | Buffer | undefined,
    headers: OutgoingHttpHeaders,
  ): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const asked = request(
        {
          host: '127.0.0.1',
          port: this.server.port,
          method,
          path,
          headers: { authorization: `Bearer ${this.key}`, ...headers },
        },
        (answer) => {
          text(answer).then((content) => {
            let json = {};
            try {
              json = JSON.parse(content) as Record<string, unknown>;
            } catch {
              json = {};
            }
            resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text: content, json });
          }, reject);
        },
      );
      asked.on('error', reject);
      asked.end(body);
    });
  }

  /** Bytes on a connection of their own; what came back until it was closed. */
  async raw(...pieces: (string | Buffer)[]): Promise<string> {
    return new Promise((resolve) => {
      const socket = connect(this.server.port, '127.0.0.1');
      const got: Buffer[] = [];
      socket.on('data', (chunk: Buffer) => got.push(chunk));
      socket.on('error', () => undefined);
      socket.on('close', () => resolve(Buffer.concat(got).toString('latin1')));
      for (const piece of pieces) socket.write(piece);
    });
  }

  async close(): Promise<void> {
    await this.server.close();
    rmSync(this.folder, { recursive: true, force: true });
    await this.at.drop();
  }
}

/** A sale of the example's company; every total ties. */
export function sale(id: string, over: Record<string, unknown> = {}): Record<string, unknown> {
  const {
    source = '/pos/JN01',
    type = 'retail.shipment.confirmed.v1',
    time = '2026-10-05T14:00:00-05:00',
    net = '10.00',
    ...data
  } = over;
  return {
    specversion: '1.0',
    id,
    source,
    type,
    time,
    data: {
      company: 'JN01',
      currency: 'USD',
      channel: 'store',
      location: 'S1',
      shipmentId: `SHP-${id}`,
      orderId: `SO-${id}`,
      lines: [{ lineId: '1', sku: 'A', quantity: '1', net, cost: '5.00' }],
      total: net,
      ...data,
    },
  };
}
