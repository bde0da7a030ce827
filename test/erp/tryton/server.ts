// The real Tryton that tests run against: the one that the environment names (scripts/tryton/setup.sh env), or the one that
// setup.sh left in `.tryton`. Where there is none, the tests say so aloud and are skipped.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export interface TrytonServer {
  url: string;
  /** Stock Tryton, and the one with our module. */
  databases: { stock: string; keyed: string };
  user: string;
  password: string;
  passwordFile: string;
  adminPassword: string;
  /** `kill`: at once, as a crash would. */
  kill(): void;
  start(): void;
}

const SCRIPT = 'scripts/tryton/setup.sh';

/** undefined, and a line on standard error: no server. */
export function findTryton(env: NodeJS.ProcessEnv): TrytonServer | undefined {
  const folder = dirname(env['TRYTON_PASSWORD_FILE'] ?? join(process.cwd(), '.tryton', 'x'));
  if (!existsSync(join(folder, 'books.done'))) {
    console.error(`SKIPPED: no Tryton here; \`${SCRIPT}\` installs one on Debian 12 in two minutes`);
    return undefined;
  }
  const run = (what: string): void =>
    void execFileSync(SCRIPT, [what], { env: { ...env, TRYTON_DIR: folder }, stdio: 'ignore' });
  run('start');
  return {
    url: env['TRYTON_URL'] ?? 'http://127.0.0.1:8117',
    databases: {
      stock: env['TRYTON_DATABASE'] ?? 'books',
      keyed: env['TRYTON_DATABASE_KEYED'] ?? 'books_keyed',
    },
    user: env['TRYTON_USER'] ?? 'tieout',
    password: readFileSync(join(folder, 'tieout.pass'), 'utf8').trim(),
    passwordFile: join(folder, 'tieout.pass'),
    adminPassword: readFileSync(join(folder, 'admin.pass'), 'utf8').trim(),
    kill: () => run('kill'),
    start: () => run('start'),
  };
}
