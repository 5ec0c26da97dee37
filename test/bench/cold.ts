/**
 * `npm run bench:cold`: what a cold start costs each function, from importing its bundle as synthesised to its first
 * answer, each time in a new process outside the source tree, and how large its code is. With the names of functions it
 * measures only those, and tells what makes them large. Milliseconds and KiB.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import * as z from 'zod';
import { bundleFunction } from '../../infra/bundle-function.ts';
import { bucketNames, startAws } from '../../local/aws.ts';
import { setEnvironment } from '../../local/functions.ts';
import { documentId } from '../../shared/document.ts';
import { lookAgain } from '../../shared/upload-event.ts';
import { readAtStart } from '../bundles/read-at-start.ts';
import {
  environmentOf,
  type SynthesisedFunction,
  synthesiseFunctions,
} from '../bundles/synthesised-functions.ts';
import { external } from '../infra/synthesised.ts';

const runs = 7;
const execute = promisify(execFile);
const Measured = z.tuple([z.number(), z.number(), z.number()]);

const context = { awsRequestId: 'r', functionName: 'cold' };

const events = eventsByFunction();
const chosen = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'vindplaats-cold-'));
const aws = await startAws({ folder: join(folder, 'data'), generation: 1, repair: false });
try {
  setEnvironment(aws, { searchEngineUrl: `sqlite:${join(folder, 'index')}` });
  const functions = synthesiseFunctions(join(folder, 'cdk.out'), external).filter(
    ({ name }) => chosen.length === 0 || chosen.includes(name),
  );
  console.log(
    `${'function, asked for'.padEnd(36)} ${['at start', 'code', 'other', 'import', 'answer: min', 'median', 'processor'].map((title) => title.padStart(12)).join('')}`,
  );
  for (const one of functions) {
    for (const [what, event] of Object.entries(events[one.name] ?? { nothing: undefined })) {
      const times: z.infer<typeof Measured>[] = [];
      for (let run = 0; run < runs; run++) times.push(await measure(one, event));
      const [imports = [], answers = [], processor = []] = [0, 1, 2].map((column) =>
        times.map((time) => time[column] ?? 0).sort((a, b) => a - b),
      );
      const { atStart, code, other } = sizes(one.bundle);
      const figures = [
        atStart,
        code,
        other,
        median(imports),
        // The processor's time is that of all threads; on a busy machine it tells more than the clock does.
        ...(event ? [answers[0] ?? 0, median(answers), median(processor)] : []),
      ];
      console.log(
        `${`${one.name}, ${what}`.padEnd(36)} ${figures.map((figure) => String(Math.round(figure)).padStart(12)).join('')}`,
      );
    }
    if (chosen.length > 0) tellParts(one.name);
  }
} finally {
  await aws.stop();
  rmSync(folder, { recursive: true, force: true });
}

/** Events that can be answered on an empty system; the others take their time by design. */
function eventsByFunction(): Readonly<Record<string, Readonly<Record<string, unknown>>>> {
  const http = (path: string, query = '') => ({
    version: '2.0',
    rawPath: path,
    rawQueryString: query,
    headers: {},
    requestContext: { requestId: 'r', http: { method: 'GET', path } },
  });
  const message = (body: unknown) => ({
    Records: [
      {
        messageId: 'm',
        receiptHandle: 'r',
        body: JSON.stringify(body),
        attributes: { ApproximateReceiveCount: '1' },
        messageAttributes: {},
        eventSource: 'aws:sqs',
      },
    ],
  });
  return {
    'public-api': { 'an unknown address': http('/nowhere'), 'a search': http('/search', 'q=zorg') },
    'staff-api': { 'the ledger': http('/archive/uploads'), 'a search': http('/archive/search', 'q=zorg') },
    'ingest-document': { 'an upload that is gone': message(lookAgain(bucketNames.uploads, 'public/a.txt')) },
    'index-documents': { 'a document that is gone': message({ id: documentId('public/a.txt') }) },
    'sweep-pending': { 'nothing pending': {} },
  };
}

/** Milliseconds until the bundle is imported, until it has answered, and of the processor in all. */
async function measure({ bundle, handler, variables }: SynthesisedFunction, event: unknown) {
  const [file, name] = handler.split('.');
  const script = join(folder, 'cold.mjs');
  const call =
    event === undefined ? '' : `await handler(${JSON.stringify(event)}, ${JSON.stringify(context)});`;
  writeFileSync(
    script,
    `const began = performance.now();
    const spent = process.cpuUsage();
    const { ${name}: handler } = await import(${JSON.stringify(pathToFileURL(join(bundle, `${file}.mjs`)).href)});
    const imported = performance.now() - began;
    ${call}
    const { user, system } = process.cpuUsage(spent);
    console.log(JSON.stringify([imported, performance.now() - began, (user + system) / 1000]));
    process.exit();`,
  );
  const ofLambda = Object.fromEntries(Object.entries(process.env).filter(([key]) => key.startsWith('AWS_')));
  const { stdout } = await execute(process.execPath, ['--disable-warning=ExperimentalWarning', script], {
    cwd: folder,
    env: { ...environmentOf({ variables }, process.env), ...ofLambda, POWERTOOLS_METRICS_DISABLED: 'true' },
  });
  return Measured.parse(JSON.parse(stdout.trim().split('\n').at(-1) ?? ''));
}

/** KiB: of what a cold start reads, of all code, and of what is no code or a thread's of its own. */
function sizes(bundle: string) {
  const size = (name: string) => statSync(join(bundle, name)).size / 1024;
  const sum = (names: Iterable<string>) => [...names].reduce((total, name) => total + size(name), 0);
  const atStart = readAtStart(bundle, 'handler.mjs');
  const files = readdirSync(bundle, { withFileTypes: true }).flatMap((one) => (one.isFile() ? one.name : []));
  const own = files.filter((name) => name.endsWith('.mjs') && name !== 'worker.mjs');
  return { atStart: sum(atStart), code: sum(own), other: sum(files.filter((name) => !own.includes(name))) };
}

/** What a cold start reads, by package and by folder of our own. */
function tellParts(name: string): void {
  const { outputs } = bundleFunction({ name }, join(folder, 'parts', name));
  const [main = ''] = Object.keys(outputs).filter((output) => output.endsWith('/handler.mjs'));
  const read = new Set<string>();
  const follow = (output: string) => {
    if (read.has(output)) return;
    read.add(output);
    for (const { path, kind } of outputs[output]?.imports ?? []) {
      if (kind === 'import-statement' && outputs[path]) follow(path);
    }
  };
  follow(main);
  const parts = new Map<string, number>();
  for (const output of read) {
    for (const [input, { bytesInOutput }] of Object.entries(outputs[output]?.inputs ?? {})) {
      const part =
        /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1] ?? input.split('/').slice(0, 2).join('/');
      parts.set(part, (parts.get(part) ?? 0) + bytesInOutput / 1024);
    }
  }
  for (const [part, size] of [...parts].sort(([, a], [, b]) => b - a).slice(0, 15)) {
    console.log(`  ${size.toFixed(1).padStart(8)} ${part}`);
  }
}

function median(sorted: readonly number[]): number {
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
