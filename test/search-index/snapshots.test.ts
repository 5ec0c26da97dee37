import { afterAll, beforeAll } from 'vitest';
import { snapshotIndex } from '../../search-index/engines/snapshots/snapshot-index.ts';
import { startTestAws, type TestAws } from '../local-aws.ts';
import { searchIndexContract } from './contract.ts';

let aws: TestAws;
beforeAll(async () => {
  aws = await startTestAws();
});
afterAll(() => aws.stop());

let collections = 0;
const newPrefix = () => `index/${++collections}`;

searchIndexContract('snapshots in S3', async () =>
  snapshotIndex({ s3: async () => aws.s3, bucket: 'index', prefix: newPrefix() }),
);
