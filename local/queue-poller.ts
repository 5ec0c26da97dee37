/** What an SQS event source mapping does: hands a queue's messages to a function, and deletes those that it is done with. */
import type { Message, SQSClient } from '@aws-sdk/client-sqs';
import type { SQSEvent } from 'aws-lambda';
import { Consumer } from 'sqs-consumer';
import * as z from 'zod';
import { awsRegion } from './aws-identity.ts';
import type { Invoke } from './functions.ts';

/** Seconds until a batch comes back whose function threw; one that reports its failures sets their pauses itself. */
const pauseAfterThrow = 2;

/** As many batches are worked on at the same time; more would only wait for the same two or four cores. */
const concurrency = 2;

const BatchResponse = z
  .object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string() })) })
  .nullish();

export interface QueuePollerOptions {
  readonly sqs: SQSClient;
  readonly queueUrl: string;
  readonly queueArn: string;
  readonly invoke: Invoke;
  /** Told of every batch that came back whole: the function threw, or the queue did not answer. */
  readonly onError: (error: Error) => void;
}

export function pollQueue({ sqs, queueUrl, queueArn, invoke, onError }: QueuePollerOptions): {
  stop(): void;
} {
  const handleMessageBatch = async (messages: Message[]) => {
    const response = BatchResponse.parse(await invoke(toEvent(messages, queueArn)));
    const failed = new Set(response?.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    const received = new Set(messages.map(({ MessageId }) => MessageId));
    // Lambda too takes a failure that it cannot match for a failure of the whole batch.
    for (const id of failed) if (!received.has(id)) throw new Error(`There is no message ${id} in the batch`);
    return messages.filter(({ MessageId }) => MessageId === undefined || !failed.has(MessageId));
  };
  const consumers = Array.from({ length: concurrency }, () => {
    const consumer = Consumer.create({
      sqs,
      queueUrl,
      handleMessageBatch,
      batchSize: 10,
      waitTimeSeconds: 20,
      messageSystemAttributeNames: ['All'],
      messageAttributeNames: ['All'],
      terminateVisibilityTimeout: () => pauseAfterThrow,
    });
    consumer.on('error', (error) => {
      if (consumer.status.isRunning) onError(error);
    });
    consumer.start();
    return consumer;
  });
  return {
    stop: () => {
      for (const consumer of consumers) consumer.stop({ abort: true });
    },
  };
}

function toEvent(messages: readonly Message[], queueArn: string): SQSEvent {
  return {
    Records: messages.map((message) => ({
      messageId: message.MessageId ?? '',
      receiptHandle: message.ReceiptHandle ?? '',
      body: message.Body ?? '',
      attributes: {
        ApproximateReceiveCount: message.Attributes?.ApproximateReceiveCount ?? '1',
        SentTimestamp: message.Attributes?.SentTimestamp ?? '',
        SenderId: message.Attributes?.SenderId ?? '',
        ApproximateFirstReceiveTimestamp: message.Attributes?.ApproximateFirstReceiveTimestamp ?? '',
      },
      messageAttributes: Object.fromEntries(
        Object.entries(message.MessageAttributes ?? {}).map(([name, { DataType, StringValue }]) => [
          name,
          { dataType: DataType ?? 'String', ...(StringValue !== undefined && { stringValue: StringValue }) },
        ]),
      ),
      md5OfBody: message.MD5OfBody ?? '',
      eventSource: 'aws:sqs',
      eventSourceARN: queueArn,
      awsRegion,
    })),
  };
}
