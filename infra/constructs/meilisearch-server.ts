import { Duration, Fn, RemovalPolicy, type Size, Stack, Tags } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import {
  CfnInstance,
  CfnLaunchTemplate,
  CfnNetworkInterface,
  CfnVolumeAttachment,
  EbsDeviceVolumeType,
  type ISubnet,
  Port,
  type SecurityGroup,
  Volume,
} from 'aws-cdk-lib/aws-ec2';
import { CfnInstanceProfile, Effect, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { acknowledge, grantBelow } from '../acknowledge.ts';
import { bootUserData } from '../meilisearch-server/boot-script.ts';
import release from '../meilisearch-server/release.json' with { type: 'json' };
import { Network } from './network.ts';
import { PrivateBucket } from './private-bucket.ts';
import type { EngineAlarm, SearchEngine } from './search-engine.ts';
import { SearchKeys } from './search-keys.ts';
import { ServerUpkeep } from './server-upkeep.ts';

export interface MeilisearchServerProps {
  readonly instanceType: string;
  readonly volumeSize: Size;
  readonly version: string;
  /** Where it is not given, the checksum that lies beside the binary counts. */
  readonly sha256: string | undefined;
  readonly backups: PrivateBucket;
}

const port = 7700;

/** Of the volume: an index, its last snapshot and the one that is being made are as large as each other. */
const roomForIndex = 0.3;

/** What Session Manager, State Manager and Patch Manager ask of the agent on a machine. */
const managed = [
  'ec2messages:AcknowledgeMessage',
  'ec2messages:DeleteMessage',
  'ec2messages:FailMessage',
  'ec2messages:GetEndpoint',
  'ec2messages:GetMessages',
  'ec2messages:SendReply',
  'ssm:DescribeAssociation',
  'ssm:DescribeDocument',
  'ssm:GetDeployablePatchSnapshotForInstance',
  'ssm:GetDocument',
  'ssm:GetManifest',
  'ssm:ListAssociations',
  'ssm:ListInstanceAssociations',
  'ssm:PutComplianceItems',
  'ssm:PutInventory',
  'ssm:UpdateAssociationStatus',
  'ssm:UpdateInstanceAssociationStatus',
  'ssm:UpdateInstanceInformation',
  'ssmmessages:CreateControlChannel',
  'ssmmessages:CreateDataChannel',
  'ssmmessages:OpenControlChannel',
  'ssmmessages:OpenDataChannel',
];

/**
 * A Meilisearch on one machine with a volume of its own. The machine is never replaced by a deployment: CloudFormation
 * would make the new one before it let go of the volume. A new version of the program changes the user data, which
 * stops and starts the machine, and the boot script does the rest; a fault of the hardware moves the same machine,
 * address and volume to other hardware. So nothing on it needs a right to attach volumes.
 */
export class MeilisearchServer extends Construct implements SearchEngine {
  readonly url: string;
  readonly network: Network;
  readonly keys: SearchKeys;
  readonly alarms: readonly EngineAlarm[];
  readonly releases: PrivateBucket;
  readonly instanceId: string;

  constructor(scope: Construct, id: string, props: MeilisearchServerProps) {
    super(scope, id);
    const { instanceType, volumeSize, version, sha256, backups } = props;
    this.network = new Network(scope, 'network');
    // GitHub, where the program comes from, cannot be reached over IPv6.
    this.releases = new PrivateBucket(scope, 'releases-bucket');
    const master = this.#masterKey();
    const [subnet] = this.network.vpc.privateSubnets;
    if (!subnet) throw new Error('The network has no subnet');

    const group = this.network.group('server', 'The server of the search engine');
    group.connections.allowFrom(this.network.functions, Port.tcp(port), 'Functions that search and index');
    const volume = this.#volume(subnet, volumeSize);
    const address = this.#address(subnet, group);
    const userData = bootUserData({
      VERSION: version,
      SHA256: sha256 ?? '',
      BINARY: release.binary,
      RELEASES_BUCKET: this.releases.bucketName,
      BACKUPS_BUCKET: backups.bucketName,
      MASTER_KEY_SECRET: master.secretArn,
      DATA_DEVICE: `/dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_${withoutDash(volume.volumeId)}`,
      PORT: String(port),
      REGION: Stack.of(this).region,
    });
    const instance = new CfnInstance(this, 'machine', {
      instanceType,
      launchTemplate: this.#image(),
      networkInterfaces: [{ deviceIndex: '0', networkInterfaceId: address.ref }],
      iamInstanceProfile: this.#profile(backups, master),
      userData: Fn.base64(userData.render()),
      blockDeviceMappings: [
        { deviceName: '/dev/xvda', ebs: { volumeType: 'gp3', volumeSize: 10, encrypted: true } },
      ],
      disableApiTermination: true,
      tags: [{ key: 'Name', value: `${Stack.of(this).stackName}-meilisearch` }],
    });
    acknowledge(instance, {
      EC28: 'Detailed monitoring would cost more than a tenth of the machine; its health is asked for by a function and by the status checks, which are free.',
    });
    new CfnVolumeAttachment(this, 'attachment', {
      instanceId: instance.ref,
      volumeId: volume.volumeId,
      device: '/dev/sdf',
    });
    this.instanceId = instance.ref;
    this.url = `http://${address.attrPrimaryPrivateIpAddress}:${port}`;
    new ServerUpkeep(this, 'upkeep', { instanceId: instance.ref, volume });
    this.keys = new SearchKeys(scope, 'search-keys', {
      url: this.url,
      master: { id: master.secretArn, arn: master.secretArn },
      network: this.network,
    });
    this.alarms = [...this.keys.alarms, ...this.#alarms(volumeSize)];
  }

  #alarms(volumeSize: Size): EngineAlarm[] {
    const check = (metricName: string) =>
      new Metric({
        namespace: 'AWS/EC2',
        metricName,
        dimensionsMap: { InstanceId: this.instanceId },
        statistic: 'Maximum',
        period: Duration.minutes(1),
      });
    const failing = { threshold: 1, comparison: 'at least', silence: 'unknown' } as const;
    return [
      {
        ...failing,
        name: 'server-hardware',
        metric: check('StatusCheckFailed_System'),
        periods: 2,
        remedy: 'recover',
      },
      {
        ...failing,
        name: 'server-system',
        metric: check('StatusCheckFailed_Instance'),
        // A restart after patches takes a minute or two.
        periods: 5,
        remedy: 'reboot',
      },
      {
        name: 'server-disk',
        metric: this.keys.metric('EngineSize', 'Maximum'),
        threshold: Math.floor(volumeSize.toGibibytes() * 1024 ** 3 * roomForIndex),
        comparison: 'at least',
        periods: 1,
        silence: 'unknown',
      },
    ];
  }

  #masterKey(): Secret {
    const secret = new Secret(this, 'master-key', {
      description: 'Opens everything in the search engine; only make-search-keys and the server read it',
      generateSecretString: { passwordLength: 48, excludePunctuation: true },
    });
    acknowledge(secret, {
      SMG4: 'A new master key voids every key of the server at once, so it is changed by a person, who restarts the server with it.',
    });
    return secret;
  }

  #volume({ availabilityZone }: ISubnet, size: Size): Volume {
    const volume = new Volume(this, 'data', {
      availabilityZone,
      size,
      volumeType: EbsDeviceVolumeType.GP3,
      encrypted: true,
      // What it holds can be made again from the uploads, but that takes longer than taking it back.
      removalPolicy: RemovalPolicy.SNAPSHOT,
    });
    Tags.of(volume).add(...ServerUpkeep.snapshotTag(this));
    return volume;
  }

  /** An address of its own, so that functions need no name to be looked up. */
  #address({ subnetId }: ISubnet, group: SecurityGroup): CfnNetworkInterface {
    return new CfnNetworkInterface(this, 'address', {
      subnetId,
      groupSet: [group.securityGroupId],
      ipv6AddressCount: 1,
      description: 'Where the search engine answers',
    });
  }

  /** The newest Amazon Linux at the time when the machine is made; EC2 looks it up, so that deployments do not see it change. */
  #image(): CfnInstance.LaunchTemplateSpecificationProperty {
    const template = new CfnLaunchTemplate(this, 'image', {
      launchTemplateData: {
        imageId: 'resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64',
        metadataOptions: { httpEndpoint: 'enabled', httpTokens: 'required', httpPutResponseHopLimit: 1 },
      },
    });
    return { launchTemplateId: template.ref, version: template.attrLatestVersionNumber };
  }

  #profile(backups: PrivateBucket, master: Secret): string {
    const role = new Role(this, 'role', {
      description: 'What the server of the search engine may do',
      assumedBy: new ServicePrincipal('ec2.amazonaws.com'),
    });
    const allow = (actions: string[], resources: string[]) =>
      role.addToPolicy(new PolicyStatement({ effect: Effect.ALLOW, actions, resources }));
    allow(managed, ['*']);
    allow(['s3:GetObject'], [this.releases.arnForObjects('meilisearch/*')]);
    allow(['s3:PutObject'], [backups.arnForObjects('meilisearch/*')]);
    allow(['secretsmanager:GetSecretValue'], [master.secretArn]);
    acknowledge(role, {
      'IAM5[Resource::*]':
        'The agent of Systems Manager speaks of its own machine, and these actions know no narrower resource.',
      [grantBelow(this.releases.resource, '/meilisearch/*')]:
        'The server fetches whichever version the operator put there.',
      [grantBelow(backups.resource, '/meilisearch/*')]:
        'The server keeps its snapshots there, each under a name of its own.',
    });
    return new CfnInstanceProfile(this, 'profile', { roles: [role.roleName] }).ref;
  }
}

/** `vol-0123` is `vol0123` where the system names its disks. */
function withoutDash(volumeId: string): string {
  return Fn.join('', Fn.split('-', volumeId, 2));
}
