/** The JWT authorizer of API Gateway's HTTP API: who may call the staff API, decided before the function runs. */
import { createLocalJWKSet, errors, type JWTPayload, jwtVerify } from 'jose';
import { staffScopes } from '../shared/staff-scopes.ts';
import { type Answer, gatewayAnswer } from './gateway-answer.ts';
import { type OidcIssuer, staffClient } from './oidc-issuer.ts';

/** What the function gets to see of the token, in `requestContext.authorizer`. */
export interface AuthorizedBy {
  readonly jwt: {
    /** Every value as text, as API Gateway gives it. */
    readonly claims: Readonly<Record<string, string>>;
    readonly scopes: readonly string[];
  };
}

export type Authorization = { readonly by: AuthorizedBy } | { readonly refusal: Answer };

export interface AuthorizationRequest {
  readonly method: string;
  /** The `Authorization` header. */
  readonly authorization: string | undefined;
}

export type Authorizer = (request: AuthorizationRequest) => Promise<Authorization>;

export function jwtAuthorizer({ issuer, keys }: Pick<OidcIssuer, 'issuer' | 'keys'>): Authorizer {
  const keySet = createLocalJWKSet(keys);
  return async ({ method, authorization }) => {
    const token = authorization?.replace(/^Bearer +/i, '').trim();
    if (!token) return { refusal: unauthorized() };
    let claims: JWTPayload;
    try {
      const { payload } = await jwtVerify(token, keySet, {
        issuer,
        algorithms: ['RS256'],
        requiredClaims: ['exp', 'iat'],
      });
      claims = payload;
    } catch (error) {
      if (!(error instanceof errors.JOSEError)) throw error;
      return { refusal: unauthorized('error="invalid_token"') };
    }
    if (!isForStaff(claims) || !isIssuedInThePast(claims)) {
      return { refusal: unauthorized('error="invalid_token"') };
    }
    const granted = scopesOf(claims);
    const required = reads.has(method) ? staffScopes.read : staffScopes.write;
    if (!granted.includes(required)) return { refusal: forbidden(required) };
    return { by: { jwt: { claims: asText(claims), scopes: granted } } };
  };
}

/** What changes nothing, and has a route of its own in the cloud. */
const reads: ReadonlySet<string> = new Set(['GET', 'HEAD']);

/** `client_id`, which Cognito's access tokens have, counts only where there is no `aud`. */
function isForStaff({ aud, client_id }: JWTPayload): boolean {
  if (aud === undefined) return client_id === staffClient;
  return Array.isArray(aud) ? aud.includes(staffClient) : aud === staffClient;
}

function isIssuedInThePast({ iat }: JWTPayload): boolean {
  return iat !== undefined && iat * 1000 <= Date.now();
}

/** An ID token has none, and so opens nothing. */
function scopesOf({ scope, scp }: JWTPayload): string[] {
  const named = typeof scope === 'string' ? scope : scp;
  if (typeof named === 'string') return named.split(' ').filter(Boolean);
  return Array.isArray(named) ? named.filter((name) => typeof name === 'string') : [];
}

function asText(claims: JWTPayload): Record<string, string> {
  return Object.fromEntries(
    Object.entries(claims).map(([name, value]) => [
      name,
      Array.isArray(value) ? `[${value.join(' ')}]` : String(value),
    ]),
  );
}

function unauthorized(error?: string): Answer {
  return gatewayAnswer(401, { 'www-authenticate': error ? `Bearer scope="" ${error}` : 'Bearer' });
}

function forbidden(scope: string): Answer {
  return gatewayAnswer(403, {
    'www-authenticate': `Bearer scope="${scope}" error="insufficient_scope"`,
  });
}
