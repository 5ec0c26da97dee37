import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { external, synthesise } from './synthesised.ts';

vi.setConfig({ testTimeout: 30_000 });

const speaksToEngine = [
  'canary',
  'index-documents',
  'public-api',
  'rebuild-index',
  'reconcile-index',
  'staff-api',
];

const VpcFunction = z.object({
  VpcConfig: z.object({
    Ipv6AllowedForDualStack: z.literal(true),
    SecurityGroupIds: z.array(z.unknown()),
    SubnetIds: z.array(z.unknown()).min(2),
  }),
  Environment: z.object({ Variables: z.record(z.string(), z.unknown()) }),
});
const Environment = z
  .object({ Environment: z.object({ Variables: z.record(z.string(), z.unknown()) }) })
  .transform((properties) => properties.Environment.Variables);

describe('engine=meilisearch, the default', () => {
  const stack = synthesise();
  const { template } = stack;
  const environmentOf = (name: string) =>
    Environment.parse(stack.resource('AWS::Lambda::Function', `${name}/function`).properties);

  it('puts into the network what speaks to the server, and nothing else', () => {
    const inside = stack
      .resources('AWS::Lambda::Function')
      .filter(({ properties }) => VpcFunction.safeParse(properties).success)
      .map(({ path }) => path.replace('/function', ''));
    expect(inside.sort()).toEqual([...speaksToEngine, 'make-search-keys'].sort());
  });

  it.each([...speaksToEngine, 'make-search-keys'])('%s asks the IPv6 address of a name first', (name) => {
    expect(environmentOf(name)).toMatchObject({
      NODE_OPTIONS: expect.stringContaining('--dns-result-order=ipv6first'),
    });
  });

  it.each(speaksToEngine)('%s is kept by its own code from touching the network', (name) => {
    const denied = stack
      .statements()
      .filter(
        ({ Effect, Condition }) =>
          Effect === 'Deny' && JSON.stringify(Condition)?.includes(`Vindplaats-${name}"`),
      );
    expect(denied).toHaveLength(1);
    expect(denied[0]?.Action).toContain('ec2:CreateNetworkInterface');
  });

  it.each([
    ['public-api', 'public'],
    ['staff-api', 'archive'],
    ['index-documents', 'write'],
    ['rebuild-index', 'write'],
    ['reconcile-index', 'write'],
    ['canary', 'read'],
  ])('%s reads the key for %s, and no other secret', (name, use) => {
    const secrets = Object.entries(stack.grantsOf(name)).filter(([, actions]) =>
      actions.some((action) => action.startsWith('secretsmanager:')),
    );
    expect(secrets).toEqual([[`search-keys/${use}`, ['secretsmanager:GetSecretValue']]]);
  });

  it('lets only the server and make-search-keys read the master key', () => {
    const names = stack.resources('AWS::Lambda::Function').map(({ path }) => path.replace('/function', ''));
    const readers = [...names, 'meilisearch-server'].filter(
      (name) => stack.grantsOf(name)['meilisearch-server/master-key'] !== undefined,
    );
    expect(readers.sort()).toEqual(['make-search-keys', 'meilisearch-server']);
  });

  it('makes the keys from a schedule, so that no deployment waits for the server', () => {
    template.hasResourceProperties('AWS::Events::Rule', {
      ScheduleExpression: 'rate(5 minutes)',
      Targets: [
        {
          Arn: {
            'Fn::GetAtt': [
              stack.resource('AWS::Lambda::Function', 'make-search-keys/function').logicalId,
              'Arn',
            ],
          },
        },
      ],
    });
    const custom = stack.resources().filter(({ type }) => type.startsWith('Custom::'));
    expect(custom.map(({ path }) => path)).toEqual(['website/pages/Default']);
  });

  it('gives a search key no value before the server can have it', () => {
    for (const use of ['public', 'archive', 'read', 'write']) {
      const { properties } = stack.resource('AWS::SecretsManager::Secret', `search-keys/${use}`);
      expect(properties).not.toHaveProperty('GenerateSecretString');
      expect(properties).not.toHaveProperty('SecretString');
    }
  });

  it('has no way in from outside: no gateway, no public address, one port for the functions alone', () => {
    template.resourceCountIs('AWS::EC2::InternetGateway', 0);
    template.resourceCountIs('AWS::EC2::NatGateway', 0);
    template.resourceCountIs('AWS::EC2::EIP', 0);
    template.resourceCountIs('AWS::EC2::EgressOnlyInternetGateway', 1);
    for (const { properties } of stack.resources('AWS::EC2::Subnet')) {
      expect(properties.MapPublicIpOnLaunch).toBe(false);
    }
    const inbound = stack.resources('AWS::EC2::SecurityGroupIngress').map(({ properties }) => properties);
    expect(inbound).toHaveLength(1);
    expect(inbound[0]).toMatchObject({ IpProtocol: 'tcp', FromPort: 7700, ToPort: 7700 });
    expect(JSON.stringify(inbound[0]?.SourceSecurityGroupId)).toContain('networkfunctions');
    for (const { properties } of stack.resources('AWS::EC2::SecurityGroup')) {
      expect(properties).not.toHaveProperty('SecurityGroupIngress');
    }
  });

  it('reaches S3 and DynamoDB through gateway endpoints, which cost nothing', () => {
    const endpoints = stack.resources('AWS::EC2::VPCEndpoint').map(({ properties }) => properties);
    expect(endpoints.map(({ VpcEndpointType }) => VpcEndpointType)).toEqual(['Gateway', 'Gateway']);
    expect(JSON.stringify(endpoints)).toMatch(/s3.*dynamodb/);
  });

  it('keeps the data on an encrypted volume of its own, which leaves a snapshot when it goes', () => {
    const volume = stack.resource('AWS::EC2::Volume', 'meilisearch-server/data');
    expect(volume.deletionPolicy).toBe('Snapshot');
    expect(volume.properties).toMatchObject({ Encrypted: true, VolumeType: 'gp3', Size: 20 });
    template.hasResourceProperties('AWS::DLM::LifecyclePolicy', {
      State: 'ENABLED',
      PolicyDetails: {
        TargetTags: [{ Key: 'vindplaats:snapshots', Value: 'Vindplaats-daily' }],
        Schedules: [{ CreateRule: { Interval: 24 }, RetainRule: { Count: 7 } }],
      },
    });
    expect(JSON.stringify(volume.properties.Tags)).toContain('"Vindplaats-daily"');
    template.resourceCountIs('AWS::EFS::FileSystem', 0);
  });

  it('is one Graviton machine with IMDSv2, protected, that no new image replaces', () => {
    const machine = stack.resource('AWS::EC2::Instance', 'meilisearch-server/machine');
    expect(machine.properties).toMatchObject({ InstanceType: 't4g.small', DisableApiTermination: true });
    expect(machine.properties).not.toHaveProperty('ImageId');
    expect(machine.properties).not.toHaveProperty('KeyName');
    template.hasResourceProperties('AWS::EC2::LaunchTemplate', {
      LaunchTemplateData: {
        ImageId: 'resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64',
        MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 1 },
      },
    });
    template.hasResourceProperties('AWS::SSM::Association', {
      Name: 'AWS-RunPatchBaseline',
      Parameters: { Operation: ['Install'], RebootOption: ['RebootIfNeeded'] },
    });
  });

  it('moves to other hardware by itself, and restarts when its system hangs', () => {
    const actionsOf = (name: string) =>
      JSON.stringify(stack.resource('AWS::CloudWatch::Alarm', `alarms/${name}`).properties.AlarmActions);
    expect(actionsOf('server-hardware')).toContain(':ec2:recover');
    expect(actionsOf('server-system')).toContain(':ec2:reboot');
  });

  it('may be another machine, version and checksum', () => {
    const other = synthesise({
      serverType: 't4g.medium',
      serverVolume: '40',
      meilisearchVersion: '1.51.2',
      meilisearchSha256: 'a'.repeat(64),
    });
    expect(other.resource('AWS::EC2::Volume', 'meilisearch-server/data').properties.Size).toBe(40);
    const machine = other.resource('AWS::EC2::Instance', 'meilisearch-server/machine').properties;
    expect(machine.InstanceType).toBe('t4g.medium');
    const userData = JSON.stringify(machine.UserData);
    expect(userData).toContain("readonly VERSION='1.51.2'");
    expect(userData).toContain(`readonly SHA256='${'a'.repeat(64)}'`);
  });
});

describe('engine=external', () => {
  const stack = synthesise(external);

  it('has neither a network nor a machine', () => {
    stack.template.resourceCountIs('AWS::EC2::VPC', 0);
    stack.template.resourceCountIs('AWS::EC2::Instance', 0);
  });

  it('lets make-search-keys read the master key by its name, with the six characters that are not known', () => {
    const grants = stack.grantsOf('make-search-keys');
    const [master] = Object.keys(grants).filter((on) => on.includes('meilisearch-master-key'));
    expect(master).toMatch(/:secret:meilisearch-master-key-\?{6}$/);
  });

  it('takes the ARN of a secret as it is, and nothing that only looks like one', () => {
    const arn = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:key-AbCdEf';
    const byArn = synthesise({ ...external, masterKeySecret: arn });
    expect(byArn.grantsOf('make-search-keys')[arn]).toEqual(['secretsmanager:GetSecretValue']);
    expect(() => synthesise({ ...external, masterKeySecret: 'arn:aws:s3:::bucket' })).toThrow(
      /ARN of a secret/,
    );
  });
});

describe('engine=embedded', () => {
  const stack = synthesise({ engine: 'embedded' });
  const bucket = stack.resource('AWS::S3::Bucket', 'snapshots-bucket').logicalId;
  const objectsOf = (name: string) =>
    Object.fromEntries(
      Object.entries(stack.grantsOf(name)).filter(([on]) => on.startsWith('snapshots-bucket/')),
    );

  it('has no server, network, key or secret', () => {
    for (const type of ['AWS::EC2::VPC', 'AWS::EC2::Instance', 'AWS::SecretsManager::Secret']) {
      stack.template.resourceCountIs(type, 0);
    }
  });

  it.each(speaksToEngine)('tells %s where the snapshots lie', (name) => {
    const environment = Environment.parse(
      stack.resource('AWS::Lambda::Function', `${name}/function`).properties,
    );
    expect(environment.SEARCH_ENGINE_URL).toEqual({
      'Fn::Join': ['', ['sqlite+s3://', { Ref: bucket }, '/index']],
    });
  });

  it('lets who searches a collection read its files and no other ones', () => {
    expect(objectsOf('public-api')).toEqual({ 'snapshots-bucket/index/public/*': ['s3:GetObject'] });
    expect(objectsOf('staff-api')).toEqual({ 'snapshots-bucket/index/archive/*': ['s3:GetObject'] });
  });

  it('lets public-api list below its own prefix only', () => {
    const listing = stack
      .statements()
      .filter(({ Action, Condition }) => Action.includes('s3:ListBucket') && Condition !== undefined);
    expect(listing.map(({ Condition }) => Condition)).toContainEqual({
      StringLike: { 's3:prefix': ['index/public/*'] },
    });
  });

  it('lets only those write them who write the index', () => {
    const of = (actions: string[]) => ({
      'snapshots-bucket/index/public/*': actions,
      'snapshots-bucket/index/archive/*': actions,
    });
    for (const name of ['index-documents', 'rebuild-index', 'reconcile-index']) {
      expect(objectsOf(name)).toEqual(
        of(['s3:AbortMultipartUpload', 's3:DeleteObject', 's3:GetObject', 's3:PutObject']),
      );
    }
    expect(objectsOf('canary')).toEqual(of(['s3:GetObject']));
  });

  it('lets the writers list what they clean up, below both prefixes only', () => {
    const listing = stack
      .statements()
      .filter(({ Action, Condition }) => Action.includes('s3:ListBucket') && Condition !== undefined);
    const both = { StringLike: { 's3:prefix': ['index/public/*', 'index/archive/*'] } };
    // index-documents, rebuild-index and reconcile-index write; canary reads both.
    expect(listing.filter(({ Condition }) => isDeepStrictEqual(Condition, both))).toHaveLength(4);
  });

  it('gathers changes, so that one file carries many, with few writers and time to try again', () => {
    const { logicalId } = stack.resource('AWS::Lambda::Function', 'index-documents/function');
    stack.template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      FunctionName: { Ref: logicalId },
      BatchSize: 50,
      MaximumBatchingWindowInSeconds: 2,
      ScalingConfig: { MaximumConcurrency: 2 },
    });
    const { properties } = stack.resource('AWS::SQS::Queue', 'changes-queue/queue');
    const timeout = stack.resource('AWS::Lambda::Function', 'index-documents/function').properties.Timeout;
    expect(properties.VisibilityTimeout).toBeGreaterThanOrEqual(6 * Number(timeout) + 2);
  });

  it('takes back uploads in parts that nobody finished', () => {
    stack.template.hasResourceProperties('AWS::S3::Bucket', {
      LifecycleConfiguration: {
        Rules: [{ AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 }, Status: 'Enabled' }],
      },
    });
  });

  it.each(speaksToEngine)('gives %s room for two generations and a whole processor', (name) => {
    expect(stack.resource('AWS::Lambda::Function', `${name}/function`).properties).toMatchObject({
      EphemeralStorage: { Size: 2048 },
      MemorySize: 1769,
    });
  });
});
