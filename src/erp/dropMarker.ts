// The marker file of a file drop's folder. A share that is not mounted looks like an empty folder, and an empty folder
// like one from which nothing was ever taken: only a folder that holds our own marker tells something by what it lacks.
import { randomUUID } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';

import { makeFolders } from '../folders.ts';
import type { Project } from './contract.ts';

/** Begins with a dot, as importers leave such files alone; not with what the sweep of half-written files takes away. */
export const MARKER = '.tieout.json';
const BLANK: Project = { id: '', epoch: 0 };

/** Makes the folder and a marker without a project, which the first send enters. False where a marker is there already. */
export function setUpFolder(folder: string): boolean {
  makeFolders(folder);
  const path = join(folder, MARKER);
  if (existsSync(path)) return false;
  writeFileSync(path, textOf(BLANK), { flag: 'wx' });
  return true;
}

/** What stands in the way of sending into that folder; '' where its marker is blank, ours, or of our time before a restore. */
export async function closedFolder(folder: string, project: Project): Promise<string> {
  const marker = await readMarker(folder);
  if (marker === undefined) return noMarker(folder);
  if (marker.id !== '' && marker.id !== project.id)
    return `${folder} belongs to another project (${marker.id} in ${MARKER}; ours is ${project.id})`;
  if (marker.epoch > project.epoch)
    return `this database is out of use: a restored copy of it took ${folder} over (epoch ${marker.epoch}; ours is ${project.epoch})`;
  return '';
}

/** Enters project and epoch. Only where `closedFolder` found nothing in the way. */
export async function enterFolder(folder: string, project: Project): Promise<void> {
  if (await isOurs(folder, project)) return;
  const path = join(folder, MARKER);
  const temporary = join(folder, `.tieout-${randomUUID()}.json`);
  const file = await open(temporary, 'wx', 0o644);
  try {
    await file.writeFile(textOf(project));
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
}

/** True where the marker names exactly this project and epoch. */
export async function isOurs(folder: string, project: Project): Promise<boolean> {
  const marker = await readMarker(folder);
  return marker?.id === project.id && marker.epoch === project.epoch;
}

/**
 * Why what that folder lacks proves nothing; '' where it does. A blank marker proves nothing either: ours was entered
 * before the first journal left, so the folder was set up anew since.
 */
export async function blindFolder(folder: string, project: Project): Promise<string> {
  const marker = await readMarker(folder);
  if (marker === undefined) return noMarker(folder);
  if (marker.id === project.id) return '';
  return `the marker of ${folder} does not name this project: the folder is another one than we sent to`;
}

function noMarker(folder: string): string {
  return `${folder} is not there or not set up (no ${MARKER} in it): mount the share, or run tieout erp setup for a new folder`;
}

async function readMarker(folder: string): Promise<Project | undefined> {
  const path = join(folder, MARKER);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
  const { project, epoch } = parsed(text);
  if (typeof project === 'string' && Number.isSafeInteger(epoch))
    return { id: project, epoch: Number(epoch) };
  throw new Error(
    `${path} cannot be read as a marker: expected {"project": "...", "epoch": 1}, found ${text}`,
  );
}

function parsed(text: string): { project?: unknown; epoch?: unknown } {
  try {
    return (JSON.parse(text) ?? {}) as { project?: unknown; epoch?: unknown };
  } catch {
    return {};
  }
}

function textOf({ id, epoch }: Project): string {
  return `${JSON.stringify({ project: id, epoch })}\n`;
}
