import { globSync, readFileSync } from 'node:fs';
import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { counted } from '../../infra/cost/estimate.ts';
import { functionMetrics } from '../../infra/metrics.ts';
import { external, synthesise } from './synthesised.ts';

vi.setConfig({ testTimeout: 30_000 });

const stacks = {
  meilisearch: synthesise({ alarmEmail: 'operator@example.org' }),
  external: synthesise(external),
  embedded: synthesise({ engine: 'embedded' }),
};
const engines = ['meilisearch', 'external', 'embedded'] as const;

const AlarmProperties = z.object({
  AlarmName: z.templateLiteral(['Vindplaats-', z.string()]),
  AlarmDescription: z.string(),
  AlarmActions: z.array(z.unknown()).min(1),
  Metrics: z.array(z.object({ MetricStat: z.unknown() }).partial()).optional(),
});
const alarmsOf = (engine: (typeof engines)[number]) =>
  stacks[engine]
    .resources('AWS::CloudWatch::Alarm')
    .map(({ properties }) => AlarmProperties.parse(properties));
const names = new Set(
  engines.flatMap((engine) => alarmsOf(engine).map(({ AlarmName }) => AlarmName.replace('Vindplaats-', ''))),
);

const [, runbook = ''] = readFileSync('docs/operations.md', 'utf8').split('\n## Alarms\n');
const [sections = ''] = runbook.split('\n## ');
const headings = [...sections.matchAll(/^### (.+)$/gm)].map(([, heading]) => heading);

describe('the runbook', () => {
  it('has a section for every alarm, and an alarm for every section', () => {
    expect([...headings].sort()).toEqual([...names].sort());
  });

  it.each(headings)('says of %s what it means, how to look and what to do', (heading) => {
    const section = sections.split(`### ${heading}\n`)[1]?.split('\n### ')[0] ?? '';
    for (const part of ['**Means**: ', '**Look**: ', '**Do**: ']) expect(section).toContain(part);
  });
});

describe.each(engines)('alarms with engine=%s', (engine) => {
  const alarms = alarmsOf(engine);

  it('each tell the topic, and name their section', () => {
    const topic = stacks[engine].resource('AWS::SNS::Topic', 'alarms/topic').logicalId;
    for (const { AlarmName, AlarmDescription, AlarmActions } of alarms) {
      expect(AlarmActions).toContainEqual({ Ref: topic });
      expect(AlarmDescription).toBe(`docs/operations.md#${AlarmName.replace('Vindplaats-', '')}`);
    }
  });

  it('watch the dead letters and the age of every queue', () => {
    const watched = JSON.stringify(stacks[engine].resources('AWS::CloudWatch::Alarm'));
    for (const { logicalId } of stacks[engine].resources('AWS::SQS::Queue')) {
      expect(watched).toContain(`{"Name":"QueueName","Value":{"Fn::GetAtt":["${logicalId}","QueueName"]}}`);
    }
  });

  it('watch every function but the one that runs while someone deploys', () => {
    const errors = stacks[engine].resource('AWS::CloudWatch::Alarm', 'alarms/function-errors');
    const watched = stacks[engine]
      .resources('AWS::Lambda::Function')
      .filter(({ logicalId }) => JSON.stringify(errors.properties).includes(`{"Ref":"${logicalId}"}`));
    const all = stacks[engine].resources('AWS::Lambda::Function');
    expect(watched.map(({ path }) => path).sort()).toEqual(
      all
        .map(({ path }) => path)
        .filter((path) => path !== 'publish-web/function')
        .sort(),
    );
  });

  it('and secrets are as many as their cost was computed for', () => {
    const metrics = alarms.map(
      ({ Metrics }) => Metrics?.filter(({ MetricStat }) => MetricStat !== undefined).length ?? 1,
    );
    expect({
      alarmMetrics: metrics.reduce((sum, count) => sum + count, 0),
      secrets: stacks[engine].resources('AWS::SecretsManager::Secret').length,
    }).toEqual(counted[engine]);
  });

  it('are all on the one dashboard', () => {
    const dashboards = stacks[engine].resources('AWS::CloudWatch::Dashboard');
    expect(dashboards).toHaveLength(1);
    const body = JSON.stringify(dashboards[0]?.properties.DashboardBody);
    for (const { logicalId } of stacks[engine].resources('AWS::CloudWatch::Alarm')) {
      expect(body).toContain(logicalId);
    }
  });
});

describe('metrics that alarms and the dashboard look at', () => {
  const published = globSync('functions/**/*.ts')
    .filter((file) => file !== 'functions/middleware/measurements.ts')
    .map((file) => readFileSync(file, 'utf8'))
    .join('');

  it.each(Object.values(functionMetrics).flat())('%s is published by a function', (metric) => {
    expect(published.includes(`'${metric}'`)).toBe(true);
  });
});

it('the topic takes what the alarms of this account publish', () => {
  stacks.embedded.template.hasResourceProperties('AWS::SNS::TopicPolicy', {
    PolicyDocument: {
      Statement: Match.arrayWith([
        Match.objectLike({
          Effect: 'Allow',
          Action: 'sns:Publish',
          Principal: { Service: 'cloudwatch.amazonaws.com' },
          Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
        }),
      ]),
    },
  });
});

it('whoever is named in the context is told by mail', () => {
  stacks.meilisearch.template.hasResourceProperties('AWS::SNS::Subscription', {
    Protocol: 'email',
    Endpoint: 'operator@example.org',
  });
  stacks.embedded.template.resourceCountIs('AWS::SNS::Subscription', 0);
});
