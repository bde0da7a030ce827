// PostgreSQL refuses to run as root. As root we start it as the system's `postgres` account (made when it is missing). Where
// that account cannot enter the folders on the way (a project under /root), it gets the one right to pass through them.
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, chownSync } from 'node:fs';
import { dirname } from 'node:path';

import { UserError } from '../errors.ts';
import { makeFolders } from '../folders.ts';

const NAME = 'postgres';

/** Who the server's programs run as. */
export interface ServerAccount {
  readonly uid: number;
  readonly gid: number;
}

/** How a program of the server is started: as whom, and behind which command. */
export interface Launch {
  /** undefined: as ourselves, or the prefix changes the account. */
  readonly account?: ServerAccount;
  readonly prefix: readonly string[];
}

/** undefined: our own; as root, `postgres`. */
export function serverAccount(): ServerAccount | undefined {
  if (process.getuid?.() !== 0) return undefined;
  return findAccount() ?? makeAccount();
}

function findAccount(): ServerAccount | undefined {
  const uid = spawnSync('id', ['-u', NAME], { encoding: 'utf8' });
  const gid = spawnSync('id', ['-g', NAME], { encoding: 'utf8' });
  if (uid.status !== 0 || gid.status !== 0) return undefined;
  return { uid: Number.parseInt(uid.stdout, 10), gid: Number.parseInt(gid.stdout, 10) };
}

function makeAccount(): ServerAccount {
  let why = `no account "${NAME}" after useradd`;
  try {
    execFileSync('groupadd', ['--system', '--force', NAME], { stdio: 'pipe' });
    execFileSync('useradd', ['--system', '--no-create-home', '--gid', NAME, NAME], { stdio: 'pipe' });
    const made = findAccount();
    if (made !== undefined) return made;
  } catch (error) {
    why = (error as Error).message.trim();
  }
  throw new UserError({
    where: 'embedded database',
    what: `PostgreSQL does not run as root, and the account "${NAME}" cannot be made`,
    found: why,
    todo: 'run tieout as an ordinary user, or make the account, or set DATABASE_URL',
  });
}

/** Makes the folder (and what is missing above it); a new one belongs to `account`, or to us. */
export function makeFolder(folder: string, mode: number, account?: ServerAccount): void {
  try {
    if (!makeFolders(folder, mode)) return;
    chmodSync(folder, mode); // whatever the umask
    if (account !== undefined) chownSync(folder, account.uid, account.gid);
  } catch (error) {
    throw new UserError({
      where: folder,
      what: 'the folder of the embedded database cannot be made',
      found: (error as Error).message,
      todo: 'make it writable, or name another folder as dataDir in tieout.yaml, or set DATABASE_URL',
    });
  }
}

/**
 * The least privileged way to start programs that reach all `paths`. Reading through closed folders is tried before
 * writing (containers have only the second): the server's data stays where the configuration says, without opening /root
 * to everyone. Throws a `UserError` naming the first closed folder where the system grants neither.
 */
export function launchFor(account: ServerAccount | undefined, paths: readonly string[]): Launch {
  if (account === undefined) return { prefix: [] };
  const ways: Launch[] = [
    { account, prefix: [] },
    { prefix: withCapability(account, 'dac_read_search') },
    { prefix: withCapability(account, 'dac_override') },
  ];
  for (const way of ways) if (paths.every((path) => canEnter(path, way))) return way;
  const asItself = ways[0] ?? { prefix: [] };
  let closed = paths.find((path) => !canEnter(path, asItself)) ?? '/';
  while (dirname(closed) !== closed && !canEnter(dirname(closed), asItself)) closed = dirname(closed);
  throw new UserError({
    where: closed,
    what: `you are root, so the embedded database runs as the account "${NAME}", which cannot enter this folder`,
    expected: `a way in to ${paths.join(' and ')}`,
    todo: `chmod o+x ${closed}, or move the project (for example to /srv), or run as an ordinary user, or set DATABASE_URL`,
  });
}

/** `no_setuid_fixup` keeps the right for access(2) too, which PostgreSQL uses to find its own programs. */
function withCapability(account: ServerAccount, capability: string): string[] {
  return [
    'setpriv',
    `--reuid=${account.uid}`,
    `--regid=${account.gid}`,
    '--clear-groups',
    '--securebits=+no_setuid_fixup',
    `--inh-caps=+${capability}`,
    `--ambient-caps=+${capability}`,
  ];
}

/** The words to execute for `program`. */
export function commandLine(launch: Launch, program: string, args: readonly string[]): string[] {
  return [...launch.prefix, program, ...args];
}

function canEnter(folder: string, launch: Launch): boolean {
  const [command = '', ...args] = commandLine(launch, 'test', ['-x', folder]);
  return spawnSync(command, args, { cwd: '/', ...launch.account }).status === 0;
}
