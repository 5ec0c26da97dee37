/**
 * Loaded before `local/start.ts` (`node --import`): names the side effects of a whole local Vindplaats and, when told
 * so, kills the process before or after the n-th time of one of them. The product knows nothing of it.
 */
import { writeFileSync } from 'node:fs';
import { ClientRequest } from 'node:http';
import { DatabaseSync, StatementSync } from 'node:sqlite';
import { BroadcastChannel, isMainThread, parentPort, Worker } from 'node:worker_threads';
import { S3Client } from '@aws-sdk/client-s3';
import { ClassicLevel } from 'classic-level';
import * as z from 'zod';
import { engineEffectOf, sideEffectOf } from './side-effects.ts';

export const Target = z.object({
  effect: z.string(),
  /** From 1. */
  time: z.int().min(1),
  moment: z.enum(['before', 'after']),
  /** `fail` makes it fail with this text for its message, `kill` ends the process, `crash` by a fault of its own. */
  how: z.enum(['kill', 'fail', 'crash']).default('kill'),
  message: z.string().default('The call failed on purpose'),
});
export type Target = z.input<typeof Target>;

const { KILL_AT, KILL_REPORT, CLOCK_AHEAD } = process.env;

let target = KILL_AT ? Target.parse(JSON.parse(KILL_AT)) : undefined;
const times = new Map<string, number>();

const arming = new BroadcastChannel('kill-at');
if (isMainThread) {
  process.on('message', (message) => {
    arm(message);
    arming.postMessage(message);
  });
  process.channel?.unref();
} else {
  arming.onmessage = ({ data }) => arm(data);
}
Reflect.apply(z.function().parse(Reflect.get(arming, 'unref')), arming, []);

function arm(message: unknown): void {
  target = Target.parse(message);
  times.clear();
}

/** Whether it is this time's turn; a kill never returns. */
function strike(effect: string, moment: Target['moment'], time: number): void {
  if (!target || target.effect !== effect || target.time !== time || target.moment !== moment) return;
  if (KILL_REPORT) writeFileSync(KILL_REPORT, `${effect}: killed ${moment}`);
  if (target.how === 'fail') throw new Error(target.message);
  if (target.how === 'crash') {
    const { message } = target;
    setImmediate(() => {
      throw new Error(message);
    });
    return;
  }
  process.kill(process.pid, 'SIGKILL');
  // The signal is on its way; nothing more may happen here.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

function begin(effect: string): number {
  const time = (times.get(effect) ?? 0) + 1;
  times.set(effect, time);
  strike(effect, 'before', time);
  return time;
}

type Method = (this: unknown, ...given: unknown[]) => unknown;
const Method = z.custom<Method>((value) => typeof value === 'function');

/** Puts something around a method of every object of a class. */
function around(prototype: object, name: string, make: (real: Method) => Method): void {
  Reflect.set(prototype, name, make(Method.parse(Reflect.get(prototype, name))));
}

// Every client of the SDK has the same `send`.
const Command = z.custom<{ readonly constructor: { readonly name: string }; readonly input: unknown }>(
  (value) => typeof value === 'object' && value !== null && 'input' in value,
);
around(
  Object.getPrototypeOf(S3Client.prototype),
  'send',
  (real) =>
    async function (this: unknown, ...given) {
      const command = Command.parse(given[0]);
      const effect = sideEffectOf(command.constructor.name, command.input);
      const time = begin(effect);
      const answer = await Reflect.apply(real, this, given);
      strike(effect, 'after', time);
      return answer;
    },
);

const IndexFile = z.object({ path: z.string() });
const collectionOf = (path: string) => (path.includes('public') ? 'public' : 'archive');

if (isMainThread) {
  const Asked = z.object({ call: z.object({ method: z.string() }) });
  around(
    Worker.prototype,
    'postMessage',
    (real) =>
      function (this: unknown, ...given) {
        const method = Asked.safeParse(given[0]).data?.call.method;
        const time = method === 'apply' ? begin('engine.apply') : 0;
        Reflect.apply(real, this, given);
        if (method === 'apply') strike('engine.apply', 'after', time);
      },
  );
  // What a Meilisearch is asked.
  around(
    ClientRequest.prototype,
    'end',
    (real) =>
      function (this: unknown, ...given) {
        const request = z.instanceof(ClientRequest).parse(this);
        const effect = engineEffectOf(request.method, request.path);
        if (effect) {
          const time = begin(effect);
          request.once('response', () => strike(effect, 'after', time));
        }
        return Reflect.apply(real, this, given);
      },
  );
  // What the stand-ins for S3 and SQS, and the folder's own notes, write.
  around(StatementSync.prototype, 'run', (real) => striking('stand-in.objects-and-queues.write', real));
  // What the stand-in for DynamoDB writes.
  for (const name of ['batch', 'put', 'del'])
    around(ClassicLevel.prototype, name, (real) => striking('stand-in.catalogue.write', real));
} else if (parentPort) {
  // One thread may hold several files; every call says which one it is of.
  let effect = '';
  around(
    parentPort,
    'on',
    (real) =>
      function (this: unknown, ...given) {
        const listener = Method.parse(given[1]);
        const hears: Method = (asked) => {
          effect = `engine.${collectionOf(IndexFile.safeParse(asked).data?.path ?? '')}`;
          listener(asked);
        };
        return Reflect.apply(real, this, [given[0], hears]);
      },
  );
  around(
    StatementSync.prototype,
    'run',
    (real) =>
      function (this: unknown, ...given) {
        return Reflect.apply(striking(`${effect}.write`, real), this, given);
      },
  );
  around(
    DatabaseSync.prototype,
    'exec',
    (real) =>
      function (this: unknown, ...given) {
        const does = given[0] === 'COMMIT' ? striking(`${effect}.commit`, real) : real;
        return Reflect.apply(does, this, given);
      },
  );
}

function striking(effect: string, real: Method): Method {
  return function (this: unknown, ...given) {
    const time = begin(effect);
    const answer = Reflect.apply(real, this, given);
    strike(effect, 'after', time);
    return answer;
  };
}

// A start may take place long after the kill, when every pause of the sweep has passed.
const ahead = Number(CLOCK_AHEAD ?? 0);
if (ahead > 0) {
  const RealDate = Date;
  const now = () => RealDate.now() + ahead;
  globalThis.Date = new Proxy(RealDate, {
    construct: (real, given, asked) =>
      given.length === 0
        ? new real(now())
        : Reflect.construct(real, given, asked === globalThis.Date ? real : asked),
    get: (real, name, asked) => (name === 'now' ? now : Reflect.get(real, name, asked)),
  });
}
