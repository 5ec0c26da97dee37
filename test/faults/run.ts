/**
 * `npm run test:faults`: seeded schedules with faults at every side effect, and kills of a whole Vindplaats; prints what
 * was injected and what was lost, doubled, stale, leaked or untrue. With `--long` a thousand schedules and 500 kills.
 */
import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { count } from './compare.ts';
import { killedEngine } from './kill-engines.ts';
import { runKills } from './kills.ts';
import { type Outcome, Tally } from './tally.ts';

const usage = `Usage: npm run test:faults -- [options]

  --long          1,000 schedules and 500 kills instead of 150 and 20
  --schedules N   so many schedules
  --kills N       so many kills
  --seed S        the first seed; with --schedules 1 it replays one schedule, with --kills 1 one chain of kills
  --engine NAME   embedded (default), snapshots, or meilisearch at MEILISEARCH_URL with MEILISEARCH_MASTER_KEY; kills need
                  that server to be empty
`;

const { values } = parseArgs({
  options: {
    long: { type: 'boolean', default: false },
    schedules: { type: 'string' },
    kills: { type: 'string' },
    seed: { type: 'string' },
    engine: { type: 'string', default: 'embedded' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  process.stdout.write(usage);
  process.exit(0);
}

const schedules = Number(values.schedules ?? (values.long ? 1_000 : 150));
const kills = Number(values.kills ?? (values.long ? 500 : 20));
const firstSeed = Number(values.seed ?? 1);
/** One process more than cores only makes them wait for each other. */
const sideBySide = Math.min(4, availableParallelism());

const scheduled = new Tally();
const killed = new Tally();
const began = performance.now();
await runSchedules();
const between = performance.now();
await runAllKills();

const minutes = (from: number, to: number) => `${((to - from) / 60_000).toFixed(1)} minutes`;
if (schedules > 0) {
  console.log(
    `\n${schedules} schedules from seed ${firstSeed}, ${minutes(began, between)}, ${values.engine} engine\n`,
  );
  console.log(scheduled.toMarkdown('side effect and fault'));
  console.log(`\n${scheduled.toMarkdown('fault', (name) => name.replace(/^.*: /, ''))}`);
}
if (kills > 0) {
  console.log(
    `\n${kills} kills from seed ${firstSeed}, ${minutes(between, performance.now())}, ${values.engine} engine\n`,
  );
  console.log(killed.toMarkdown('killed at, or struck by'));
}
const failures = scheduled.failures + killed.failures;
console.log(failures === 0 ? '\nNothing was lost, doubled, stale or leaked.' : `\n${failures} went wrong.`);
process.exitCode = failures === 0 ? 0 : 1;

/** Each process has stand-ins and engines of its own and takes the next seed when it is done with one. */
async function runSchedules(): Promise<void> {
  const seeds = Array.from({ length: schedules }, (_, at) => firstSeed + at);
  const processes = Math.min(sideBySide, seeds.length);
  await Promise.all(
    Array.from({ length: processes }, async () => {
      const child = fork(fileURLToPath(new URL('./schedule-process.ts', import.meta.url)), [values.engine], {
        execArgv: ['--disable-warning=ExperimentalWarning'],
        serialization: 'advanced',
      });
      await new Promise<void>((resolve, reject) => {
        child.on('message', (outcome: Outcome | 'ready') => {
          if (outcome !== 'ready') tell(scheduled, outcome);
          const seed = seeds.shift();
          if (seed === undefined) child.disconnect();
          else child.send(seed);
        });
        child.once('error', reject);
        child.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`It ended with ${code}`))));
      });
    }),
  );
}

async function runAllKills(): Promise<void> {
  const engine = killedEngine(values.engine);
  const chains = engine.sideBySide ? Math.min(sideBySide, kills) : 1;
  await Promise.all(
    Array.from({ length: chains }, async (_, at) => {
      const share = Math.floor(kills / chains) + (at < kills % chains ? 1 : 0);
      for await (const { seed, killed: where, injected, differences, steps } of runKills(
        firstSeed + at * 10_000,
        share,
        engine,
      )) {
        const all = new Map([[where, 1], ...injected]);
        tell(killed, { name: `chain of kills ${seed}`, injected: all, differences, steps });
      }
    }),
  );
}

function tell(tally: Tally, outcome: Outcome): void {
  tally.add(outcome);
  if (tally.outcomes % 50 === 0) console.error(`${tally.outcomes} done, ${tally.failures} went wrong`);
  if (count(outcome.differences) === 0) return;
  console.error(
    `\n${outcome.name}:\n${JSON.stringify(outcome.differences, null, 2)}\n${outcome.steps.join('\n')}`,
  );
}
