/** The one pipeline that every HTTP function runs: routes in, answers and problems out. */
import type { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import httpRouter from '@middy/http-router';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { NotFoundError } from '../../shared/errors.ts';
import { type CommonHeaders, type HttpResponse, type Route, toRequest } from './http-messages.ts';
import { type ProblemPage, problemDetails } from './problem-details.ts';

/** A Lambda handler for these routes; every error becomes a problem that says what to do. */
export function httpHandler(
  logger: Logger,
  routes: readonly Route[],
  common: CommonHeaders,
  page?: ProblemPage,
) {
  return middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>()
    .use(injectLambdaContext(logger))
    .use(problemDetails(logger, common, page))
    .handler(
      httpRouter<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>({
        routes: routes.map(({ method, path, answer }) => ({
          method,
          path,
          handler: async (event: APIGatewayProxyEventV2) => toResult(await answer(toRequest(event)), common),
        })),
        notFoundResponse: () => {
          throw new NotFoundError({
            nl: 'Dit adres bestaat niet. Controleer het adres.',
            en: 'There is nothing at this address. Check the address.',
          });
        },
      }),
    );
}

function toResult(
  { status, headers, body }: HttpResponse,
  common: CommonHeaders,
): APIGatewayProxyStructuredResultV2 {
  return { statusCode: status, headers: { ...common, ...headers }, body };
}
