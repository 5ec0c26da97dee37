/** One id from an upload's event to the document being searchable, and nothing in the logs that people wrote. */
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { SQSRecord } from 'aws-lambda';
import { describe, expect, test, vi } from 'vitest';
import { correlated, correlationOf, withCorrelation } from '../../functions/middleware/correlation.ts';
import { makeLogger } from '../../functions/middleware/make-logger.ts';
import { awsCredentials, awsRegion } from '../../local/aws-identity.ts';
import { toEventBridge } from '../../local/upload-events.ts';
import { documentId } from '../../shared/document.ts';
import { WorkQueue } from '../../shared/work-queues.ts';
import { startTestAws } from '../local-aws.ts';

/** A message as Lambda hands it over. */
function record(body: string, correlationId?: string): SQSRecord {
  return {
    messageId: '2f3a6b4e-message',
    receiptHandle: '',
    body,
    attributes: {
      ApproximateReceiveCount: '1',
      SentTimestamp: '',
      SenderId: '',
      ApproximateFirstReceiveTimestamp: '',
    },
    messageAttributes:
      correlationId === undefined
        ? {}
        : { correlationId: { dataType: 'String', stringValue: correlationId } },
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: '',
    awsRegion,
  };
}

describe('The correlation id', () => {
  test('is that of the event that S3 sent', () => {
    const event = toEventBridge({
      type: 'Object Created',
      bucket: 'uploads',
      key: 'public/a.txt',
      sequencer: '1',
    });
    expect(correlationOf(record(JSON.stringify(event)))).toBe(event.id);
  });

  test('is the one that came beside the message, when one came', () => {
    const body = JSON.stringify({ id: documentId('public/a.txt') });
    expect(correlationOf(record(body, 'abc-123'))).toBe('abc-123');
  });

  test.each([
    ['was lost on the way', JSON.stringify({ id: documentId('public/a.txt') }), undefined],
    [
      'is text that someone wrote',
      JSON.stringify({ id: documentId('public/a.txt') }),
      'Jan de Vries, Kerkstraat 1',
    ],
    ['cannot be told, for the message is no JSON', '{', undefined],
  ])('begins anew with the message when it %s', (_why, body, carried) => {
    expect(correlationOf(record(body, carried))).toBe('2f3a6b4e-message');
  });

  test('goes along with whatever is sent for it, also when two things are done at once', async () => {
    const aws = await startTestAws();
    try {
      const sqs = correlated(
        new SQSClient({ region: awsRegion, credentials: awsCredentials, endpoint: aws.endpoints.sqs }),
      );
      const queue = new WorkQueue<{ id: string }>(sqs, aws.queueUrls.changes);
      await Promise.all(['first', 'second'].map((id) => withCorrelation(id, () => queue.send([{ id }]))));
      await queue.send([{ id: 'without' }]);
      const received = new Map<string | undefined, string | undefined>();
      while (received.size < 3) {
        const { Messages = [] } = await aws.sqs.send(
          new ReceiveMessageCommand({
            QueueUrl: aws.queueUrls.changes,
            MessageAttributeNames: ['All'],
            MaxNumberOfMessages: 10,
            WaitTimeSeconds: 1,
          }),
        );
        for (const { Body, MessageAttributes } of Messages)
          received.set(Body, MessageAttributes?.correlationId?.StringValue);
      }
      expect(Object.fromEntries(received)).toEqual({
        '{"id":"first"}': 'first',
        '{"id":"second"}': 'second',
        '{"id":"without"}': undefined,
      });
    } finally {
      await aws.stop();
    }
  });
});

describe('A fault in the log', () => {
  /** What the logger writes of it, parsed. */
  const logged = (error: Error): unknown => {
    const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    try {
      makeLogger('test').error('It failed', { error });
      return JSON.parse(String(write.mock.calls[0]?.[0])).error;
    } finally {
      write.mockRestore();
    }
  };

  test('keeps its cause, and the cause of that', () => {
    const error = new Error('outer', { cause: new Error('middle', { cause: new TypeError('inner') }) });
    expect(logged(error)).toMatchObject({
      message: 'outer',
      stack: expect.stringContaining('correlation.test.ts'),
      cause: { message: 'middle', cause: { name: 'TypeError', message: 'inner' } },
    });
  });

  test('leaves out what hangs on it, such as the name of the file that S3 does not have', () => {
    const error = Object.assign(new Error('The specified key does not exist.'), {
      Key: 'internal/ontslag-jan-de-vries.pdf',
      code: 'NoSuchKey',
      $metadata: { requestId: 'r1', httpStatusCode: 404 },
    });
    expect(JSON.stringify(logged(error))).not.toContain('jan-de-vries');
    expect(logged(error)).toMatchObject({ code: 'NoSuchKey', request: { requestId: 'r1' } });
  });

  test('does not quote the text that turned out to be no JSON', () => {
    let thrown = new Error();
    try {
      JSON.parse('{"titel": Ontslagbrief van Jan');
    } catch (error) {
      if (error instanceof Error) thrown = error;
    }
    expect(thrown.message).toContain('Ontslag');
    expect(JSON.stringify(logged(new Error('outer', { cause: thrown })))).not.toContain('Ontslag');
  });
});
