/** Entry point of a process that runs the schedules whose seeds it is sent, one after another. */
import { enginesOf } from './engines.ts';
import { startRunner } from './schedules.ts';

const runner = await startRunner(enginesOf(process.argv[2] ?? 'embedded'));
const tell = (message: unknown) => process.send?.(message);

process.on('message', async (seed) => {
  const { steps, injected, differences } = await runner.run(Number(seed));
  tell({ name: `schedule ${seed}`, injected, differences, steps });
});
process.once('disconnect', async () => {
  await runner.stop();
  process.exit(0);
});
tell('ready');
