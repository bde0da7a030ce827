// The contract is the committed one, its schemas take what the intake takes and refuse what it refuses, and a breaking change is seen.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { breakingChanges } from '../../src/events/breaking.ts';
import { EVENT_TYPES } from '../../src/events/registry.ts';
import { contractFiles, schemaOfType } from '../../src/server/contract.ts';
import { Door, sale } from './door.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

test('contract/ is what the program says: npm run contract -- --write', () => {
  const files = contractFiles();
  for (const [name, document] of files)
    expect([name, readFileSync(join(ROOT, 'contract', name), 'utf8')]).toEqual([
      name,
      `${JSON.stringify(document, null, 2)}\n`,
    ]);
  const committed = readdirSync(join(ROOT, 'contract'), { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.json'),
  );
  expect(committed.toSorted()).toEqual(files.map(([name]) => name).toSorted());
});

test('every schema compiles strictly, and takes the golden events of the examples', () => {
  const ajv = new Ajv2020({
    strict: true,
    strictRequired: false,
    allowUnionTypes: true,
    formats: { date: true },
  });
  const checks = new Map([...EVENT_TYPES.keys()].map((type) => [type, ajv.compile(schemaOfType(type)!)]));
  let taken = 0;
  for (const path of ['examples/first-tieout/data/events.ndjson', ...exampleEvents()]) {
    for (const line of readFileSync(join(ROOT, path), 'utf8')
      .split('\n')
      .filter((one) => one.trim() !== '')) {
      const event = JSON.parse(line) as { type: string };
      const check = checks.get(event.type);
      if (check === undefined) continue;
      expect([check(event), check.errors]).toEqual([true, null]);
      taken += 1;
    }
  }
  expect(taken).toBeGreaterThan(20);
  const check = checks.get('retail.shipment.confirmed.v1')!;
  const wrong: Record<string, unknown>[] = [
    { total: 10.5 },
    { total: '-1.00' },
    { lines: [] },
    { currency: undefined },
    { businessDate: '1 May' },
    { location: undefined },
  ];
  for (const over of wrong)
    expect([over, check(JSON.parse(JSON.stringify(sale('s', over))))]).toEqual([over, false]);
  const void_ = sale('v', {
    corrects: { source: '/pos/JN01', id: 's' },
    correction: 'void',
    lines: undefined,
    total: undefined,
    currency: undefined,
    location: undefined,
  });
  expect(check(JSON.parse(JSON.stringify(void_)))).toBe(true);
});

function exampleEvents(): string[] {
  return readdirSync(join(ROOT, 'examples/retail'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('events.ndjson'))
    .map((name) => join('examples/retail', name));
}

test.each([
  [
    'a field newly required',
    { required: ['a'] },
    { required: ['a', 'b'] },
    ['b: it was optional and is required now'],
  ],
  ['a field gone', { properties: { a: {} } }, { properties: {} }, ['a: the field is gone']],
  [
    'a type narrowed',
    { properties: { a: { type: ['string', 'integer'] } } },
    { properties: { a: { type: 'string' } } },
    ['a: type integer is no longer taken'],
  ],
  ['a word gone', { enum: ['x', 'y'] }, { enum: ['x'] }, ['the whole: y is no longer taken']],
  [
    'words where any was taken',
    { type: 'string' },
    { type: 'string', enum: ['x'] },
    ['the whole: any word was taken, now only x'],
  ],
  ['another pattern', { pattern: '^a' }, { pattern: '^b' }, ['the whole: pattern was "^a", now "^b"']],
  ['shorter', { items: { maxLength: 9 } }, { items: { maxLength: 8 } }, ['[]: maxLength was 9, now 8']],
  ['more entries asked', {}, { minItems: 1 }, ['the whole: minItems was free, now 1']],
  [
    'unknown fields refused',
    {},
    { additionalProperties: false },
    ['the whole: unknown fields were kept and are refused now'],
  ],
  [
    'required in a part',
    { else: { required: ['a'] } },
    { else: { required: ['a', 'b'] } },
    ['b: it was optional and is required now'],
  ],
])('breaking: %s', (_, before, after, expected) => {
  expect(breakingChanges(before, after)).toEqual(expected);
});

test.each([
  ['a new optional field', { properties: {} }, { properties: { a: { type: 'string' } } }],
  ['a further word', { enum: ['x'] }, { enum: ['x', 'y'] }],
  ['one word becomes several', { const: 'x' }, { enum: ['x', 'y'] }],
  ['a further type', { type: 'string' }, { type: ['string', 'integer'] }],
  ['longer', { maxLength: 8 }, { maxLength: 9 }],
  ['a pattern less', { pattern: 'x' }, {}],
  ['no longer required', { required: ['a'] }, { required: [] }],
])('not breaking: %s', (_, before, after) => {
  expect(breakingChanges(before, after)).toEqual([]);
});

let door: Door;
beforeAll(async () => {
  door = await Door.open();
});
afterAll(() => door.close());

test('the server shows it: to this machine without a key, to others with one that may read', async () => {
  const remote = { authorization: '', 'x-forwarded-for': '10.0.0.9' };
  for (const path of [
    '/openapi.json',
    '/asyncapi.json',
    '/schemas/retail.shipment.confirmed.v1.json',
    '/docs',
  ]) {
    expect([path, (await door.get(path, { authorization: '' })).status]).toEqual([path, 200]);
    expect([path, (await door.get(path, remote)).status]).toEqual([path, 401]);
  }
  expect((await door.get('/openapi.json')).json).toMatchObject({ openapi: '3.1.0' });
  expect((await door.get('/schemas/retail.unknown.v1.json')).status).toBe(404);
  const page = await door.get('/docs');
  expect(page.text).toContain('retail.refund.issued.v1');
  // Readable offline: nothing is fetched from elsewhere, and nothing runs.
  expect(page.text).not.toMatch(/<script|src=|https?:\/\//i);
});
