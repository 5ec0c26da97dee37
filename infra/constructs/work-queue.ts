import { Duration } from 'aws-cdk-lib';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { deadLettersKeptFor, maxReceiveCount } from '../../shared/work-queues.ts';
import type { EnvironmentVariable } from '../environment-variable.ts';

export interface WorkQueueProps {
  /** The physical name; that of its dead-letter queue is made of it. */
  readonly queueName: string;
  /** Where functions find its address, and that of its dead letters. */
  readonly variable: EnvironmentVariable;
  readonly deadLettersVariable: EnvironmentVariable;
  /** How long the function that works it off may take for one batch. */
  readonly workerTimeout: Duration;
  /** How long a message waits for others that are worked off with it; not at all by default. */
  readonly gatherFor?: Duration | undefined;
}

/** Lambda's own advice, so that no message comes back while Lambda still tries a batch that was throttled. */
const visibilityPerTimeout = 6;

/** A queue that wakes a function, and the queue of the messages that the function could not work off. */
export class WorkQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;
  readonly variable: EnvironmentVariable;
  readonly deadLettersVariable: EnvironmentVariable;
  readonly workerTimeout: Duration;
  readonly gatherFor: Duration | undefined;

  constructor(scope: Construct, id: string, props: WorkQueueProps) {
    super(scope, id);
    const { queueName, variable, deadLettersVariable, workerTimeout, gatherFor } = props;
    this.variable = variable;
    this.deadLettersVariable = deadLettersVariable;
    this.workerTimeout = workerTimeout;
    this.gatherFor = gatherFor;
    const longestBatch = workerTimeout.toSeconds() * visibilityPerTimeout + (gatherFor?.toSeconds() ?? 0);
    const sealed = { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true };
    this.deadLetters = new Queue(this, 'dead-letters', {
      ...sealed,
      queueName: `${queueName}-dead-letters`,
      // A person has to come and look.
      retentionPeriod: Duration.days(deadLettersKeptFor),
    });
    this.queue = new Queue(this, 'queue', {
      ...sealed,
      queueName,
      visibilityTimeout: Duration.seconds(longestBatch),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount },
    });
  }
}
