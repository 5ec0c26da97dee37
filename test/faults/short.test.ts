/** A short form of `npm run test:faults`, and that it would notice what it looks for. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { count } from './compare.ts';
import { runKills } from './kills.ts';
import { mutations } from './mutations.ts';
import { type Runner, startRunner } from './schedules.ts';

let runner: Runner;

beforeAll(async () => {
  runner = await startRunner();
});
afterAll(() => runner.stop());

const none = { lost: [], doubled: [], stale: [], leaked: [], untrue: [] };

describe('Whatever fails, is lost, comes late or twice', () => {
  const seeds = Array.from({ length: 20 }, (_, at) => at + 1);

  test.each(seeds)('the end is what was uploaded and decided (seed %i)', async (seed) => {
    const { differences, steps } = await runner.run(seed);
    expect(differences, steps.join('\n')).toEqual(none);
  });
});

describe('Wherever it is killed', () => {
  test('it comes to the same end after the next start', async () => {
    for await (const { seed, killed, differences, steps } of runKills(1, 2)) {
      expect(differences, [`Chain ${seed}, ${killed}`, ...steps].join('\n')).toEqual(none);
    }
  });
});

describe('The comparison notices', () => {
  test('a writer that does not ask whether the row moved', async () => {
    expect(await runner.race(true)).toMatchObject(none);
    expect((await runner.race(false)).stale).not.toEqual([]);
  });

  /** Schedules in which each of them shows. */
  const enough = 60;

  test.each(Object.entries(mutations))(
    '%s',
    async (_name, mutation) => {
      for (let seed = 1; seed <= enough; seed++) {
        const { differences } = await runner.run(seed, mutation);
        if (count(differences) > 0) return;
      }
      expect.fail(`${enough} schedules went as if nothing were broken`);
    },
    180_000,
  );
});
