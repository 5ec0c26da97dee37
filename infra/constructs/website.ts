import { CfnResource, CustomResource, Duration, Stack } from 'aws-cdk-lib';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import {
  AllowedMethods,
  type BehaviorOptions,
  CacheCookieBehavior,
  CacheHeaderBehavior,
  CachePolicy,
  type CachePolicyProps,
  CacheQueryStringBehavior,
  Distribution,
  Function as EdgeFunction,
  FunctionCode,
  FunctionEventType,
  FunctionRuntime,
  HttpVersion,
  OriginRequestPolicy,
  PriceClass,
  ResponseHeadersPolicy,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin, OriginGroup, S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';
import { asInterface } from '../as-interface.ts';
import { bundleWeb } from '../bundle-web.ts';
import { PrivateBucket } from './private-bucket.ts';
import { VindplaatsFunction } from './vindplaats-function.ts';

export interface WebsiteProps {
  /** Where the API answers. */
  readonly apiDomainName: string;
  /** A name of one's own and its certificate. */
  readonly domain: { readonly name: string; readonly certificateArn: string } | undefined;
  readonly webAclArn: string | undefined;
}

/** What the API answers; everything else is a page or belongs to one. */
export const apiPaths = [
  '/search',
  '/suggest',
  '/themes*',
  '/keywords*',
  '/organisations*',
  '/series*',
  '/documents/*',
  '/health',
];
/** What the API answers to staff only. */
export const archivePath = '/archive/*';

/** One address for pages and API, so that a page asks nobody but where it came from. */
export class Website extends Construct {
  /** With `https://` and without a path. */
  readonly origin: string;
  readonly distribution: Distribution;

  constructor(scope: Construct, id: string, { apiDomainName, domain, webAclArn }: WebsiteProps) {
    super(scope, id);
    const bucket = new PrivateBucket(scope, 'web-bucket');
    const api = new HttpOrigin(apiDomainName);
    const answers: BehaviorOptions = {
      origin: api,
      viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
      allowedMethods: AllowedMethods.ALLOW_GET_HEAD_OPTIONS,
      cachePolicy: this.#cache('answers', {
        comment: 'By the whole query, the language and whether a page or data is asked for',
        queryStringBehavior: CacheQueryStringBehavior.all(),
      }),
      // Nothing that tells who asks goes on to the API: no cookie, address or agent.
    };
    this.distribution = new Distribution(this, 'distribution', {
      comment: Stack.of(this).stackName,
      httpVersion: HttpVersion.HTTP2_AND_3,
      // Edges in Europe and North America; the others cost more and lie far from who reads Dutch.
      priceClass: PriceClass.PRICE_CLASS_100,
      defaultRootObject: 'index.html',
      defaultBehavior: {
        // What the bucket lacks is asked of the API, which says what is nowhere in the visitor's language.
        origin: new OriginGroup({
          primaryOrigin: S3BucketOrigin.withOriginAccessControl(asInterface<IBucket>(bucket)),
          fallbackOrigin: api,
          fallbackStatusCodes: [403, 404],
        }),
        viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
        // The scripts of a page read its query. In the bucket, `response-content-type` and its like would change what a
        // page is, and each search be a copy of one page.
        cachePolicy: this.#cache('pages-cache', {
          comment: 'By the path, and the language in which the API says what is nowhere',
          queryStringBehavior: CacheQueryStringBehavior.none(),
        }),
        responseHeadersPolicy: ResponseHeadersPolicy.SECURITY_HEADERS,
        compress: true,
        functionAssociations: [
          { eventType: FunctionEventType.VIEWER_REQUEST, function: this.#folderPages() },
        ],
      },
      additionalBehaviors: {
        ...Object.fromEntries(apiPaths.map((path) => [path, answers])),
        [archivePath]: {
          ...answers,
          allowedMethods: AllowedMethods.ALLOW_ALL,
          // Staff's answers are theirs alone, and their token is checked behind here.
          cachePolicy: CachePolicy.CACHING_DISABLED,
          originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
        },
      },
      ...(domain && {
        domainNames: [domain.name],
        minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
        certificate: Certificate.fromCertificateArn(this, 'certificate', domain.certificateArn),
      }),
      ...(webAclArn && { webAclId: webAclArn }),
    });
    this.origin = `https://${domain?.name ?? this.distribution.distributionDomainName}`;
    this.#acknowledgeFindings();
    this.#publish(scope, bucket);
  }

  #acknowledgeFindings(): void {
    acknowledge(this.distribution, {
      CFR1: 'Public documents are for everyone, wherever they are.',
      CFR2: 'WAF costs more by the month than a small archive does in all; whoever wants it names a web ACL in the context.',
      CFR3: 'The access log of CloudFront holds what was searched for, from which address and page; what is needed of it stands in the log of the API, without those.',
      CFR4: 'Without a name of its own the site has the certificate of CloudFront, with which a minimum version of TLS cannot be set.',
    });
  }

  /** As long as the API says, and never longer than what was removed may still be seen. */
  #cache(id: string, by: Pick<CachePolicyProps, 'comment' | 'queryStringBehavior'>): CachePolicy {
    return new CachePolicy(this, id, {
      ...by,
      minTtl: Duration.seconds(0),
      defaultTtl: Duration.seconds(0),
      maxTtl: Duration.seconds(60),
      headerBehavior: CacheHeaderBehavior.allowList('Accept', 'Accept-Language'),
      cookieBehavior: CacheCookieBehavior.none(),
      enableAcceptEncodingGzip: true,
      enableAcceptEncodingBrotli: true,
    });
  }

  /** A bucket knows no folder with a page in it. */
  #folderPages(): EdgeFunction {
    return new EdgeFunction(this, 'folder-pages', {
      comment: 'The page of a folder',
      runtime: FunctionRuntime.JS_2_0,
      code: FunctionCode.fromInline(
        [
          'function handler({ request }) {',
          "  if (request.uri.length > 1 && request.uri.endsWith('/')) request.uri += 'index.html';",
          '  return request;',
          '}',
        ].join('\n'),
      ),
    });
  }

  #publish(scope: Construct, bucket: PrivateBucket): void {
    const publisher = new VindplaatsFunction(scope, 'publish-web', {
      description: 'Puts the pages into their bucket when they change',
      below: 'infra',
      make: (folder) => bundleWeb(`${folder}/site`),
      memorySize: 512,
      timeout: Duration.minutes(1),
    }).fills(bucket);
    const { defaultChild } = publisher.lambda.node;
    if (!(defaultChild instanceof CfnFunction)) throw new Error('A function without one of CloudFormation');
    const { code } = defaultChild;
    const published = new CustomResource(this, 'pages', {
      serviceToken: publisher.lambda.functionArn,
      resourceType: 'Custom::Pages',
      properties: {
        Bucket: bucket.bucketName,
        // The name of the bundle follows from what is in it, so that other pages are another request.
        Bundle: 's3Key' in code ? code.s3Key : undefined,
      },
    });
    const { defaultChild: policy } = bucket.policy?.node ?? {};
    if (policy instanceof CfnResource) published.node.addDependency(policy);
  }
}
