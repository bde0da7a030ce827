// The folder of a demonstration. It is marked as ours before anything else is written in it, so that a second demonstration
// may make it anew, and no folder that somebody else filled is ever touched.
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { setUpFolder } from '../../src/erp/dropMarker.ts';
import { UserError } from '../../src/errors.ts';
import { makeNamedFolder } from '../../src/folders.ts';
import { installedFolder } from '../../src/installation.ts';
import { FolderOfFiles } from '../../simulate/folder.ts';
import { simulate } from '../../simulate/simulate.ts';
import type { Simulation, SimulationOptions } from '../../simulate/simulate.ts';

const MARK = '.tieout-demo';
const MARK_TEXT = 'Made by `tieout demo`, which empties and fills this folder anew each time it runs here.\n';
/** All that a demonstration, and working in its folder, leaves behind. What else lies there is not ours to delete. */
const OURS = [
  'tieout.yaml',
  'rulebook',
  'rates.csv',
  'periods.csv',
  'opening.csv',
  'balances.csv',
  'next-balances.csv',
  'manifest.json',
  'events',
  'ledger',
  'truth',
  'keys',
  'outbox',
  'archive',
  'reports',
  '.tieout',
];

/**
 * Fills `folder` with a simulated retailer: configuration, rulebook, a month of files, the truth.
 * @throws UserError where the folder holds what is not a demonstration's, or its database is in use
 */
export function makeDemo(folder: string, options: SimulationOptions): Simulation {
  clear(folder);
  makeNamedFolder(folder, 'the demonstration');
  writeFileSync(path.join(folder, MARK), MARK_TEXT);
  const files = new FolderOfFiles(folder);
  const simulation = simulate(options, files);
  files.close();
  for (const name of ['outbox', 'archive']) setUpFolder(path.join(folder, name));
  const rulebook = path.join(installedFolder('examples'), 'retail', 'rulebook');
  cpSync(rulebook, path.join(folder, 'rulebook'), { recursive: true });
  return simulation;
}

function clear(folder: string): void {
  if (!existsSync(folder)) return;
  if (!statSync(folder).isDirectory()) {
    throw new UserError({
      where: folder,
      what: 'this is a file',
      expected: 'a folder, or a name that is free',
    });
  }
  const found = readdirSync(folder);
  if (found.length === 0) return;
  if (!found.includes(MARK)) {
    throw new UserError({
      where: folder,
      what: 'the folder is not empty, and no demonstration made it',
      expected: 'an empty or new folder, or one of an earlier demonstration',
      found: found.slice(0, 5).join(', '),
      todo: 'name another one with --dir',
    });
  }
  requireStopped(folder);
  for (const name of OURS) rmSync(path.join(folder, name), { recursive: true, force: true, maxRetries: 3 });
}

/** A server whose files vanish under it does not end well. */
function requireStopped(folder: string): void {
  const pidFile = path.join(folder, '.tieout', 'pg', 'data', 'postmaster.pid');
  if (!existsSync(pidFile)) return;
  const pid = Number(readFileSync(pidFile, 'utf8').split('\n')[0]);
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return; // left behind by a server that was killed
  }
  throw new UserError({
    where: folder,
    what: 'the database of an earlier demonstration is in use',
    found: `server process ${pid}`,
    todo: 'end the tieout commands that work in this folder, or name another one with --dir',
  });
}
