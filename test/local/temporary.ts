import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished, vi } from 'vitest';
import { type LocalAws, startAws } from '../../local/aws.ts';

// These tests start servers and processes, and wait for files to be still: on a busy machine that takes its time.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

/** A folder of its own for one test, gone after it. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'vindplaats-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The stand-ins for AWS for one test, stopped after it. */
export async function startTestAws(folder = temporaryFolder(), generation = 1): Promise<LocalAws> {
  const aws = await startAws({ folder, generation, repair: false });
  onTestFinished(() => aws.stop());
  return aws;
}
