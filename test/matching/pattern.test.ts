// Regular expressions that a rulebook may use: PostgreSQL and this process take the same text out of every other.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';

import { normalise } from '../../src/matching/normalise.ts';
import { readPattern } from '../../src/rulebook/pattern.ts';
import { testDatabase } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';

let at: TestDatabase;
beforeAll(async () => {
  at = await testDatabase();
});
afterAll(() => at.drop());

async function bySql(pattern: string, texts: readonly string[]): Promise<string[]> {
  const answer = await at.db.pool.query<{ taken: string }>(
    `select coalesce(substring(t from $1::text), '') as taken from unnest($2::text[]) with ordinality as x (t, n) order by n`,
    [pattern, texts],
  );
  return answer.rows.map(({ taken }) => taken);
}

describe('is taken', () => {
  test.each([
    ['SHP-([0-9]+)', 'ref SHP-00042!', '00042'],
    ['(VR[- ]?[0-9]+)', 'pay VR 17', 'VR 17'],
    ['^0*([1-9][0-9]*)$', '00042', '42'],
    [String.raw`(\d{8,10})`, 'order 123456789012', '1234567890'],
    [String.raw`RE:\s*(\w+)`, 'RE: \u00e9t\u00e9', ''],
    [String.raw`RE:\s*(\w+)`, 'RE:  A_1\u00e9', 'A_1'],
    ['P[OR]-([0-9]+)', 'PR-5', '5'],
    ['(?:PO|SO)[.]([^ ]+)', 'SO.a\u{1f600}b c', 'a\u{1f600}b'],
    ['#(.)', 'x#\u{1f600}y', '\u{1f600}'],
    [String.raw`\((\d+)\)`, 'x (12) y', '12'],
    [String.raw`([\w-]+)/`, 'ab-1/', 'ab-1'],
    ['(?:[A-Z]{2}-)*([0-9]{3})', 'x AB-CD-123', '123'],
  ])('%s from "%s"', async (source, text, taken) => {
    const read = readPattern(source);
    if (!read.ok) throw new Error(read.what);
    expect(normalise(text, { kind: 'extract', pattern: read.pattern })).toBe(taken);
    expect(await bySql(read.pattern, [text])).toEqual([taken]);
  });
});

describe('is refused', () => {
  test.each([
    ['S[0-9]+', 'it does not have one group'],
    ['(S)([0-9]+)', 'it does not have one group'],
    ['S([0-9]+', 'a group is not closed'],
    ['S[0-9', '[ is not closed'],
    ['S)(1)', '`)` has no place here'],
    [String.raw`\b(S1)`, '`\\b`, which not everybody reads alike'],
    [String.raw`(S\1)`, '`\\1`, which not everybody reads alike'],
    ['(?i)(s1)', 'a group that looks around, has a name or changes the rules'],
    ['(?<n>s1)', 'a group that looks around, has a name or changes the rules'],
    ['(a|ab)', 'it can be read in more than one way: where "a" comes, it may go on in two'],
    ['.*([0-9]+)', 'it can be read in more than one way: where "0" comes, it may go on in two'],
    ['a?(ab)', 'it can be read in more than one way: where "a" comes, it may go on in two'],
    ['S([0-9]+?)', '`?` after a repetition'],
    ['S([0-9]+)?', 'the group may be left out'],
    ['(?:S([0-9]+)|T)', 'the group may be left out'],
    ['(S(?:|1))', 'one side of a | may be empty'],
    ['([[:digit:]])', '[ inside of [ ]'],
    ['([a-c-e])', '`-` between other characters'],
    ['([z-a])', 'a range of characters that cannot be read'],
    ['(a{2,1})', 'a repetition that cannot be read'],
    ['(a{1,300})', 'a repetition that cannot be read'],
    ['([])', '[ ] with nothing in it'],
    ['(a$)b', '`$` has no place here'],
  ])('%s', (source, what) => {
    expect(readPattern(source)).toMatchObject({ ok: false, what });
  });
});

/** Any expression of the syntax over few characters, so that parts of it often meet. */
const { source } = fc.letrec<{ source: string; branch: string; atom: string; piece: string }>((tie) => ({
  atom: fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom('a', 'b', '1', '-') },
    { weight: 2, arbitrary: fc.constantFrom('[ab]', '[^a]', '[a1-]', String.raw`\d`, '.', String.raw`[\w]`) },
    { weight: 1, arbitrary: fc.tuple(tie('branch'), tie('branch')).map(([x, y]) => `(?:${x}|${y})`) },
    { weight: 1, arbitrary: tie('branch').map((x) => `(?:${x})`) },
  ),
  piece: fc
    .tuple(tie('atom'), fc.constantFrom('', '', '', '?', '*', '+', '{2}', '{1,2}', '{0,2}', '{2,}'))
    .map(([atom, times]) => atom + times),
  branch: fc
    .array(tie('piece'), { minLength: 1, maxLength: 3, depthIdentifier: 'pattern' })
    .map((all) => all.join('')),
  source: fc
    .tuple(
      fc.constantFrom('', '', '^'),
      tie('branch'),
      tie('branch'),
      tie('branch'),
      fc.boolean(),
      fc.boolean(),
      fc.constantFrom('', '', '$'),
    )
    .map(([start, a, b, c, before, after, end]) => `${start}${before ? a : ''}(${b})${after ? c : ''}${end}`),
}));
const texts = fc.array(
  fc.string({ unit: fc.constantFrom('a', 'b', '1', '-', '\n', '\u00e9'), maxLength: 8 }),
  {
    minLength: 20,
    maxLength: 20,
  },
);

it('both take the same, whatever is taken at all', { timeout: 240_000 }, async () => {
  let taken = 0;
  await fc.assert(
    fc.asyncProperty(source, texts, async (expression, all) => {
      const read = readPattern(expression);
      if (!read.ok) return;
      taken += 1;
      const here = all.map((text) => normalise(text, { kind: 'extract', pattern: read.pattern }));
      expect(await bySql(read.pattern, all)).toEqual(here);
    }),
    { numRuns: 4_000 },
  );
  expect(taken).toBeGreaterThan(500);
});
