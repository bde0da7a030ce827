// The closed list of named points is what the code really passes: a point that nobody passes would be killed at never.
import { readdirSync, readFileSync } from 'node:fs';

import { expect, test } from 'vitest';

import { CRASH_POINTS } from '../../src/posting/crashPoints.ts';

test('every named crash point is placed in the code, and the laboratory has at least 40', () => {
  const code = ['jobs/posting', 'jobs/run', 'jobs/decisions', 'src/posting', 'src/erp']
    .flatMap((folder) => readdirSync(folder, { withFileTypes: true }).map((entry) => ({ folder, entry })))
    .filter(({ entry }) => entry.name.endsWith('.ts') && entry.name !== 'crashPoints.ts')
    .map(({ folder, entry }) => readFileSync(`${folder}/${entry.name}`, 'utf8'))
    .join('\n');
  const missing = CRASH_POINTS.filter((point) => !code.includes(`'${point}'`));
  expect(missing).toEqual([]);
  expect(CRASH_POINTS.length).toBeGreaterThanOrEqual(40);
});
