/** The one pipeline that every HTTP function runs: routes in, answers and problems out. */
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import httpRouter from '@middy/http-router';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { NotFoundError } from '../../shared/errors.ts';
import { withCorrelation } from './correlation.ts';
import { type CommonHeaders, type HttpResponse, type Route, toRequest } from './http-messages.ts';
import { makeLogger } from './make-logger.ts';
import { type ProblemPage, problemDetails } from './problem-details.ts';

/** A Lambda handler for these routes; every error becomes a problem that says what to do. `name` is the function's. */
export function httpHandler(
  name: string,
  routes: readonly Route[],
  common: CommonHeaders,
  page?: ProblemPage,
) {
  const logger = makeLogger(name);
  const route = httpRouter<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>({
    routes: routes.flatMap(withHead).map(({ method, path, answer }) => ({
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
  });
  return middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>()
    .use(injectLambdaContext(logger))
    .use(problemDetails(logger, common, page))
    .handler((event, context, options) =>
      withCorrelation(event.requestContext.requestId ?? context.awsRequestId, () =>
        route(event, context, options),
      ),
    );
}

/** Whoever asks for the head alone gets what GET answers; what carries the answer leaves the body out. */
function withHead(route: Route): Route[] {
  return route.method === 'GET' ? [route, { ...route, method: 'HEAD' }] : [route];
}

function toResult(
  { status, headers, body }: HttpResponse,
  common: CommonHeaders,
): APIGatewayProxyStructuredResultV2 {
  return { statusCode: status, headers: { ...common, ...headers }, body };
}
