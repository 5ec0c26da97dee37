/** The embedded engine over snapshots in S3, whose pointer is written on conditions, on an S3 of others. */
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bucketNames } from '../../local/aws.ts';
import { documentId } from '../../shared/document.ts';
import { type RunningVindplaats, startOnServices } from './running-vindplaats.ts';

let vindplaats: RunningVindplaats;

beforeAll(async () => {
  vindplaats = await startOnServices(`sqlite+s3://${bucketNames.index}/index`);
});
afterAll(() => vindplaats?.stop());

test('What many write at once is found, visitors and staff each their own', async () => {
  const numbers = Array.from({ length: 40 }, (_, at) => at);
  await Promise.all(
    numbers.map((at) =>
      vindplaats.upload(
        `${at % 2 === 0 ? 'public' : 'internal'}/${at}.md`,
        `# Stuk ${at}\n\nDe kamperfoelie bloeit.\n`,
      ),
    ),
  );
  await vindplaats.eventually(async () => (await vindplaats.found('kamperfoelie')) === 20);
  await vindplaats.eventually(async () => (await vindplaats.foundByStaff('kamperfoelie')) === 40);
});

test('What staff hide and remove is found no more', async () => {
  await vindplaats.ask('PATCH', `/documents/${documentId('public/0.md')}`, { visibility: 'internal' });
  await vindplaats.eventually(async () => (await vindplaats.found('kamperfoelie')) === 19);
  await vindplaats.ask('DELETE', `/documents/${documentId('public/0.md')}`);
  await vindplaats.eventually(async () => (await vindplaats.foundByStaff('kamperfoelie')) === 39);
});

test('A new index takes the place of the old one', async () => {
  await vindplaats.settled();
  await vindplaats.ask('POST', '/rebuild');
  await vindplaats.eventually(
    async () => (await vindplaats.ask('GET', '/reports/rebuild')).body.state === 'promoted',
  );
  await vindplaats.eventually(async () => (await vindplaats.found('kamperfoelie')) === 19);
});

test('The bucket holds snapshots and their pointers, and nothing failed on the way', async () => {
  const { Contents = [] } = await vindplaats.silentS3.send(
    new ListObjectsV2Command({ Bucket: bucketNames.index }),
  );
  const keys = Contents.map(({ Key }) => Key);
  expect(keys).toEqual(expect.arrayContaining(['index/public/pointer.json', 'index/archive/pointer.json']));
  for (const key of keys) expect(key).toMatch(/^index\/(public|archive)\/([\w-]+\.sqlite|pointer\.json)$/);
  expect(vindplaats.faults).toEqual([]);
  expect(vindplaats.warnings()).toEqual([]);
});
