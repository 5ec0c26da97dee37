/** The real SDK clients, with a middleware that lets calls fail, lose their reply, come late or be throttled. */
import { setTimeout as pause } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import { awsCredentials, awsRegion } from '../../local/aws-identity.ts';
import type { TestAws } from '../local-aws.ts';
import { callFaults, type FaultPlan, InjectedFault } from './faults.ts';
import { sideEffectOf } from './side-effects.ts';

/** What the middleware asks; another plan may be put in its place between two schedules. */
export interface Weather {
  plan: FaultPlan;
  /** Told of every call before it is made. */
  onCall?: ((effect: string, input: unknown) => Promise<void>) | undefined;
}

type Next = (args: { input: object; request?: unknown }) => Promise<{ response: unknown; output: never }>;

/** As much of the SDK's middleware stack as all its clients have in common. */
interface Stack {
  add(middleware: (next: Next, context: { commandName?: string }) => Next, options: object): void;
}

const StackOf = z.object({
  middlewareStack: z.custom<Stack>((value) => typeof value === 'object' && value !== null && 'add' in value),
});

/** Receiving is spared: what it would lose comes back only after the queue's time-out, which is minutes. */
const spared = /\.receive$/;

export function faultyClients({ endpoints }: TestAws, weather: Weather) {
  const common = { region: awsRegion, credentials: awsCredentials };
  const clients = {
    s3: new S3Client({ ...common, endpoint: endpoints.s3, forcePathStyle: true }),
    sqs: new SQSClient({ ...common, endpoint: endpoints.sqs }),
    dynamodb: new DynamoDBClient({ ...common, endpoint: endpoints.dynamodb }),
  };
  for (const client of Object.values(clients)) strikeCallsOf(client, weather);
  return clients;
}

function strikeCallsOf(client: unknown, weather: Weather): void {
  const { middlewareStack } = StackOf.parse(client);
  /** Calls whose reply is to be lost where the SDK itself sees it, and sends them again. */
  const toSendAgain = new WeakSet<object>();

  middlewareStack.add(
    (next, context) => async (args) => {
      const effect = sideEffectOf(context.commandName ?? '', args.input);
      await weather.onCall?.(effect, args.input);
      const fault = spared.test(effect) ? undefined : weather.plan.strike(effect, callFaults);
      switch (fault) {
        case undefined:
          return next(args);
        case 'call fails':
          throw new InjectedFault(`${effect} failed`);
        case 'throttled':
          throw Object.assign(new InjectedFault(`${effect} was throttled`), { name: 'ThrottlingException' });
        case 'late':
          await pause(weather.plan.delay(effect));
          return next(args);
        case 'reply lost':
          await next(args);
          throw new InjectedFault(`The reply of ${effect} was lost`);
        case 'reply lost, sent again':
          toSendAgain.add(context);
          return next(args);
      }
    },
    { step: 'initialize', priority: 'high', name: 'strikeCalls' },
  );
  middlewareStack.add(
    (next, context) => async (args) => {
      const answer = await next(args);
      if (!toSendAgain.delete(context)) return answer;
      throw Object.assign(new InjectedFault('The reply was lost'), { name: 'TimeoutError' });
    },
    { step: 'deserialize', priority: 'high', name: 'strikeReplies' },
  );
}
