/**
 * The only place that reads the environment. Each function picks what it uses, once, when it loads; a value that lacks
 * or is malformed stops it there with a sentence, not later in the middle of a document.
 */

import * as z from 'zod/mini';
import en from 'zod/v4/locales/en.js';

// Without its words the small Zod says no more than "Invalid input"; by its own path, for `z.locales` brings all languages.
z.config(en());

export const Environment = z.object({
  UPLOADS_BUCKET: z.string().check(z.minLength(1)),
  DOCUMENTS_BUCKET: z.string().check(z.minLength(1)),
  CATALOGUE_TABLE: z.string().check(z.minLength(1)),
  WITHDRAWALS_TABLE: z.string().check(z.minLength(1)),
  UPLOADS_QUEUE_URL: z.url(),
  CHANGES_QUEUE_URL: z.url(),
  UPLOADS_DEAD_LETTERS_URL: z.url(),
  CHANGES_DEAD_LETTERS_URL: z.url(),
  /** Where visitors search: `https://` and a host. */
  SITE_URL: z.url(),
  /** Seconds after which no run of index-documents that began earlier can still be under way. */
  INDEX_DOCUMENTS_TIMEOUT: z.coerce.number().check(z.int(), z.minimum(1)),
  /** `sqlite:DIR` or `sqlite+s3://BUCKET/PREFIX` is the embedded engine, `http(s)://HOST[:PORT]` a Meilisearch server. */
  SEARCH_ENGINE_URL: z
    .string()
    .check(
      z.regex(
        /^(https?:\/\/|sqlite:|sqlite\+s3:\/\/)./,
        'must begin with http://, https://, sqlite: or sqlite+s3://',
      ),
    ),
  /** The key of that server for what this function does, where it asks for one: as text, or the secret that holds it. */
  SEARCH_ENGINE_KEY: z.optional(z.string().check(z.minLength(1))),
  SEARCH_ENGINE_KEY_SECRET: z.optional(z.string().check(z.minLength(1))),
  /** What Lambda gives every function, for who speaks to a service without the SDK. */
  AWS_REGION: z.optional(z.string()),
  AWS_ACCESS_KEY_ID: z.optional(z.string()),
  AWS_SECRET_ACCESS_KEY: z.optional(z.string()),
  AWS_SESSION_TOKEN: z.optional(z.string()),
  /** Where DynamoDB is elsewhere than in the cloud. */
  AWS_ENDPOINT_URL_DYNAMODB: z.optional(z.url()),
});

export type Environment = z.infer<typeof Environment>;

/** The variables that the schema picks, checked. Throws one Error that names each that is missing or malformed. */
export function readEnvironment<Schema extends z.ZodMiniType>(schema: Schema): z.infer<Schema> {
  const parsed = schema.safeParse(process.env);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => `${issue.path.join('.')} (${issue.message})`);
  throw new Error(`The environment lacks what this function needs: ${faults.join(', ')}`);
}
