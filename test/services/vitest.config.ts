import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/services/*.story.ts'],
    // They would be at work in the same services.
    fileParallelism: false,
    // Tests wait on conditions; these only end one that waits in vain.
    testTimeout: 900_000,
    hookTimeout: 200_000,
    reporters: ['verbose'],
  },
});
