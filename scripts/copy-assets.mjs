// Copies what the TypeScript compiler leaves behind (SQL migrations, floors of the benchmark) into dist, so that the built program is whole.
import { chmodSync, cpSync, rmSync } from 'node:fs';

// A migration that was renamed must not stay behind under its old name.
rmSync('dist/entities/migrations', { recursive: true, force: true });
cpSync('entities/migrations', 'dist/entities/migrations', { recursive: true });
chmodSync('dist/src/main.js', 0o755);
cpSync('bench/floor', 'dist/bench/floor', { recursive: true });
