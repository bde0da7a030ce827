// The heavy tests: the laws at 100,000 lines a side, one trial after the other. `npm run test:heavy`; minutes.
// TIEOUT_HEAVY_LINES asks for another size, DATABASE_URL for another server.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    environment: 'node',
    include: ['test/heavy/**/*.test.ts'],
    globalSetup: ['test/support/server.ts'],
    setupFiles: ['test/support/outcome.ts'],
    pool: 'forks',
    maxWorkers: 1,
    env: { TIEOUT_HEAVY_LINES: process.env['TIEOUT_HEAVY_LINES'] ?? '100000' },
    testTimeout: 1_800_000,
    hookTimeout: 600_000,
    reporters: ['verbose'],
  },
});
