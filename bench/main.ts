// `npm run bench`: measures against floors of the same run, on an embedded server with the stated settings (fsync on) in a
// temporary folder. Prints a Markdown table, or with --json one object a line.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { openDatabase } from '../src/db/connection.ts';
import { migrate } from '../src/db/migrate.ts';
import { chain, type ChainOptions } from './chain.ts';
import { type Figure, tableHead, tableRow } from './figures.ts';
import { firstRun, GROWTH, growthFigure } from './growth.ts';
import { inputsOf } from './inputs.ts';
import { machineText } from './machine.ts';
import { subsetFigures } from './subset.ts';
import { workbookFigures } from './workbook.ts';

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    /** Lines a side and month. */
    lines: { type: 'string', default: '100000' },
    /** Figures whose name holds this text. */
    only: { type: 'string', default: '' },
    /** Months one after the other; each takes every figure once. */
    months: { type: 'string', default: '4' },
    /** Repeats of each floor. */
    repeats: { type: 'string', default: '3' },
    /** Tells the statements that took longest in each step. */
    profile: { type: 'boolean', default: false },
    /** Folder for a CPU profile of each step. */
    'cpu-prof': { type: 'string' },
  },
});

const note = (text: string): void => void process.stderr.write(`${text}\n`);
const tell = (figures: readonly Figure[]): void => {
  for (const figure of figures)
    process.stdout.write(`${values.json ? JSON.stringify(figure) : tableRow(figure)}\n`);
};

const lines = Number(values.lines);
const months = Number(values.months);

/** What is measured apart from the months, by the names that --only takes. */
const APART: Readonly<Record<string, () => Promise<Figure[]>>> = {
  'workbook-100k': () => onServer(lines, 1, workbookFigures),
  growth: async () => {
    const smaller = await onServer(Math.floor(lines / GROWTH), 1, firstRun);
    return [growthFigure(lines, await onServer(lines, 1, firstRun), smaller)];
  },
  subset: () => Promise.resolve(subsetFigures()),
};

async function main(): Promise<void> {
  const { only } = values;
  const alone = Object.keys(APART).find((name) => only.startsWith(name));
  if (alone === 'subset' && !values.json) process.stdout.write(`${tableHead()}\n`);
  if (alone === undefined)
    tell((await onServer(lines, months, chain)).filter(({ name }) => name.includes(only)));
  for (const [name, measure] of Object.entries(APART))
    if (only === '' || name === alone) tell(await measure());
}

/** Measures on a server of its own, with nothing in its database yet. */
async function onServer<T>(
  size: number,
  count: number,
  measure: (options: ChainOptions) => Promise<T>,
): Promise<T> {
  const inputs = inputsOf(size, count, note);
  const dataDir = mkdtempSync(join(tmpdir(), 'tieout-bench-data-'));
  const db = await openDatabase({ dataDir, applicationName: 'bench' });
  try {
    await migrate(db);
    if (!values.json) process.stdout.write(`${await machineText(db)}\n${tableHead()}\n`);
    const prof = values['cpu-prof'];
    return await measure({
      db,
      inputs,
      lines: size,
      repeats: Number(values.repeats),
      months: count,
      nodeOptions: prof === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${prof}`],
      profile: values.profile,
      note,
    });
  } finally {
    await db.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

await main();
