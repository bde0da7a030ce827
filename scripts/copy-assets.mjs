// Copies what the TypeScript compiler leaves behind (SQL migrations, floors of the benchmark) into dist, or the folder
// given, so that the built program is whole.
import { chmodSync, cpSync, existsSync, rmSync } from 'node:fs';

const folder = process.argv[2] ?? 'dist';
// A migration that was renamed must not stay behind under its old name.
rmSync(`${folder}/entities/migrations`, { recursive: true, force: true });
cpSync('entities/migrations', `${folder}/entities/migrations`, { recursive: true });
if (existsSync(`${folder}/src/main.js`)) chmodSync(`${folder}/src/main.js`, 0o755);
if (existsSync(`${folder}/bench/main.js`))
  cpSync('bench/floor', `${folder}/bench/floor`, { recursive: true });
