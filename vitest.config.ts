import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // By default one processor is left idle, which of two is half of the time.
    maxWorkers: '100%',
    // V8 can lose count of its pages of code where the processor has keys for memory, and ends the process (Node 24).
    execArgv: ['--no-memory-protection-keys'],
    // Tests wait on conditions; these only end one that waits in vain, also on a machine that is busy.
    testTimeout: 240_000,
    hookTimeout: 120_000,
  },
});
