// Runs a floor: the least work that could give the same rows, in plain SQL, on the same server with two connections. What
// is set up before is not timed. Files in bench/floor say what is done; medians are taken over several repeats.
import { createReadStream, createWriteStream, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';

import type pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';

import type { Database } from '../src/db/connection.ts';
import { measured, medianUsage, type Usage } from './usage.ts';

const CONNECTIONS = 2;
const FOLDER = fileURLToPath(new URL('floor/', import.meta.url));

/** The median of what it took to run `bench/floor/NAME.sql` with the given values in place of `{name}`. */
export async function floorUsage(
  db: Database,
  name: string,
  values: Readonly<Record<string, string>>,
  repeats: number,
): Promise<Usage> {
  const sections = sectionsOf(readFileSync(join(FOLDER, `${name}.sql`), 'utf8'));
  const connections: pg.PoolClient[] = [];
  const folder = mkdtempSync(join(tmpdir(), 'tieout-floor-'));
  try {
    for (let i = 0; i < CONNECTIONS; i += 1) connections.push(await db.pool.connect());
    const [first] = connections as [pg.PoolClient];
    const usages: Usage[] = [];
    for (let repeat = 0; repeat < repeats; repeat += 1) {
      await first.query(filled(sections.setup ?? '', values));
      const works = await Promise.all(
        connections.map((client, share) =>
          workOf(sections, { ...values, share: String(share) }, client, join(folder, String(share))),
        ),
      );
      usages.push((await measured(db, () => Promise.all(works.map((work) => work())))).usage);
    }
    await first.query('drop schema if exists floor cascade');
    return medianUsage(usages);
  } finally {
    for (const client of connections) client.release();
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Sections {
  setup?: string;
  timed?: string;
  rows?: string;
  csv?: string;
}

/** `-- setup`, `-- timed`, `-- rows`, `-- csv` open the parts of a floor. */
function sectionsOf(text: string): Sections {
  const sections: Record<string, string> = {};
  for (const part of text.split(/^-- (?=(?:setup|timed|rows|csv)$)/m).slice(1)) {
    const end = part.indexOf('\n');
    sections[part.slice(0, end)] = part.slice(end + 1).trim();
  }
  return sections;
}

function filled(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new RangeError(`the floor asks for {${name}}, which nobody gave`);
    return value;
  });
}

/** What one connection does while the clock runs; preparing it (files to copy from) happens before. */
async function workOf(
  sections: Sections,
  values: Readonly<Record<string, string>>,
  client: pg.ClientBase,
  stem: string,
): Promise<() => Promise<void>> {
  if (sections.timed !== undefined) {
    const sql = filled(sections.timed, values);
    return async () => void (await client.query(sql));
  }
  if (sections.csv !== undefined) {
    const [target = '', file = ''] = filled(sections.csv, values).split(' from ');
    const { start, end } = await halfOf(file, Number(values['share']));
    return () =>
      pipeline(
        createReadStream(file, { start, end, highWaterMark: 1 << 18 }),
        client.query(copyFrom(`copy ${target} from stdin (format csv)`)),
      );
  }
  const copies: { target: string; file: string }[] = [];
  for (const [i, line] of filled(sections.rows ?? '', values)
    .split('\n')
    .entries()) {
    const [target = '', select = ''] = line.split(/ from (?=select)/);
    const file = `${stem}-${i}.copy`;
    await pipeline(client.query(copyTo(`copy (${select}) to stdout`)), createWriteStream(file));
    copies.push({ target, file });
  }
  return async () => {
    for (const { target, file } of copies) {
      await pipeline(
        createReadStream(file, { highWaterMark: 1 << 18 }),
        client.query(copyFrom(`copy ${target} from stdin`)),
      );
    }
  };
}

/** First and last byte of one half of a CSV file without its header, cut at a line's end. */
async function halfOf(path: string, share: number): Promise<{ start: number; end: number }> {
  const { size } = statSync(path);
  const file = await open(path);
  const lineEndAfter = async (from: number): Promise<number> => {
    const buffer = Buffer.alloc(1 << 16);
    const { bytesRead } = await file.read(buffer, 0, buffer.length, from);
    return from + buffer.subarray(0, bytesRead).indexOf(10) + 1;
  };
  try {
    const first = await lineEndAfter(0);
    const middle = await lineEndAfter(Math.floor(size / 2));
    return share === 0 ? { start: first, end: middle - 1 } : { start: middle, end: size - 1 };
  } finally {
    await file.close();
  }
}
