/** An HTTP proxy before a search engine that resets, delays, refuses and cuts off, and makes accepted tasks fail. */
import { createServer, type IncomingMessage, type ServerResponse, request as send } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { listenOnLoopback } from '../../local/listen.ts';
import { proxyFaults } from './faults.ts';
import type { Weather } from './faulty-clients.ts';

const effect = 'engine.http';
const statuses: Readonly<Record<string, number>> = { 'too many': 429, 'bad gateway': 502, unavailable: 503 };

/** What an engine takes for a document and then fails over. */
const poison = JSON.stringify([{ id: 'no such id!' }]);

export async function startFaultProxy(target: URL, weather: Weather) {
  const server = createServer((request, response) => {
    pass(request, response).catch(() => request.socket.destroy());
  });

  async function pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    const { plan } = weather;
    const isPut =
      /\/documents(\?|$)/.test(request.url ?? '') && request.method !== 'GET' && chunks.length > 0;
    const fault = plan.strike(
      effect,
      isPut ? proxyFaults : proxyFaults.filter((one) => one !== 'accepted, then fails'),
    );
    if (fault === 'reset') return void request.socket.resetAndDestroy();
    if (fault === 'slow') await pause(plan.delay(effect) * 10);
    const status = fault && statuses[fault];
    if (status) return void response.writeHead(status).end('Not now');
    const body = fault === 'accepted, then fails' ? Buffer.from(poison) : Buffer.concat(chunks);
    const { answer, bytes } = await forward(request, body);
    if (fault === 'reset after it was taken') return void request.socket.resetAndDestroy();
    response.writeHead(answer.statusCode ?? 502, { ...answer.headers, 'content-length': bytes.length });
    if (fault !== 'cut off') return void response.end(bytes);
    response.write(bytes.subarray(0, bytes.length / 2), () => request.socket.destroy());
  }

  function forward(
    request: IncomingMessage,
    body: Buffer,
  ): Promise<{ answer: IncomingMessage; bytes: Buffer }> {
    return new Promise((resolve, reject) => {
      const { 'transfer-encoding': _chunked, ...headers } = request.headers;
      const forwarded = send(
        new URL(request.url ?? '/', target),
        { method: request.method, headers: { ...headers, host: target.host, 'content-length': body.length } },
        async (answer) => {
          const chunks: Buffer[] = [];
          for await (const chunk of answer) chunks.push(Buffer.from(chunk));
          resolve({ answer, bytes: Buffer.concat(chunks) });
        },
      );
      forwarded.once('error', reject);
      forwarded.end(body);
    });
  }

  const port = await listenOnLoopback(server);
  return {
    url: `http://127.0.0.1:${port}`,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
