// A folder to start from: a commented tieout.yaml and the whole retail rulebook, copied as text so that every comment stays.
// It only ever creates: one file that is there already stops it before anything is written.
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { MARKER, setUpFolder } from '../../src/erp/dropMarker.ts';
import { UserError } from '../../src/errors.ts';
import { makeNamedFolder } from '../../src/folders.ts';
import { installedFolder } from '../../src/installation.ts';

/** The folders of the file drop that the starter names, made here: sending never makes one. */
const DROP_FOLDERS = ['outbox', 'archive'];

/** A file to write, relative to the new folder. */
interface StarterFile {
  name: string;
  text: string;
}

/**
 * Writes the starter files under `folder`, which need not exist.
 * @returns their names, relative to it
 * @throws UserError where one of them exists already; then nothing is written
 */
export function initProject(folder: string): string[] {
  const files = starterFiles();
  const existing = files.filter(({ name }) => existsSync(path.join(folder, name)));
  if (existing.length > 0) {
    throw new UserError({
      where: folder,
      what: 'there is something already, and it is not overwritten',
      expected: 'a new folder, or one without tieout.yaml and rulebook',
      found: existing.map(({ name }) => name).join(', '),
      todo: 'give another folder, or move what is there away',
    });
  }
  for (const { name, text } of files) {
    const target = path.join(folder, name);
    makeNamedFolder(path.dirname(target), 'the new company');
    writeFileSync(target, text, { flag: 'wx' });
  }
  for (const name of DROP_FOLDERS) setUpFolder(path.join(folder, name));
  return [...files.map(({ name }) => name), ...DROP_FOLDERS.map((name) => path.join(name, MARKER))];
}

/** The starter's settings with a project name that no other project has. */
function named(settings: string): string {
  return settings.replace(/^project: .*$/m, `project: retail-${randomBytes(4).toString('hex')}`);
}

function starterFiles(): StarterFile[] {
  const examples = installedFolder('examples');
  const rulebook = path.join(examples, 'retail', 'rulebook');
  const rules = readdirSync(rulebook, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.yaml'))
    .toSorted();
  const read = (...parts: string[]) => readFileSync(path.join(...parts), 'utf8');
  return [
    { name: 'tieout.yaml', text: named(read(examples, 'starter', 'tieout.yaml')) },
    ...rules.map((name) => ({ name: path.join('rulebook', name), text: read(rulebook, name) })),
  ];
}
