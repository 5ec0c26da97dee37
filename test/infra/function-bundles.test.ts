import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { bundleFunction } from '../../infra/bundle-function.ts';
import { synthesise } from './synthesised.ts';

// A bundle is made and loaded within a second, or several when everything is tested at once.
vi.setConfig({ testTimeout: 30_000 });

// Outside the project, so that nothing can be found in its node_modules.
const folder = mkdtempSync(join(tmpdir(), 'bundles-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const FunctionProperties = z.object({
  Handler: z.templateLiteral([z.string(), '.', z.string()]),
  Environment: z.object({ Variables: z.record(z.string(), z.unknown()) }),
});

const functions = synthesise({}, join(folder, 'cdk.out'))
  .resources('AWS::Lambda::Function')
  .map(({ path, properties, asset }) => {
    const { Handler, Environment } = FunctionProperties.parse(properties);
    const [file = '', exported = ''] = Handler.split('.');
    return {
      name: path.replace(/\/function$/, ''),
      bundle: join(folder, 'cdk.out', asset ?? expect.fail(`${path} has no code`)),
      file: `${file}.mjs`,
      exported,
      environment: Object.fromEntries(Object.entries(Environment.Variables).map(madeUp)),
    };
  });
type SynthesisedFunction = (typeof functions)[number];

/** What only a deployment knows, in the form that it will have. */
function madeUp([name, value]: readonly [string, unknown]): readonly [string, string] {
  // The only engine that is built yet.
  if (name === 'SEARCH_ENGINE_URL') return [name, `sqlite:${join(folder, 'index')}`];
  if (typeof value === 'string') return [name, value];
  return [name, name.endsWith('_URL') ? `https://sqs.example/${name}` : 'a-name'];
}

/** Imports the bundle's handler in a process that has nothing else, and returns what the code then prints of it. */
function inProcess({ bundle, file, exported, environment }: SynthesisedFunction, code: string): string {
  // A file, for a worker would inherit the flags that code on the command line needs, and refuse them.
  const script = join(folder, 'script.mjs');
  writeFileSync(
    script,
    `const { ${exported}: handler } = await import(${JSON.stringify(join(bundle, file))}); ${code}; process.exit();`,
  );
  const { stdout, stderr } = spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', script], {
    cwd: folder,
    env: { ...environment, AWS_REGION: 'eu-central-1' },
    encoding: 'utf8',
  });
  // A minified line is thousands of characters long; the end of it all says what went wrong.
  if (stderr !== '') expect.fail(stderr.slice(-1500));
  return stdout.trim();
}

describe('the bundle that is synthesised', () => {
  it.each(functions)(
    'for $name loads with nothing but its own files and the environment that the stack gives it',
    (synthesised) => {
      expect(inProcess(synthesised, 'console.log(typeof handler)')).toBe('function');
    },
  );

  it.each(functions)('for $name holds every file that it looks for beside itself', ({ bundle }) => {
    for (const name of readdirSync(bundle)) {
      const source = readFileSync(join(bundle, name), 'utf8');
      const neighbours = [
        ...source.matchAll(/["'`]\.\/([\w-]+\.mjs)["'`]/g),
        ...source.matchAll(/new URL\(["'`](?:\.\/)?([\w-]+\.\w+)["'`],\s*import\.meta\.url\)/g),
      ];
      for (const [, neighbour = ''] of neighbours) {
        expect(existsSync(join(bundle, neighbour)), `${name} looks for ${neighbour}`).toBe(true);
      }
    }
  });

  it('for public-api answers a search, by the thread of the embedded engine', () => {
    const publicApi = functions.find(({ name }) => name === 'public-api') ?? expect.fail('no public-api');
    const event = {
      version: '2.0',
      rawPath: '/search',
      rawQueryString: 'q=zorg',
      headers: {},
      requestContext: { http: { method: 'GET', path: '/search' } },
    };
    const answer = inProcess(
      publicApi,
      `console.log(JSON.stringify(await handler(${JSON.stringify(event)}, { awsRequestId: '1' })))`,
    );
    const { statusCode, body } = z
      .object({ statusCode: z.number(), body: z.string() })
      .parse(JSON.parse(answer.split('\n').at(-1) ?? ''));
    expect({ statusCode, body: JSON.parse(body) }).toMatchObject({ statusCode: 200, body: { total: 0 } });
  });
});

describe('a bundle', () => {
  const packagesOf = (name: string) =>
    new Set(
      Object.keys(bundleFunction({ name }, join(folder, name)).inputs).flatMap(
        (input) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1] ?? [],
      ),
    );

  it('of public-api holds nothing that reads files or speaks to the catalogue', () => {
    const packages = packagesOf('public-api');
    expect(packages).toContain('zod');
    for (const one of ['@aws-sdk/client-dynamodb', '@aws-sdk/client-sqs', 'unpdf', 'mammoth', 'linkedom']) {
      expect(packages).not.toContain(one);
    }
  });

  it('of a function that only passes work on holds nothing that reads files', () => {
    const packages = packagesOf('sweep-pending');
    for (const one of ['unpdf', 'mammoth', 'linkedom']) expect(packages).not.toContain(one);
  });
});
