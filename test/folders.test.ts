// Folders are made with what is missing above them, and a file system that refuses is told at once.
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, expect, test } from 'vitest';

import { makeFolders, makeNamedFolder } from '../src/folders.ts';

const root = mkdtempSync(join(tmpdir(), 'tieout-folders-'));
afterAll(() => rmSync(root, { recursive: true }));

test('what is missing above is made too, and a second time changes nothing', () => {
  expect(makeFolders(join(root, 'a/b/c'), 0o700)).toBe(true);
  expect(statSync(join(root, 'a/b')).mode & 0o777).toBe(0o700);
  expect(makeFolders(join(root, 'a/b/c'))).toBe(false);
});

test('a file in the way is told', () => {
  writeFileSync(join(root, 'file'), '');
  expect(() => makeNamedFolder(join(root, 'file'), 'the workbook')).toThrow(
    /file: the folder for the workbook cannot be made\n {2}found: .*EEXIST/,
  );
  expect(() => makeNamedFolder(join(root, 'file/below'), 'the workbook')).toThrow(/ENOTDIR/);
});

test.runIf(existsSync('/proc/self'))(
  'a file system that takes no names is told, not tried for ever (skipped without /proc)',
  () => {
    expect(() => makeFolders('/proc/tieout/below')).toThrow(/ENOENT/);
  },
);
