/** HTTP as the use cases see it, and how API Gateway's event becomes it. */
import type { Method } from '@middy/http-router';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import * as z from 'zod/mini';
import { InvalidInputError } from '../../shared/errors.ts';
import { languageOf, type UiLanguage } from '../../shared/message.ts';

export interface HttpRequest {
  readonly path: string;
  readonly query: URLSearchParams;
  /** What stands in the path's `{names}`. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly language: UiLanguage;
  /** Whose token it is, as the JWT authorizer tells; `staff` for a token without a subject, and where none is asked for. */
  readonly subject: string;
  /** A page rather than JSON is asked for. */
  readonly wantsPage: boolean;
  /** It has no body. */
  readonly isEmpty: boolean;
  /** The body parsed as JSON; throws InvalidInputError when it is none. */
  json(): unknown;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Route {
  readonly method: Method;
  /** As `@middy/http-router` takes it: `/documents/{id}`. */
  readonly path: string;
  readonly answer: (request: HttpRequest) => Promise<HttpResponse>;
}

export function json(value: unknown, status = 200, headers: HttpResponse['headers'] = {}): HttpResponse {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    body: JSON.stringify(value),
  };
}

/** What every answer of an API carries, such as how long it may be cached. */
export type CommonHeaders = Readonly<Record<string, string>>;

/** Of an event that API Gateway's JWT authorizer let through. */
const Authorized = z.object({
  authorizer: z.object({
    jwt: z.object({ claims: z.object({ sub: z.string().check(z.minLength(1), z.maxLength(255)) }) }),
  }),
});

export function toRequest(event: APIGatewayProxyEventV2): HttpRequest {
  const { headers, rawPath, rawQueryString } = event;
  return {
    path: rawPath,
    // Repeated parameters are joined by commas in API Gateway's own parsing, so the raw string is parsed here.
    query: new URLSearchParams(rawQueryString),
    parameters: Object.fromEntries(
      Object.entries(event.pathParameters ?? {}).filter(
        (entry): entry is [string, string] => entry[1] !== undefined,
      ),
    ),
    language: languageOf(headers['accept-language']),
    subject: Authorized.safeParse(event.requestContext).data?.authorizer.jwt.claims.sub ?? 'staff',
    wantsPage: /\btext\/html\b/i.test(headers.accept ?? ''),
    isEmpty: !event.body,
    json: () => {
      const body = event.isBase64Encoded ? Buffer.from(event.body ?? '', 'base64').toString() : event.body;
      try {
        return JSON.parse(body ?? '');
      } catch {
        throw new InvalidInputError({
          nl: 'De inhoud van dit verzoek is geen geldige JSON. Herstel de JSON en probeer het opnieuw.',
          en: 'The body of this request is not valid JSON. Mend the JSON and try again.',
        });
      }
    },
  };
}
