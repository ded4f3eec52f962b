import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // One more than the two cores CI has: what most tests do is wait for git, servers and browsers.
    maxWorkers: 3,
    // `.ci/run` adds up the report.
    reporters: process.env.CI ? ['default', 'json'] : ['default'],
    outputFile: { json: '.vitest/report.json' },
  },
});
