import { Stack } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IAlarm, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Ec2Action, Ec2InstanceAction, SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import type { EngineAlarm } from './search-engine.ts';

/** What an alarm is made of; what to do about it stands under its name in `docs/operations.md`. */
export type AlarmOf = EngineAlarm;

const comparisons = {
  'at least': ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
  below: ComparisonOperator.LESS_THAN_THRESHOLD,
};
const silences = {
  fine: TreatMissingData.NOT_BREACHING,
  bad: TreatMissingData.BREACHING,
  unknown: TreatMissingData.MISSING,
};
const remedies = { recover: Ec2InstanceAction.RECOVER, reboot: Ec2InstanceAction.REBOOT };

/** The runbook, where every alarm has a section of its name. */
const runbook = 'docs/operations.md';

/** Everything that a person must know of, told to one topic. */
export class Alarms extends Construct {
  readonly all: IAlarm[] = [];
  readonly topic: Topic;

  constructor(scope: Construct, id: string, { email }: { readonly email: string | undefined }) {
    super(scope, id);
    this.topic = new Topic(this, 'topic', { displayName: Stack.of(this).stackName, enforceSSL: true });
    // A policy that asks for TLS takes the place of the one that lets the account's alarms publish.
    this.topic.addToResourcePolicy(
      new PolicyStatement({
        actions: ['sns:Publish'],
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        resources: [this.topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    );
    if (email) this.topic.addSubscription(new EmailSubscription(email));
  }

  add({ name, metric, threshold, comparison, periods, silence, remedy }: AlarmOf): void {
    const alarm = new Alarm(this, name, {
      alarmName: `${Stack.of(this).stackName}-${name}`,
      alarmDescription: `${runbook}#${name}`,
      metric,
      threshold,
      comparisonOperator: comparisons[comparison],
      evaluationPeriods: periods,
      treatMissingData: silences[silence],
    });
    const tell = new SnsAction(this.topic);
    alarm.addAlarmAction(tell);
    alarm.addOkAction(tell);
    if (remedy) alarm.addAlarmAction(new Ec2Action(remedies[remedy]));
    this.all.push(alarm);
  }
}
