// Writes simulated files into a folder. One buffer of 64 KB a file and no open handles between writes, so that a month of
// 150 files and millions of orders needs 10 MB.
import { appendFileSync, existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { UserError } from '../src/errors.ts';
import { makeFolders } from '../src/folders.ts';
import type { SimulatedFiles } from './files.ts';

const BUFFER_CHARACTERS = 65_536;

/** A folder of simulated files; `close` writes what is still buffered. */
export class FolderOfFiles implements SimulatedFiles {
  readonly #root: string;
  readonly #chunks = new Map<string, { parts: string[]; characters: number }>();
  readonly #begun = new Set<string>();

  constructor(root: string) {
    this.#root = root;
  }

  append(path: string, text: string): void {
    let chunk = this.#chunks.get(path);
    if (chunk === undefined) {
      chunk = { parts: [], characters: 0 };
      this.#chunks.set(path, chunk);
    }
    chunk.parts.push(text);
    chunk.characters += text.length;
    if (chunk.characters >= BUFFER_CHARACTERS) this.#write(path, chunk);
  }

  /** Writes all buffers. */
  close(): void {
    for (const [path, chunk] of this.#chunks) this.#write(path, chunk);
  }

  #write(path: string, chunk: { parts: string[]; characters: number }): void {
    const file = join(this.#root, path);
    if (!this.#begun.has(path)) {
      this.#begun.add(path);
      makeFolders(dirname(file));
      // A file of an earlier simulation would be continued and be neither one nor the other.
      if (existsSync(file)) {
        throw new UserError({
          where: file,
          what: 'the simulated company would overwrite a file that exists',
          todo: 'name an empty folder',
        });
      }
    }
    appendFileSync(file, chunk.parts.join(''));
    chunk.parts = [];
    chunk.characters = 0;
  }
}
