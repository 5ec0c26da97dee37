/**
 * A stand-in for the Lambda Runtime API (https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html) and one
 * execution environment on it: a bundle in a process of its own that has only what the stack gives it, and that is
 * frozen, with all processes that it started, from an answer until the next event.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { copyFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { listenOnLoopback } from '../../local/listen.ts';
import type { SynthesisedFunction } from './synthesised-functions.ts';

/** Milliseconds. */
const timeout = 60_000;

export interface LambdaRuntimeOptions {
  readonly environment: Readonly<Record<string, string>>;
  /** Outside the source tree, so that nothing can be found in the project's node_modules. */
  readonly folder: string;
  /** Called each time it has been frozen. */
  readonly onFreeze?: () => void;
}

interface Invocation {
  readonly id: string;
  readonly event: unknown;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

export class LambdaRuntime {
  /** All that the function wrote to its log. */
  log = '';
  readonly #waiting: Invocation[] = [];
  readonly #running = new Map<string, Invocation>();
  #asking: ServerResponse | undefined;
  #ended: Error | undefined;
  readonly #server: Server;
  readonly #process: ChildProcess;
  readonly #onFreeze: () => void;

  private constructor(server: Server, child: ChildProcess, onFreeze: () => void) {
    this.#server = server;
    this.#process = child;
    this.#onFreeze = onFreeze;
    // A frozen process would not notice that this one has ended.
    process.once('exit', this.#kill);
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk) => {
        this.log += chunk;
      });
    }
    child.once('exit', (code) =>
      this.#end(new Error(`The runtime ended with ${code}: ${this.log.slice(-1500)}`)),
    );
  }

  static async start(
    { name, bundle, handler }: SynthesisedFunction,
    { environment, folder, onFreeze = () => {} }: LambdaRuntimeOptions,
  ): Promise<LambdaRuntime> {
    const client = join(folder, 'runtime-client.mjs');
    copyFileSync(fileURLToPath(new URL('./runtime-client.mjs', import.meta.url)), client);
    let runtime: LambdaRuntime | undefined;
    const server = createServer((request, response) => void runtime?.answer(request, response));
    // A runtime that was frozen asks over the connection that it has.
    server.keepAliveTimeout = 0;
    const port = await listenOnLoopback(server);
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', client], {
      cwd: bundle,
      stdio: ['ignore', 'pipe', 'pipe'],
      // In a group of its own, with what it starts.
      detached: true,
      env: {
        ...environment,
        AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${port}`,
        AWS_LAMBDA_FUNCTION_NAME: name,
        LAMBDA_TASK_ROOT: bundle,
        _HANDLER: handler,
      },
    });
    runtime = new LambdaRuntime(server, child, onFreeze);
    return runtime;
  }

  /** What the function answers to the event, one event after the other. Throws what it threw. */
  invoke(event: unknown): Promise<unknown> {
    if (this.#ended) return Promise.reject(this.#ended);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ id: randomUUID(), event, resolve, reject });
      this.#signal('SIGCONT');
      this.#handOut();
    });
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url?.replace('/2018-06-01/runtime/', '') ?? '';
    if (path === 'invocation/next') {
      this.#asking = response;
      this.#handOut();
      return;
    }
    const body: unknown = JSON.parse(await text(request));
    response.writeHead(202).end();
    const [, id = '', outcome] = path.split('/');
    const invocation = this.#running.get(id);
    this.#running.delete(id);
    if (invocation && this.#waiting.length === 0) this.#freeze();
    if (outcome === 'response') invocation?.resolve(body);
    else if (invocation) invocation.reject(new Error(`The function failed: ${JSON.stringify(body)}`));
    else this.#end(new Error(`The function does not load: ${JSON.stringify(body)}`));
  }

  stop(): void {
    this.#end(new Error('The runtime was stopped'));
    this.#kill();
    process.off('exit', this.#kill);
    this.#server.close();
    this.#server.closeAllConnections();
  }

  readonly #kill = () => this.#signal('SIGKILL');

  #freeze(): void {
    this.#signal('SIGSTOP');
    this.#onFreeze();
  }

  /** To all of its processes. */
  #signal(signal: NodeJS.Signals): void {
    const { pid, exitCode, signalCode } = this.#process;
    if (pid !== undefined && exitCode === null && signalCode === null) process.kill(-pid, signal);
  }

  #handOut(): void {
    const next = this.#asking && this.#waiting.shift();
    if (!next) return;
    this.#running.set(next.id, next);
    this.#asking
      ?.writeHead(200, {
        'content-type': 'application/json',
        'lambda-runtime-aws-request-id': next.id,
        'lambda-runtime-deadline-ms': Date.now() + timeout,
        'lambda-runtime-invoked-function-arn': 'arn:aws:lambda:eu-central-1:000000000000:function:bundle',
      })
      .end(JSON.stringify(next.event));
    this.#asking = undefined;
  }

  #end(error: Error): void {
    this.#ended ??= error;
    for (const { reject } of [...this.#waiting.splice(0), ...this.#running.values()]) reject(this.#ended);
    this.#running.clear();
  }
}
