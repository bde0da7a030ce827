// Where the simulator writes: a port of one verb, so that the command line can pass a folder and a test a map. Text of one
// path arrives in order; a path is never read again.

/** Takes more text of a file; the path is relative to the simulated company's folder. */
export interface SimulatedFiles {
  append(path: string, text: string): void;
}

/** Keeps files in memory: for tests and small months. */
export class FilesInMemory implements SimulatedFiles {
  readonly texts = new Map<string, string>();

  append(path: string, text: string): void {
    this.texts.set(path, (this.texts.get(path) ?? '') + text);
  }

  text(path: string): string {
    const text = this.texts.get(path);
    if (text === undefined) throw new RangeError(`the simulator wrote no ${path}`);
    return text;
  }
}
