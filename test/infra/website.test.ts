import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { publicRoutes } from '../../functions/public-api/public-routes.ts';
import { bundleWeb } from '../../infra/bundle-web.ts';
import { openSearchIndex } from '../../search-index/open-search-index.ts';
import { external, synthesise } from './synthesised.ts';

vi.setConfig({ testTimeout: 30_000 });

const Behavior = z.object({
  PathPattern: z.string().optional(),
  AllowedMethods: z.array(z.string()).default(['GET', 'HEAD']),
  CachePolicyId: z.unknown(),
  OriginRequestPolicyId: z.unknown().optional(),
  TargetOriginId: z.string(),
  ViewerProtocolPolicy: z.string(),
});
const Distribution = z
  .object({
    DistributionConfig: z.object({
      CacheBehaviors: z.array(Behavior),
      DefaultCacheBehavior: Behavior,
      DefaultRootObject: z.string(),
    }),
  })
  .transform(({ DistributionConfig }) => DistributionConfig);

const stack = synthesise(external);
const { template } = stack;
const site = Distribution.parse(
  stack.resource('AWS::CloudFront::Distribution', 'website/distribution').properties,
);

describe('the site', () => {
  it('sends every route of the public API there', async () => {
    const index = await openSearchIndex({
      url: `sqlite:${join(tmpdir(), 'never-made')}`,
      collection: 'public',
    });
    const patterns = site.CacheBehaviors.map(({ PathPattern = '' }) => PathPattern);
    const leadsThere = (path: string) =>
      patterns.some((pattern) =>
        pattern.endsWith('*') ? path.startsWith(pattern.slice(0, -1)) : path === pattern,
      );
    const paths = publicRoutes(index).map(({ path }) => path);
    await index.close();
    expect(paths.length).toBeGreaterThan(5);
    expect(paths.filter((path) => !leadsThere(path))).toEqual([]);
  });

  it('speaks TLS only', () => {
    for (const { ViewerProtocolPolicy } of [site.DefaultCacheBehavior, ...site.CacheBehaviors]) {
      expect(ViewerProtocolPolicy).toBe('redirect-to-https');
    }
  });

  it('caches nothing of the archive, and lets staff do more than look', () => {
    const archive = site.CacheBehaviors.find(({ PathPattern }) => PathPattern === '/archive/*');
    // The name that CloudFront gives its policy "CachingDisabled".
    expect(archive?.CachePolicyId).toBe('4135ea2d-6df8-44a3-9df3-4b5a84be39ad');
    expect(archive?.AllowedMethods).toContain('POST');
  });

  it('asks the bucket of the pages by path alone, whatever stands behind the question mark', () => {
    const { Ref } = z.object({ Ref: z.string() }).parse(site.DefaultCacheBehavior.CachePolicyId);
    const policies = stack.resources('AWS::CloudFront::CachePolicy');
    const policy = policies.find(({ logicalId }) => logicalId === Ref);
    expect(policy?.properties).toMatchObject({
      CachePolicyConfig: {
        MaxTTL: 60,
        ParametersInCacheKeyAndForwardedToOrigin: {
          CookiesConfig: { CookieBehavior: 'none' },
          QueryStringsConfig: { QueryStringBehavior: 'none' },
        },
      },
    });
    expect(site.DefaultCacheBehavior).not.toHaveProperty('OriginRequestPolicyId');
  });

  it('keeps what visitors see no longer than a minute, and passes on nothing that tells who they are', () => {
    template.hasResourceProperties('AWS::CloudFront::CachePolicy', {
      CachePolicyConfig: {
        MinTTL: 0,
        DefaultTTL: 0,
        MaxTTL: 60,
        ParametersInCacheKeyAndForwardedToOrigin: {
          CookiesConfig: { CookieBehavior: 'none' },
          HeadersConfig: { Headers: ['Accept', 'Accept-Language'] },
          QueryStringsConfig: { QueryStringBehavior: 'all' },
        },
      },
    });
    const open = site.CacheBehaviors.filter(({ PathPattern }) => PathPattern !== '/archive/*');
    for (const behavior of open) expect(behavior).not.toHaveProperty('OriginRequestPolicyId');
  });

  it('writes no access log, which would hold what was searched for and by whom', () => {
    expect(JSON.stringify(template.findResources('AWS::CloudFront::Distribution'))).not.toContain(
      '"Logging"',
    );
    for (const { properties } of stack.resources('AWS::S3::Bucket')) {
      expect(properties).not.toHaveProperty('LoggingConfiguration');
    }
  });

  it('alone reads the bucket of the pages, and only as itself', () => {
    const { PolicyDocument } = z
      .object({ PolicyDocument: z.object({ Statement: z.array(z.record(z.string(), z.unknown())) }) })
      .parse(stack.resource('AWS::S3::BucketPolicy', 'web-bucket/Policy').properties);
    const allowed = PolicyDocument.Statement.filter(({ Effect }) => Effect === 'Allow');
    expect(allowed).toHaveLength(1);
    expect(allowed[0]).toMatchObject({
      Action: 's3:GetObject',
      Principal: { Service: 'cloudfront.amazonaws.com' },
      Condition: { StringEquals: { 'AWS:SourceArn': expect.anything() } },
    });
  });

  it('is where a browser may put uploads from, and where Cognito sends staff back to', () => {
    const origin = {
      'Fn::Join': [
        '',
        [
          'https://',
          {
            'Fn::GetAtt': [
              stack.resource('AWS::CloudFront::Distribution', 'website/distribution').logicalId,
              'DomainName',
            ],
          },
        ],
      ],
    };
    expect(stack.resource('AWS::S3::Bucket', 'uploads-bucket').properties).toMatchObject({
      CorsConfiguration: { CorsRules: [{ AllowedOrigins: [origin], AllowedMethods: ['PUT'] }] },
    });
    const client = stack.resource('AWS::Cognito::UserPoolClient', 'staff-sign-in/staff-page').properties;
    expect(JSON.stringify(client.CallbackURLs)).toContain('/staff/');
  });

  it('has a name, a certificate and a web ACL of its own where the context gives them', () => {
    const certificate = 'arn:aws:acm:us-east-1:123456789012:certificate/0';
    const webAcl = 'arn:aws:wafv2:us-east-1:123456789012:global/webacl/name/0';
    const own = synthesise({
      ...external,
      siteDomainName: 'zoek.example.org',
      siteCertificateArn: certificate,
      webAclArn: webAcl,
    });
    own.template.hasResourceProperties('AWS::CloudFront::Distribution', {
      DistributionConfig: {
        Aliases: ['zoek.example.org'],
        ViewerCertificate: { AcmCertificateArn: certificate, MinimumProtocolVersion: 'TLSv1.2_2021' },
        WebACLId: webAcl,
      },
    });
    own.template.hasOutput('SiteUrl', { Value: 'https://zoek.example.org' });
  });
});

describe('the pages', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pages-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('hold every file that they name', () => {
    bundleWeb(folder);
    const page = readFileSync(join(folder, 'index.html'), 'utf8');
    const named = [...page.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)].map(([, path = '']) => path);
    expect(named.length).toBeGreaterThan(1);
    for (const path of named) expect(existsSync(join(folder, path)), path).toBe(true);
  });
});
