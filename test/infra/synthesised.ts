/** The stack as `cdk synth` makes it, in a form that can be asked about in a sentence. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Validations } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks } from 'cdk-nag';
import * as z from 'zod';
import cdkJson from '../../cdk.json' with { type: 'json' };
import { readContext } from '../../infra/context.ts';
import { VindplaatsStack } from '../../infra/vindplaats-stack.ts';

const Resource = z.object({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
  DeletionPolicy: z.string().optional(),
  Metadata: z.object({ 'aws:cdk:path': z.string(), 'aws:asset:path': z.string().optional() }),
});

const oneOrMore = <Item extends z.ZodType>(item: Item) =>
  z.union([z.array(item), item.transform((only) => [only])]);

const PolicyDocument = z.object({
  Statement: z.array(
    z.object({
      Effect: z.enum(['Allow', 'Deny']),
      Action: oneOrMore(z.string()),
      Resource: oneOrMore(z.unknown()).default([]),
      Condition: z.record(z.string(), z.unknown()).optional(),
    }),
  ),
});
export type Statement = z.infer<typeof PolicyDocument>['Statement'][number];

/** One action that a role is allowed, or denied, on one resource. */
export interface Grant {
  readonly effect: Statement['Effect'];
  /** `s3:GetObject` */
  readonly action: string;
  /** Its path and what follows, with IAM's wildcards: `uploads-bucket/public/*`. */
  readonly resource: string;
  readonly condition: Statement['Condition'];
}

export interface SynthesisedResource {
  readonly logicalId: string;
  readonly type: string;
  /** Where it stands in the tree of constructs, without the stack's name: `uploads-queue/dead-letters`. */
  readonly path: string;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly deletionPolicy: string | undefined;
  /** Of a function: the folder of its code, from the output folder. */
  readonly asset: string | undefined;
}

export interface Synthesised {
  readonly template: Template;
  readonly warnings: readonly string[];
  /** Whether CloudFormation refuses to delete the stack; a deployment sets it beside the template. */
  readonly terminationProtection: boolean | undefined;
  /** All resources of this CloudFormation type, or of all types. */
  resources(type?: string): readonly SynthesisedResource[];
  /** The one resource of this type at this path; throws when there is none. */
  resource(type: string, path: string): SynthesisedResource;
  /** What every policy of roles, buckets and queues says. */
  statements(): readonly Statement[];
  /** What the role of a function or another construct allows and denies. */
  roleOf(name: string): readonly Grant[];
  /** What that role allows: actions by the path of what they are allowed on. */
  grantsOf(name: string): Readonly<Record<string, readonly string[]>>;
  /** What cdk-nag's AwsSolutions finds that nobody has answered, as `rule path`. */
  findings(): readonly string[];
  /** What was answered, and why it may stand. */
  acknowledgements(): readonly { readonly path: string; readonly rule: string; readonly reason: string }[];
}

/** The context of an engine that someone else runs, which adds least to the stack. */
export const external = {
  engine: 'external',
  searchEngineUrl: 'https://engine.example',
  masterKeySecret: 'meilisearch-master-key',
};

/** The stack with this context laid over that of `cdk.json`. Functions are bundled only when they are to be put somewhere. */
export function synthesise(
  context: Readonly<Record<string, string>> = {},
  outputFolder?: string,
): Synthesised {
  const outdir = outputFolder ?? mkdtempSync(join(tmpdir(), 'synthesised-'));
  const app = new App({
    outdir,
    context: {
      ...cdkJson.context,
      ...context,
      // A test says itself what it expects of warnings.
      '@aws-cdk/core:annotationsInValidationReport': false,
      'aws:cdk:enable-path-metadata': true,
      'aws:cdk:enable-asset-metadata': true,
      ...(outputFolder === undefined && { 'aws:cdk:bundling-stacks': [] }),
    },
  });
  const stack = new VindplaatsStack(app, 'Vindplaats', { context: readContext(app) });
  const template = Template.fromStack(stack);
  const warnings = Annotations.fromStack(stack)
    .findWarning('*', Match.anyValue())
    .map(({ entry }) => String(entry.data));
  if (outputFolder === undefined) rmSync(outdir, { recursive: true, force: true });
  const all = Object.entries(z.record(z.string(), z.unknown()).parse(template.toJSON().Resources)).map(
    ([logicalId, found]) => {
      const { Type: type, Properties: properties, DeletionPolicy, Metadata } = Resource.parse(found);
      const path = Metadata['aws:cdk:path'].replace(/^Vindplaats\//, '').replace(/\/Resource$/, '');
      return {
        logicalId,
        type,
        path,
        properties,
        deletionPolicy: DeletionPolicy,
        asset: Metadata['aws:asset:path'],
      };
    },
  );
  const pathOf = (logicalId: string) =>
    all.find((resource) => resource.logicalId === logicalId)?.path ?? logicalId;

  const policiesOf = (resource: SynthesisedResource) =>
    resource.properties.PolicyDocument
      ? PolicyDocument.parse(resource.properties.PolicyDocument).Statement
      : [];

  const roleOf = (name: string): readonly Grant[] =>
    all
      .filter(({ type, path }) => type === 'AWS::IAM::Policy' && path.startsWith(`${name}/`))
      .flatMap(policiesOf)
      .flatMap(({ Effect, Action, Resource: on, Condition }) =>
        on.flatMap((arn) =>
          Action.map((action) => ({
            effect: Effect,
            action,
            resource: nameOf(arn, pathOf),
            condition: Condition,
          })),
        ),
      );

  return {
    template,
    warnings,
    terminationProtection: stack.terminationProtection,
    resources: (type) => all.filter((resource) => type === undefined || resource.type === type),
    resource: (type, path) => {
      const found = all.find((resource) => resource.type === type && resource.path === path);
      if (!found) throw new Error(`There is no ${type} at ${path}`);
      return found;
    },
    statements: () => all.flatMap(policiesOf),
    roleOf,
    grantsOf: (name) => {
      const grants: Record<string, string[]> = {};
      for (const { effect, action, resource } of roleOf(name)) {
        if (effect === 'Allow') grants[resource] = [...new Set([...(grants[resource] ?? []), action])].sort();
      }
      return grants;
    },
    findings: () =>
      new AwsSolutionsChecks()
        .validateScope(stack)
        .violations.flatMap(({ ruleName, violatingResources }) =>
          violatingResources.map(({ constructPath }) => `${ruleName} ${constructPath}`),
        ),
    acknowledgements: () =>
      stack.node.findAll().flatMap(({ node }) =>
        node.metadata
          .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
          .flatMap(({ data }) => Object.entries(z.record(z.string(), z.string()).parse(data)))
          .map(([rule, reason]) => ({ path: node.path, rule: rule.replace(/^annotation::/i, ''), reason })),
      ),
  };
}

const Reference = z.union([
  z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.string()]) }).transform((value) => value['Fn::GetAtt'][0]),
  z.object({ Ref: z.string() }).transform(({ Ref }) => Ref),
]);
const Joined = z
  .object({ 'Fn::Join': z.tuple([z.literal(''), z.array(z.unknown())]) })
  .transform((value) => value['Fn::Join'][1]);

/** An ARN as the path of the resource and what follows: `uploads-bucket/public/*`. */
function nameOf(value: unknown, pathOf: (logicalId: string) => string): string {
  if (typeof value === 'string') return value;
  const reference = Reference.safeParse(value);
  if (reference.success) return pathOf(reference.data);
  return Joined.parse(value)
    .map((part) => nameOf(part, pathOf))
    .join('');
}
