// Copies what the TypeScript compiler leaves behind (SQL migrations) into dist, so that the built program is whole.
import { chmodSync, cpSync, rmSync } from 'node:fs';

// A migration that was renamed must not stay behind under its old name.
rmSync('dist/entities/migrations', { recursive: true, force: true });
cpSync('entities/migrations', 'dist/entities/migrations', { recursive: true });
chmodSync('dist/src/main.js', 0o755);
