/** One request and its answer over HTTP/1.1, on connections that are kept. */
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';

export interface HttpRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

/** Rejects with a ConnectionError when no answer came, and with the signal's reason when it aborts. */
export type HttpExchange = (request: HttpRequest, signal: AbortSignal) => Promise<HttpAnswer>;

/** The server could not be reached, or went away before it had answered. */
export class ConnectionError extends Error {
  override readonly name: string = 'ConnectionError';
}

/** Nothing refused the connection, and nothing took it in time: a server that is busy, or a machine that is away. */
export class ConnectTimeoutError extends ConnectionError {
  override readonly name = 'ConnectTimeoutError';
}

/** Milliseconds to wait for a connection: a server that is up accepts one within a few. */
const connectWithin = 250;

/** `close` ends the connections that are kept. */
export function httpExchange(): { readonly exchange: HttpExchange; readonly close: () => void } {
  const agents = {
    'http:': new HttpAgent({ keepAlive: true }),
    'https:': new HttpsAgent({ keepAlive: true }),
  };
  return {
    exchange: ({ method, url, headers, body }, signal) =>
      new Promise((resolve, reject) => {
        const secure = url.protocol === 'https:';
        const send = secure ? httpsRequest : httpRequest;
        const asked = send(url, {
          agent: secure ? agents['https:'] : agents['http:'],
          method,
          // Compressed, an answer comes in two writes and waits for a delayed acknowledgement: 48 ms instead of 5.
          headers: { ...headers, 'accept-encoding': 'identity' },
          signal,
        });
        const fail = (error: Error) => {
          if (signal.aborted) reject(reasonOf(signal));
          else if (error instanceof ConnectionError) reject(error);
          else reject(new ConnectionError(error.message, { cause: error }));
        };
        asked.on('error', fail);
        asked.on('socket', (socket) => {
          if (!socket.connecting) return;
          const impatience = setTimeout(
            () => asked.destroy(new ConnectTimeoutError(`no connection within ${connectWithin} ms`)),
            connectWithin,
          );
          const connected = () => clearTimeout(impatience);
          socket.once(secure ? 'secureConnect' : 'connect', connected);
          socket.once('close', connected);
        });
        asked.on('response', (response) => {
          read(response).then((text) => resolve({ status: response.statusCode ?? 0, body: text }), fail);
        });
        asked.end(body);
      }),
    close: () => {
      for (const agent of Object.values(agents)) agent.destroy();
    },
  };
}

async function read(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}

function reasonOf({ reason }: AbortSignal): Error {
  return reason instanceof Error ? reason : new Error('nobody waits for the answer');
}
