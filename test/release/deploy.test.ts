// The unit as systemd reads it: without a word of complaint, and with little that a broken worker could reach.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, describe, expect, test } from 'vitest';

const ANALYZE = '/usr/bin/systemd-analyze';
const folder = mkdtempSync(join(tmpdir(), 'tieout-unit-'));
afterAll(() => rmSync(folder, { recursive: true }));

const unit = readFileSync('deploy/tieout.service', 'utf8');

if (!existsSync(ANALYZE)) console.warn('no systemd-analyze here: the unit is not verified');
describe.skipIf(!existsSync(ANALYZE))('deploy/tieout.service', () => {
  test('has nothing that systemd warns of', () => {
    // The program is not installed here; whether a program is there is all that stands in for it.
    const path = join(folder, 'tieout.service');
    writeFileSync(path, unit.replace('/usr/bin/tieout', process.execPath));
    const { stderr, status } = spawnSync(ANALYZE, ['verify', path], { encoding: 'utf8' });
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  });

  test('is exposed to little', () => {
    const path = join(folder, 'tieout.service');
    writeFileSync(path, unit);
    const said = execFileSync(ANALYZE, ['security', '--offline=yes', '--threshold=20', path], {
      encoding: 'utf8',
    });
    expect(said).toMatch(/Overall exposure level for tieout\.service: 1\.\d OK/);
  });
});

test('leaves the worker the time that it takes to end', () => {
  const seconds = Number(/TimeoutStopSec=(\d+)/.exec(unit)?.[1]);
  expect(seconds).toBeGreaterThan(15); // docs/operators.md: gone within 15 seconds
});
