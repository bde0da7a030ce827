// `serve --open` as a person starts it: the address it prints lets an auditor in, once, and a signal ends it.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { appUrl } from '../support/appLogin.ts';
import { House } from './house.ts';

const PROGRAM = resolve('dist/src/main.js');
let house: House;
beforeAll(async () => {
  if (!existsSync(PROGRAM)) throw new Error('npm run build comes first');
  house = await House.open({ month: false, browser: false });
});
afterAll(() => house.close());

test('prints a link that works once, and ends by a signal', async () => {
  const child = spawn(process.execPath, [PROGRAM, 'serve', '--dir', house.folder, '--open'], {
    env: { PATH: process.env['PATH'], DATABASE_URL: await appUrl(house.at.db) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<number | null>((done) => child.once('exit', done));
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    if (!line.startsWith('{')) lines.push(line);
    if (lines.length === 3) break;
  }
  const [address = '', words = ''] = lines;
  expect(words).toContain(join(house.folder, 'keys'));
  const { origin, hash } = new URL(address);
  expect(hash).toMatch(/^#once=[\w-]{43}$/);
  const signIn = (): Promise<Response> =>
    fetch(`${origin}/v1/console/session`, {
      method: 'POST',
      headers: { origin, 'content-type': 'application/json' },
      body: JSON.stringify({ once: hash.slice('#once='.length) }),
    });
  expect(await (await signIn()).json()).toMatchObject({ name: 'eve', role: 'auditor', may: [] });
  expect((await signIn()).status).toBe(401);
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
});
