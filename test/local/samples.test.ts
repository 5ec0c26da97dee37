import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { HeadObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { bucketNames } from '../../local/aws.ts';
import { Progress } from '../../local/progress.ts';
import { loadSamples } from '../../local/samples.ts';
import { startTestAws, temporaryFolder } from './temporary.ts';

const Bucket = bucketNames.uploads;

test('every sample is uploaded under its place, with progress', async () => {
  const { s3 } = await startTestAws();
  const folder = temporaryFolder();
  for (const name of ['public/a.md', 'public/map/b.txt', 'internal/c.txt', 'README.md', 'public/.keep']) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), name);
  }
  const told: string[] = [];
  const loaded = await loadSamples({
    s3,
    bucket: Bucket,
    folder,
    onProgress: (done, total) => told.push(`${done} of ${total}`),
  });
  expect(loaded).toBe(3);
  expect(told).toEqual(['1 of 3', '2 of 3', '3 of 3']);
  const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket }));
  expect(Contents?.map(({ Key }) => Key)).toEqual(['internal/c.txt', 'public/a.md', 'public/map/b.txt']);
  const { Metadata, ContentType } = await s3.send(new HeadObjectCommand({ Bucket, Key: 'public/a.md' }));
  expect({ Metadata, ContentType }).toEqual({
    Metadata: { source: 'samples' },
    ContentType: 'text/markdown',
  });
});

test('progress is one changing line on a terminal and a line now and then elsewhere', () => {
  const told = (isTTY: boolean) => {
    let output = '';
    const write = (text: string | Uint8Array) => {
      output += text;
      return true;
    };
    const progress = new Progress({ write, isTTY, columns: 10 });
    progress.show('1 of 3');
    progress.show('2 of 3 which is too long');
    progress.end('done');
    return output;
  };
  expect(told(true)).toBe('\r\u001b[K1 of 3\r\u001b[K2 of 3 wh\r\u001b[Kdone\n');
  expect(told(false)).toBe('1 of 3\ndone\n');
});
