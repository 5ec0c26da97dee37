/**
 * `npm run engine:put -- BUCKET [VERSION]`: fetches Meilisearch for the server from its releases on GitHub, checks it, and
 * puts it with its checksum where the server looks for it. The server cannot fetch it itself: it has IPv6 only, and GitHub
 * has none.
 */
import { S3Client } from '@aws-sdk/client-s3';
import { checkedBinary, fetchRelease } from './fetch-release.ts';
import { putRelease } from './put-objects.ts';
import release from './release.json' with { type: 'json' };

const [bucket, version = release.version] = process.argv.slice(2);
if (!bucket) {
  console.error(
    'Name the bucket: npm run engine:put -- BUCKET, the ReleasesBucket that the deployment printed',
  );
  process.exit(2);
}
const pinned = version === release.version ? release.sha256 : null;
const fetched = await fetchRelease(version, release.binary, fetch);
const { sha256, body } = checkedBinary(fetched, pinned);
await putRelease({ bucket, version, binary: release.binary, sha256, body }, new S3Client());
console.log(
  `${release.binary} ${version}, SHA-256 ${sha256}, is in ${bucket}; the server fetches it within a minute.`,
);
if (!pinned)
  console.log('To pin it, put the checksum into infra/meilisearch-server/release.json and deploy.');
