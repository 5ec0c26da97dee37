/** How every function that works off a queue does so: each message on its own, failures back with a growing pause. */
import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { ChangeMessageVisibilityCommand, SQSClient } from '@aws-sdk/client-sqs';
import middy from '@middy/core';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type * as z from 'zod';

/** Seconds; the queue's own time-out is minutes, too long for a fault that passes. */
const longestPause = 30;

/** What there is to tell of a message that was dealt with; undefined when it changed nothing. */
export type Measurement =
  | { readonly name: string; readonly count: number }
  | { readonly name: string; readonly milliseconds: number }
  | undefined;

export interface QueueConsumer<Schema extends z.ZodType> {
  /** The function's name, in logs and metrics. */
  readonly name: string;
  readonly queueUrl: string;
  readonly message: Schema;
  readonly handle: (message: z.infer<Schema>) => Promise<Measurement>;
}

/** A Lambda handler that reports the failed messages of a batch, so that one bad message holds up no other. */
export function consumeQueue<Schema extends z.ZodType>({
  name,
  queueUrl,
  message,
  handle,
}: QueueConsumer<Schema>) {
  const logger = new Logger({ serviceName: name });
  const metrics = new Metrics({ namespace: 'Vindplaats', serviceName: name });
  const sqs = new SQSClient();

  const handleRecord = async (record: SQSRecord) => {
    try {
      const measured = await handle(message.parse(JSON.parse(record.body)));
      if (!measured) return;
      if ('count' in measured) metrics.addMetric(measured.name, MetricUnit.Count, measured.count);
      else metrics.addMetric(measured.name, MetricUnit.Milliseconds, measured.milliseconds);
    } catch (error) {
      logger.error('A message failed and will be tried again', {
        error: error instanceof Error ? error : new Error(String(error)),
        messageId: record.messageId,
      });
      await pause(record);
      throw error;
    }
  };

  const pause = async ({ receiptHandle, attributes }: SQSRecord) => {
    const seconds = Math.min(longestPause, 2 ** (Number(attributes.ApproximateReceiveCount) - 1));
    try {
      await sqs.send(
        new ChangeMessageVisibilityCommand({
          QueueUrl: queueUrl,
          ReceiptHandle: receiptHandle,
          VisibilityTimeout: seconds,
        }),
      );
    } catch {
      // The queue's own time-out brings the message back all the same, only later.
    }
  };

  return middy<SQSEvent, SQSBatchResponse>()
    .use(injectLambdaContext(logger))
    .after(() => {
      // Publishing nothing would put a warning in the log for every batch without news.
      if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
    })
    .handler((event, context) => {
      // A processor holds the state of one batch, and two batches may be under way in one process.
      const processor = new BatchProcessor(EventType.SQS);
      return processPartialResponse(event, handleRecord, processor, {
        context,
        throwOnFullBatchFailure: false,
      });
    });
}
