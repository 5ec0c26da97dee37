/** How API Gateway's HTTP API puts a request to a Lambda function and takes its answer: payload format 2.0. */
import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { APIGatewayProxyEventV2WithRequestContext } from 'aws-lambda';
import * as z from 'zod';
import { awsAccount } from './aws-identity.ts';
import type { Invoke } from './functions.ts';
import { type Answer, gatewayAnswer } from './gateway-answer.ts';
import type { AuthorizedBy } from './jwt-authorizer.ts';

/** Bytes that Lambda takes and gives in one invocation. */
export const payloadLimit = 6 * 1024 * 1024;

export interface GatewayRequest {
  readonly method: string;
  /** Decoded, as API Gateway passes it on. */
  readonly path: string;
  /** As it was sent, without the question mark. */
  readonly queryString: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly sourceIp: string;
  readonly authorizer?: AuthorizedBy;
}

const Header = z.union([z.string(), z.number(), z.boolean()]).transform(String);

const StructuredResult = z.object({
  statusCode: z.coerce.number().int().min(100).max(599),
  headers: z.record(z.string(), Header).default({}),
  cookies: z.array(z.string()).default([]),
  body: z.string().default(''),
  isBase64Encoded: z.boolean().default(false),
});

/** Puts the request to the function; a fault of the function is answered as API Gateway does, without any detail. */
export async function callFunction(
  invoke: Invoke,
  request: GatewayRequest,
  onError: (error: unknown) => void,
): Promise<Answer> {
  try {
    const answer = toAnswer(await invoke(toEvent(request)));
    if (Buffer.byteLength(answer.body) > payloadLimit) {
      throw new Error(`The answer to ${request.path} is larger than Lambda can give`);
    }
    return answer;
  } catch (error) {
    onError(error);
    return gatewayAnswer(500);
  }
}

function toAnswer(result: unknown): Answer {
  const isStructured = typeof result === 'object' && result !== null && 'statusCode' in result;
  if (!isStructured) {
    const body = typeof result === 'string' ? result : JSON.stringify(result ?? null);
    return { status: 200, headers: { 'content-type': 'application/json' }, body };
  }
  const { statusCode, headers, cookies, body, isBase64Encoded } = StructuredResult.parse(result);
  return {
    status: statusCode,
    headers: {
      ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
      ...(cookies.length > 0 && { 'set-cookie': cookies.join('\n') }),
    },
    body: isBase64Encoded ? Buffer.from(body, 'base64') : body,
  };
}

type Event = APIGatewayProxyEventV2WithRequestContext<Record<string, unknown>>;

export function toEvent(request: GatewayRequest): Event {
  const { method, path, queryString, body, sourceIp, authorizer } = request;
  const { cookie, ...headers } = request.headers;
  const query = joined(new URLSearchParams(queryString));
  const isText = textTypes.test(headers['content-type'] ?? '');
  const now = new Date();
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: queryString,
    ...(cookie !== undefined && { cookies: cookie.split('; ') }),
    headers: Object.fromEntries(
      Object.entries(headers).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, Array.isArray(value) ? value.join(',') : value]],
      ),
    ),
    ...(Object.keys(query).length > 0 && { queryStringParameters: query }),
    requestContext: {
      accountId: awsAccount,
      apiId: 'local',
      ...(authorizer && { authorizer }),
      domainName: headers.host ?? '',
      domainPrefix: 'local',
      http: {
        method,
        path,
        protocol: 'HTTP/1.1',
        sourceIp,
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: randomUUID(),
      routeKey: '$default',
      stage: '$default',
      time: now.toISOString(),
      timeEpoch: now.getTime(),
    },
    ...(body.length > 0 && { body: body.toString(isText ? 'utf8' : 'base64') }),
    isBase64Encoded: body.length > 0 && !isText,
  };
}

const textTypes = /^(text\/|application\/(json|xml|javascript|[^;]*\+(json|xml))\b)/i;

/** A parameter that is repeated arrives with its values joined by commas. */
function joined(query: URLSearchParams): Record<string, string> {
  return Object.fromEntries([...new Set(query.keys())].map((name) => [name, query.getAll(name).join(',')]));
}
