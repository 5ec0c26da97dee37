import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Tests wait on conditions; these only end one that waits in vain, also on a machine that is busy.
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
