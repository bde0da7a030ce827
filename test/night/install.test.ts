// A stranger's first hour: the package from its tarball in an empty folder, and each of the ways it is started there.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterAll, beforeAll, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'tieout-install-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

// Nothing of the checkout may help: neither its database nor its packages.
const { DATABASE_URL: _, ...env } = process.env;
const tieout = (...words: string[]): { status: number | null; out: string; said: string } => {
  const done = spawnSync('npx', ['--no-install', 'tieout', ...words], { cwd: folder, env, encoding: 'utf8' });
  return { status: done.status, out: done.stdout, said: done.stderr };
};

beforeAll(() => {
  const words = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder];
  execFileSync('npm', words, { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] });
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? '';
  writeFileSync(join(folder, 'package.json'), '{"private":true}\n');
  execFileSync('npm', ['install', `./${tarball}`, '--no-audit', '--no-fund', '--prefer-offline'], {
    cwd: folder,
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
});

test('version, a small demonstration, and its proof', () => {
  expect(tieout('--version').out).toMatch(/^tieout \d+\.\d+\.\d+ \(.*schema \d{4}_\w+\)$/m);
  const demo = tieout('demo', '--dir', 'demo', '--orders', '200', '--json');
  expect([demo.status, demo.said]).toEqual([
    expect.toSatisfy((code) => code === 0 || code === 1),
    expect.anything(),
  ]);
  expect(JSON.parse(demo.out)).toMatchObject({ missed: [], wrong: [], unexplained: '0.00' });
  const verify = tieout('verify', '--config', 'demo/tieout.yaml', '--json');
  expect([verify.status, (JSON.parse(verify.out) as { ok: boolean }).ok]).toEqual([0, true]);
});

test.each(['serve', 'worker'])('init, then %s answers until it is asked to stop', async (service) => {
  const dir = `new-${service}`;
  expect(tieout('init', dir).status).toBe(0);
  const program = join(folder, 'node_modules', 'tieout', 'dist', 'src', 'main.js');
  const child = spawn(process.execPath, [program, service, '--config', join(dir, 'tieout.yaml')], {
    cwd: folder,
    env: { ...env, TIEOUT_HTTP_PORT: '0' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let log = '';
  const url = await new Promise<string>((found, lost) => {
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      log += text;
      const port = /"port":(\d+)/.exec(log)?.[1];
      if (port !== undefined) found(`http://127.0.0.1:${port}`);
    });
    child.once('exit', () => lost(new Error(`${service} ended:\n${log}`)));
  });
  let ready = 503;
  while (ready === 503) ready = (await fetch(`${url}/readyz`)).status;
  expect(ready).toBe(200);
  expect(await (await fetch(`${url}/metrics`)).text()).toContain('tieout_journals');
  child.kill('SIGTERM');
  const [code] = (await once(child, 'exit')) as [number | null];
  expect([code, log]).toEqual([0, expect.anything()]);
});
