/** Functions as they are synthesised, each in a process of its own that it keeps, with the rights of its own role. */
import { PassThrough, type Transform } from 'node:stream';
import type { Grant } from '../infra/synthesised.ts';
import { startEnforcingProxy } from './enforcing-proxy.ts';
import { LambdaRuntime } from './lambda-runtime.ts';
import { environmentOf, type SynthesisedFunction } from './synthesised-functions.ts';

interface Running {
  readonly runtime: LambdaRuntime;
  readonly used: ReadonlySet<Grant>;
  stop(): void;
}

export class Runtimes {
  /** What functions were denied, each once: `ingest-document: s3:GetObject on documents-bucket/…`. */
  readonly denials = new Set<string>();
  readonly #byName = new Map<string, Promise<Running>>();
  #started: Running[] = [];
  readonly #functions: readonly SynthesisedFunction[];
  readonly #folder: string;
  readonly #passing: (name: string, path: string) => Transform;

  /** `folder` is outside the source tree; what AWS's stand-ins answer to a function comes to it through `passing`. */
  constructor(
    functions: readonly SynthesisedFunction[],
    folder: string,
    passing: (name: string, path: string) => Transform = () => new PassThrough(),
  ) {
    this.#functions = functions;
    this.#folder = folder;
    this.#passing = passing;
  }

  get names(): readonly string[] {
    return [...this.#byName.keys()];
  }

  /** All that they wrote to their logs. */
  get log(): string {
    return this.#started.map(({ runtime }) => runtime.log).join('\n');
  }

  /** Started with the first call; `machine` tells it of what the stack does not know. */
  async of(name: string, machine: Readonly<Record<string, string>> = {}): Promise<LambdaRuntime> {
    const running = this.#byName.get(name) ?? this.#start(name, machine);
    this.#byName.set(name, running);
    return (await running).runtime;
  }

  /** What the roles of those that were started allow and none of their calls took, by function. */
  async unusedGrants(): Promise<Readonly<Record<string, readonly string[]>>> {
    const unused: Record<string, string[]> = {};
    for (const [name, running] of this.#byName) {
      const { used } = await running;
      const left = this.#find(name).role.filter((grant) => grant.effect === 'Allow' && !used.has(grant));
      if (left.length > 0)
        unused[name] = left.map(({ action, resource }) => `${action} on ${resource}`).sort();
    }
    return unused;
  }

  stop(): void {
    for (const running of this.#started) running.stop();
  }

  #find(name: string): SynthesisedFunction {
    const found = this.#functions.find((one) => one.name === name);
    if (!found) throw new Error(`The stack has no ${name}`);
    return found;
  }

  async #start(name: string, machine: Readonly<Record<string, string>>): Promise<Running> {
    const found = this.#find(name);
    const ofLambda = Object.entries(process.env).filter(([variable]) => variable.startsWith('AWS_'));
    const upstreams = {
      s3: process.env.AWS_ENDPOINT_URL_S3,
      sqs: process.env.AWS_ENDPOINT_URL_SQS,
      dynamodb: process.env.AWS_ENDPOINT_URL_DYNAMODB,
      secretsmanager: process.env.AWS_ENDPOINT_URL_SECRETS_MANAGER,
    };
    const used = new Set<Grant>();
    const proxy = await startEnforcingProxy({
      role: found.role,
      upstreams,
      onUse: (grant) => used.add(grant),
      passing: (path) => this.#passing(name, path),
      onDenial: ({ action, resource }) => this.denials.add(`${name}: ${action} on ${resource}`),
    });
    /** The addresses of queues too lead to the proxy. */
    const behindProxy = (value: string) =>
      Object.values(upstreams).reduce<string>(
        (text, upstream) =>
          upstream === undefined ? text : text.replace(new URL(upstream).origin, proxy.origin),
        value,
      );
    const environment = {
      ...environmentOf(found, { ...process.env, BACKUPS_BUCKET: 'backups', ...machine }),
      ...Object.fromEntries(ofLambda.map(([variable, value]) => [variable, value ?? ''])),
      // As in the cloud, where lines that tell of progress and measurements are written.
      POWERTOOLS_LOG_LEVEL: 'INFO',
    };
    const runtime = await LambdaRuntime.start(found, {
      environment: Object.fromEntries(
        Object.entries(environment).map(([variable, value]) => [variable, behindProxy(value)]),
      ),
      folder: this.#folder,
      onFreeze: () => proxy.dropConnections(),
    });
    const running = {
      runtime,
      used,
      stop: () => {
        runtime.stop();
        void proxy.stop();
      },
    };
    this.#started.push(running);
    return running;
  }
}
