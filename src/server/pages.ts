// Pages for machines: alive, ready, metrics. Alive and ready are open to whoever reaches the server; what they tell in words
// is told on this machine only.
import type { FastifyInstance, FastifyReply } from 'fastify';

import { inboxState } from '../../jobs/intake/inboxes.ts';
import type { Config } from '../config/model.ts';
import type { Database } from '../db/connection.ts';
import { halfRead } from '../db/intake/quarantine.ts';
import { fewOf } from '../fewOf.ts';
import { isLocal } from './hosts.ts';
import { metricsText } from './metrics.ts';
import { away } from './problem.ts';
import type { Shared } from './shared.ts';

const STALE_MS = 60_000;
/** A database that swallows questions may not take the pages with it. */
const PAGE_MS = 5_000;

export function pageRoutes(app: FastifyInstance, { options, database }: Shared): void {
  // Alive is asked of the process alone: it has an answer however busy the database is.
  app.get('/livez', async (_request, reply) => {
    const ticks = Date.now() - options.lastTick() < STALE_MS;
    return text(reply, ticks ? 200 : 503, ticks ? 'ok\n' : 'the ticker stands still\n');
  });
  app.get('/readyz', async (request, reply) => {
    const lines = await within(unready(options.failing(), database)).catch(() => [
      'the database does not answer',
    ]);
    const told = isLocal(request.raw) ? lines : [];
    if (lines.length > 0) return text(reply, 503, ['not ready', ...told].map((line) => `${line}\n`).join(''));
    // Told, not counted as unready: the worker works, and one sender's file must not take it out of service.
    const files = isLocal(request.raw) ? await within(filesInWords(database(), options.config)) : [];
    return text(reply, 200, ['ok', ...files].map((line) => `${line}\n`).join(''));
  });
  app.get('/metrics', { config: { scope: 'read unless local' } }, async (_request, reply) => {
    const page = await within(metricsText({ ...options, db: database() }));
    return text(reply, 200, page);
  });
}

async function unready(failing: readonly string[], database: () => Database): Promise<readonly string[]> {
  if (failing.length > 0) return failing;
  await database().pool.query('select 1');
  return [];
}

function within<T>(work: Promise<T>): Promise<T> {
  const givenUp = new Promise<never>((_, reject) => {
    setTimeout(() => reject(away(`no answer within ${PAGE_MS} ms`)), PAGE_MS).unref();
  });
  return Promise.race([work, givenUp]);
}

/** Files that wait for a person, a line each kind. */
async function filesInWords(db: Database, config: Config): Promise<string[]> {
  const { failed, withoutControl } = inboxState(config);
  const half = await halfRead(db.pool);
  const line = (what: string, paths: readonly string[]): string[] =>
    paths.length === 0 ? [] : [`${what}: ${fewOf(paths, 5)}`];
  return [
    ...line(
      'failed in the inbox',
      failed.map(({ path }) => path),
    ),
    ...line(
      'without the control file it needs',
      withoutControl.map(({ path }) => path),
    ),
    ...line(
      'half read, records wait in quarantine',
      half.map(({ path }) => path),
    ),
  ];
}

function text(reply: FastifyReply, status: number, page: string): FastifyReply {
  return reply
    .code(status)
    .type('text/plain; version=0.0.4; charset=utf-8')
    .header('cache-control', 'no-store')
    .send(page);
}
