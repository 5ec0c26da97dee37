/**
 * One id for all that an upload or a request sets in motion, so that its lines in the logs of several functions can be
 * found together. It travels beside the messages and means nothing to them: when it is lost, a new one begins.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { SendMessageBatchCommandInput, SQSClient } from '@aws-sdk/client-sqs';
import type { SQSRecord } from 'aws-lambda';
import * as z from 'zod/mini';

const attribute = 'correlationId';

const current = new AsyncLocalStorage<string>();

/** An id of AWS's making, such as a UUID or API Gateway's; nothing else gets into a log this way. */
const CorrelationId = z.string().check(z.regex(/^[\w=+/-]{1,64}$/));

/** EventBridge gives every event an id; a document's id has another form. */
const Event = z.object({ id: z.uuid() });

/** The id that came with the message, or that of the event that it tells of, or the message's own. */
export function correlationOf({ messageAttributes, body, messageId }: SQSRecord): string {
  const carried = CorrelationId.safeParse(messageAttributes[attribute]?.stringValue);
  if (carried.success) return carried.data;
  return eventId(body) ?? messageId;
}

function eventId(body: string): string | undefined {
  try {
    return Event.safeParse(JSON.parse(body)).data?.id;
  } catch {
    // A body that is no JSON is told of where it is parsed to be worked on.
    return undefined;
  }
}

/** Whatever the work sends by a `correlated` client carries this id. */
export function withCorrelation<Result>(id: string, work: () => Result): Result {
  return current.run(id, work);
}

/** The client, which from now on puts the id of the work that it sends for beside every message. */
export function correlated(sqs: SQSClient): SQSClient {
  sqs.middlewareStack.add(
    (next) => (call) => {
      const id = current.getStore();
      return next(
        id !== undefined && isBatch(call.input) ? { ...call, input: withId(call.input, id) } : call,
      );
    },
    { step: 'initialize', name: 'correlation' },
  );
  return sqs;
}

function isBatch(input: object): input is SendMessageBatchCommandInput {
  return (
    'Entries' in input &&
    Array.isArray(input.Entries) &&
    input.Entries.some((entry) => 'MessageBody' in entry)
  );
}

function withId(input: SendMessageBatchCommandInput, id: string): SendMessageBatchCommandInput {
  return {
    ...input,
    Entries: input.Entries?.map((entry) => ({
      ...entry,
      MessageAttributes: {
        ...entry.MessageAttributes,
        [attribute]: { DataType: 'String', StringValue: id },
      },
    })),
  };
}
