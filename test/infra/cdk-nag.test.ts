import { App, Stack } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, it, vi } from 'vitest';
import { external, synthesise } from './synthesised.ts';

vi.setConfig({ testTimeout: 30_000 });

const engines = [{ engine: 'meilisearch' }, external, { engine: 'embedded' }];

describe.each(engines)('with engine=$engine', (context) => {
  const stack = synthesise(context);

  it('cdk-nag finds nothing that nobody has answered', () => {
    expect(stack.findings()).toEqual([]);
  });

  it('every answer gives a reason', () => {
    const answers = stack.acknowledgements().filter(({ rule }) => rule.startsWith('AwsSolutions-'));
    expect(answers.length).toBeGreaterThan(5);
    for (const { path, rule, reason } of answers) {
      expect(reason, `${rule} of ${path}`).toMatch(/^\S.{30,}\.$/);
    }
  });

  it('no answer is about all of a stack, where it would cover what comes later', () => {
    for (const { path, rule } of stack.acknowledgements()) {
      if (rule.startsWith('AwsSolutions-')) expect(path.split('/').length, rule).toBeGreaterThan(1);
    }
  });

  it('no answer lets a wildcard action pass, and one for every resource is for what knows no narrower one', () => {
    const rules = stack.acknowledgements().map(({ rule }) => rule);
    expect(rules.filter((rule) => rule.includes('[Action::'))).toEqual([]);
    const actions = stack
      .statements()
      .filter(({ Effect, Resource }) => Effect === 'Allow' && Resource.includes('*'))
      .flatMap(({ Action }) => Action);
    for (const action of actions) {
      expect(action).toMatch(
        /^(ec2:Describe\w+|ec2:\w+(NetworkInterface|PrivateIpAddresses)|ssm\w*:\w+|ec2messages:\w+)$/,
      );
    }
  });
});

it('the check finds what is wrong when it is', () => {
  const stack = new Stack(new App(), 'careless');
  new Bucket(stack, 'open');
  const { violations } = new AwsSolutionsChecks().validateScope(stack);
  expect(violations.map(({ ruleName }) => ruleName)).toEqual(
    expect.arrayContaining(['AwsSolutions-S1', 'AwsSolutions-S10']),
  );
});
