import { describe, expect, onTestFinished, test, vi } from 'vitest';
import * as z from 'zod';
import { startHttpServer } from '../../local/http-server.ts';
import { jwtAuthorizer } from '../../local/jwt-authorizer.ts';
import { openIssuer } from '../../local/oidc-issuer.ts';
import { pauseAfter, StaffApiClient } from '../../local/staff-api-client.ts';
import { staffScopes } from '../../shared/staff-scopes.ts';
import { temporaryFolder } from './temporary.ts';

describe('until it asks again, a client of staff waits', () => {
  const answer = (status: number, headers: Record<string, string> = {}) => ({
    status,
    headers: new Headers(headers),
  });

  test('as long as the server asks for, a minute at most', () => {
    for (const status of [429, 500, 503]) {
      expect(pauseAfter(1, answer(status, { 'retry-after': '2' }))).toBe(2_000);
      expect(pauseAfter(1, answer(status, { 'retry-after': '3600' }))).toBe(60_000);
    }
  });

  test.each([429, 503])('five seconds, and then longer, after a %i that names no time', (status) => {
    expect([1, 2, 3, 4, 5].map((attempt) => pauseAfter(attempt, answer(status)))).toEqual([
      5_000, 5_000, 5_000, 5_000, 8_000,
    ]);
  });

  test('ever longer after a fault or no answer at all', () => {
    for (const given of [answer(500), undefined]) {
      expect([1, 2, 3, 4, 5, 6, 7].map((attempt) => pauseAfter(attempt, given))).toEqual([
        500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000,
      ]);
    }
  });
});

describe('a person is told what the gateway has against a request', () => {
  async function clientWith(scope: string) {
    const folder = temporaryFolder();
    const server = await startHttpServer({ port: 0, onError: vi.fn() });
    onTestFinished(() => server.stop());
    const names = { issuer: server.origin, keyFile: `${folder}/key`, tokenFile: `${folder}/staff-token` };
    const issuer = await openIssuer(names);
    const nothing = async () => ({ statusCode: 200, body: '{}' });
    server.open({
      publicApi: nothing,
      staffApi: nothing,
      authorize: jwtAuthorizer(issuer),
      assets: new Map(),
      documents: new Map(),
    });
    return new StaffApiClient(server.origin, await issuer.issueToken({ scope, lifetime: 60 }));
  }

  test('the scope that the token lacks', async () => {
    const client = await clientWith(staffScopes.read);
    await expect(client.post('/archive/rebuild', {}, z.unknown())).rejects.toThrow(
      `This staff token does not allow it: it lacks the scope ${staffScopes.write}.`,
    );
  });

  test('that it is too large', async () => {
    const client = await clientWith(staffScopes.write);
    const large = { text: 'x'.repeat(6 * 1024 * 1024) };
    await expect(client.post('/archive/uploads', large, z.unknown())).rejects.toThrow(
      'Request Entity Too Large',
    );
  });
});
