// The folder of a demonstration: new or empty ones are filled, own ones are made anew, foreign ones and running ones are
// left alone.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, it } from 'vitest';

import { makeDemo } from '../../jobs/demo/folder.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tieout-folder-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const manifest = (): unknown => JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'));

it('is made anew where it is its own, and keeps what is not', () => {
  makeDemo(folder, { seed: 1, orders: 3 });
  expect(manifest()).toMatchObject({ seed: 1 });
  writeFileSync(join(folder, 'notes.txt'), 'mine');
  writeFileSync(join(folder, 'events', 'stale.ndjson'), '');
  makeDemo(folder, { seed: 2, orders: 3 });
  expect(manifest()).toMatchObject({ seed: 2 });
  expect(existsSync(join(folder, 'events', 'stale.ndjson'))).toBe(false);
  expect(readFileSync(join(folder, 'notes.txt'), 'utf8')).toBe('mine');
});

it('is refused where something else is in it, and nothing is touched', () => {
  writeFileSync(join(folder, 'tieout.yaml'), 'a real project');
  expect(() => makeDemo(folder, { seed: 1, orders: 3 })).toThrow(/not empty, and no demonstration made it/);
  expect(readFileSync(join(folder, 'tieout.yaml'), 'utf8')).toBe('a real project');
});

it('is refused while its database runs', () => {
  makeDemo(folder, { seed: 1, orders: 3 });
  const data = join(folder, '.tieout', 'pg', 'data');
  mkdirSync(data, { recursive: true });
  writeFileSync(join(data, 'postmaster.pid'), `${process.pid}\n`);
  expect(() => makeDemo(folder, { seed: 1, orders: 3 })).toThrow(
    /database of an earlier demonstration is in use/,
  );
  expect(existsSync(join(folder, 'manifest.json'))).toBe(true);
});

it('is refused where it is a file', () => {
  const file = join(folder, 'file');
  writeFileSync(file, '');
  expect(() => makeDemo(file, { seed: 1, orders: 3 })).toThrow(/this is a file/);
});
