import { createHash } from 'node:crypto';
import * as z from 'zod';

const Release = z.object({
  assets: z.array(
    z.object({ name: z.string(), browser_download_url: z.url(), digest: z.string().nullable().optional() }),
  ),
});

export interface FetchedBinary {
  readonly body: Uint8Array;
  /** What GitHub says of it, apart from the download. */
  readonly digest: string | undefined;
}

export async function fetchRelease(
  version: string,
  binary: string,
  ask: (url: string) => Promise<Response>,
): Promise<FetchedBinary> {
  const answer = await ask(`https://api.github.com/repos/meilisearch/meilisearch/releases/tags/v${version}`);
  if (!answer.ok) throw new Error(`GitHub knows no release v${version} of Meilisearch: ${answer.status}`);
  const asset = Release.parse(await answer.json()).assets.find(({ name }) => name === binary);
  if (!asset) throw new Error(`Release v${version} of Meilisearch has no ${binary}`);
  const download = await ask(asset.browser_download_url);
  if (!download.ok) throw new Error(`${binary} cannot be fetched: ${download.status}`);
  return {
    body: new Uint8Array(await download.arrayBuffer()),
    digest: asset.digest?.replace(/^sha256:/, ''),
  };
}

/** The binary with its checksum. Throws when that is not the pinned one, or not the one that GitHub says. */
export function checkedBinary({ body, digest }: FetchedBinary, pinned: string | null) {
  const sha256 = createHash('sha256').update(body).digest('hex');
  const expected = pinned ?? digest;
  if (!expected) throw new Error('Neither release.json nor GitHub says what the SHA-256 must be');
  for (const one of [pinned, digest]) {
    if (one && one !== sha256)
      throw new Error(`The SHA-256 is ${sha256} and must be ${one}: nothing was put`);
  }
  return { sha256, body };
}
