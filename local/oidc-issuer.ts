/**
 * Who says on this machine that someone is staff: an OpenID Connect issuer whose tokens look as Amazon Cognito's do.
 * Its key is kept, so that a token outlives a restart.
 */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type JWK, SignJWT } from 'jose';
import * as z from 'zod';
import { staffScopes } from '../shared/staff-scopes.ts';
import { codeOf } from './plain-error.ts';
import { writePrivateFile } from './private-file.ts';

/** The audience: the app client that staff's page and command line stand for. */
export const staffClient = 'vindplaats-staff';

const algorithm = 'RS256';

const PrivateKey = z.object({
  kty: z.literal('RSA'),
  n: z.string(),
  e: z.string(),
  d: z.string(),
  p: z.string(),
  q: z.string(),
  dp: z.string(),
  dq: z.string(),
  qi: z.string(),
});

export interface OidcIssuer {
  readonly issuer: string;
  /** What `/.well-known/openid-configuration` says. */
  readonly configuration: Readonly<Record<string, unknown>>;
  /** What `/.well-known/jwks.json` says. */
  readonly keys: { readonly keys: JWK[] };
  issueToken(claims: TokenClaims): Promise<string>;
}

export interface TokenClaims {
  /** Space-separated. */
  readonly scope: string;
  /** Seconds. */
  readonly lifetime: number;
}

export interface OidcIssuerOptions {
  /** The origin under which it answers. */
  readonly issuer: string;
  readonly keyFile: string;
  /** Where the token of this machine's own staff is; local programs find it by asking the issuer. */
  readonly tokenFile: string;
}

export async function openIssuer({ issuer, keyFile, tokenFile }: OidcIssuerOptions): Promise<OidcIssuer> {
  const jwk = readKey(keyFile) ?? (await createKey(keyFile));
  const key = await importJWK(jwk, algorithm);
  const kid = await calculateJwkThumbprint(jwk);
  return {
    issuer,
    configuration: {
      issuer,
      jwks_uri: `${issuer}/.well-known/jwks.json`,
      id_token_signing_alg_values_supported: [algorithm],
      scopes_supported: Object.values(staffScopes),
      subject_types_supported: ['public'],
      vindplaats_token_file: tokenFile,
    },
    keys: { keys: [{ kty: jwk.kty, n: jwk.n, e: jwk.e, kid, alg: algorithm, use: 'sig' }] },
    issueToken: ({ scope, lifetime }) => {
      const subject = 'local-staff';
      return new SignJWT({
        token_use: 'access',
        scope,
        client_id: staffClient,
        username: subject,
        auth_time: Math.floor(Date.now() / 1000),
        version: 2,
      })
        .setProtectedHeader({ alg: algorithm, kid })
        .setIssuer(issuer)
        .setSubject(subject)
        .setIssuedAt()
        .setExpirationTime(`${lifetime} seconds`)
        .setJti(randomUUID())
        .sign(key);
    },
  };
}

/** The key that was kept; undefined when there is none or it cannot be read, for then a new one does no harm. */
function readKey(file: string): z.infer<typeof PrivateKey> | undefined {
  try {
    return PrivateKey.safeParse(JSON.parse(readFileSync(file, 'utf8'))).data;
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

async function createKey(file: string): Promise<z.infer<typeof PrivateKey>> {
  const { privateKey } = await generateKeyPair(algorithm, { extractable: true });
  const jwk = PrivateKey.parse(await exportJWK(privateKey));
  writePrivateFile(file, JSON.stringify(jwk));
  return jwk;
}
