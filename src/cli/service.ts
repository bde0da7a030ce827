// Runs a service until it is asked to stop, whatever it does.
import { once } from 'node:events';

import { httpPort } from '../config/http.ts';
import { loadConfig } from '../config/load.ts';
import { loadRulebook } from '../config/rulebookFiles.ts';
import { knownSecrets } from '../config/secrets.ts';
import { openProject } from '../db/openProject.ts';
import type { Worker, WorkerOptions } from '../worker/worker.ts';
import type { CommandContext, ExitCode } from './command.ts';
import { requireOwnLogin } from './ownLogin.ts';
import { requireProject } from './withDatabase.ts';

/** Whatever hangs, the process is gone before a service manager would kill it. */
const LAST_RESORT_MS = 14_500;

/** @param start the service; undefined where it was asked to stop before it began */
export async function runService(
  context: CommandContext,
  start: (options: WorkerOptions) => Promise<Worker | undefined>,
): Promise<ExitCode> {
  const config = loadConfig(context.configPath, context.env);
  loadRulebook(config); // a broken rulebook is told now, not at night
  const stop = signalled();
  const running = await start({
    config,
    secrets: knownSecrets(config, context.env),
    clock: context.clock,
    httpPort: httpPort(context.env) ?? config.http.port ?? 0,
    stop,
    open: async (applicationName, statementTimeoutMs = 0) => {
      const url = config.databaseUrl;
      const db = await openProject({
        dataDir: config.dataDir,
        applicationName,
        statementTimeoutMs,
        ...(url === undefined ? {} : { url }),
      });
      try {
        await requireOwnLogin(db, config);
        await requireProject(db, config.project);
      } catch (error) {
        await db.close();
        throw error;
      }
      return db;
    },
  });
  if (running !== undefined) {
    if (!stop.aborted) await once(stop, 'abort');
    await running.stop();
  }
  setTimeout(() => process.exit(0), 100).unref();
  return 0;
}

/** Aborted by the first signal, also while the service still waits for its database. */
function signalled(): AbortSignal {
  const stop = new AbortController();
  const asked = (): void => {
    setTimeout(() => process.exit(0), LAST_RESORT_MS).unref();
    stop.abort();
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, asked);
  return stop.signal;
}
