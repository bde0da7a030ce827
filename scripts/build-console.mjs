// Bundles console/ into dist/console: one script, one style sheet, hashed names, and the page that names them. Everything that is
// served has to stay small: more than the limit fails the build.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { build } from 'esbuild';

const OUT = 'dist/console';
const MOST_GZIPPED = 80_000;

const { outputFiles } = await build({
  entryPoints: { script: 'console/main.tsx', style: 'console/style/console.css' },
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2023',
  jsx: 'automatic',
  jsxImportSource: 'preact',
  legalComments: 'none',
  outdir: OUT,
  write: false,
  logLevel: 'warning',
});
const built = (ending) => outputFiles.find(({ path }) => path.endsWith(`.${ending}`)).contents;
const contents = [
  { place: 'SCRIPT', ending: 'js', content: built('js') },
  { place: 'STYLE', ending: 'css', content: built('css') },
  { place: 'ICON', ending: 'svg', content: readFileSync('console/icon.svg') },
];

rmSync(OUT, { recursive: true, force: true });
mkdirSync(OUT, { recursive: true });
let page = readFileSync('console/index.html', 'utf8');
let bytes = 0;
for (const { place, ending, content } of contents) {
  const name = `${createHash('sha256').update(content).digest('hex').slice(0, 16)}.${ending}`;
  writeFileSync(join(OUT, name), content);
  page = page.replace(place, name);
  bytes += gzipSync(content, { level: 9 }).length;
}
writeFileSync(join(OUT, 'index.html'), page);
bytes += gzipSync(page, { level: 9 }).length;
if (bytes > MOST_GZIPPED) {
  console.error(`the console is ${bytes} bytes gzipped, more than ${MOST_GZIPPED}`);
  process.exit(1);
}
