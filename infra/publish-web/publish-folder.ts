import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';

const contentTypes: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.woff2': 'font/woff2',
};

/** A page and what it loads must be of one version, so browsers ask each time, and CloudFront every minute. */
const cacheControl = 'public, max-age=0, s-maxage=60, must-revalidate';

/** Puts every file of the folder, under its path in it; pages last, for they name the others. */
export async function publishFolder(folder: URL, bucket: string, s3: S3Client): Promise<void> {
  const root = fileURLToPath(folder);
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .sort((left, right) => Number(extname(left) === '.html') - Number(extname(right) === '.html'));
  for (const file of files) {
    await s3.send(
      new PutObjectCommand({
        Bucket: bucket,
        Key: relative(root, file).split(sep).join('/'),
        Body: await readFile(file),
        ContentType: contentTypes[extname(file)] ?? 'application/octet-stream',
        CacheControl: cacheControl,
      }),
    );
  }
}
