// How the tests run: Node, one process a file (the embedded server and PostgreSQL are real), one template database a run.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    environment: 'node',
    include: ['test/**/*.test.ts'],
    exclude: ['dist/**', 'node_modules/**'],
    globalSetup: ['test/support/server.ts'],
    setupFiles: ['test/support/outcome.ts'],
    pool: 'forks',
    maxWorkers: 2,
    // Only for what hangs: on a machine that does other work too, the longest tests took over a minute.
    testTimeout: 240_000,
    hookTimeout: 120_000,
    teardownTimeout: 20_000,
  },
});
