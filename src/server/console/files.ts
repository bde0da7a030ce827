// The console's own files, read once: a few names that the build made, no path from outside ever reaches the disk.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import type { FastifyInstance } from 'fastify';

import { Problem } from '../problem.ts';
import { SECURITY_HEADERS } from './headers.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.html': 'text/html; charset=utf-8',
};

/** Where the build puts them: beside the program, or in dist where the program runs from its sources. */
const FOLDERS = ['../../../console/', '../../../dist/console/'].map((path) =>
  fileURLToPath(new URL(path, import.meta.url)),
);

/** @param pages names that the address may show; all of them are the one page */
export function fileRoutes(app: FastifyInstance, pages: readonly string[]): void {
  const folder = FOLDERS.find(
    (one) => existsSync(join(one, 'index.html')) && !existsSync(join(one, 'main.tsx')),
  );
  const files = new Map(
    (folder === undefined ? [] : readdirSync(folder)).map((name) => [
      name,
      readFileSync(join(folder!, name)),
    ]),
  );
  for (const path of ['', ...pages])
    app.get(`/${path}`, (_request, reply) => {
      const page = files.get('index.html');
      if (page === undefined)
        throw new Problem(404, { detail: 'this program was built without its console' });
      return reply
        .headers({ ...SECURITY_HEADERS, 'cache-control': 'no-cache' })
        .type(TYPES['.html']!)
        .send(page);
    });
  app.get<{ Params: { name: string } }>('/console/:name', (request, reply) => {
    const { name } = request.params;
    const file = name === 'index.html' ? undefined : files.get(name);
    if (file === undefined)
      throw new Problem(404, { detail: `there is nothing at ${request.url.split('?')[0]}` });
    return reply
      .headers({ ...SECURITY_HEADERS, 'cache-control': 'public, max-age=31536000, immutable' })
      .type(TYPES[extname(name)]!)
      .send(file);
  });
}
