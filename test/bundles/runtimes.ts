/** Functions as they are synthesised, each in a process of its own that it keeps. */
import { LambdaRuntime } from './lambda-runtime.ts';
import { environmentOf, type SynthesisedFunction } from './synthesised-functions.ts';

export class Runtimes {
  readonly #byName = new Map<string, LambdaRuntime>();
  readonly #functions: readonly SynthesisedFunction[];
  readonly #folder: string;

  /** `folder` is outside the source tree. */
  constructor(functions: readonly SynthesisedFunction[], folder: string) {
    this.#functions = functions;
    this.#folder = folder;
  }

  get names(): readonly string[] {
    return [...this.#byName.keys()];
  }

  /** All that they wrote to their logs. */
  get log(): string {
    return [...this.#byName.values()].map(({ log }) => log).join('\n');
  }

  /** Started with the first call; `machine` tells it of what the stack does not know. */
  async of(name: string, machine: Readonly<Record<string, string>> = {}): Promise<LambdaRuntime> {
    const known = this.#byName.get(name);
    if (known) return known;
    const found = this.#functions.find((one) => one.name === name);
    if (!found) throw new Error(`The stack has no ${name}`);
    const ofLambda = Object.entries(process.env).filter(([variable]) => variable.startsWith('AWS_'));
    const runtime = await LambdaRuntime.start(
      found,
      {
        ...environmentOf(found, { ...process.env, BACKUPS_BUCKET: 'backups', ...machine }),
        ...Object.fromEntries(ofLambda.map(([variable, value]) => [variable, value ?? ''])),
        // As in the cloud, where lines that tell of progress and measurements are written.
        POWERTOOLS_LOG_LEVEL: 'INFO',
      },
      this.#folder,
    );
    this.#byName.set(name, runtime);
    return runtime;
  }

  stop(): void {
    for (const runtime of this.#byName.values()) runtime.stop();
  }
}
