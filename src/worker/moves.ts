// Moves of inbox files that survive a kill: what is to be moved is written down first, and whoever comes next finishes it.
// The file's inode and size are part of the note, so that a new delivery under the same name is never moved in its place.
import { existsSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, extname, join } from 'node:path';

import { makeFolders } from '../folders.ts';

interface Move {
  from: string;
  to: string;
  inode: number;
  size: number;
}

const NOTE = '.tieout-moving.json';

/** Finishes what a killed worker had begun. */
export function finishMoves(folder: string): void {
  const note = join(folder, NOTE);
  if (!existsSync(note)) return;
  for (const move of JSON.parse(readFileSync(note, 'utf8')) as Move[]) {
    const now = statSync(move.from, { throwIfNoEntry: false });
    if (now?.ino === move.inode && now.size === move.size) renameSync(move.from, move.to);
  }
  rmSync(note);
}

/** Moves the files to `folder/where` with the report beside the first; a name that is taken there gets a number. */
export function moveAway(
  folder: string,
  where: 'done' | 'failed',
  names: readonly string[],
  report: unknown,
): void {
  const target = join(folder, where);
  makeFolders(target);
  const free = (suffix: string): boolean =>
    names.every((name) => !existsSync(join(target, numbered(name, suffix))));
  let suffix = '';
  for (let n = 2; !free(suffix); n += 1) suffix = `~${n}`;
  const [first = ''] = names;
  writeWhole(join(target, `${numbered(first, suffix)}.report.json`), `${JSON.stringify(report, null, 2)}\n`);
  const moves = names.map((name) => {
    const from = join(folder, name);
    const { ino, size } = statSync(from);
    return { from, to: join(target, numbered(name, suffix)), inode: ino, size };
  });
  writeWhole(join(folder, NOTE), JSON.stringify(moves));
  finishMoves(folder);
}

/** Removes files that were taken and are not to be kept; their reports stay. */
export function removeTaken(folder: string, names: readonly string[]): void {
  const target = join(folder, 'done');
  for (const name of names) {
    let last = name;
    for (let n = 2; existsSync(join(target, numbered(name, `~${n}`))); n += 1) last = numbered(name, `~${n}`);
    rmSync(join(target, last), { force: true });
  }
}

/** `october.csv` -> `october~2.csv`; a control file keeps belonging to its extract. */
function numbered(name: string, suffix: string): string {
  const end = name.endsWith('.control.json') ? '.control.json' : extname(name);
  return `${basename(name, end)}${suffix}${end}`;
}

function writeWhole(path: string, text: string): void {
  writeFileSync(`${path}.tmp`, text, { flush: true });
  renameSync(`${path}.tmp`, path);
}
