// Three NATS servers on loopback with JetStream, as processes of their own, in a folder of their own.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { jetstreamManager, StorageType } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';

/** False where Debian's `nats-server` is not installed. */
export const hasServer = spawnSync('nats-server', ['--version']).status === 0;

export class Cluster {
  readonly #folder = mkdtempSync(join(tmpdir(), 'tieout-nats-'));
  readonly #children: ChildProcess[] = [];
  readonly servers: string[] = [];

  static async start(nodes: number): Promise<Cluster> {
    const cluster = new Cluster();
    const ports = await freePorts(2 * nodes);
    const routes = Array.from({ length: nodes }, (_, i) => `nats-route://127.0.0.1:${ports[nodes + i]}`).join(
      ', ',
    );
    for (let i = 0; i < nodes; i++) {
      const path = join(cluster.#folder, `n${i}.conf`);
      const own =
        nodes === 1
          ? ''
          : `cluster { name: c, listen: 127.0.0.1:${ports[nodes + i]}, routes: [${routes}] }\n`;
      writeFileSync(
        path,
        `server_name: n${i}\nlisten: 127.0.0.1:${ports[i]}\njetstream { store_dir: ${join(cluster.#folder, `n${i}`)} }\n${own}`,
      );
      cluster.servers.push(`127.0.0.1:${ports[i]}`);
      cluster.#children.push(spawn('nats-server', ['-c', path], { stdio: 'ignore' }));
    }
    return cluster;
  }

  /** Makes the stream as soon as the servers have found each other. */
  async stream(name: string, subject: string): Promise<void> {
    for (;;) {
      try {
        const connection = await connect({ servers: this.servers });
        try {
          const manager = await jetstreamManager(connection);
          await manager.streams.add({
            name,
            subjects: [subject],
            num_replicas: this.servers.length,
            storage: StorageType.File,
          });
          return;
        } finally {
          await connection.close();
        }
      } catch {
        await sleep(200);
      }
    }
  }

  /** Index of the server that leads the stream. */
  async leader(name: string): Promise<number> {
    const connection = await connect({ servers: this.servers });
    try {
      const { cluster } = await (await jetstreamManager(connection)).streams.info(name);
      return Number(cluster!.leader!.slice(1));
    } finally {
      await connection.close();
    }
  }

  kill(index: number): void {
    this.#children[index]!.kill('SIGKILL');
  }

  async close(): Promise<void> {
    for (const child of this.#children) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await gone;
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise<ReturnType<typeof createServer>>((resolve) => {
          const server = createServer().listen(0, '127.0.0.1', () => resolve(server));
        }),
    ),
  );
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
