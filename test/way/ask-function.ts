/** The routes of a function, asked as API Gateway does, which lets no answer pass that is larger than Lambda can give. */
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import * as z from 'zod';
import { httpHandler } from '../../functions/middleware/http-handler.ts';
import type { Route } from '../../functions/middleware/http-messages.ts';
import { callFunction } from '../../local/api-gateway.ts';

interface Asked {
  readonly method?: string;
  readonly accept?: string;
  /** Sent as JSON. */
  readonly body?: unknown;
}

export function askFunction(routes: readonly Route[]) {
  const handler = httpHandler('test', routes, {});
  const context = z.custom<Context>().parse({ awsRequestId: 'test', functionName: 'test' });
  return async (address: string, { method = 'GET', accept = 'application/json', body: sent }: Asked = {}) => {
    const [path = '', queryString = ''] = address.split('?');
    const { status, headers, body } = await callFunction(
      (event) => handler(z.custom<APIGatewayProxyEventV2>().parse(event), context),
      {
        method,
        path,
        queryString,
        headers: { accept, 'content-type': 'application/json' },
        body: Buffer.from(sent === undefined ? '' : JSON.stringify(sent)),
        sourceIp: '127.0.0.1',
      },
      () => {},
    );
    return { status, headers, body: String(body) };
  };
}
