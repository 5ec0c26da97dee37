import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createRemoteJWKSet,
  generateKeyPair,
  importJWK,
  type JWTPayload,
  jwtVerify,
  SignJWT,
  UnsecuredJWT,
} from 'jose';
import { afterAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import * as z from 'zod';
import { startHttpServer } from '../../local/http-server.ts';
import { jwtAuthorizer } from '../../local/jwt-authorizer.ts';
import { openIssuer, staffClient } from '../../local/oidc-issuer.ts';
import { staffScopes } from '../../shared/staff-scopes.ts';
import { temporaryFolder } from './temporary.ts';

const folder = mkdtempSync(join(tmpdir(), 'vindplaats-'));
afterAll(() => rmSync(folder, { recursive: true }));
const keyFile = join(folder, 'key.json');
const names = { issuer: 'http://127.0.0.1:8787', keyFile, tokenFile: '/data/staff-token' };
const issuer = await openIssuer(names);
const authorize = jwtAuthorizer(issuer);

const kid = issuer.keys.keys[0]?.kid ?? '';
const jwk = z.record(z.string(), z.string()).parse(JSON.parse(readFileSync(keyFile, 'utf8')));
const key = await importJWK(jwk, 'RS256');
const sign = (claims: JWTPayload) => new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid }).sign(key);

const now = Math.floor(Date.now() / 1000);
const good: JWTPayload = {
  iss: names.issuer,
  sub: 'someone',
  client_id: staffClient,
  token_use: 'access',
  scope: 'archive/read archive/write',
  iat: now - 10,
  exp: now + 600,
};
const { scope: _scope, client_id: _client, ...unscoped } = good;

async function statusOf(token: string | undefined, method = 'GET'): Promise<number> {
  const authorization = await authorize({ method, authorization: token && `Bearer ${token}` });
  return 'refusal' in authorization ? authorization.refusal.status : 200;
}

describe('the staff API lets in', () => {
  test.each([
    ['a token for reading, to read', { ...good, scope: staffScopes.read }, 'GET'],
    ['a token for reading, to ask what there is', { ...good, scope: staffScopes.read }, 'HEAD'],
    ['a token for writing, to write', { ...good, scope: staffScopes.write }, 'PATCH'],
    ['a token for both, among other scopes', { ...good, scope: `openid ${good.scope}` }, 'DELETE'],
    [
      'a token with an audience in the place of a client',
      { ...unscoped, aud: staffClient, scope: staffScopes.read },
      'GET',
    ],
    [
      'a token with scopes as a list',
      { ...unscoped, client_id: staffClient, scp: [staffScopes.read] },
      'GET',
    ],
  ])('%s', async (_what, claims, method) => {
    expect(await statusOf(await sign(claims), method)).toBe(200);
  });

  test('the token that the issuer gives, with or without the word Bearer', async () => {
    const token = await issuer.issueToken({ scope: staffScopes.read, lifetime: 60 });
    for (const authorization of [`Bearer ${token}`, `bearer ${token}`, token]) {
      expect(await authorize({ method: 'GET', authorization })).toMatchObject({
        by: {
          jwt: {
            claims: { iss: names.issuer, client_id: staffClient, token_use: 'access' },
            scopes: [staffScopes.read],
          },
        },
      });
    }
  });

  test('a token that was given before a restart', async () => {
    const token = await issuer.issueToken({ scope: staffScopes.read, lifetime: 60 });
    const restarted = jwtAuthorizer(await openIssuer(names));
    expect(await restarted({ method: 'GET', authorization: token })).toHaveProperty('by');
  });
});

describe('the staff API refuses with 401', () => {
  test('no token', async () => {
    expect(await statusOf(undefined)).toBe(401);
    expect(await statusOf('')).toBe(401);
  });

  test.each([
    ['an expired one', { ...good, exp: now - 1 }],
    ['one without an end', { ...good, exp: undefined }],
    ['one that is not valid yet', { ...good, nbf: now + 60 }],
    ['one from the future', { ...good, iat: now + 60 }],
    ['one of another issuer', { ...good, iss: 'https://example.org' }],
    ['one without an issuer', { ...good, iss: undefined }],
    ['one for another client', { ...good, client_id: 'another' }],
    ['one for no client', { ...good, client_id: undefined }],
    ['one for another audience, whatever its client', { ...good, aud: 'another' }],
  ])('%s', async (_what, claims) => {
    const present = Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined));
    expect(await statusOf(await sign(present))).toBe(401);
  });

  test('one that is signed by another key, by none, or with the public key as a password', async () => {
    const { privateKey } = await generateKeyPair('RS256');
    const forged = await new SignJWT(good).setProtectedHeader({ alg: 'RS256', kid }).sign(privateKey);
    const secret = new TextEncoder().encode(JSON.stringify(issuer.keys.keys[0]));
    const confused = await new SignJWT(good).setProtectedHeader({ alg: 'HS256', kid }).sign(secret);
    const unsigned = new UnsecuredJWT(good).encode();
    for (const token of [forged, confused, unsigned]) expect(await statusOf(token)).toBe(401);
  });

  test('one that was changed, and what is no token at all', async () => {
    const [header, , signature] = (await sign({ ...good, scope: staffScopes.read })).split('.');
    const payload = Buffer.from(JSON.stringify(good)).toString('base64url');
    expect(await statusOf(`${header}.${payload}.${signature}`)).toBe(401);
    for (const token of ['x', 'a.b.c', '..', '{}']) expect(await statusOf(token)).toBe(401);
  });
});

describe('the staff API refuses with 403', () => {
  test.each([
    ['a token for reading, to write', { ...good, scope: staffScopes.read }, 'POST'],
    ['a token for writing, to read', { ...good, scope: staffScopes.write }, 'GET'],
    ['a token with other scopes', { ...good, scope: 'openid archive/reader' }, 'GET'],
    ['an ID token', { ...unscoped, aud: staffClient, token_use: 'id' }, 'GET'],
  ])('%s', async (_what, claims, method) => {
    expect(await statusOf(await sign(claims), method)).toBe(403);
  });
});

test('over HTTP a refusal is API Gateway’s and names the scheme, and the keys are found as OpenID Connect says', async () => {
  const server = await startHttpServer({ port: 0, onError: vi.fn() });
  onTestFinished(() => server.stop());
  const own = await openIssuer({ ...names, issuer: server.origin });
  server.open({
    publicApi: async () => ({ statusCode: 404 }),
    staffApi: async () => ({ statusCode: 200 }),
    authorize: jwtAuthorizer(own),
    assets: new Map(),
    documents: new Map<string, unknown>([
      ['/.well-known/openid-configuration', own.configuration],
      ['/.well-known/jwks.json', own.keys],
    ]),
  });
  const none = await fetch(`${server.origin}/archive/uploads`);
  expect(none.status).toBe(401);
  expect(none.headers.get('www-authenticate')).toBe('Bearer');
  expect(await none.json()).toEqual({ message: 'Unauthorized' });
  const wrong = await fetch(`${server.origin}/archive/uploads`, { headers: { authorization: 'Bearer x' } });
  expect(wrong.headers.get('www-authenticate')).toBe('Bearer scope="" error="invalid_token"');
  expect(await wrong.json()).toEqual({ message: 'Unauthorized' });

  const token = await own.issueToken({ scope: staffScopes.read, lifetime: 60 });
  const headers = { authorization: `Bearer ${token}` };
  const tooLittle = await fetch(`${server.origin}/archive/uploads`, { method: 'POST', headers });
  expect(tooLittle.status).toBe(403);
  expect(tooLittle.headers.get('www-authenticate')).toBe(
    `Bearer scope="${staffScopes.write}" error="insufficient_scope"`,
  );
  expect(await tooLittle.json()).toEqual({ message: 'Forbidden' });
  expect((await fetch(`${server.origin}/archive/uploads`, { headers })).status).toBe(200);

  const discovery = await (await fetch(`${server.origin}/.well-known/openid-configuration`)).json();
  const { jwks_uri } = z.object({ jwks_uri: z.url() }).parse(discovery);
  const { payload } = await jwtVerify(token, createRemoteJWKSet(new URL(jwks_uri)), {
    issuer: server.origin,
  });
  expect(payload.sub).toBe('local-staff');
});

test('the key can be read by its owner only, and a damaged one is replaced', async () => {
  expect(statSync(keyFile).mode & 0o777).toBe(0o600);
  const damaged = join(temporaryFolder(), 'key.json');
  writeFileSync(damaged, '{"kty":"RS');
  const replaced = await openIssuer({ ...names, keyFile: damaged });
  expect(replaced.keys.keys[0]?.kid).not.toBe(kid);
  expect(statSync(damaged).mode & 0o777).toBe(0o600);
});
