/** The one place where errors become answers: `application/problem+json` (RFC 9457). */
import { STATUS_CODES } from 'node:http';
import type { Logger } from '@aws-lambda-powertools/logger';
import type { MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import {
  InvalidInputError,
  NotFoundError,
  UnavailableError,
  type UnavailableReason,
} from '../../shared/errors.ts';
import { languageOf, type Message } from '../../shared/message.ts';
import { type CommonHeaders, type HttpRequest, type HttpResponse, toRequest } from './http-messages.ts';
import { asError } from './make-logger.ts';

interface Problem {
  readonly status: number;
  readonly message: Message;
  /** For programs: why a part cannot be used. */
  readonly reason?: UnavailableReason;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Answers a problem as a page, for a visitor who opened the address in a browser. */
export type ProblemPage = (
  problem: { status: number; message: Message },
  request: HttpRequest,
) => Promise<HttpResponse>;

/** Answers a thrown error; what the caller cannot mend is logged with its cause and told without any detail. */
export function problemDetails(
  logger: Logger,
  common: CommonHeaders,
  page?: ProblemPage,
): MiddlewareObj<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2> {
  return {
    onError: async (request) => {
      const { error } = request;
      const problem = problemOf(error);
      if (problem.status >= 500) {
        // A part that is away is a state and no fault of this request: it has an alarm of its own.
        logger[problem.reason ? 'warn' : 'error']('A request failed', {
          error: asError(error),
          correlation_id: request.event.requestContext.requestId,
        });
      }
      const asked = toRequest(request.event);
      if (page && asked.wantsPage) {
        const { status, headers, body } = await page(problem, asked);
        const unkept = { 'cache-control': 'no-store', ...problem.headers };
        request.response = { statusCode: status, headers: { ...common, ...headers, ...unkept }, body };
        return;
      }
      const language = languageOf(request.event.headers['accept-language']);
      request.response = {
        statusCode: problem.status,
        headers: {
          ...common,
          'cache-control': 'no-store',
          'content-type': 'application/problem+json; charset=utf-8',
          'content-language': language,
          ...problem.headers,
        },
        body: JSON.stringify({
          type: 'about:blank',
          title: STATUS_CODES[problem.status],
          status: problem.status,
          detail: problem.message[language],
          reason: problem.reason,
        }),
      };
    },
  };
}

const unavailable: Readonly<Record<UnavailableReason, Message>> = {
  starting: {
    nl: 'De zoekmachine wordt klaargezet. Probeer het over enkele minuten opnieuw.',
    en: 'The search engine is being set up. Try again in a few minutes.',
  },
  'wrong-key': {
    nl: 'Zoeken is niet mogelijk: de zoekmachine weigert de sleutel. Wie Vindplaats beheert, kan dit verhelpen.',
    en: 'Searching is not possible: the search engine refuses the key. Those who run Vindplaats can mend this.',
  },
  refilling: {
    nl: 'De zoekindex wordt opnieuw gevuld en heeft dit nog niet. Probeer het over enkele minuten opnieuw.',
    en: 'The search index is being filled again and does not have this yet. Try again in a few minutes.',
  },
  'no-answer': {
    nl: 'Zoeken is even niet mogelijk. Probeer het over enkele seconden opnieuw.',
    en: 'Searching is not possible right now. Try again in a few seconds.',
  },
};

function problemOf(error: unknown): Problem {
  if (error instanceof InvalidInputError) return { status: error.status, message: error.publicMessage };
  if (error instanceof NotFoundError) return { status: error.gone ? 410 : 404, message: error.publicMessage };
  if (error instanceof UnavailableError) {
    return {
      status: 503,
      headers: { 'retry-after': String(error.retryAfterSeconds) },
      reason: error.reason,
      message: unavailable[error.reason],
    };
  }
  return {
    status: 500,
    message: {
      nl: 'Er ging iets mis bij Vindplaats. Probeer het later opnieuw.',
      en: 'Something went wrong at Vindplaats. Try again later.',
    },
  };
}
