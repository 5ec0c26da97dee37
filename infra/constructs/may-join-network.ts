import { ArnFormat, Stack } from 'aws-cdk-lib';
import { Effect, PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import { acknowledge } from '../acknowledge.ts';

const interfaces = {
  actions: [
    'ec2:AssignPrivateIpAddresses',
    'ec2:CreateNetworkInterface',
    'ec2:DeleteNetworkInterface',
    'ec2:DescribeNetworkInterfaces',
    'ec2:DescribeSubnets',
    'ec2:UnassignPrivateIpAddresses',
  ],
  resources: ['*'],
};

/** Lambda itself, in the function's name, makes the interfaces by which it is in a network; its code may not. */
export function mayJoinNetwork(role: Role, functionName: string): void {
  const functionArn = Stack.of(role).formatArn({
    service: 'lambda',
    resource: 'function',
    // By its name, for a policy that referred to the function would have to wait for it, and the other way round.
    resourceName: functionName,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  role.addToPolicy(new PolicyStatement({ effect: Effect.ALLOW, ...interfaces }));
  role.addToPolicy(
    new PolicyStatement({
      effect: Effect.DENY,
      ...interfaces,
      conditions: { ArnEquals: { 'lambda:SourceFunctionArn': functionArn } },
    }),
  );
  acknowledge(role, {
    'IAM5[Resource::*]':
      'Lambda asks for these rights on every resource before it puts a function into a network; a second statement denies them to the code of the function.',
  });
}
