// The log with known secrets: none of them is printed, whatever carries them.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import { knownSecrets } from '../../src/config/secrets.ts';
import { type LogFields, openLog } from '../../src/log/logger.ts';
import { scrubber } from '../../src/log/scrub.ts';

const DATABASE_PASSWORD = 'p%40ss/w0rd-of-the-database';
const KEY = 'tk_0123456789abcdef.verysecret';

test('neither database password, nor key, nor tokens are printed; unknown fields are dropped', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tieout-log-'));
  try {
    const env = { DATABASE_URL: `postgres://app:${DATABASE_PASSWORD}@db:5432/x`, TIEOUT_KEY: KEY };
    const config = loadConfig(new URL('../../examples/retail/tieout.yaml', import.meta.url).pathname, env);
    const secrets = knownSecrets(config, env);
    expect(secrets).toContain(KEY);
    expect(secrets).toContain(decodeURIComponent(DATABASE_PASSWORD));
    const lines: string[] = [];
    const runLog = join(folder, 'runs.ndjson');
    const log = openLog({
      level: 'trace',
      scrub: scrubber(secrets),
      runLog,
      write: (line) => void lines.push(line),
    });
    const leaks = [
      `connect to ${env.DATABASE_URL} failed`,
      `password is ${decodeURIComponent(DATABASE_PASSWORD)}`,
      `header Authorization: Bearer eyJhbGciOi.unknown-token`,
      `https://user:unknown-password@erp.example/api`,
      `{"clientSecret":"unknown-secret-value"}`,
      KEY,
    ];
    for (const leak of leaks) {
      log.error(leak, { error: new Error(leak), why: leak, path: leak });
      log.run(leak, { state: { deep: leak }, password: leak } as LogFields);
    }
    const printed = lines.join('') + readFileSync(runLog, 'utf8');
    for (const secret of [
      ...secrets,
      'unknown-token',
      'unknown-password',
      'unknown-secret-value',
      '"password"',
    ]) {
      expect(printed).not.toContain(secret);
    }
    expect(lines).toHaveLength(2 * leaks.length);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('what failed has its level in both logs; a run log that cannot be written fails nothing', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tieout-log-'));
  try {
    const lines: string[] = [];
    const runLog = join(folder, 'log', 'runs.ndjson');
    const log = openLog({
      level: 'error',
      scrub: (text) => text,
      runLog,
      write: (line) => void lines.push(line),
    });
    log.run('slot done', { slot: 'a' });
    log.run('slot failed', { slot: 'b' }, 'error');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { level: 50, msg: 'slot failed' },
    ]);
    expect(readFileSync(runLog, 'utf8')).toMatch(
      /"level":"info","msg":"slot done".*\n.*"level":"error","msg":"slot failed"/,
    );
    rmSync(join(folder, 'log'), { recursive: true });
    log.run('slot failed', { slot: 'c' }, 'error');
    expect(lines.at(-1)).toContain('the run log cannot be written');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
