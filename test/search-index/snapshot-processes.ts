/** Snapshots in S3 as processes of their own use them, which can be killed; they find the stand-in by its address. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { S3Client } from '@aws-sdk/client-s3';
import { awsCredentials, awsRegion } from '../../local/aws-identity.ts';
import { snapshotIndex } from '../../search-index/engines/snapshots/snapshot-index.ts';
import type { SearchIndex } from '../../search-index/search-index.ts';

export interface Place {
  readonly endpoint: string;
  readonly prefix: string;
}

/** How many times faster than the world the clock of these processes goes, so that they look as much more often. */
const haste = 10;

export function openSnapshots({ endpoint, prefix }: Place): SearchIndex {
  const s3 = new S3Client({
    region: awsRegion,
    credentials: awsCredentials,
    endpoint,
    forcePathStyle: true,
  });
  return snapshotIndex({ s3: async () => s3, bucket: 'index', prefix, now: () => Date.now() * haste });
}

/** As the process is told. */
export function placeOfArguments(): Place & { readonly first: number } {
  const [endpoint = '', prefix = '', first = '0'] = process.argv.slice(2);
  return { endpoint, prefix, first: Number(first) };
}

export function startProcess(
  script: `snapshot-${'writing' | 'reading'}-process.ts`,
  { endpoint, prefix }: Place,
  first: number,
  onLine: (line: string) => void,
): ChildProcess {
  const file = fileURLToPath(new URL(script, import.meta.url));
  const child = spawn(process.execPath, [file, endpoint, prefix, String(first)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  createInterface(child.stdout).on('line', onLine);
  return child;
}
