/** A dead-letter queue and the queue that its messages came from. */
import {
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';

export type WorkQueueName = 'uploads' | 'changes';

/** Seconds that a queue may think before it says that it has nothing; without it, SQS asks only some of its servers. */
const patience = 1;

export class DeadLetters {
  readonly #sqs: SQSClient;
  readonly #from: string;
  readonly #to: string;

  constructor(sqs: SQSClient, { from, to }: { readonly from: string; readonly to: string }) {
    this.#sqs = sqs;
    this.#from = from;
    this.#to = to;
  }

  /**
   * Moves up to ten messages back and returns how many; 0 when there are none. They are sent before they are deleted:
   * a kill in between leaves one message twice, which changes nothing.
   */
  async moveSome(): Promise<number> {
    const { Messages = [] } = await this.#sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: this.#from,
        MaxNumberOfMessages: 10,
        WaitTimeSeconds: patience,
      }),
    );
    if (Messages.length === 0) return 0;
    const { Failed = [] } = await this.#sqs.send(
      new SendMessageBatchCommand({
        QueueUrl: this.#to,
        Entries: Messages.map(({ Body = '' }, at) => ({ Id: String(at), MessageBody: Body })),
      }),
    );
    const refused = new Set(Failed.map(({ Id }) => Id));
    const sent = Messages.map((message, at) => ({ ...message, Id: String(at) })).filter(
      ({ Id }) => !refused.has(Id),
    );
    if (sent.length === 0) throw new Error(`The queue took none of the messages: ${Failed[0]?.Code}`);
    await this.#sqs.send(
      new DeleteMessageBatchCommand({
        QueueUrl: this.#from,
        Entries: sent.map(({ Id, ReceiptHandle }) => ({ Id, ReceiptHandle })),
      }),
    );
    return sent.length;
  }
}

/** The dead letters of both queues, by the addresses that a function has. */
export function deadLettersOf(
  sqs: SQSClient,
  urls: Readonly<Record<`${'UPLOADS' | 'CHANGES'}_${'QUEUE' | 'DEAD_LETTERS'}_URL`, string>>,
): Record<WorkQueueName, DeadLetters> {
  return {
    uploads: new DeadLetters(sqs, { from: urls.UPLOADS_DEAD_LETTERS_URL, to: urls.UPLOADS_QUEUE_URL }),
    changes: new DeadLetters(sqs, { from: urls.CHANGES_DEAD_LETTERS_URL, to: urls.CHANGES_QUEUE_URL }),
  };
}
