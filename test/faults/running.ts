/** A whole local Vindplaats in a process of its own, that can be armed, killed and asked. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { S3Client } from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import { awsCredentials, awsRegion } from '../../local/aws-identity.ts';
import type { Target } from './kill-at.ts';

const repository = fileURLToPath(new URL('../..', import.meta.url));

/** Milliseconds after which something that should happen never will, also on a machine that is busy. */
const patience = 60_000;

/** Milliseconds between two looks, which cost the process that is looked at as much as its own work. */
const firstPause = 20;
const longestPause = 300;

const Endpoints = z.object({
  endpoints: z.object({ s3: z.string(), sqs: z.string() }),
  queueUrls: z.record(z.string(), z.string()),
});

export interface RunningOptions {
  readonly data: string;
  readonly watch: string;
  /** Struck from the very start, in what a start sets right. */
  readonly target?: Target | undefined;
  /** The file that tells which kill took place. */
  readonly report?: string;
  /** Milliseconds that its clock is ahead. */
  readonly ahead?: number;
  readonly environment?: Readonly<Record<string, string>>;
}

export class Killed extends Error {
  override readonly name = 'Killed';
}

export class Running {
  /** All that it wrote to standard output and error, as it came. */
  output = '';
  origin = '';
  readonly #options: RunningOptions;
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;
  #s3: S3Client | undefined;
  #sqs: SQSClient | undefined;
  #queueUrls: readonly string[] = [];
  #token = '';

  constructor(options: RunningOptions) {
    const { data, watch, target, report, ahead = 0, environment } = options;
    this.#options = options;
    this.#child = spawn(
      process.execPath,
      [
        ...[
          '--disable-warning=ExperimentalWarning',
          '--import',
          './test/faults/kill-at.ts',
          'local/start.ts',
        ],
        ...['--port', '0', '--data', data, '--no-samples', '--watch', watch],
      ],
      {
        cwd: repository,
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
        env: {
          ...process.env,
          ...environment,
          CLOCK_AHEAD: String(ahead),
          ...(report && { KILL_REPORT: report }),
          ...(target && { KILL_AT: JSON.stringify(target) }),
        },
      },
    );
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream?.on('data', (chunk) => {
        this.output += chunk;
      });
    this.#exited = once(this.#child, 'exit');
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** Resolves when it answers; throws Killed when it ended before. */
  async ready(): Promise<void> {
    await this.until(async () => {
      this.origin ||= /http:\/\/127\.0\.0\.1:\d+/.exec(this.output)?.[0] ?? '';
      return this.origin !== '' && (await fetch(`${this.origin}/health`)).status === 200;
    });
    const { data } = this.#options;
    const file: unknown = JSON.parse(readFileSync(join(data, 'aws-endpoints.json'), 'utf8'));
    const { endpoints, queueUrls } = Endpoints.parse(file);
    const common = { region: awsRegion, credentials: awsCredentials, maxAttempts: 1 };
    this.#s3 = new S3Client({ ...common, endpoint: endpoints.s3, forcePathStyle: true });
    this.#sqs = new SQSClient({ ...common, endpoint: endpoints.sqs });
    this.#queueUrls = Object.values(queueUrls);
    this.#token = readFileSync(join(data, 'staff-token'), 'utf8').trim();
  }

  get s3(): S3Client {
    if (!this.#s3) throw new Error('It is not ready');
    return this.#s3;
  }

  arm(target: Target): void {
    if (!this.hasEnded) this.#child.send(target, () => undefined);
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    if (!this.hasEnded) this.#child.kill(signal);
    await this.#exited;
    this.#s3?.destroy();
    this.#sqs?.destroy();
  }

  /** Resolves when it holds; throws Killed when the process ends before, an Error when it takes too long. */
  async until(holds: () => Promise<boolean>, within = patience): Promise<void> {
    const deadline = performance.now() + within;
    for (let wait = firstPause; ; wait = Math.min(wait * 1.5, longestPause)) {
      if (this.hasEnded) throw new Killed(`Vindplaats has ended: ${this.output}`);
      if (await holds().catch(() => false)) return;
      if (performance.now() > deadline) throw new Error(`Waited ${within} ms in vain`);
      await pause(wait);
    }
  }

  /** Whether no message waits in a queue or is being worked on. */
  async isIdle(): Promise<boolean> {
    for (const QueueUrl of this.#queueUrls) {
      const { Attributes } = await (this.#sqs ?? new SQSClient()).send(
        new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }),
      );
      const { ApproximateNumberOfMessages: waiting, ApproximateNumberOfMessagesNotVisible: taken } =
        Attributes ?? {};
      if (waiting !== '0' || taken !== '0') return false;
    }
    return true;
  }

  async get<Schema extends z.ZodType>(path: string, schema: Schema): Promise<z.infer<Schema>> {
    const { status, body } = await this.ask('GET', path);
    if (status !== 200) throw new Error(`GET ${path} was answered with ${status}`);
    return schema.parse(body);
  }

  /** With the token of staff below `/archive`. */
  async ask(
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<{ status: number; body: unknown }> {
    const response = await fetch(this.origin + path, {
      method,
      headers: {
        ...(path.startsWith('/archive') && { authorization: `Bearer ${this.#token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json');
    return { status: response.status, body: isJson && text ? JSON.parse(text) : text };
  }
}
