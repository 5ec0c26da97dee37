/**
 * Listening on loopback keeps other machines out, but not the pages that this machine's browser shows: a page of
 * another site can let its own name point to 127.0.0.1 (DNS rebinding) or send a form here. Its name gives it away.
 */
import type { IncomingMessage, Server } from 'node:http';

/** Whether the Host header names this machine itself, by the port that was listened on. */
export function namesThisMachine(request: IncomingMessage): boolean {
  const port = request.socket.localPort;
  const names = ['127.0.0.1', 'localhost', '[::1]'];
  const host = request.headers.host?.toLowerCase();
  return names.some((name) => host === `${name}:${port}` || (port === 80 && host === name));
}

/** Makes a server that was written without this thought answer programs of this machine only, and no browser. */
export function refuseBrowsers(server: Server): void {
  const listeners = server.listeners('request');
  server.removeAllListeners('request');
  server.on('request', (request, response) => {
    // An SDK never sends these two; a browser sends at least one with everything that another site makes it send.
    const isFromBrowser =
      request.headers.origin !== undefined || request.headers['sec-fetch-site'] !== undefined;
    if (isFromBrowser || !namesThisMachine(request)) {
      response.writeHead(403, { connection: 'close' }).end();
      return;
    }
    for (const listener of listeners) Reflect.apply(listener, server, [request, response]);
  });
}
