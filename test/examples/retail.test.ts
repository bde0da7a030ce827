// The README of the small retailer is run as it stands: every command in a shell, through the built program, and what it
// prints must be what the page shows. `TIEOUT_UPDATE=1` writes the page anew.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';

import { afterAll, beforeAll, expect, it } from 'vitest';

import { appUrl } from '../support/appLogin.ts';
import { testDatabase } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';
import { copyExample } from '../support/copyExample.ts';

const EXAMPLE = resolve('examples/retail');
const README = join(EXAMPLE, 'README.md');
const PROGRAM = resolve('dist/src/main.js');
let at: TestDatabase;
let url: string;
let folder = '';

beforeAll(async () => {
  if (!existsSync(PROGRAM)) throw new Error('npm run build comes first');
  at = await testDatabase();
  url = await appUrl(at.db);
  folder = mkdtempSync(join(tmpdir(), 'tieout-retail-'));
  copyExample('retail', folder);
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await at.drop();
});

interface Step {
  commands: string;
  /** What the page shows below the commands; undefined where it shows nothing. */
  shown: string | undefined;
}

/** Blocks of commands, each with the block of output that follows it. */
function stepsOf(page: string): Step[] {
  const blocks = [...page.matchAll(/^```(sh|text)\n(.*?)^```$/gms)].map(([, kind, text]) => ({ kind, text }));
  return blocks.flatMap(({ kind, text = '' }, index) => {
    const next = blocks[index + 1];
    return kind === 'sh' ? [{ commands: text, shown: next?.kind === 'text' ? next.text : undefined }] : [];
  });
}

/** What a person would see. Exit code 1 means that something needs a person, which here it does. */
function run(commands: string): string {
  const script = commands.replace(/^tieout\(\).*$/m, '');
  const shim = `tieout() { node '${PROGRAM}' "$@"; local code=$?; [ $code -le 1 ] || exit $code; }\n`;
  const done = spawnSync('bash', ['-c', `set -uo pipefail\n${shim}${script}`], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, DATABASE_URL: url, TZ: 'UTC', PATH: process.env['PATH'] ?? delimiter },
  });
  expect(done.stderr, commands).toBe('');
  expect(done.status, commands).toBeLessThanOrEqual(1);
  return done.stdout;
}

it('prints what its README shows', () => {
  let page = readFileSync(README, 'utf8');
  const steps = stepsOf(page);
  expect(steps.length).toBeGreaterThan(4);
  const outputs = steps.map(({ commands }) => run(commands));
  if (process.env['TIEOUT_UPDATE'] === '1') {
    let from = 0;
    for (const [index, { commands, shown }] of steps.entries()) {
      if (shown === undefined) continue;
      const begin = page.indexOf('```text\n', page.indexOf(commands, from)) + '```text\n'.length;
      page = page.slice(0, begin) + (outputs[index] ?? '') + page.slice(begin + shown.length);
      from = begin;
    }
    writeFileSync(README, page);
    return;
  }
  for (const [index, { commands, shown }] of steps.entries()) {
    expect(outputs[index], `${commands}(TIEOUT_UPDATE=1 writes the page anew)`).toBe(shown ?? '');
  }
}, 240_000);

/** What each command prints as JSON, first record, by the keys that programs of others rely on. */
const SHAPES: Record<string, string[]> = {
  'statement --json': [
    'run asOf knownAt rulebookHash resultHash reconciliations outsideRulebook waitingCorrections brakes',
  ],
  'exceptions --json': [
    'id class reason also status legs exposure currency company businessDate ageDays eventIds references ledger',
    'owner dueDate rootCause why proposal',
  ],
  'list journals --json': [
    'journal postingReference state erp company ledger postingDate currency debit credit references eventIds document',
    'revision why',
  ],
  'verify --json': ['ok checks'],
  'ingest events data/events.ndjson --json': ['files'],
};
const PARTS: Record<string, [pick: string, keys: string]> = {
  'statement --json': [
    'reconciliations',
    'name company ledgerName account currency opening expected ledger outOfScope matched exceptions accepted quarantined ' +
      'unexplained balance proven provenTo balanceDifference',
  ],
  'exceptions --json': ['legs', 'reconciliation unit ledger account currency amount'],
  'list journals --json': ['eventIds', 'source id'],
  'verify --json': ['checks', 'name ok evidence'],
  'ingest events data/events.ndjson --json': [
    'files',
    'path sha256 batch received accepted duplicates skipped quarantined control',
  ],
};

it.each(Object.keys(SHAPES))('%s has the keys that the contract names', (command) => {
  const records = run(`tieout ${command}`)
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  const wanted = (SHAPES[command] ?? []).join(' ').split(' ');
  const [pick, keys] = PARTS[command] ?? ['', ''];
  let parts = 0;
  for (const record of records) {
    expect(Object.keys(record)).toEqual(expect.arrayContaining(wanted));
    for (const part of record[pick] as object[]) {
      expect(Object.keys(part)).toEqual(expect.arrayContaining(keys.split(' ')));
      parts += 1;
    }
  }
  expect(parts).toBeGreaterThan(0);
});
