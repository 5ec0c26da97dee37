import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type LocalAws, startAws } from '../../local/aws.ts';

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
