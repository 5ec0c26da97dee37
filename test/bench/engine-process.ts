import { type ChildProcess, fork } from 'node:child_process';
import type { Done, Order, Reply } from './process-messages.ts';

/** A build or a round of questions that takes longer is not waited for. */
const patience = { milliseconds: 10 * 60_000, text: '10 minutes' };

/** The process of one engine, which does one thing at a time. */
export class EngineProcess {
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;
  #complaints = '';
  #timer: NodeJS.Timeout;
  #isLate = false;

  constructor() {
    this.#child = fork(new URL('./search-process.ts', import.meta.url), {
      execArgv: [...process.execArgv, '--disable-warning=ExperimentalWarning'],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.#child.stderr?.on('data', (chunk) => {
      this.#complaints += chunk;
    });
    this.#ended = new Promise((resolve) => this.#child.once('exit', () => resolve()));
    this.#timer = setTimeout(() => {
      this.#isLate = true;
      this.#child.kill('SIGKILL');
    }, patience.milliseconds);
  }

  /** Throws an Error that says what became of the process when it did not answer. */
  async order(order: Order): Promise<Done> {
    const answered = new Promise<Reply>((resolve) => this.#child.once('message', resolve));
    const died = this.#ended.then((): Reply => ({ error: this.#causeOfDeath() }));
    this.#child.send(order);
    const reply = await Promise.race([answered, died]);
    if ('error' in reply) throw new Error(reply.error);
    return reply.done;
  }

  async end(): Promise<void> {
    clearTimeout(this.#timer);
    if (this.#child.connected) this.#child.disconnect();
    await this.#ended;
  }

  #causeOfDeath(): string {
    if (this.#isLate) return `takes over ${patience.text}`;
    if (/heap out of memory|Allocation failed/.test(this.#complaints)) return 'runs out of memory';
    const complaint = this.#complaints.trim().split('\n').slice(-5).join(' ');
    return `ended with ${this.#child.exitCode ?? this.#child.signalCode}: ${complaint}`;
  }
}
