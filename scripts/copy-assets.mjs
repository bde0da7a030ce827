// Copies what the TypeScript compiler leaves behind (SQL migrations, floors of the benchmark, the commit) into dist, or the folder
// given, so that the built program is whole.
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, rmSync, writeFileSync } from 'node:fs';

const folder = process.argv[2] ?? 'dist';
// A migration that was renamed must not stay behind under its old name.
rmSync(`${folder}/entities/migrations`, { recursive: true, force: true });
cpSync('entities/migrations', `${folder}/entities/migrations`, { recursive: true });
if (existsSync(`${folder}/src/main.js`)) chmodSync(`${folder}/src/main.js`, 0o755);
if (existsSync(`${folder}/bench/main.js`))
  cpSync('bench/floor', `${folder}/bench/floor`, { recursive: true });
// Which commit this is, for `tieout --version`; nothing where there is no checkout. Asked at build time: it may move on.
rmSync(`${folder}/commit`, { force: true });
const git = (...words) => spawnSync('git', words, { encoding: 'utf8' });
const head = existsSync('.git') ? git('rev-parse', '--short=12', 'HEAD') : undefined;
if (head?.status === 0) {
  const changed = git('status', '--porcelain', '--untracked-files=no').stdout.trim() !== '';
  writeFileSync(`${folder}/commit`, `${head.stdout.trim()}${changed ? ', with changes' : ''}\n`);
}
