/** Stand-ins, over HTTP, for what `make-search-keys` works on: Secrets Manager, and the keys of a Meilisearch. */
import { createServer, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import * as z from 'zod';
import { closeServer, listenOnLoopback } from '../../local/listen.ts';

interface Answer {
  readonly status?: number;
  readonly body: unknown;
}

interface Asked {
  /** `POST /keys`, or the operation of an AWS service. */
  readonly what: string;
  readonly authorization: string | undefined;
  readonly body: unknown;
}

async function serve(answer: (asked: Asked) => Answer): Promise<{ url: string; stop: () => Promise<void> }> {
  const server: Server = createServer(async (request, response) => {
    const sent = await text(request);
    const target = request.headers['x-amz-target'];
    const { status = 200, body } = answer({
      what: typeof target === 'string' ? target : `${request.method} ${request.url}`,
      authorization: request.headers.authorization,
      body: sent === '' ? undefined : JSON.parse(sent),
    });
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  const port = await listenOnLoopback(server);
  return { url: `http://127.0.0.1:${port}`, stop: () => closeServer(server) };
}

const SecretRequest = z.object({ SecretId: z.string(), SecretString: z.string().optional() });

/** Secrets by their names; one that has no value is told of as Secrets Manager does. */
export async function startSecretsManager(secrets: Map<string, string>) {
  return serve(({ what, body }) => {
    const { SecretId, SecretString } = SecretRequest.parse(body);
    if (what === 'secretsmanager.PutSecretValue' && SecretString !== undefined) {
      secrets.set(SecretId, SecretString);
      return { body: { Name: SecretId } };
    }
    const found = secrets.get(SecretId);
    if (found === undefined) return { status: 400, body: { __type: 'ResourceNotFoundException' } };
    return { body: { Name: SecretId, SecretString: found } };
  });
}

const Key = z.object({ uid: z.string(), actions: z.array(z.string()), indexes: z.array(z.string()) });

/** A server with this master key, which keeps what keys it was given. */
export async function startKeyServer(masterKey: string, keys: Map<string, unknown>) {
  return serve(({ what, authorization, body }) => {
    if (what === 'GET /health') return { body: { status: 'available' } };
    if (authorization !== `Bearer ${masterKey}`) return { status: 403, body: { code: 'invalid_api_key' } };
    if (what === 'GET /stats') return { body: { databaseSize: 12_345 } };
    if (what === 'POST /keys') {
      const key = Key.parse(body);
      keys.set(key.uid, key);
      return { status: 201, body: key };
    }
    const found = keys.get(what.replace('GET /keys/', ''));
    return found === undefined ? { status: 404, body: { code: 'api_key_not_found' } } : { body: found };
  });
}
