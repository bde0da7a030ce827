// The habits of the house, held by reading the sources: what no compiler and no linter looks at.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

import { describe, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SOURCES = ['src', 'entities', 'jobs', 'reports', 'simulate'].flatMap((folder) => typescriptIn(folder));
const TESTS = ['test', 'bench']
  .filter((folder) => existsSync(join(ROOT, folder)))
  .flatMap((folder) => typescriptIn(folder));

function typescriptIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join(folder, file))
    .toSorted();
}

const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

/** `file:line: text` of every line that matches, comments left out. */
function linesMatching(files: readonly string[], pattern: RegExp): string[] {
  return files.flatMap((file) =>
    read(file)
      .split('\n')
      .flatMap((line, index) => {
        const code = line.replace(/(^|\s)\/\/.*$/, '').replace(/^\s*\/?\*.*$/, '');
        return pattern.test(code) ? [`${file}:${index + 1}: ${line.trim()}`] : [];
      }),
  );
}

/** Leaves out what a list of `file: reason` allows, and fails on entries that allow nothing any more. */
function except(found: readonly string[], allowed: Readonly<Record<string, string>>): string[] {
  const unused = Object.keys(allowed).filter((file) => !found.some((line) => line.startsWith(`${file}:`)));
  expect(unused, 'allowed, but not needed').toEqual([]);
  return found.filter((line) => !(line.slice(0, line.indexOf(':')) in allowed));
}

describe('every file', () => {
  test('opens with a comment that says what it is for', () => {
    const bare = SOURCES.filter((file) => {
      const text = read(file).replace(/^#!.*\n/, '');
      const opening = /^(?:\/\/[^\n]*\n)+/.exec(text)?.[0] ?? '';
      const words = (opening.split(/^\/\/\n/m)[0] ?? '').replaceAll('//', ' ').trim();
      return words.length < 25 || !/[.:!?)]$/.test(words) || words.split('\n').length > 8;
    });
    expect(bare).toEqual([]);
  });

  test('but the one of an event type says no name of it', () => {
    const others = SOURCES.filter((file) => !/^(?:src\/events|simulate)\//.test(file));
    expect(others.filter((file) => /\bretail\.[a-zA-Z.]+\.v\d/.test(read(file)))).toEqual([]);
  });

  test('is imported by someone: nothing lies about unregistered', () => {
    const byProgram = reachedFrom(['src/main.ts']);
    const byAnyone = reachedFrom(['src/main.ts', ...TESTS]);
    const unwired = SOURCES.filter((file) => byAnyone.has(file) && !byProgram.has(file));
    // No command starts these yet; only tests and benchmarks do. Said aloud, so that it cannot be overlooked.
    if (unwired.length > 0) console.warn(`not reached from src/main.ts: ${unwired.join(', ')}`);
    expect(SOURCES.filter((file) => !byAnyone.has(file))).toEqual([]);
  });
});

function reachedFrom(entries: readonly string[]): ReadonlySet<string> {
  const reached = new Set<string>();
  const todo = [...entries];
  for (let file = todo.pop(); file !== undefined; file = todo.pop()) {
    if (reached.has(file)) continue;
    reached.add(file);
    todo.push(...importsOf(file).filter((found) => existsSync(join(ROOT, found))));
  }
  return reached;
}

function importsOf(file: string): string[] {
  const references = read(file).matchAll(/(?:from|import|import\(|new URL\()\s*'(\.{1,2}\/[^']+?\.ts)'/g);
  return [...references].map(([, path = '']) => relative('.', normalize(join(dirname(file), path))));
}

describe('money', () => {
  const AMOUNT =
    '[\\w.]*(?:amount|price|cost|tax|total|sum|balance|variance|exposure|money|tolerance|budget)\\w*';

  test('never goes through a float', () => {
    const suspicious = new RegExp(
      `parseFloat|\\.toNumber\\(|Math\\.round\\(|(?<!\\w)(?:Number|Math\\.\\w+)\\(${AMOUNT}\\)|[^.\\w]\\+${AMOUNT}\\b(?!\\()[^+]*Number`,
      'i',
    );
    expect(except(linesMatching(SOURCES, suspicious), NO_MONEY_THERE)).toEqual([]);
  });
});

/** Files whose numbers are no amounts, each with what they are. */
const NO_MONEY_THERE: Readonly<Record<string, string>> = {
  'src/feeds/xlsx/cellText.ts': 'the seconds of a spreadsheet date',
  'src/posting/look.ts': 'seconds in a sentence',
};

describe('unfinished work', () => {
  // Spelled so that this file does not find itself.
  const MARKS = new RegExp(['TO' + 'DO', 'FIX' + 'ME', 'HA' + 'CK'].map((mark) => `\\b${mark}\\b`).join('|'));

  test('is not marked, but done', () => {
    const marked = [...SOURCES, ...TESTS].filter((file) => MARKS.test(read(file)));
    expect(marked).toEqual([]);
  });

  test('no test runs alone, and none is left out without a word', () => {
    expect(linesMatching(TESTS, /\b(?:test|it|describe)\.(?:only|skip|todo|fails)\b/)).toEqual([]);
    const silent = TESTS.filter((file) => {
      const text = read(file);
      return /\.(?:skipIf|runIf)\(/.test(text) && !/absent|skipped|not installed/i.test(text);
    });
    expect(silent, 'a test that is left out says what is missing').toEqual([]);
  });
});

describe('SQL', () => {
  const STATEMENT =
    /\b(?:insert into\s+\S+\s*(?:\(|select|values)|delete from\s+\w|update\s+[\w.]+\s+set\s|select\s[^.;]*\sfrom\s+[\w.$]+|create\s+(?:unlogged\s+|temp\s+)?(?:table|index|schema|view)\s|truncate\s+\w|alter\s+table\s)/;

  test('stands in src/db and the migrations, and as text where passes are compiled; nowhere else', () => {
    const others = SOURCES.filter((file) => !file.startsWith('src/db/') && !file.startsWith('src/matching/'));
    expect(linesMatching(others, STATEMENT)).toEqual([]);
  });
});
