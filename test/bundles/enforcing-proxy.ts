/**
 * Stands between one function and AWS's stand-ins, which let anyone do anything, and lets through what the function's
 * role allows. What it does not allow is refused as AWS does, and told. The policies of buckets and queues, which keep
 * out what comes without TLS, are not asked.
 */
import { createServer, type IncomingMessage, type ServerResponse, request as send } from 'node:http';
import { PassThrough, type Transform } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { closeServer, listenOnLoopback } from '../../local/listen.ts';
import type { Grant } from '../infra/synthesised.ts';
import { type RequiredRights, rightsOf, type Service } from './rights-of-request.ts';
import { grantsThatAllow, type Right } from './role.ts';

export interface EnforcingProxyOptions {
  readonly role: readonly Grant[];
  /** The address of the stand-in for each service. */
  readonly upstreams: Readonly<Record<Service, string | undefined>>;
  readonly onUse: (grant: Grant) => void;
  readonly onDenial: (right: Right) => void;
  /** Through which the answer to a request goes, so that it may come slowly. */
  readonly passing?: (path: string) => Transform;
}

export async function startEnforcingProxy({
  role,
  upstreams,
  onUse,
  onDenial,
  passing,
}: EnforcingProxyOptions) {
  const allows = (right: Right): boolean => {
    const grants = grantsThatAllow(role, right);
    for (const grant of grants) onUse(grant);
    if (grants.length === 0) onDenial(right);
    return grants.length > 0;
  };

  async function pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    const { method = 'GET', url = '/', headers } = request;
    const required = rightsOf({ method, url, headers, body: body.toString() });
    // All of them, so that a test tells of all at once.
    if (required.rights.filter((right) => !allows(right)).length > 0)
      return refuse(required, method, response);
    const upstream = upstreams[required.service];
    if (upstream === undefined) throw new Error(`There is no stand-in for ${required.service}`);
    const answer = await forward(request, new URL(url, upstream), body);
    if (answer.statusCode === 404 && required.toLearnOfAbsence && !allows(required.toLearnOfAbsence)) {
      answer.resume();
      return refuse(required, method, response);
    }
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    await pipeline(answer, passing?.(url) ?? new PassThrough(), response);
  }

  const server = createServer((request, response) => {
    pass(request, response).catch((error: unknown) => {
      // A function that was stopped has let go of its connection.
      if (!request.destroyed && !response.headersSent) response.writeHead(500).end(String(error));
      else request.socket.destroy();
    });
  });
  const port = await listenOnLoopback(server);
  return {
    origin: `http://127.0.0.1:${port}`,
    /** What a function has open when it is frozen is dead when it wakes. */
    dropConnections: () => server.closeAllConnections(),
    stop: () => closeServer(server),
  };
}

function forward(request: IncomingMessage, to: URL, body: Buffer): Promise<IncomingMessage> {
  const { 'transfer-encoding': _chunked, expect: _awaited, ...headers } = request.headers;
  return new Promise((resolve, reject) => {
    send(
      to,
      { method: request.method, headers: { ...headers, host: to.host, 'content-length': body.length } },
      resolve,
    )
      .once('error', reject)
      .end(body);
  });
}

function refuse({ service }: RequiredRights, method: string, response: ServerResponse): void {
  if (service === 's3') {
    response.writeHead(403, { 'content-type': 'application/xml' });
    response.end(
      method === 'HEAD'
        ? undefined
        : '<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>',
    );
    return;
  }
  response.writeHead(service === 'sqs' ? 403 : 400, { 'content-type': 'application/x-amz-json-1.0' });
  response.end(JSON.stringify({ __type: 'AccessDeniedException', message: 'Access Denied' }));
}
