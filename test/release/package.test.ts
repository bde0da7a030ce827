// What would be published: what is in it, how large it is, and that senders' types are those of the contract.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterAll, expect, test } from 'vitest';

import { readMigrations } from '../../src/db/migrate.ts';
import { contractFiles } from '../../src/server/contract.ts';
import { VERSION } from '../../src/version.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'tieout-package-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = (program: string, ...words: string[]): string =>
  execFileSync(program, words, { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

interface Packed {
  size: number;
  filename: string;
  files: { path: string; mode: number }[];
}

test('the package is below 3 MB, holds what the program reads and nothing of the workshop; publint has no word', () => {
  const [packed] = JSON.parse(
    run('npm', 'pack', '--json', '--ignore-scripts', '--pack-destination', folder),
  ) as [Packed];
  expect(packed.size).toBeLessThan(3_000_000);
  const paths = packed.files.map(({ path }) => path);
  for (const needed of [
    'dist/src/main.js',
    'dist/entities/migrations/0001_facts_lines_runs.sql',
    'dist/console/index.html',
    'contract/openapi.json',
    'contract/events.d.ts',
    'examples/starter/tieout.yaml',
    'feeds/camt053.yaml',
    'docs/operators.md',
    'LICENSE',
  ])
    expect(paths).toContain(needed);
  expect(paths.filter((path) => /^(test|bench|scripts|src|dist\/(test|bench))\//.test(path))).toEqual([]);
  expect(paths.filter((path) => /\.map$|\.key$|(^|\/)\.(env|tieout)/.test(path))).toEqual([]);
  expect(packed.files.find(({ path }) => path === 'dist/src/main.js')?.mode).toBe(0o755);
  run('npx', 'publint', 'run', join(folder, packed.filename), '--strict');
});

test('the types of senders are made from the contract, and refuse a number, a mistyped name and an unknown type', async () => {
  // A script of the workshop: it has no types of its own.
  const path = '../../scripts/eventTypes.mjs';
  const { eventTypes } = (await import(path)) as { eventTypes(files: unknown): Promise<string> };
  expect(await eventTypes(contractFiles())).toBe(readFileSync(join(ROOT, 'contract/events.d.ts'), 'utf8'));
  const sender = (data: string, type = 'retail.refund.approved.v1'): string => `
    import type { TieoutEvent } from '${ROOT}contract/events.d.ts';
    export const event: TieoutEvent = { specversion: '1.0', id: '1', source: '/oms', type: '${type}',
      time: '2026-10-05T14:00:00Z', data: ${data} };`;
  const right = `{ company: 'US01', refundId: 'R1' }`;
  const problems = (text: string): string => {
    writeFileSync(join(folder, 'sender.ts'), text);
    try {
      run('npx', 'tsc', '--noEmit', '--strict', '--ignoreConfig', join(folder, 'sender.ts'));
      return '';
    } catch (error) {
      return (error as { stdout: string }).stdout;
    }
  };
  expect(problems(sender(right))).toBe('');
  expect(problems(sender(right.replace('refundId', 'refundID')))).toContain('refundID');
  expect(problems(sender(right.replace(`'R1'`, '1.5')))).toContain('number');
  expect(problems(sender(right, 'retail.refund.aproved.v1'))).toContain('aproved');
});

test('--version says package, commit and schema', async () => {
  const schema = (await readMigrations()).at(-1)?.name;
  expect(run(process.execPath, 'dist/src/main.js', '--version').trim()).toMatch(
    new RegExp(`^tieout ${VERSION} \\((commit [0-9a-f]{12}(, with changes)?, )?schema ${schema}\\)$`),
  );
});
