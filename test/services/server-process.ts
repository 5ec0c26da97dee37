/** A server in a process of its own, on a free port of loopback. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { closeServer, listenOnLoopback } from '../../local/listen.ts';

/** Milliseconds; a Java program takes its time to start on a busy machine. */
const startsWithin = 90_000;

export interface ServerProgram {
  readonly command: string;
  /** The arguments with which it listens on the port. */
  readonly argumentsFor: (port: number) => readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

/** Resolves when it answers anything over HTTP. Throws what it printed when it ends before that. */
export async function startServer({ command, argumentsFor, environment = {} }: ServerProgram) {
  const port = await freePort();
  const child = spawn(command, argumentsFor(port), {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...environment },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  const failed = once(child, 'error').then(([error]) => error);
  const url = `http://127.0.0.1:${port}`;
  const deadline = Date.now() + startsWithin;
  while (!(await answers(url))) {
    const hasEnded = child.exitCode !== null || child.pid === undefined;
    if (hasEnded || Date.now() > deadline) {
      child.kill('SIGKILL');
      throw new Error(`${command} does not answer: ${child.pid ? output.slice(-2000) : await failed}`);
    }
    await pause(50);
  }
  return { url, stop: () => end(child) };
}

const answers = (url: string) =>
  fetch(url).then(
    () => true,
    () => false,
  );

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listenOnLoopback(server);
  await closeServer(server);
  return port;
}
