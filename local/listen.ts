import type { Server } from 'node:http';
import { codeOf, PlainError } from './plain-error.ts';

/** Listens on 127.0.0.1 only and returns the port; 0 takes a free one. */
export async function listenOnLoopback(server: Server, port = 0): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host: '127.0.0.1' }, () => {
      server.off('error', reject);
      resolve();
    });
  }).catch((error: unknown) => {
    throw explain(error, port);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port');
  return address.port;
}

function explain(error: unknown, port: number): unknown {
  switch (codeOf(error)) {
    case 'EADDRINUSE':
      return new PlainError(`Port ${port} is taken by another program. Choose another one with --port.`, {
        cause: error,
      });
    case 'EACCES':
      return new PlainError(`Port ${port} is reserved on this machine. Choose one above 1023 with --port.`, {
        cause: error,
      });
    default:
      return error;
  }
}

/** Ends every connection at once: what is asked of a stand-in that stops has lost its meaning. */
export function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
