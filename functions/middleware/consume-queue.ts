/** How every function that works off a queue does so: each message on its own, failures back with a growing pause. */
import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { ChangeMessageVisibilityCommand, SQSClient } from '@aws-sdk/client-sqs';
import middy from '@middy/core';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type * as z from 'zod';
import type { UploadState } from '../../shared/catalogue/row.ts';
import type { RefusalReason } from '../../shared/document.ts';
import { UnavailableError } from '../../shared/errors.ts';
import { maxReceiveCount, WorkQueue } from '../../shared/work-queues.ts';
import { correlated, correlationOf, withCorrelation } from './correlation.ts';
import { asError, makeLogger } from './make-logger.ts';
import { type Measurement, makeMetrics, publish } from './measurements.ts';

/** Seconds; the queue's own time-out is minutes, too long for a fault that passes. */
const longestPause = 30;

/**
 * Seconds after which a message is looked at again while a part that it needs does not answer: short enough that a
 * removal reaches visitors within the minute once that part is back.
 */
const postponement = 20;

/** What a message changed. It is logged whole, so nothing that people wrote has a place in it. */
export interface News {
  /** The document's id. */
  readonly document: string;
  readonly state: UploadState;
  readonly refusal?: RefusalReason | null;
}

/** What there is to tell of a message that was dealt with. */
export interface Told {
  readonly news: News;
  readonly measurements: readonly Measurement[];
}

export interface QueueConsumer<Schema extends z.ZodType> {
  /** The function's name, in logs and metrics. */
  readonly name: string;
  readonly queueUrl: string;
  readonly message: Schema;
  /** Undefined when the message changed nothing. `isRetry`: it was handed out before, and that failed. */
  readonly handle: (
    message: z.infer<Schema>,
    context: { readonly isRetry: boolean },
  ) => Promise<Told | undefined>;
  /** Told of a message that was sent anew, for a part that it needs does not answer. */
  readonly onPostponed?: (message: z.infer<Schema>) => Promise<void>;
  /** Told of a message that failed for the last time, before it goes to the dead-letter queue. */
  readonly onGivenUp: (message: z.infer<Schema>, error: unknown) => Promise<void>;
}

/** A Lambda handler that reports the failed messages of a batch, so that one bad message holds up no other. */
export function consumeQueue<Schema extends z.ZodType>({
  name,
  queueUrl,
  message,
  handle,
  onPostponed,
  onGivenUp,
}: QueueConsumer<Schema>) {
  const logger = makeLogger(name);
  const metrics = makeMetrics(name);
  const sqs = correlated(new SQSClient());
  const queue = new WorkQueue<z.infer<Schema>>(sqs, queueUrl);

  const handleRecord = async (record: SQSRecord, correlation_id: string): Promise<readonly Measurement[]> => {
    const parsed = message.safeParse(jsonOf(record.body));
    try {
      if (!parsed.success) throw parsed.error;
      const isRetry = Number(record.attributes.ApproximateReceiveCount) > 1;
      const told = await handle(parsed.data, { isRetry });
      if (told) logger.info('A document moved on', { correlation_id, ...told.news });
      return told?.measurements ?? [];
    } catch (error) {
      if (error instanceof UnavailableError && parsed.success) {
        logger.warn('A message waits for a part that does not answer', { error, correlation_id });
        // As a new message, for a part that is away for an hour must not use up the tries of this one.
        await queue.send([parsed.data], postponement);
        await onPostponed?.(parsed.data).catch((failed: unknown) =>
          logger.warn('The catalogue could not be told of a message that waits', { error: asError(failed) }),
        );
        return [];
      }
      logger.error('A message failed and will be tried again', {
        error: asError(error),
        correlation_id,
        messageId: record.messageId,
      });
      if (parsed.success) await tellGivenUp(record, parsed.data, error);
      await pause(record);
      throw error;
    }
  };

  const tellGivenUp = async (record: SQSRecord, given: z.infer<Schema>, cause: unknown) => {
    if (Number(record.attributes.ApproximateReceiveCount) < maxReceiveCount) return;
    try {
      await onGivenUp(given, cause);
    } catch (error) {
      // The message waits in the dead-letter queue all the same; only the ledger does not say so.
      logger.error('The ledger could not be told of a message that was given up', {
        error: asError(error),
        messageId: record.messageId,
      });
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
    .handler(async (event, context) => {
      const measurements: Measurement[] = [];
      const handleOne = async (record: SQSRecord) => {
        const id = correlationOf(record);
        measurements.push(...(await withCorrelation(id, () => handleRecord(record, id))));
      };
      // A processor holds the state of one batch, and two batches may be under way in one process.
      const processor = new BatchProcessor(EventType.SQS);
      const response = await processPartialResponse(event, handleOne, processor, {
        context,
        throwOnFullBatchFailure: false,
      });
      publish(metrics, measurements);
      return response;
    });
}

/** Undefined for what is no JSON: no schema takes that for a message. */
function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
