// Which file is which: a feed of several files tells them apart by their names or headers.
import { basename } from 'node:path';

import { UserError } from '../../errors.ts';
import type { FeedFile } from '../feed.ts';
import type { FileDefinition } from './definition.ts';
import { isTree } from './definition.ts';
import type { Feed } from './feed.ts';
import { FileRefused } from './refusals.ts';
import { tableLines } from './tableLines.ts';
import { bindHeader } from './header.ts';
import { TreeBuilder } from './tree.ts';
import { grow } from './treeRows.ts';

export interface Assigned {
  file: FeedFile;
  definition: FileDefinition;
}

/** How well a file fits: columns found of columns needed. */
export interface Fit {
  found: number;
  needed: number;
  missing: readonly string[];
}

const ROWS_LOOKED_AT = 20;

/** Gives each file the definition that it fits. */
export async function assignFiles(feed: Feed, files: readonly FeedFile[]): Promise<Assigned[]> {
  const [only] = feed.files;
  if (feed.files.length === 1 && only !== undefined) return files.map((file) => ({ file, definition: only }));
  const free = new Set(feed.files);
  const assigned: Assigned[] = [];
  for (const file of files) {
    const fits: { definition: FileDefinition; fit: Fit }[] = [];
    for (const definition of free) {
      const fit = await fitOf(definition, file);
      if (fit.missing.length === 0) fits.push({ definition, fit });
    }
    // The one with the most columns fits best: a document line has its header's key columns too.
    const [best] = fits.toSorted((a, b) => b.fit.needed - a.fit.needed);
    if (best === undefined)
      throw new FileRefused(
        'NOT_THIS_FEED',
        file.path,
        'it is none of the files that this feed takes together',
        [...free].map(described).join(' or '),
        basename(file.path),
      );
    free.delete(best.definition);
    assigned.push({ file, definition: best.definition });
  }
  if (free.size > 0)
    throw new FileRefused(
      'NOT_THIS_FEED',
      files.map(({ path }) => path).join(', '),
      `the file ${[...free].map(({ name }) => name).join(', ')} is missing`,
      `one file each of ${feed.files.map(({ name }) => name).join(' and ')}`,
      undefined,
      'give the files of one extract together, in one command',
    );
  return assigned;
}

function described({ name, sets }: FileDefinition): string {
  const columns = sets.flatMap((set) =>
    set.columns.filter(({ optional }) => !optional).map(({ from }) => from[0] ?? ''),
  );
  return `${name} (${columns.slice(0, 8).join(', ')})`;
}

/** How well one file fits one definition, from its beginning. */
export async function fitOf(definition: FileDefinition, file: FeedFile): Promise<Fit> {
  const { namePattern, sets } = definition;
  const required = sets.flatMap(({ columns }) => columns.filter(({ optional }) => !optional));
  const needed = required.length;
  const none: Fit = { found: 0, needed, missing: required.map(({ from, name }) => from[0] ?? name) };
  if (namePattern !== undefined && namePattern.pattern.exec(basename(file.path)) === null)
    return { ...none, missing: ['its name'] };
  try {
    return isTree(definition.format)
      ? await treeFit(definition, file, none)
      : await tableFit(definition, file, none);
  } catch (error) {
    if (error instanceof UserError) return none;
    throw error;
  }
}

async function tableFit(definition: FileDefinition, file: FeedFile, none: Fit): Promise<Fit> {
  const { within, sets, heads } = definition;
  const first: string[][] = [];
  for await (const lines of tableLines(file, definition)) {
    first.push(...lines.map(({ fields }) => fields));
    if (first.length >= Math.max(within, 1)) break;
  }
  const { columns } = sets[0]!;
  const fitsHeads = heads.every(
    ({ cell, match }) =>
      cell === undefined ||
      match === undefined ||
      match.test((first[cell[0] - 1]?.[cell[1] - 1] ?? '').trim()),
  );
  if (!fitsHeads) return none;
  if (within === 0) {
    // Nothing names the columns: only a file whose rows are wide enough, and whose head or name says so, is recognised.
    const isNamed = definition.namePattern !== undefined || heads.some(({ match }) => match !== undefined);
    return isNamed ? { ...none, found: none.needed, missing: [] } : none;
  }
  let best = none;
  for (const fields of first.slice(0, within)) {
    const { missing } = bindHeader(columns, fields);
    if (missing.length < best.missing.length)
      best = { ...none, found: none.needed - missing.length, missing };
  }
  return best;
}

async function treeFit(definition: FileDefinition, file: FeedFile, none: Fit): Promise<Fit> {
  const { sets } = definition;
  const builder = new TreeBuilder(sets, file.path);
  const seen = new Set<string>();
  let rows = 0;
  for await (const found of grow(file, definition, builder)) {
    for (const { set, fields } of found.slice(0, ROWS_LOOKED_AT))
      for (const [index, text] of fields.entries()) if (text !== '') seen.add(`${set} ${index}`);
    rows += found.length;
    if (rows >= ROWS_LOOKED_AT) break;
  }
  const missing = sets.flatMap(({ columns }, set) =>
    columns.flatMap(({ optional, from, name }, index) =>
      optional || seen.has(`${set} ${index}`) ? [] : [from[0] ?? name],
    ),
  );
  // A statement without an entry is one all the same.
  if (rows === 0 && builder.found.way) return { ...none, found: none.needed, missing: [] };
  return { ...none, found: none.needed - missing.length, missing };
}
