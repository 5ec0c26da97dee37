/** What whoever deploys may choose, with `-c name=value` or in the `context` of `cdk.json`. */
import type { Construct } from 'constructs';
import * as z from 'zod';

export const Context = z.object({
  /** A search engine that functions can reach; by default an address that by its name can never be one. */
  searchEngineUrl: z.url({ protocol: /^https?$/ }).default('https://search-engine.invalid'),
  /** An OpenID Connect issuer that knows the staff already; without it, a Cognito user pool is made. */
  staffIssuer: z.url({ protocol: /^https$/ }).optional(),
  /** Who that issuer's access tokens must be for. */
  staffAudience: z.string().min(1).optional(),
  /** Where Cognito may send staff back to after they signed in. */
  staffPageUrl: z.url().default('http://localhost:3000/staff/'),
});
export type Context = z.infer<typeof Context>;

const ContextTogether = Context.refine(
  ({ staffIssuer, staffAudience }) => (staffIssuer === undefined) === (staffAudience === undefined),
  {
    path: ['staffAudience'],
    message: 'staffIssuer and staffAudience belong together: a token of another audience must open nothing',
  },
);

/** The context of this scope, checked. Throws one Error that names every value that cannot be. */
export function readContext(scope: Construct): Context {
  const given = Object.keys(Context.shape).map((name) => [name, scope.node.tryGetContext(name)]);
  const parsed = ContextTogether.safeParse(Object.fromEntries(given));
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path, message }) => `${path.join('.')} (${message})`);
  throw new Error(`The CDK context cannot be used: ${faults.join(', ')}`);
}
