import { Fn, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import { HttpApi as Api, HttpMethod, HttpStage, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { staffScopes } from '../../shared/staff-scopes.ts';
import { acknowledge } from '../acknowledge.ts';
import type { TokenIssuer } from './staff-sign-in.ts';
import type { VindplaatsFunction } from './vindplaats-function.ts';

export interface HttpApiProps {
  readonly publicApi: VindplaatsFunction;
}

export interface ArchiveProps {
  readonly staffApi: VindplaatsFunction;
  readonly tokens: TokenIssuer;
}

/**
 * All that is written down of a request. What was searched for, by whom and from which page is personal data as soon as
 * a name stands in it, so neither path nor query, address, agent or referer is here.
 */
const accessLogFields = {
  requestId: '$context.requestId',
  requestTime: '$context.requestTime',
  route: '$context.routeKey',
  status: '$context.status',
  responseLatency: '$context.responseLatency',
  responseLength: '$context.responseLength',
  integrationLatency: '$context.integrationLatency',
  integrationStatus: '$context.integrationStatus',
  error: '$context.error.responseType',
  authorizerError: '$context.authorizer.error',
};

/** The one address of both APIs. Only what comes through a route with an authorizer reaches the staff's function. */
export class HttpApi extends Construct {
  readonly url: string;
  /** Where CloudFront asks. */
  readonly domainName: string;
  readonly id: string;
  readonly #api: Api;

  constructor(scope: Construct, id: string, { publicApi }: HttpApiProps) {
    super(scope, id);
    const api = new Api(this, 'api', {
      apiName: Stack.of(this).stackName,
      createDefaultStage: false,
      // Whatever no other route takes ends at the function that has no right to anything but the public collection,
      // which also answers what is nowhere with a problem that says so.
      defaultIntegration: new HttpLambdaIntegration('public-api', publicApi.lambda),
    });
    const accessLog = new LogGroup(this, 'access-log', {
      logGroupName: `/aws/vendedlogs/${Stack.of(this).stackName}-http-api`,
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const stage = new HttpStage(this, 'stage', {
      httpApi: api,
      stageName: '$default',
      autoDeploy: true,
      accessLogSettings: {
        destination: new LogGroupLogDestination(accessLog),
        format: AccessLogFormat.custom(JSON.stringify(accessLogFields)),
      },
      // Requests a second, over all callers: enough for a page full of people who type, and a lid on what a flood costs.
      throttle: { rateLimit: 100, burstLimit: 200 },
    });
    this.#api = api;
    this.url = stage.url;
    this.id = api.apiId;
    this.domainName = Fn.select(2, Fn.split('/', api.apiEndpoint, 3));
    acknowledge(api, {
      APIG4:
        'Visitors search without an account; what is not public has routes of its own, each with an authorizer and a scope.',
    });
  }
  /** Lets staff in, by the tokens of this issuer. */
  opensArchive({ staffApi, tokens }: ArchiveProps): void {
    const archive = {
      path: '/archive/{proxy+}',
      integration: new HttpLambdaIntegration('staff-api', staffApi.lambda),
      authorizer: new HttpJwtAuthorizer('staff', tokens.issuer, { jwtAudience: [tokens.audience] }),
    };
    // An ID token has no scope, so that it opens nothing; API Gateway would not tell it from an access token.
    this.#api.addRoutes({
      ...archive,
      methods: [HttpMethod.GET, HttpMethod.HEAD],
      authorizationScopes: [staffScopes.read],
    });
    this.#api.addRoutes({ ...archive, methods: [HttpMethod.ANY], authorizationScopes: [staffScopes.write] });
  }
}
