import { Stack } from 'aws-cdk-lib';
import { CfnLifecyclePolicy } from 'aws-cdk-lib/aws-dlm';
import type { Volume } from 'aws-cdk-lib/aws-ec2';
import { Effect, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnAssociation } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';

export interface ServerUpkeepProps {
  readonly instanceId: string;
  readonly volume: Volume;
}

/** What happens to the server without anyone thinking of it: patches, and snapshots of its volume. */
export class ServerUpkeep extends Construct {
  /** Volumes that carry this are snapshotted. */
  static snapshotTag(scope: Construct): [key: string, value: string] {
    return ['vindplaats:snapshots', `${Stack.of(scope).stackName}-daily`];
  }

  constructor(scope: Construct, id: string, { instanceId, volume }: ServerUpkeepProps) {
    super(scope, id);
    new CfnAssociation(this, 'patches', {
      name: 'AWS-RunPatchBaseline',
      associationName: `${Stack.of(this).stackName}-patches`,
      targets: [{ key: 'InstanceIds', values: [instanceId] }],
      parameters: { Operation: ['Install'], RebootOption: ['RebootIfNeeded'] },
      // Sunday night in the Netherlands: search is away for a minute or two when a patch needs a restart.
      scheduleExpression: 'cron(0 2 ? * SUN *)',
      applyOnlyAtCronInterval: true,
      maxErrors: '0',
      maxConcurrency: '1',
    });
    const [key, value] = ServerUpkeep.snapshotTag(this);
    new CfnLifecyclePolicy(this, 'snapshots', {
      description: 'Daily snapshots of the search index',
      state: 'ENABLED',
      executionRoleArn: this.#snapshotRole(volume).roleArn,
      policyDetails: {
        policyType: 'EBS_SNAPSHOT_MANAGEMENT',
        resourceTypes: ['VOLUME'],
        targetTags: [{ key, value }],
        schedules: [
          {
            name: 'daily',
            createRule: { interval: 24, intervalUnit: 'HOURS', times: ['02:00'] },
            retainRule: { count: 7 },
            copyTags: true,
          },
        ],
      },
    });
  }

  #snapshotRole(volume: Volume): Role {
    const role = new Role(this, 'role', {
      description: 'Takes and removes snapshots of the search index',
      assumedBy: new ServicePrincipal('dlm.amazonaws.com'),
    });
    const stack = Stack.of(this);
    const volumeArn = stack.formatArn({ service: 'ec2', resource: 'volume', resourceName: volume.volumeId });
    const snapshots = stack.formatArn({
      service: 'ec2',
      account: '',
      resource: 'snapshot',
      resourceName: '*',
    });
    const [key, value] = ServerUpkeep.snapshotTag(this);
    const allow = (actions: string[], resources: string[], conditions?: Record<string, unknown>) =>
      role.addToPolicy(
        new PolicyStatement({ effect: Effect.ALLOW, actions, resources, ...(conditions && { conditions }) }),
      );
    allow(['ec2:CreateSnapshot', 'ec2:CreateTags'], [volumeArn, snapshots]);
    allow(['ec2:DeleteSnapshot'], [snapshots], { StringEquals: { [`aws:ResourceTag/${key}`]: value } });
    allow(['ec2:DescribeInstances', 'ec2:DescribeSnapshots', 'ec2:DescribeVolumes'], ['*']);
    acknowledge(role, {
      'IAM5[Resource::*]': 'Listing machines, volumes and snapshots knows no narrower resource.',
      'IAM5[Resource::arn:<AWS::Partition>:ec2:<AWS::Region>::snapshot/*]':
        'A snapshot has no name before it is made; only those of this volume, known by their tag, can be removed.',
    });
    return role;
  }
}
