// `serve --open`: the console for one person at this machine. In a demonstration a link that works once signs an auditor in; the
// server ends by itself when nobody has used it for a while.
import { spawn } from 'node:child_process';
import path from 'node:path';

import { makeOnceLink } from '../../jobs/administration/sessions.ts';
import { isLoopback } from '../config/http.ts';
import { startServing } from '../worker/serve.ts';
import type { Worker, WorkerOptions } from '../worker/worker.ts';
import type { CommandContext } from './command.ts';

const IDLE_MS = 30 * 60_000;
const LOOK_MS = 30_000;

/** Serves, prints the console's address, and opens it where there is a browser. */
export async function openConsole(
  context: CommandContext,
  options: WorkerOptions,
): Promise<Worker | undefined> {
  let usedAt = Date.now();
  const running = await startServing({ ...options, onPerson: () => (usedAt = Date.now()) });
  if (running === undefined) return undefined;
  const { config } = options;
  const scheme = config.http.tls === undefined ? 'http' : 'https';
  const once = config.demo && isLoopback(config.http.host) ? await linkOf(options) : undefined;
  const address = `${scheme}://127.0.0.1:${running.port}/${once === undefined ? '' : `#once=${once}`}`;
  context.print(address);
  context.print(
    once === undefined
      ? 'Sign in with your key. Ctrl-C ends it.'
      : `This link signs in an auditor, once, within five minutes. To decide, sign out and in again with a key of ${path.join(config.folder, 'keys')}.`,
  );
  context.print('It ends by Ctrl-C, or when nobody has used it for 30 minutes.');
  if (context.terminal) openBrowser(address, context.env);
  const idle = setInterval(() => {
    if (Date.now() - usedAt > IDLE_MS) process.kill(process.pid, 'SIGTERM');
  }, LOOK_MS);
  return {
    ...running,
    stop() {
      clearInterval(idle);
      return running.stop();
    },
  };
}

async function linkOf({ open }: WorkerOptions): Promise<string | undefined> {
  const db = await open('tieout console link');
  try {
    return await makeOnceLink(db);
  } finally {
    await db.close();
  }
}

/** Where there is none, the printed address is enough. */
function openBrowser(address: string, env: NodeJS.ProcessEnv): void {
  const [program, ...words] =
    process.platform === 'darwin'
      ? ['open', address]
      : process.platform === 'win32'
        ? ['rundll32', 'url.dll,FileProtocolHandler', address]
        : env['DISPLAY'] === undefined && env['WAYLAND_DISPLAY'] === undefined
          ? []
          : ['xdg-open', address];
  if (program === undefined) return;
  const started = spawn(program, words, { detached: true, stdio: 'ignore' });
  started.on('error', () => undefined);
  started.unref();
}
