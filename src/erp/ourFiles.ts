// What lies in the folders of a file drop under names of ours, with its words: after a restore nobody else knows of a file
// that was written since the backup.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { unzipSync } from 'fflate';

import { isPostingReference } from '../posting/key.ts';
import type { OurFile } from './contract.ts';

/** A journal has 900 lines at most; whatever is larger is none, and is listed by its name alone. */
const MOST_BYTES = 5_000_000;

/** Journal files in those folders, by name; of several of one reference the last one. */
export async function ourFiles(folders: readonly string[]): Promise<OurFile[]> {
  const files = new Map<string, OurFile>();
  for (const folder of folders) {
    for (const name of (await readdir(folder)).toSorted()) {
      const postingReference = name.split('.')[0] ?? '';
      if (!isPostingReference(postingReference) || name.endsWith('.control.json')) continue;
      const place = join(folder, name);
      files.set(postingReference, { postingReference, place, content: wordsOf(await readFile(place)) });
    }
  }
  return [...files.values()];
}

function wordsOf(bytes: Buffer): string {
  if (bytes.length > MOST_BYTES) return '';
  // Text in a database holds no NUL; what is no journal of ours has no words that matter.
  const plain = (part: Uint8Array): string => Buffer.from(part).toString('utf8').replaceAll('\0', ' ');
  if (bytes.subarray(0, 2).toString('latin1') !== 'PK') return plain(bytes);
  try {
    const parts = unzipSync(bytes, { filter: ({ originalSize }) => originalSize <= MOST_BYTES });
    return Object.values(parts).map(plain).join('\n');
  } catch {
    return plain(bytes);
  }
}
