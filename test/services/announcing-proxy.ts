/**
 * Stands before an S3 that sends no events, and sends one for each change, as EventBridge does for the bucket in the cloud.
 * Requests and answers pass as they are.
 */
import { createServer, type IncomingMessage, type OutgoingHttpHeaders, request as send } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { closeServer, listenOnLoopback } from '../../local/listen.ts';
import type { ObjectEvent } from '../../local/upload-events.ts';

export interface AnnouncingProxyOptions {
  readonly upstream: string;
  readonly bucket: string;
  /** Whether upstream checks signatures, which are of the address that the caller asked; the stand-in wants its own. */
  readonly checksSignatures: boolean;
  /** Awaited before the caller has its answer. */
  readonly announce: (change: Pick<ObjectEvent, 'type' | 'key'>) => Promise<void>;
}

export async function startAnnouncingProxy({
  upstream,
  bucket,
  checksSignatures,
  announce,
}: AnnouncingProxyOptions) {
  const ownHost = checksSignatures ? {} : { host: new URL(upstream).host };
  const server = createServer((request, response) => {
    const pass = async () => {
      const answer = await forward(request, upstream, ownHost);
      const isDone = answer.statusCode !== undefined && answer.statusCode < 300;
      const change = isDone && changeOf(request, bucket);
      if (change) await announce(change);
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      await pipeline(answer, response);
    };
    // As when a connection breaks: the SDK tries again.
    pass().catch(() => request.socket.destroy());
  });
  const port = await listenOnLoopback(server);
  return { url: `http://127.0.0.1:${port}`, stop: () => closeServer(server) };
}

function forward(
  request: IncomingMessage,
  upstream: string,
  changed: OutgoingHttpHeaders,
): Promise<IncomingMessage> {
  const { method = 'GET', url = '/', headers } = request;
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(upstream);
    const options = { hostname, port, method, path: url, headers: { ...headers, ...changed } };
    const sent = send(options, resolve).once('error', reject);
    pipeline(request, sent).catch(reject);
  });
}

/** Undefined for what changes no object of the bucket: a read, a part of an upload, or an upload that is begun or given up. */
function changeOf({ method, url = '/' }: IncomingMessage, bucket: string) {
  const { pathname, searchParams } = new URL(url, 'http://s3');
  const [, of, ...path] = pathname.split('/').map(decodeURIComponent);
  const key = path.join('/');
  if (of !== bucket || key === '') return undefined;
  const isInParts = searchParams.has('uploadId');
  const isWritten = method === 'POST' ? isInParts : method === 'PUT' && !isInParts;
  if (isWritten) return { type: 'Object Created' as const, key };
  return method === 'DELETE' && !isInParts ? { type: 'Object Deleted' as const, key } : undefined;
}
