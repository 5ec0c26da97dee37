/** What a schedule of EventBridge does: invokes a function now and then every so often, never twice at a time. */
import { randomUUID } from 'node:crypto';
import { awsAccount, awsRegion } from './aws-identity.ts';
import type { Invoke } from './functions.ts';

export interface ScheduleOptions {
  readonly invoke: Invoke;
  /** Milliseconds. */
  readonly every: number;
  readonly onError: (error: unknown) => void;
}

export function schedule({ invoke, every, onError }: ScheduleOptions): { stop(): void } {
  let isRunning = false;
  const run = async () => {
    if (isRunning) return;
    isRunning = true;
    try {
      await invoke(scheduledEvent());
    } catch (error) {
      onError(error);
    } finally {
      isRunning = false;
    }
  };
  const timer = setInterval(run, every);
  void run();
  return { stop: () => clearInterval(timer) };
}

export function scheduledEvent() {
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'Scheduled Event',
    source: 'aws.events',
    account: awsAccount,
    time: new Date().toISOString().replace(/\.\d+Z$/, 'Z'),
    region: awsRegion,
    resources: [],
    detail: {},
  };
}
