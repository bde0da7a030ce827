// The table of who may import whom bites: each planted violation is refused, for values and for types.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

interface Room {
  at: string[];
  rooms: string[];
  packages: string[];
  pure?: boolean;
  network?: boolean;
}
const { ROOMS, violationsOf } = (await import(new URL('../scripts/walls.mjs', import.meta.url).href)) as {
  ROOMS: Record<string, Room>;
  violationsOf: (path: string, text: string) => string[];
};

const rooms = Object.entries(ROOMS);
const fileIn = ({ at: [first = ''] }: Room): string => (first.endsWith('/') ? `${first}planted.ts` : first);
const up = (path: string): string => '../'.repeat(path.split('/').length - 1);

describe.each(rooms)('%s', (name, room) => {
  const path = fileIn(room);
  const others = rooms.filter(([other]) => other !== name && !room.rooms.includes(other));

  test.each(others)('may not see %s, by a value, a type or a late import', (_, other) => {
    const target = `${up(path)}${fileIn(other)}`;
    for (const line of [
      `import { x } from '${target}';`,
      `import type { X } from '${target}';`,
      `import {\n  a,\n  type X,\n} from '${target}';`,
      `export { x } from '${target}';`,
      `const late = await import('${target}');`,
      `let x: import('${target}').X;`,
    ])
      expect(violationsOf(path, line), line).toHaveLength(1);
  });

  test('may see those of its row', () => {
    const lines = room.rooms.map((other) => `import { x } from '${up(path)}${fileIn(ROOMS[other]!)}';`);
    expect(violationsOf(path, lines.join('\n'))).toEqual([]);
  });

  test('may not take another package', () => {
    expect(violationsOf(path, "import x from 'left-pad';")).toHaveLength(1);
    expect(violationsOf(path, "import 'left-pad/register';")).toHaveLength(1);
  });
});

test.each(rooms.filter(([, room]) => room.network !== true))('%s opens no connection', (_, room) => {
  expect(violationsOf(fileIn(room), "import { get } from 'node:https';")).toHaveLength(1);
});

test.each(rooms.filter(([, room]) => room.pure === true))(
  '%s has no clock, randomness or process',
  (_, room) => {
    for (const line of [
      'const now = Date.now();',
      'const now = new Date();',
      'const dice = Math.random();',
      'const id = randomUUID();',
      'process.exit(1);',
      "const answer = await fetch('http://localhost');",
      'setTimeout(later, 1);',
      "import { readFileSync } from 'node:fs';",
    ])
      expect(violationsOf(fileIn(room), line), line).toHaveLength(1);
  },
);

test('no room leads back to itself', () => {
  const seen = new Set<string>();
  const walk = (name: string, trail: readonly string[]): void => {
    expect(trail, `a circle of rooms: ${[...trail, name].join(' -> ')}`).not.toContain(name);
    if (seen.has(name)) return;
    for (const other of ROOMS[name]!.rooms) walk(other, [...trail, name]);
    seen.add(name);
  };
  for (const [name] of rooms) walk(name, []);
});

test('a file in no room is refused, and lint asks', () => {
  expect(violationsOf('src/lost/file.ts', '')).toHaveLength(1);
  expect(readFileSync('package.json', 'utf8')).toMatch(/"lint": "[^"]*node scripts\/walls\.mjs"/);
});
