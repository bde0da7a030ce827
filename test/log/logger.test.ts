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
