/**
 * The one address of a local Vindplaats: its pages, its public API, and its staff API behind the authorizer, as
 * CloudFront and API Gateway put them together in the cloud.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { callFunction, payloadLimit } from './api-gateway.ts';
import type { Invoke } from './functions.ts';
import { type Answer, gatewayAnswer } from './gateway-answer.ts';
import type { Authorizer } from './jwt-authorizer.ts';
import { closeServer, listenOnLoopback } from './listen.ts';
import { namesThisMachine } from './loopback-guard.ts';
import type { Assets } from './web-assets.ts';

/** What answers once everything runs. */
export interface Site {
  readonly publicApi: Invoke;
  readonly staffApi: Invoke;
  readonly authorize: Authorizer;
  readonly assets: Assets;
  /** Small JSON documents by path: what the token issuer says of itself. */
  readonly documents: ReadonlyMap<string, unknown>;
}

export interface HttpServer {
  readonly port: number;
  readonly origin: string;
  /** Until then every request is answered with 503, for the port is taken before the rest has started. */
  open(site: Site): void;
  stop(): Promise<void>;
}

export interface HttpServerOptions {
  readonly port: number;
  readonly onError: (error: unknown) => void;
}

/**
 * Milliseconds that an idle connection stays open. Node's five seconds end while people read what they found; whoever
 * asks at that very moment, on a busy machine, reads that the connection was reset.
 */
const keepAliveTimeout = 75_000;

/** Takes the port, or throws PlainError when another program has it. */
export async function startHttpServer({ port, onError }: HttpServerOptions): Promise<HttpServer> {
  let site: Site | undefined;
  const server: Server = createServer({ keepAliveTimeout }, (request, response) => {
    answer(request, site, onError)
      .catch((error: unknown) => {
        // Whoever asked has gone, which is nobody's fault.
        if (!request.errored) onError(error);
        return gatewayAnswer(500);
      })
      .then((given) => send(given, request, response))
      .catch(onError);
  });
  const taken = await listenOnLoopback(server, port);
  return {
    port: taken,
    origin: `http://127.0.0.1:${taken}`,
    open: (opened) => {
      site = opened;
    },
    stop: () => closeServer(server),
  };
}

async function answer(
  request: IncomingMessage,
  site: Site | undefined,
  onError: (error: unknown) => void,
): Promise<Answer> {
  if (!namesThisMachine(request)) return gatewayAnswer(421);
  const [rawPath = '', queryString = ''] = splitOnce(request.url ?? '', '?');
  const path = decoded(rawPath);
  if (!path?.startsWith('/')) return gatewayAnswer(400);
  if (!site) return gatewayAnswer(503);

  const isRead = request.method === 'GET' || request.method === 'HEAD';
  const asset = isRead && site.assets.get(path);
  if (asset)
    return { status: 200, headers: { ...assetHeaders, 'content-type': asset.contentType }, body: asset.body };
  if (isRead && site.documents.has(path)) {
    return {
      status: 200,
      headers: { ...assetHeaders, 'content-type': 'application/json' },
      body: JSON.stringify(site.documents.get(path)),
    };
  }

  const isForStaff = path === '/archive' || path.startsWith('/archive/');
  const { method = 'GET' } = request;
  const authorization = isForStaff
    ? await site.authorize({ method, authorization: request.headers.authorization })
    : undefined;
  if (authorization && 'refusal' in authorization) return authorization.refusal;
  const body = await readBody(request);
  if (!body) return gatewayAnswer(413);
  const given = await callFunction(
    isForStaff ? site.staffApi : site.publicApi,
    {
      method,
      path,
      queryString,
      headers: request.headers,
      body,
      sourceIp: request.socket.remoteAddress ?? '127.0.0.1',
      ...(authorization && { authorizer: authorization.by }),
    },
    onError,
  );
  return { ...given, headers: withoutSharing(given.headers) };
}

/**
 * In the cloud what is public may be read by the pages of any site. Here those would be whatever pages a person has open,
 * and nothing that lies on this machine is meant for them.
 */
function withoutSharing(headers: Answer['headers']): Answer['headers'] {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith('access-control-')));
}

const assetHeaders = {
  'cache-control': 'no-cache',
  'x-content-type-options': 'nosniff',
  'content-security-policy': "frame-ancestors 'none'",
};

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + separator.length)];
}

function decoded(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}

/**
 * The whole body; undefined when it is larger than a function can take. It is read to its end all the same, because a
 * client that is cut off while it sends does not read why.
 */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  let chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > payloadLimit) chunks = [];
    else chunks.push(bytes);
  }
  return size > payloadLimit ? undefined : Buffer.concat(chunks);
}

function send({ status, headers, body }: Answer, request: IncomingMessage, response: ServerResponse): void {
  const { 'set-cookie': cookies, ...others } = headers;
  response.statusCode = status;
  for (const [name, value] of Object.entries(others)) response.setHeader(name, value);
  if (cookies) response.setHeader('set-cookie', cookies.split('\n'));
  const hasBody = status !== 204 && status !== 304;
  if (hasBody) response.setHeader('content-length', Buffer.byteLength(body));
  response.end(hasBody && request.method !== 'HEAD' ? body : undefined);
}
