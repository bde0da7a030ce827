// The benchmark's inputs: four months of one simulated company, each as many lines a side, written once a size and kept in
// the temporary folder between runs (the same seed gives the same bytes).
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { type BenchFiles, benchFiles } from './month.ts';
import { FolderOfFiles } from '../simulate/folder.ts';

export const MONTHS = ['2026-07', '2026-08', '2026-09', '2026-10'] as const;
const SEED = 7;
const RULEBOOK = fileURLToPath(new URL('../../examples/retail', import.meta.url));

export interface Inputs {
  /** tieout.yaml of the company; it starts with the first month. */
  config: string;
  months: (BenchFiles & {
    /** The redelivery in another order, the last day first: nothing of it begins like an earlier extract. */
    reordered: string;
  })[];
}

/** Paths of the inputs of a size, of the first so many months; written where they are not there yet. */
export function inputsOf(lines: number, count: number, note: (text: string) => void): Inputs {
  const root = join(tmpdir(), 'tieout-bench', `v2-${lines}`);
  const months = MONTHS.slice(0, count).map((month) => {
    writeMonth(join(root, month), lines, month, note);
    const made = JSON.parse(readFileSync(join(root, month, 'made.json'), 'utf8')) as BenchFiles;
    const at = (path: string): string => join(root, month, path);
    const { nextDay } = made;
    return {
      ...made,
      events: at(made.events),
      ledger: at(made.ledger),
      redelivery: at(made.redelivery),
      reordered: reordered(at(made.ledger), at(made.redelivery)),
      nextDay: { events: at(nextDay.events), ledger: at(nextDay.ledger) },
    };
  });
  return { config: join(root, MONTHS[0], 'tieout.yaml'), months };
}

function writeMonth(folder: string, lines: number, month: string, note: (text: string) => void): void {
  if (existsSync(folder)) return;
  note(`writing inputs of ${lines} lines a side to ${folder}`);
  const making = `${folder}.${process.pid}`;
  rmSync(making, { recursive: true, force: true });
  mkdirSync(making, { recursive: true });
  const files = new FolderOfFiles(making);
  const made = benchFiles(lines, SEED, files, month);
  files.close();
  writeFileSync(join(making, 'made.json'), JSON.stringify(made));
  cpSync(join(RULEBOOK, 'rulebook'), join(making, 'rulebook'), { recursive: true });
  cpSync(join(RULEBOOK, 'calendars'), join(making, 'calendars'), { recursive: true });
  renameSync(making, folder);
}

const LF = 10;

/** Writes an extract that appends to another in the other order, what was appended in front; its control file likewise. */
function reordered(first: string, appended: string): string {
  const path = appended.replace(/\.csv$/, '-reordered.csv');
  if (existsSync(path)) return path;
  const bytes = readFileSync(appended);
  const header = bytes.subarray(0, bytes.indexOf(LF) + 1);
  const split = readFileSync(first).length;
  const rows = [header, bytes.subarray(split), bytes.subarray(header.length, split)];
  copyFileSync(appended.replace(/csv$/, 'control.json'), path.replace(/csv$/, 'control.json'));
  writeFileSync(path, Buffer.concat(rows));
  return path;
}
