// Zip archives whose bytes depend on their content alone: a file drop compares bytes to know its own file again.
import { strToU8, zipSync, type Zippable } from 'fflate';

/** Files by name, in the order given. */
export function zipOf(files: Readonly<Record<string, string>>): Buffer {
  // Zip keeps local time without a zone, and fflate reads the date back in local time: this gives the same bytes anywhere.
  const mtime = new Date(1980, 0, 1);
  const entries: Zippable = {};
  for (const [name, text] of Object.entries(files))
    entries[name] = [strToU8(text), { mtime, os: 3, attrs: 0o644 << 16 }];
  return Buffer.from(zipSync(entries, { level: 6 }));
}
