/** Addresses for an editor's file: what cannot be one is the caller's to mend, whatever S3 or its client says of it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { completeUpload, prepareUpload } from '../../functions/staff-api/prepare-upload.ts';
import { InvalidInputError } from '../../shared/errors.ts';
import { startTestAws, type TestAws } from '../local-aws.ts';

let aws: TestAws;
beforeAll(async () => {
  aws = await startTestAws();
});
afterAll(() => aws.stop());

const small = { key: 'public/stuk.txt', size: 3 };
const large = { key: 'public/groot.pdf', size: 9_000_000 };
const part = { number: 1, etag: 'x' };

describe('An upload', () => {
  test.each([
    { ...small, key: 'public/\ud800.txt' },
    { ...large, key: 'public/\ud800.pdf' },
    { ...small, contentType: 'text/plain\nx: y' },
    { ...large, contentType: 'text/plain\nx: y' },
    { ...large, contentType: '\u2603' },
  ])('is refused when no address can be made for it: %j', async (body) => {
    await expect(prepareUpload(body, aws)).rejects.toThrow(InvalidInputError);
  });

  test.each([
    { key: small.key, uploadId: 'unknown', parts: [part] },
    { key: small.key, uploadId: '\ud800', parts: [part] },
    { key: small.key, uploadId: 'unknown', parts: [{ number: 99_999, etag: '\u0000' }] },
  ])('cannot be completed when it was never begun: %j', async (body) => {
    await expect(completeUpload(body, aws)).rejects.toThrow(InvalidInputError);
  });

  test('cannot be completed with parts that were not put, nor at another place', async () => {
    const prepared = await prepareUpload(large, aws);
    for (const key of [large.key, 'public/elders.pdf']) {
      const body = { ...prepared.complete?.body, key, parts: [part] };
      await expect(completeUpload(body, aws)).rejects.toThrow(InvalidInputError);
    }
  });
});
