import { type CfnResource, Stack, Validations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/** Answers findings of cdk-nag's AwsSolutions on this construct, each by its rule and with the reason why it may stand. */
export function acknowledge(construct: Construct, reasons: Readonly<Record<string, string>>): void {
  Validations.of(construct).acknowledge(
    ...Object.entries(reasons).map(([rule, reason]) => ({ id: `AwsSolutions-${rule}`, reason })),
  );
}

/** How cdk-nag names a grant on what lies below the ARN of a resource. */
export function grantBelow(resource: CfnResource, below: string): string {
  return `IAM5[Resource::<${Stack.of(resource).getLogicalId(resource)}.Arn>${below}]`;
}
