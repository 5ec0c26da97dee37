import { readFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { Context } from '../../infra/context.ts';
import { canaryKey } from '../../shared/canary-key.ts';
import { catalogueTable } from '../../shared/catalogue-table.ts';
import { external, synthesise } from './synthesised.ts';

// Synthesising takes a second, and several when everything is tested at once.
vi.setConfig({ testTimeout: 30_000 });

// An engine that adds least to what every deployment has; the others have tests of their own.
const stack = synthesise(external);
const { template } = stack;

const functions = [
  'ingest-document',
  'index-documents',
  'sweep-pending',
  'public-api',
  'staff-api',
  'reconcile-index',
  'rebuild-index',
  'back-up',
  'canary',
  'make-search-keys',
  'publish-web',
];
const apis = ['public-api', 'staff-api'];

describe('functions', () => {
  it('are those of the way and no helper of CDK beside them', () => {
    const paths = stack.resources('AWS::Lambda::Function').map(({ path }) => path);
    expect(paths.sort()).toEqual(functions.map((name) => `${name}/function`).sort());
    const custom = stack.resources().filter(({ type }) => type.startsWith('Custom::'));
    expect(custom.map(({ path }) => path)).toEqual(['website/pages/Default']);
  });

  it.each(functions)('%s runs on Node 24 on ARM under its own name', (name) => {
    expect(stack.resource('AWS::Lambda::Function', `${name}/function`).properties).toMatchObject({
      FunctionName: `Vindplaats-${name}`,
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      LoggingConfig: { LogFormat: 'JSON' },
      Environment: { Variables: { POWERTOOLS_SERVICE_NAME: name } },
    });
  });

  it.each(apis)('%s gives up before API Gateway does', (name) => {
    const { properties } = stack.resource('AWS::Lambda::Function', `${name}/function`);
    expect(properties.Timeout).toBeLessThan(30);
  });

  it('public-api is told where to search and nothing else of the system', () => {
    const { properties } = stack.resource('AWS::Lambda::Function', 'public-api/function');
    expect(properties.Environment).toEqual({
      Variables: {
        POWERTOOLS_SERVICE_NAME: 'public-api',
        POWERTOOLS_METRICS_NAMESPACE: 'Vindplaats',
        SEARCH_ENGINE_URL: 'https://engine.example',
        SEARCH_ENGINE_KEY_SECRET: {
          Ref: stack.resource('AWS::SecretsManager::Secret', 'search-keys/public').logicalId,
        },
        WITHDRAWALS_TABLE: { Ref: stack.resource('AWS::DynamoDB::GlobalTable', 'withdrawals').logicalId },
      },
    });
  });
});

describe('queues', () => {
  const Queue = z.object({
    RedrivePolicy: z.object({
      maxReceiveCount: z.number(),
      deadLetterTargetArn: z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.literal('Arn')]) }),
    }),
  });
  const deadLetterQueues = stack
    .resources('AWS::SQS::Queue')
    .filter(({ path }) => path.endsWith('/dead-letters'));
  const workQueues = stack.resources('AWS::SQS::Queue').filter(({ path }) => path.endsWith('/queue'));

  it('are two, each with its dead letters, named as in the picture', () => {
    const names = stack.resources('AWS::SQS::Queue').map(({ properties }) => properties.QueueName);
    expect(names.sort()).toEqual([
      'Vindplaats-changes',
      'Vindplaats-changes-dead-letters',
      'Vindplaats-uploads',
      'Vindplaats-uploads-dead-letters',
    ]);
  });

  it('give a message five tries, and keep what failed as long as SQS keeps anything', () => {
    for (const { properties } of workQueues) {
      const { RedrivePolicy } = Queue.parse(properties);
      expect(RedrivePolicy.maxReceiveCount).toBe(5);
      const target = RedrivePolicy.deadLetterTargetArn['Fn::GetAtt'][0];
      expect(deadLetterQueues.map(({ logicalId }) => logicalId)).toContain(target);
    }
    for (const { properties } of deadLetterQueues) expect(properties.MessageRetentionPeriod).toBe(1_209_600);
  });

  it('take back single failed messages, and wake a bounded number of functions', () => {
    for (const { properties } of stack.resources('AWS::Lambda::EventSourceMapping')) {
      expect(properties).toMatchObject({
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        ScalingConfig: { MaximumConcurrency: expect.any(Number) },
      });
    }
  });

  it('are encrypted and refuse what does not come over TLS', () => {
    const policies = JSON.stringify(stack.resources('AWS::SQS::QueuePolicy'));
    for (const { logicalId, properties } of stack.resources('AWS::SQS::Queue')) {
      expect(properties.SqsManagedSseEnabled).toBe(true);
      expect(policies).toContain(
        JSON.stringify({
          Action: 'sqs:*',
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          Effect: 'Deny',
          Principal: { AWS: '*' },
          Resource: { 'Fn::GetAtt': [logicalId, 'Arn'] },
        }),
      );
    }
  });
});

describe('buckets', () => {
  const buckets = stack.resources('AWS::S3::Bucket');

  it('are encrypted, closed to the public and kept when the stack goes', () => {
    expect(buckets.map(({ path }) => path).sort()).toEqual([
      'backups-bucket',
      'documents-bucket',
      'uploads-bucket',
      'web-bucket',
    ]);
    for (const { properties, deletionPolicy } of buckets) {
      expect(deletionPolicy).toBe('Retain');
      expect(properties).toMatchObject({
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
        },
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      });
    }
  });

  it.each(buckets.map(({ path, logicalId }) => ({ path, logicalId })))(
    '$path refuses what does not come over TLS 1.2 or later',
    ({ path, logicalId }) => {
      const conditions = z
        .object({
          Bucket: z.object({ Ref: z.literal(logicalId) }),
          PolicyDocument: z.object({
            Statement: z.array(z.object({ Effect: z.string(), Condition: z.unknown() })),
          }),
        })
        .parse(stack.resource('AWS::S3::BucketPolicy', `${path}/Policy`).properties)
        .PolicyDocument.Statement.filter(({ Effect }) => Effect === 'Deny')
        .map(({ Condition }) => Condition);
      expect(conditions).toEqual([
        { Bool: { 'aws:SecureTransport': 'false' } },
        { NumericLessThan: { 's3:TlsVersion': 1.2 } },
      ]);
    },
  );

  it('uploads can be brought back after a mistake, and tell EventBridge of every change', () => {
    expect(stack.resource('AWS::S3::Bucket', 'uploads-bucket').properties).toMatchObject({
      VersioningConfiguration: { Status: 'Enabled' },
      NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } },
    });
  });

  it('old versions go after a quarter, and those of the canary after a day', () => {
    const { LifecycleConfiguration } = z
      .object({
        LifecycleConfiguration: z.object({
          Rules: z.array(
            z.object({
              Prefix: z.string().optional(),
              NoncurrentVersionExpiration: z.object({ NoncurrentDays: z.number() }),
            }),
          ),
        }),
      })
      .parse(stack.resource('AWS::S3::Bucket', 'uploads-bucket').properties);
    const days = LifecycleConfiguration.Rules.map(({ Prefix, NoncurrentVersionExpiration }) => [
      Prefix,
      NoncurrentVersionExpiration.NoncurrentDays,
    ]);
    expect(days).toEqual([
      [undefined, 90],
      [canaryKey, 1],
    ]);
  });

  it('an upload that is put or deleted is told to the uploads queue, of this bucket only', () => {
    const { logicalId } = stack.resource('AWS::S3::Bucket', 'uploads-bucket');
    const queue = stack.resource('AWS::SQS::Queue', 'uploads-queue/queue');
    const deadLetters = stack.resource('AWS::SQS::Queue', 'uploads-queue/dead-letters');
    template.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: {
        source: ['aws.s3'],
        'detail-type': ['Object Created', 'Object Deleted'],
        detail: { bucket: { name: [{ Ref: logicalId }] } },
      },
      Targets: [
        {
          Arn: { 'Fn::GetAtt': [queue.logicalId, 'Arn'] },
          DeadLetterConfig: { Arn: { 'Fn::GetAtt': [deadLetters.logicalId, 'Arn'] } },
        },
      ],
    });
  });
});

describe('the catalogue', () => {
  const table = stack.resource('AWS::DynamoDB::GlobalTable', 'catalogue');

  it('costs by use, can be restored to any second, and cannot be deleted by a deployment', () => {
    expect(table.deletionPolicy).toBe('Retain');
    expect(table.properties).toMatchObject({
      BillingMode: 'PAY_PER_REQUEST',
      Replicas: [
        {
          DeletionProtectionEnabled: true,
          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        },
      ],
    });
  });

  it('has the keys and indexes that the local one has', () => {
    const keySchema = ({ partitionKey, sortKey }: { partitionKey: string; sortKey: string }) => [
      { AttributeName: partitionKey, KeyType: 'HASH' },
      { AttributeName: sortKey, KeyType: 'RANGE' },
    ];
    expect(table.properties).toMatchObject({
      KeySchema: keySchema(catalogueTable),
      GlobalSecondaryIndexes: catalogueTable.indexes.map((index) => ({
        IndexName: index.name,
        KeySchema: keySchema(index),
        Projection: { ProjectionType: 'ALL' },
      })),
    });
  });

  it('has sparse indexes: none is keyed by what every item has', () => {
    for (const { partitionKey, sortKey } of catalogueTable.indexes) {
      expect([catalogueTable.partitionKey, catalogueTable.sortKey]).not.toContain(partitionKey);
      expect([catalogueTable.partitionKey, catalogueTable.sortKey]).not.toContain(sortKey);
    }
  });
});

describe('the sweep', () => {
  it('runs every minute and leaves a failed run to the next', () => {
    template.hasResourceProperties('AWS::Events::Rule', {
      ScheduleExpression: 'rate(1 minute)',
      Targets: [
        {
          Arn: {
            'Fn::GetAtt': [
              stack.resource('AWS::Lambda::Function', 'sweep-pending/function').logicalId,
              'Arn',
            ],
          },
          RetryPolicy: { MaximumRetryAttempts: 0 },
        },
      ],
    });
    template.hasResourceProperties('AWS::Lambda::EventInvokeConfig', { MaximumRetryAttempts: 0 });
  });
});

describe('the HTTP API', () => {
  const Route = z.object({
    RouteKey: z.string(),
    AuthorizationType: z.string(),
    AuthorizationScopes: z.array(z.string()).optional(),
    Target: z.object({
      'Fn::Join': z.tuple([
        z.literal(''),
        z.tuple([z.literal('integrations/'), z.object({ Ref: z.string() })]),
      ]),
    }),
  });
  const functionOf = (integration: string) => {
    const { properties } =
      stack.resources('AWS::ApiGatewayV2::Integration').find(({ logicalId }) => logicalId === integration) ??
      expect.fail(`There is no integration ${integration}`);
    const { IntegrationUri } = z
      .object({ IntegrationUri: z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.literal('Arn')]) }) })
      .parse(properties);
    return stack.resources().find(({ logicalId }) => logicalId === IntegrationUri['Fn::GetAtt'][0])?.path;
  };
  const routes = stack.resources('AWS::ApiGatewayV2::Route').map(({ properties }) => {
    const { RouteKey, AuthorizationType, AuthorizationScopes, Target } = Route.parse(properties);
    return {
      route: RouteKey,
      authorization: AuthorizationType,
      scopes: AuthorizationScopes ?? [],
      function: functionOf(Target['Fn::Join'][1][1].Ref),
    };
  });

  it('asks the archive for a token that may read, and for one that may write where anything could change', () => {
    expect(routes).toEqual(
      expect.arrayContaining([
        {
          route: 'GET /archive/{proxy+}',
          authorization: 'JWT',
          scopes: ['archive/read'],
          function: 'staff-api/function',
        },
        {
          route: 'HEAD /archive/{proxy+}',
          authorization: 'JWT',
          scopes: ['archive/read'],
          function: 'staff-api/function',
        },
        {
          route: 'ANY /archive/{proxy+}',
          authorization: 'JWT',
          scopes: ['archive/write'],
          function: 'staff-api/function',
        },
      ]),
    );
  });

  it('leads everything else to the public function, and nothing without a token to the staff function', () => {
    const open = routes.filter(({ authorization }) => authorization === 'NONE');
    expect(open).toEqual([
      { route: '$default', authorization: 'NONE', scopes: [], function: 'public-api/function' },
    ]);
    for (const { authorization, scopes } of routes.filter((route) => !open.includes(route))) {
      expect(authorization).toBe('JWT');
      expect(scopes).not.toEqual([]);
    }
  });

  it('writes down of a request nothing that tells who searched, for what, or from where', () => {
    const { AccessLogSettings } = z
      .object({ AccessLogSettings: z.object({ Format: z.string() }) })
      .parse(stack.resource('AWS::ApiGatewayV2::Stage', 'http-api/stage').properties);
    const fields = Object.values(
      z.record(z.string(), z.string()).parse(JSON.parse(AccessLogSettings.Format)),
    );
    expect(fields.sort()).toEqual([
      '$context.authorizer.error',
      '$context.error.responseType',
      '$context.integrationLatency',
      '$context.integrationStatus',
      '$context.requestId',
      '$context.requestTime',
      '$context.responseLatency',
      '$context.responseLength',
      '$context.routeKey',
      '$context.status',
    ]);
  });
});

describe('who staff are', () => {
  it('by default a user pool says, whose accounts only an administrator makes', () => {
    const client = stack.resource('AWS::Cognito::UserPoolClient', 'staff-sign-in/staff-page');
    const pool = stack.resource('AWS::Cognito::UserPool', 'staff-sign-in/users');
    expect(pool.deletionPolicy).toBe('Retain');
    expect(pool.properties).toMatchObject({
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
      DeletionProtection: 'ACTIVE',
    });
    template.hasResourceProperties('AWS::Cognito::UserPoolResourceServer', {
      Identifier: 'archive',
      Scopes: [{ ScopeName: 'read' }, { ScopeName: 'write' }],
    });
    template.hasResourceProperties('AWS::ApiGatewayV2::Authorizer', {
      AuthorizerType: 'JWT',
      JwtConfiguration: {
        Audience: [{ Ref: client.logicalId }],
        Issuer: { 'Fn::GetAtt': [pool.logicalId, 'ProviderURL'] },
      },
    });
  });

  it('another issuer says where the context names one, and there is no user pool', () => {
    const federated = synthesise({
      staffIssuer: 'https://login.example',
      staffAudience: 'vindplaats-staff',
    });
    federated.template.hasResourceProperties('AWS::ApiGatewayV2::Authorizer', {
      JwtConfiguration: { Audience: ['vindplaats-staff'], Issuer: 'https://login.example' },
    });
    federated.template.resourceCountIs('AWS::Cognito::UserPool', 0);
  });
});

describe('the stack', () => {
  it('is not deleted by one command, unless the context says so for that time', () => {
    expect(stack.terminationProtection).toBe(true);
    expect(synthesise({ ...external, terminationProtection: 'false' }).terminationProtection).toBe(false);
    expect(synthesise({ ...external, terminationProtection: 'true' }).terminationProtection).toBe(true);
    for (const word of ['no', '0', '']) {
      expect(() => synthesise({ ...external, terminationProtection: word })).toThrow(/terminationProtection/);
    }
  });
});

describe('the context', () => {
  it('is refused with an issuer but no audience, because any token of that issuer would do', () => {
    expect(() => synthesise({ staffIssuer: 'https://login.example' })).toThrow(
      /staffAudience .*belong together/,
    );
  });

  it('is refused with an external engine that it does not say enough about', () => {
    expect(() => synthesise({ engine: 'external' })).toThrow(/searchEngineUrl.*masterKeySecret/);
    expect(() => synthesise({ ...external, searchEngineUrl: 'sqlite:/tmp/index' })).toThrow(
      /searchEngineUrl/,
    );
  });

  it('is refused with the address of an engine that would not be used', () => {
    expect(() => synthesise({ searchEngineUrl: 'https://engine.example' })).toThrow(/engine=external/);
  });

  it('is refused with an engine, a machine or a checksum that cannot be', () => {
    expect(() => synthesise({ engine: 'elastic' })).toThrow(/engine/);
    expect(() => synthesise({ serverType: 't3.small' })).toThrow(/Graviton/);
    expect(() => synthesise({ meilisearchSha256: 'abc' })).toThrow(/SHA-256/);
  });

  it('is refused with a name for the site but no certificate', () => {
    expect(() => synthesise({ siteDomainName: 'zoek.example.org' })).toThrow(/belong together/);
  });

  it('is told in docs/deploy.md, every value of it', () => {
    const told = readFileSync('docs/deploy.md', 'utf8');
    for (const name of Object.keys(Context.shape)) expect(told).toContain(`\`${name}\``);
  });
});

describe('logs', () => {
  it('are kept for a month, every one of them', () => {
    const logGroups = stack.resources('AWS::Logs::LogGroup');
    expect(logGroups.map(({ path }) => path).sort()).toEqual(
      [...functions.map((name) => `${name}/log`), 'http-api/access-log'].sort(),
    );
    for (const { properties } of logGroups) expect(properties.RetentionInDays).toBe(30);
  });

  it.each(functions)('%s writes to its own, for Lambda would make one that is kept for ever', (name) => {
    const { logicalId } = stack.resource('AWS::Logs::LogGroup', `${name}/log`);
    expect(stack.resource('AWS::Lambda::Function', `${name}/function`).properties).toMatchObject({
      LoggingConfig: { LogGroup: { Ref: logicalId } },
    });
  });
});
