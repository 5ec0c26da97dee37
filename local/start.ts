/** `npm start`: the whole of Vindplaats on this machine, until Ctrl-C. */
import { isatty } from 'node:tty';
import { whenNpmEnds } from './parent-process.ts';
import { exitWith } from './plain-error.ts';
import { Progress } from './progress.ts';
import { parseStartOptions, type StartOptions, startHelp } from './start-options.ts';
import { startVindplaats } from './vindplaats.ts';

/** Milliseconds after which stopping is over, done or not: whatever is left behind is safe, as after a kill. */
const stopWithin = 700;

try {
  const options = parseStartOptions(process.argv.slice(2));
  if (options) await run(options);
  else process.stdout.write(startHelp);
} catch (error) {
  exitWith(error);
}

async function run(options: StartOptions): Promise<void> {
  const leave = () => process.exit(0);
  // Until everything runs there is nothing to stop in good order.
  let stop: () => void = leave;
  // On Ctrl-C the terminal and npm both send a signal; the second one cuts nothing short.
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => stop());
  const forgetNpm = whenNpmEnds(() => stop());
  const isOnTerminal = isatty(1) || isatty(2);
  process.on('SIGHUP', () => {
    // Node makes SIGHUP deadly again where nohup had it ignored, for npm too; what is told elsewhere outlives a terminal.
    if (isOnTerminal) stop();
    else forgetNpm();
  });
  // That nothing reads any more what is told here, as after a terminal was closed, is no reason to end.
  for (const output of [process.stdout, process.stderr]) output.on('error', () => undefined);

  const progress = new Progress();
  const vindplaats = await startVindplaats({
    ...options,
    say: (sentence) => progress.end(sentence),
    showProgress: (text) => progress.show(text),
    onError: (error) => process.stderr.write(`${error instanceof Error ? error.stack : error}\n`),
  });
  stop = () => {
    stop = () => undefined;
    // dynalite throws where nobody can catch it when it is closed in the middle of a request.
    process.on('uncaughtException', leave);
    setTimeout(leave, stopWithin);
    // Functions log what is cut short by stopping as if it were a fault.
    const { write } = process.stderr;
    process.stderr.write = () => true;
    vindplaats.stop().then(leave, (error: unknown) => {
      process.stderr.write = write;
      exitWith(error);
    });
  };
  process.stdout.write(welcome(vindplaats.origin, vindplaats.dataFolder, options.watch));
  await vindplaats.filled;
}

function welcome(origin: string, dataFolder: string, watch: string | undefined): string {
  const lines = [
    ['Search page', `${origin}/`],
    ['Add documents', watch ? `put them in ${watch}, in public or internal` : 'npm run import -- DIR'],
    ['Data', dataFolder],
    ['Stop', isatty(0) ? 'Ctrl-C' : `kill ${process.pid}`],
  ];
  const rows = lines.map(([name = '', text]) => `  ${name.padEnd(14)} ${text}`);
  return `\nVindplaats is running.\n\n${rows.join('\n')}\n\n`;
}
