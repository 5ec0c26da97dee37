/**
 * The two queues. A message says "look again", never what to do: losing one, or getting it twice, harms nothing.
 */
import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import { DocumentId } from './document.ts';
import type { UploadEvent } from './upload-event.ts';

/** Look again at what the engine shows of this document. */
export const ChangeMessage = z.object({ id: DocumentId });

export type ChangeQueue = Pick<WorkQueue<z.infer<typeof ChangeMessage>>, 'send'>;
export type UploadQueue = Pick<WorkQueue<UploadEvent>, 'send'>;

/** A message that failed this often waits in the dead-letter queue; what it spoke of stays pending in the catalogue. */
export const maxReceiveCount = 5;

/** Days that it waits there, which is as long as SQS keeps anything. */
export const deadLettersKeptFor = 14;

/** SQS takes at most this many messages in one call. */
const batchSize = 10;

export class WorkQueue<Message> {
  readonly #sqs: SQSClient;
  readonly #url: string;

  constructor(sqs: SQSClient, url: string) {
    this.#sqs = sqs;
    this.#url = url;
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
