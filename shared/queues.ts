import type { SQSClient } from '@aws-sdk/client-sqs';
import { deadLettersOf } from './dead-letters.ts';
import type { UploadEvent } from './upload-event.ts';
import { WorkQueue } from './work-queues.ts';

/** Both queues and their dead letters, by the addresses that a function has. */
export function queuesOf(sqs: SQSClient, urls: Parameters<typeof deadLettersOf>[1]) {
  return {
    looks: new WorkQueue<UploadEvent>(sqs, urls.UPLOADS_QUEUE_URL),
    changes: new WorkQueue<{ id: string }>(sqs, urls.CHANGES_QUEUE_URL),
    deadLetters: deadLettersOf(sqs, urls),
  };
}
