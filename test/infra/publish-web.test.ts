import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { S3Client } from '@aws-sdk/client-s3';
import { afterAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { answerDeployment } from '../../infra/publish-web/deployment-request.ts';
import { publishFolder } from '../../infra/publish-web/publish-folder.ts';

const folder = mkdtempSync(join(tmpdir(), 'site-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('publishing the pages', () => {
  it('puts every file under its path, with its type, and pages after what they name', async () => {
    mkdirSync(join(folder, 'assets'));
    writeFileSync(join(folder, 'index.html'), '<!doctype html>');
    writeFileSync(join(folder, 'assets', 'search-page.js'), '');
    const put: unknown[] = [];
    const send = async (command: { input: unknown }) => put.push(command.input);
    await publishFolder(pathToFileURL(`${folder}/`), 'web', z.custom<S3Client>().parse({ send }));
    expect(put).toMatchObject([
      { Bucket: 'web', Key: 'assets/search-page.js', ContentType: 'text/javascript; charset=utf-8' },
      { Bucket: 'web', Key: 'index.html', ContentType: 'text/html; charset=utf-8' },
    ]);
  });

  it('answers the deployment that asked for it, under a name that stays', async () => {
    let answered = '';
    let contentType: string | undefined;
    const server = createServer(async (request, response) => {
      contentType = request.headers['content-type'];
      for await (const part of request) answered += part;
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await answerDeployment(
      {
        RequestType: 'Create',
        ResponseURL: `http://127.0.0.1:${port}/answer`,
        StackId: 'stack',
        RequestId: 'request',
        LogicalResourceId: 'pages',
        ResourceProperties: { Bucket: 'web' },
      },
      { Status: 'FAILED', Reason: 'no such bucket' },
    );
    server.close();
    expect(contentType).toBeUndefined();
    expect(z.record(z.string(), z.string()).parse(JSON.parse(answered))).toEqual({
      Status: 'FAILED',
      Reason: 'no such bucket',
      StackId: 'stack',
      RequestId: 'request',
      LogicalResourceId: 'pages',
      PhysicalResourceId: 'pages',
    });
  });
});
