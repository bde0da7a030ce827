// Makes folders with what is missing above them. Node's own `recursive` never comes back where a file system refuses a name
// inside a folder that exists (/proc, some network mounts): it tries again for ever, and its memory grows.
import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

import { UserError } from './errors.ts';

/** False where it was there already. Throws the system's error. */
export function makeFolders(folder: string, mode?: number): boolean {
  try {
    return makeOne(folder, mode);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  makeFolders(dirname(folder), mode);
  return makeOne(folder, mode);
}

function makeOne(folder: string, mode: number | undefined): boolean {
  try {
    mkdirSync(folder, mode);
    return true;
  } catch (error) {
    const there = statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true;
    if ((error as NodeJS.ErrnoException).code === 'EEXIST' && there) return false;
    throw error;
  }
}

/** A folder that the person named, for `what`. Throws a `UserError` where it cannot be made. */
export function makeNamedFolder(folder: string, what: string): void {
  try {
    makeFolders(folder);
  } catch (error) {
    throw new UserError({
      where: folder,
      what: `the folder for ${what} cannot be made`,
      found: (error as Error).message,
      todo: 'name another one, or make it writable',
    });
  }
}
