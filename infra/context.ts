/** What whoever deploys may choose, with `-c name=value` or in the `context` of `cdk.json`. */
import type { Construct } from 'constructs';
import * as z from 'zod';
import release from './meilisearch-server/release.json' with { type: 'json' };

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in 64 lower-case hexadecimal digits');

export const Context = z.object({
  /** Which engine searches; moving to another one is a change of this and a rebuild. */
  engine: z.enum(['meilisearch', 'external', 'embedded']).default('meilisearch'),
  /** `external`: where a Meilisearch answers that someone else runs. */
  searchEngineUrl: z.url({ protocol: /^https?$/ }).optional(),
  /** `external`: the name or the ARN of the secret in Secrets Manager that holds its master key as plain text. */
  masterKeySecret: z.string().min(1).optional(),
  /** `meilisearch`: the machine, of a kind with an ARM processor. */
  serverType: z
    .string()
    .regex(/^[a-z]+\d+g[a-z]*\.\w+$/, 'must be a machine with a Graviton processor, such as t4g.small')
    .default('t4g.small'),
  /** `meilisearch`: GiB of its data; it may be raised later and never lowered. */
  serverVolume: z.coerce.number().int().min(8).max(16_384).default(20),
  /** `meilisearch`: the version, and the checksum of its binary when it is pinned here and not beside the binary. */
  meilisearchVersion: z
    .string()
    .regex(/^\d+\.\d+\.\d+$/)
    .default(release.version),
  meilisearchSha256: Sha256.optional(),
  /** An OpenID Connect issuer that knows the staff already; without it, a Cognito user pool is made. */
  staffIssuer: z.url({ protocol: /^https$/ }).optional(),
  /** Who that issuer's access tokens must be for. */
  staffAudience: z.string().min(1).optional(),
  /** Where Cognito may send staff back to after they signed in; by default the staff page of the site. */
  staffPageUrl: z.url().optional(),
  /** A name of one's own for the site, and its certificate, which CloudFront wants in us-east-1. */
  siteDomainName: z.hostname().optional(),
  siteCertificateArn: z
    .string()
    .regex(/^arn:aws:acm:us-east-1:/, 'must be the ARN of a certificate in us-east-1')
    .optional(),
  /** A web ACL of WAF that guards the site; it too lives in us-east-1. */
  webAclArn: z
    .string()
    .regex(/^arn:aws:wafv2:us-east-1:.*:global\/webacl\//, 'must be the ARN of a global web ACL in us-east-1')
    .optional(),
  /** Who is told of alarms. */
  alarmEmail: z.email().optional(),
  /** Whether CloudFormation refuses to delete the stack; `false` only to take everything away. */
  terminationProtection: z
    .union([z.boolean(), z.stringbool({ truthy: ['true'], falsy: ['false'] })])
    .default(true),
});
export type Context = z.infer<typeof Context>;

const together = (first: keyof Context, second: keyof Context, why: string) => ({
  holds: (context: Context) => (context[first] === undefined) === (context[second] === undefined),
  path: [second],
  message: `${first} and ${second} belong together: ${why}`,
});

const rules = [
  together('staffIssuer', 'staffAudience', 'a token of another audience must open nothing'),
  together('siteDomainName', 'siteCertificateArn', 'a name needs its certificate'),
  {
    holds: ({ engine, searchEngineUrl, masterKeySecret }: Context) =>
      engine === 'external' || (searchEngineUrl === undefined && masterKeySecret === undefined),
    path: ['engine'],
    message: 'searchEngineUrl and masterKeySecret are those of an external engine: add -c engine=external',
  },
  {
    holds: ({ engine, searchEngineUrl, masterKeySecret }: Context) =>
      engine !== 'external' || (searchEngineUrl !== undefined && masterKeySecret !== undefined),
    path: ['engine'],
    message: 'an external engine needs -c searchEngineUrl=https://… and -c masterKeySecret=NAME-OR-ARN',
  },
];

const CheckedContext = Context.superRefine((context, { addIssue }) => {
  for (const { holds, path, message } of rules) {
    if (!holds(context)) addIssue({ code: 'custom', path, message });
  }
});

/** The context of this scope, checked. Throws one Error that names every value that cannot be. */
export function readContext(scope: Construct): Context {
  const given = Object.keys(Context.shape).map((name) => [name, scope.node.tryGetContext(name)]);
  const parsed = CheckedContext.safeParse(Object.fromEntries(given));
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path, message }) => `${path.join('.')} (${message})`);
  throw new Error(`The CDK context cannot be used: ${faults.join(', ')}`);
}
