import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { GetObjectCommand, HeadObjectCommand } from '@aws-sdk/client-s3';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import * as z from 'zod';
import { completeUpload, prepareUpload } from '../../functions/staff-api/prepare-upload.ts';
import { bucketNames, type LocalAws } from '../../local/aws.ts';
import { findVindplaats } from '../../local/find-vindplaats.ts';
import { type Site, startHttpServer } from '../../local/http-server.ts';
import { type ImportOptions, importFolder, type Outcome } from '../../local/import-folder.ts';
import { jwtAuthorizer } from '../../local/jwt-authorizer.ts';
import { openIssuer } from '../../local/oidc-issuer.ts';
import { PlainError } from '../../local/plain-error.ts';
import { StaffApiClient } from '../../local/staff-api-client.ts';
import { listFiles } from '../../local/uploadable-files.ts';
import { documentId } from '../../shared/document.ts';
import { InvalidInputError } from '../../shared/errors.ts';
import { startTestAws, temporaryFolder } from './temporary.ts';

const bucket = bucketNames.uploads;

interface StaffApi {
  readonly api: string;
  readonly aws: LocalAws;
  readonly tokenFile: string;
  /** How many requests get 503 before one is answered. */
  outages: number;
}

/** The staff API with a ledger in which a file is unknown at first, then read, then what its name says. */
async function startStaffApi(): Promise<StaffApi> {
  const aws = await startTestAws();
  const folder = temporaryFolder();
  const server = await startHttpServer({ port: 0, onError: vi.fn() });
  onTestFinished(() => server.stop());
  const tokenFile = join(folder, 'staff-token');
  const issuer = await openIssuer({ issuer: server.origin, keyFile: join(folder, 'key'), tokenFile });
  writeFileSync(tokenFile, await issuer.issueToken({ scope: 'archive/read archive/write', lifetime: 60 }));
  const state: StaffApi = { api: server.origin, aws, tokenFile, outages: 0 };
  const asked = new Map<string, number>();
  const keys = new Map<string, string>();

  const ledgerEntry = async (id: string) => {
    const times = (asked.get(id) ?? 0) + 1;
    asked.set(id, times);
    const key = keys.get(id);
    if (key === undefined || times === 1) return { statusCode: 404, body: '{"detail":"Not known yet"}' };
    const { ETag } = await aws.s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
    const isRefused = key.includes('scan');
    const entry = {
      state: times === 2 ? 'kept' : isRefused ? 'refused' : 'searchable',
      etag: ETag?.replaceAll('"', '') ?? null,
      refusal: isRefused ? { reason: 'no-text', hint: 'Run text recognition on it.' } : null,
    };
    return { statusCode: 200, body: JSON.stringify(entry) };
  };

  const staffApi = async (given: unknown) => {
    const event = z.custom<APIGatewayProxyEventV2>().parse(given);
    if (state.outages > 0) {
      state.outages--;
      return { statusCode: 503, headers: { 'retry-after': '0' }, body: '' };
    }
    const body: unknown = event.body === undefined ? undefined : JSON.parse(event.body);
    if (event.rawPath === '/archive/uploads/multipart') {
      return { statusCode: 200, body: JSON.stringify(await completeUpload(body, { s3: aws.s3, bucket })) };
    }
    if (event.requestContext.http.method === 'POST') {
      const { key } = z.object({ key: z.string() }).parse(body);
      keys.set(documentId(key), key);
      try {
        return { statusCode: 201, body: JSON.stringify(await prepareUpload(body, { s3: aws.s3, bucket })) };
      } catch (error) {
        if (!(error instanceof InvalidInputError)) throw error;
        return { statusCode: error.status, body: JSON.stringify({ detail: error.publicMessage.en }) };
      }
    }
    return ledgerEntry(event.rawPath.split('/').at(-1) ?? '');
  };
  server.open({
    publicApi: async () => ({ statusCode: 404 }),
    staffApi,
    authorize: jwtAuthorizer(issuer),
    assets: new Map(),
    documents: new Map<string, unknown>([
      ['/.well-known/openid-configuration', issuer.configuration],
      ['/.well-known/jwks.json', issuer.keys],
    ]),
  });
  return state;
}

/** A site that knows nothing and lets nobody in. */
function emptySite(documents: Site['documents'] = new Map()): Site {
  return {
    publicApi: async () => ({ statusCode: 404 }),
    staffApi: async () => ({ statusCode: 404 }),
    authorize: async () => ({ refusal: { status: 401, headers: {}, body: '' } }),
    assets: new Map(),
    documents,
  };
}

function folderWith(...names: string[]): string {
  const folder = temporaryFolder();
  for (const name of names) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), `text of ${name}`);
  }
  return folder;
}

async function importInto(
  { api }: StaffApi,
  folder: string,
  options: Partial<ImportOptions> = {},
): Promise<readonly Outcome[]> {
  const found = await findVindplaats({ api, data: undefined, token: undefined });
  return importFolder({
    client: new StaffApiClient(found.api, found.token),
    folder,
    listing: await listFiles(folder),
    visibility: undefined,
    onProgress: () => undefined,
    ...options,
  });
}

const keysOf = (outcomes: readonly Outcome[]) => outcomes.map(({ key }) => key).toSorted();

test('a folder becomes searchable, but for what is refused, and is told of all the way', async () => {
  const staff = await startStaffApi();
  const folder = folderWith('a.txt', 'map/coöperatie 50%.txt', 'scan.pdf', '.hidden', 'b.part');
  const told: string[] = [];
  const outcomes = await importInto(staff, folder, {
    onProgress: ({ total, uploaded, searchable, refused }) =>
      told.push(`${total} ${uploaded} ${searchable} ${refused}`),
  });
  expect(keysOf(outcomes)).toEqual(['public/a.txt', 'public/map/coöperatie 50%.txt', 'public/scan.pdf']);
  expect(outcomes.find(({ key }) => key === 'public/scan.pdf')).toEqual({
    key: 'public/scan.pdf',
    state: 'refused',
    reason: 'no-text',
    hint: 'Run text recognition on it.',
  });
  expect(outcomes.filter(({ state }) => state === 'searchable')).toHaveLength(2);
  expect(told[0]).toBe('3 0 0 0');
  expect(told.at(-1)).toBe('3 3 2 1');
  const object = await staff.aws.s3.send(
    new GetObjectCommand({ Bucket: bucket, Key: 'public/map/coöperatie 50%.txt' }),
  );
  expect(await object.Body?.transformToString()).toBe('text of map/coöperatie 50%.txt');
});

test('a large file is put in parts', async () => {
  const staff = await startStaffApi();
  const folder = temporaryFolder();
  const bytes = Buffer.alloc(17 * 1024 * 1024, 'abcdefg');
  writeFileSync(join(folder, 'large.pdf'), bytes);
  expect(await importInto(staff, folder)).toEqual([{ key: 'public/large.pdf', state: 'searchable' }]);
  const { Body, ETag } = await staff.aws.s3.send(
    new GetObjectCommand({ Bucket: bucket, Key: 'public/large.pdf' }),
  );
  expect(ETag).toMatch(/-3"$/);
  expect(bytes.equals((await Body?.transformToByteArray()) ?? Buffer.alloc(0))).toBe(true);
});

test('a file that is too large fails by itself, with what to do', async () => {
  const staff = await startStaffApi();
  const folder = folderWith('a.txt');
  writeFileSync(join(folder, 'huge.bin'), Buffer.alloc(51 * 1024 * 1024));
  const outcomes = await importInto(staff, folder);
  expect(outcomes.find(({ key }) => key === 'public/a.txt')?.state).toBe('searchable');
  expect(outcomes.find(({ key }) => key === 'public/huge.bin')).toMatchObject({
    state: 'failed',
    reason: 'too-large',
    hint: expect.stringContaining('larger than 50 MB'),
  });
});

test('a server that is busy is asked again', async () => {
  const staff = await startStaffApi();
  staff.outages = 2;
  expect(await importInto(staff, folderWith('a.txt'))).toEqual([
    { key: 'public/a.txt', state: 'searchable' },
  ]);
});

test('a Vindplaats that is still starting is waited for', async () => {
  const server = await startHttpServer({ port: 0, onError: vi.fn() });
  onTestFinished(() => server.stop());
  const finding = findVindplaats({ api: server.origin, data: undefined, token: 'given' });
  setTimeout(() => server.open(emptySite()), 300);
  expect(await finding).toEqual({ api: server.origin, token: 'given' });
});

describe('who may find the documents is said', () => {
  test('by --visibility', async () => {
    const staff = await startStaffApi();
    const outcomes = await importInto(staff, folderWith('a.txt', 'b/c.txt'), { visibility: 'internal' });
    expect(keysOf(outcomes)).toEqual(['internal/a.txt', 'internal/b/c.txt']);
  });

  test('by a folder that is laid out as the uploads are', async () => {
    const staff = await startStaffApi();
    const outcomes = await importInto(staff, folderWith('public/a.txt', 'internal/b.txt'));
    expect(keysOf(outcomes)).toEqual(['internal/b.txt', 'public/a.txt']);
  });

  test('or asked for, when a folder internal lies among others', async () => {
    const staff = await startStaffApi();
    const folder = folderWith('a.txt', 'internal/b.txt');
    await expect(importInto(staff, folder)).rejects.toThrow(/--visibility internal/);
    await expect(importInto(staff, folder)).rejects.toThrow(PlainError);
  });
});

describe('one sentence says what is wrong', () => {
  test('when nothing answers', async () => {
    const wish = { api: 'http://127.0.0.1:9', data: undefined, token: undefined };
    await expect(findVindplaats(wish)).rejects.toThrow(
      /^No Vindplaats answers at .+ Start one with npm start/,
    );
  });

  test('when the address is none', async () => {
    const wish = { api: 'ftp://example.org', data: undefined, token: undefined };
    await expect(findVindplaats(wish)).rejects.toThrow(/is not an address/);
  });

  test('when there is no token', async () => {
    const server = await startHttpServer({ port: 0, onError: vi.fn() });
    onTestFinished(() => server.stop());
    server.open(emptySite());
    const wish = { api: server.origin, data: undefined, token: undefined };
    await expect(findVindplaats(wish)).rejects.toThrow(/VINDPLAATS_TOKEN/);
  });

  test('when the token is not accepted', async () => {
    const { api } = await startStaffApi();
    const found = await findVindplaats({ api, data: undefined, token: 'wrong' });
    const client = new StaffApiClient(found.api, found.token);
    await expect(client.post('/archive/uploads', {}, z.unknown())).rejects.toThrow(
      /does not accept this staff token/,
    );
  });
});

test('no file but a token of its own is sent to whoever answers', async () => {
  const { api, tokenFile } = await startStaffApi();
  const secret = join(temporaryFolder(), 'staff-token');
  writeFileSync(secret, 'the key to something else');
  const server = await startHttpServer({ port: 0, onError: vi.fn() });
  onTestFinished(() => server.stop());
  for (const file of [secret, tokenFile, '/etc/hostname']) {
    const configuration = { issuer: server.origin, vindplaats_token_file: file };
    server.open(emptySite(new Map([['/.well-known/openid-configuration', configuration]])));
    const wish = { api: server.origin, data: undefined, token: undefined };
    await expect(findVindplaats(wish)).rejects.toThrow(/There is no staff token/);
  }
  expect((await findVindplaats({ api, data: undefined, token: undefined })).token).toMatch(/^ey/);
});
