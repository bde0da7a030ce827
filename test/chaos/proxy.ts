// The network between the workers and the database: a TCP proxy that cuts connections, swallows everything, or lets a
// COMMIT through and cuts its answer, which is the one moment when a client cannot know what became of its work.
import { createServer, connect, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

export interface Proxy {
  port: number;
  /** Resets every connection, and refuses new ones for a while. */
  cut(ms: number): void;
  /** Takes everything and passes nothing on for a while, then resets. */
  swallow(ms: number): void;
  /** The next `count` COMMITs happen and their answers are cut. */
  cutAfterCommit(count: number): void;
  /** How many answers to COMMIT were cut so far. */
  commitsCut(): number;
  close(): Promise<void>;
}

interface Pair {
  client: Socket;
  server: Socket;
  /** A COMMIT of this connection is on its way whose answer is not to arrive. */
  doomed: boolean;
}

/** A simple query message whose text is `commit`, as the driver sends it. */
const COMMIT = Buffer.from('Q\0\0\0\u000bcommit\0', 'latin1');

export async function startProxy(target: () => number): Promise<Proxy> {
  const pairs = new Set<Pair>();
  let refusing = false;
  let swallowing = false;
  let toCut = 0;
  let cuts = 0;
  const drop = (pair: Pair): void => {
    pairs.delete(pair);
    pair.client.resetAndDestroy();
    pair.server.resetAndDestroy();
  };
  const server = createServer((client) => {
    client.on('error', () => {});
    if (refusing) return void client.resetAndDestroy();
    const pair: Pair = { client, server: connect(target(), '127.0.0.1'), doomed: false };
    pairs.add(pair);
    client.setNoDelay(true);
    pair.server.setNoDelay(true);
    client.on('data', (bytes) => {
      if (swallowing) return;
      if (toCut > 0 && bytes.includes(COMMIT)) {
        toCut -= 1;
        pair.doomed = true;
      }
      pair.server.write(bytes);
    });
    pair.server.on('data', (bytes) => {
      if (swallowing) return;
      if (pair.doomed) {
        cuts += 1;
        return drop(pair);
      }
      client.write(bytes);
    });
    for (const socket of [client, pair.server]) {
      socket.on('error', () => drop(pair));
      socket.on('close', () => drop(pair));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    cut: (ms) => {
      refusing = true;
      for (const pair of pairs) drop(pair);
      setTimeout(() => (refusing = false), ms);
    },
    swallow: (ms) => {
      swallowing = true;
      setTimeout(() => {
        swallowing = false;
        for (const pair of pairs) drop(pair);
      }, ms);
    },
    cutAfterCommit: (count) => void (toCut += count),
    commitsCut: () => cuts,
    close: async () => {
      for (const pair of pairs) drop(pair);
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
