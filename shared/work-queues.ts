/**
 * The two queues. A message says "look again", never what to do: losing one, or getting it twice, harms nothing.
 */
import { GetQueueAttributesCommand, SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import { DocumentId } from './document.ts';
import type { UploadEvent } from './upload-event.ts';

/** Look again at what the engine shows of this document; `repair` also where its row says that it is shown. */
export const ChangeMessage = z.object({ id: DocumentId, repair: z.boolean().optional() });
export type ChangeMessage = z.infer<typeof ChangeMessage>;

export type ChangeQueue = Pick<WorkQueue<ChangeMessage>, 'send'>;
export type UploadQueue = Pick<WorkQueue<UploadEvent>, 'send'>;

/** A message that failed this often waits in the dead-letter queue; what it spoke of stays pending in the catalogue. */
export const maxReceiveCount = 5;

/** Days that it waits there, which is as long as SQS keeps anything. */
export const deadLettersKeptFor = 14;

/** SQS takes at most this many messages in one call. */
const batchSize = 10;

export interface QueueDepth {
  /** Messages that wait, also those that are not handed out before some time has passed. */
  readonly waiting: number;
  /** Messages that a worker has. */
  readonly inHand: number;
}

const Depth = z.object({
  ApproximateNumberOfMessages: z.coerce.number(),
  ApproximateNumberOfMessagesDelayed: z.coerce.number(),
  ApproximateNumberOfMessagesNotVisible: z.coerce.number(),
});

export class WorkQueue<Message> {
  readonly #sqs: SQSClient;
  readonly #url: string;

  constructor(sqs: SQSClient, url: string) {
    this.#sqs = sqs;
    this.#url = url;
  }

  async depth(): Promise<QueueDepth> {
    const { Attributes } = await this.#sqs.send(
      new GetQueueAttributesCommand({
        QueueUrl: this.#url,
        AttributeNames: Depth.keyof().options,
      }),
    );
    const {
      ApproximateNumberOfMessages: visible,
      ApproximateNumberOfMessagesDelayed: delayed,
      ApproximateNumberOfMessagesNotVisible: inHand,
    } = Depth.parse(Attributes);
    return { waiting: visible + delayed, inHand };
  }

  /**
   * Sends every message or throws; those that were sent before the throw may be sent again. With `delaySeconds` they
   * are handed out no earlier than that.
   */
  async send(messages: readonly Message[], delaySeconds?: number): Promise<void> {
    for (let at = 0; at < messages.length; at += batchSize) {
      const batch = messages.slice(at, at + batchSize);
      const { Failed = [] } = await this.#sqs.send(
        new SendMessageBatchCommand({
          QueueUrl: this.#url,
          Entries: batch.map((message, index) => ({
            Id: String(index),
            MessageBody: JSON.stringify(message),
            ...(delaySeconds !== undefined && { DelaySeconds: delaySeconds }),
          })),
        }),
      );
      if (Failed.length > 0)
        throw new Error(`${Failed.length} messages were not accepted: ${Failed[0]?.Code}`);
    }
  }
}
