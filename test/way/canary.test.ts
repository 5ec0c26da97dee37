/** The canary over the real use cases, with S3, SQS and DynamoDB of the test's own and the embedded engine. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type CanaryDependencies, runCanary } from '../../functions/canary/canary.ts';
import { canaryMeasurements } from '../../functions/canary/canary-measurements.ts';
import { canaryUploads } from '../../functions/canary/canary-uploads.ts';
import { siteAt } from '../../functions/canary/site.ts';
import { indexDocument } from '../../functions/index-documents/index-document.ts';
import { Vocabulary } from '../../functions/index-documents/vocabulary.ts';
import { ingestDocument } from '../../functions/ingest-document/ingest-document.ts';
import { readDocument } from '../../functions/ingest-document/reading/make-document.ts';
import { ReadingTurns } from '../../functions/ingest-document/reading/reading-turns.ts';
import { Uploads } from '../../functions/ingest-document/uploads.ts';
import { closeServer, listenOnLoopback } from '../../local/listen.ts';
import { openSearchIndex } from '../../search-index/open-search-index.ts';
import type { SearchIndex } from '../../search-index/search-index.ts';
import { canaryKey } from '../../shared/canary-key.ts';
import { documentId } from '../../shared/document.ts';
import { UnavailableError } from '../../shared/errors.ts';
import { visibilityOfKey } from '../../shared/visibility.ts';
import { linkInProcess } from '../link-in-process.ts';
import { startTestAws, type TestAws } from '../local-aws.ts';
import { request } from '../search-index/entries.ts';

let aws: TestAws;
let folder: string;
let index: Record<'public' | 'archive', SearchIndex>;
let runs = 0;

beforeAll(async () => {
  aws = await startTestAws();
  folder = mkdtempSync(join(tmpdir(), 'vindplaats-canary-'));
  const url = `sqlite:${folder}`;
  index = {
    public: await openSearchIndex({ url, collection: 'public' }),
    archive: await openSearchIndex({ url, collection: 'archive' }),
  };
});
afterAll(async () => {
  await Promise.all([index.public.close(), index.archive.close(), aws.stop()]);
  rmSync(folder, { recursive: true, force: true });
});

const now = () => new Date();

/** What the two queues bring about. */
async function follow(key: string): Promise<void> {
  await ingestDocument(
    { key, sequencer: null },
    {
      ...aws,
      uploads: new Uploads(aws.s3, aws.bucket),
      reader: { read: readDocument },
      turns: new ReadingTurns(4),
      now,
    },
  );
  await indexDocument(documentId(key), {
    ...aws,
    vocabulary: new Vocabulary(aws.catalogue, linkInProcess),
    index,
    isRebuilding: async () => false,
    now,
  });
}

let dependencies: CanaryDependencies;
beforeEach(async () => {
  runs += 1;
  await index.public.markFilled((await index.public.health()).generation);
  const word = `k1aa${runs}bb${runs}`;
  const uploads = canaryUploads(aws.s3, aws.bucket);
  dependencies = {
    uploads: {
      put: async (key, text) => {
        await uploads.put(key, text);
        await follow(key);
      },
      remove: async (key) => {
        await uploads.remove(key);
        await follow(key);
      },
    },
    archive: index.archive,
    site: { search: (q) => index.public.search(request({ q })) },
    word: () => word,
    now: () => performance.now(),
    pause: () => pause(10),
    within: 2000,
  };
});

const uploaded = async () =>
  ((await aws.s3.send(new ListObjectsV2Command({ Bucket: aws.bucket }))).Contents ?? []).map(
    ({ Key }) => Key,
  );

test('The canary is found, by staff only, and leaves nothing behind', async () => {
  const publicTotals: number[] = [];
  const result = await runCanary({
    ...dependencies,
    archive: {
      search: async (request) => {
        publicTotals.push((await index.public.search(request)).total);
        return index.archive.search(request);
      },
    },
  });
  expect(result).toEqual({
    foundAfter: expect.any(Number),
    visitorAnsweredIn: expect.any(Number),
    shownToVisitors: false,
    gone: true,
  });
  expect(canaryMeasurements(result).map(({ name }) => name)).toEqual([
    'CanaryFound',
    'CanaryMilliseconds',
    'VisitorAnswered',
    'VisitorMilliseconds',
    'CanaryShown',
    'CanaryGone',
  ]);
  expect(visibilityOfKey(canaryKey)).toBe('internal');
  expect(new Set(publicTotals)).toEqual(new Set([0]));
  expect(await uploaded()).toEqual([]);
  expect((await index.archive.health()).documents).toBe(0);
});

test('Staff’s list of uploads leaves the canary out, while it is there and after it went', async () => {
  const listed = async () =>
    (await aws.catalogue.ledger({ limit: 200, cursor: null })).rows.map(({ key }) => key);
  const put = { Bucket: aws.bucket, Key: 'internal/verslag.txt', Body: 'Verslag\n\nVan een dag.\n' };
  await aws.s3.send(new PutObjectCommand(put));
  await follow(put.Key);
  await dependencies.uploads.put(canaryKey, 'Kanarie\n\nDit document komt en gaat vanzelf.\n');
  expect((await aws.catalogue.get(documentId(canaryKey)))?.state).toBe('searchable');
  expect(await listed()).toEqual([put.Key]);
  await dependencies.uploads.remove(canaryKey);
  expect((await aws.catalogue.get(documentId(canaryKey)))?.state).toBe('removed');
  expect(await listed()).toEqual([put.Key]);
  await dependencies.uploads.remove(put.Key);
});

test('A run takes no earlier one’s document for its own, and takes it away', async () => {
  await aws.s3.send(
    new PutObjectCommand({
      Bucket: aws.bucket,
      Key: canaryKey,
      Body: 'Kanarie\n\nVan een vorige keer: k1oud0\n',
    }),
  );
  await follow(canaryKey);
  const result = await runCanary({
    ...dependencies,
    // Nobody looks at what it puts.
    uploads: { ...dependencies.uploads, put: canaryUploads(aws.s3, aws.bucket).put },
    within: 200,
  });
  expect(result).toMatchObject({ foundAfter: null, gone: true });
  expect(canaryMeasurements(result)).toContainEqual({ name: 'CanaryFound', value: 0 });
  expect(await uploaded()).toEqual([]);
  expect((await index.archive.health()).documents).toBe(0);
});

test('While the engine does not answer it is not found, and is taken away all the same', async () => {
  const result = await runCanary({
    ...dependencies,
    archive: { search: () => Promise.reject(new UnavailableError('The engine')) },
    within: 100,
  });
  expect(result).toMatchObject({ foundAfter: null, gone: false });
  expect(await uploaded()).toEqual([]);
});

test('A site that does not answer visitors is told, and shows nothing that anyone could judge', async () => {
  const result = await runCanary({
    ...dependencies,
    site: { search: () => Promise.reject(new UnavailableError('The site')) },
    within: 100,
  });
  expect(result).toEqual({
    foundAfter: expect.any(Number),
    visitorAnsweredIn: null,
    shownToVisitors: null,
    gone: true,
  });
  const measured = canaryMeasurements(result);
  expect(measured).toContainEqual({ name: 'VisitorAnswered', value: 0 });
  expect(measured.map(({ name }) => name)).not.toContain('CanaryShown');
});

test('An answer that is degraded is asked for again, and does not count', async () => {
  let questions = 0;
  const site = (isDegraded: () => boolean): CanaryDependencies['site'] => ({
    search: async () => {
      questions += 1;
      return { total: 0, degraded: isDegraded() };
    },
  });
  const recovering = await runCanary({ ...dependencies, site: site(() => questions === 1) });
  expect(recovering.visitorAnsweredIn).not.toBeNull();
  // Twice for all of an answer, and once for the canary's own.
  expect(questions).toBe(3);
  const behind = await runCanary({ ...dependencies, site: site(() => true), within: 100 });
  expect(behind.visitorAnsweredIn).toBeNull();
});

test('A site that shows visitors the canary, which is internal, is told', async () => {
  const result = await runCanary({
    ...dependencies,
    site: { search: (q) => index.archive.search(request({ q })) },
  });
  expect(result).toMatchObject({ shownToVisitors: true });
  expect(canaryMeasurements(result)).toContainEqual({ name: 'CanaryShown', value: 1 });
});

describe('The site, asked over HTTP', () => {
  let respond: (path: string, response: ServerResponse) => unknown;
  const server = createServer((incoming, response) => respond(incoming.url ?? '', response));
  let origin: string;
  beforeAll(async () => {
    origin = `http://127.0.0.1:${await listenOnLoopback(server)}`;
  });
  afterAll(() => closeServer(server));

  test('is searched as a browser does, for one hit', async () => {
    const asked: string[] = [];
    respond = (path, response) => {
      asked.push(path);
      response.end(JSON.stringify({ query: '', total: 3, degraded: false, hits: [] }));
    };
    expect(await siteAt(origin).search('een & twee')).toEqual({ total: 3, degraded: false });
    expect(asked).toEqual(['/search?q=een+%26+twee&size=1']);
  });

  test.each<[string, (response: ServerResponse) => unknown]>([
    ['refuses', (response) => response.writeHead(503).end('{}')],
    ['answers with something else', (response) => response.end('{"message": "ok"}')],
    ['answers with a page', (response) => response.end('<!doctype html>')],
    ['breaks off', (response) => response.destroy()],
  ])('is unavailable when it %s', async (_how, answer) => {
    respond = (_path, response) => answer(response);
    await expect(siteAt(origin).search('')).rejects.toThrow(UnavailableError);
  });
});

test('When the bucket fails after it took the document, that is told, and the document is taken away', async () => {
  const run = runCanary({
    ...dependencies,
    uploads: {
      ...dependencies.uploads,
      put: async (key, text) => {
        await dependencies.uploads.put(key, text);
        throw new Error('The answer was lost');
      },
    },
  });
  await expect(run).rejects.toThrow('The answer was lost');
  expect(await uploaded()).toEqual([]);
});
