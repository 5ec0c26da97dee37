import { renameSync, rmSync, writeFileSync } from 'node:fs';

/** Writes a file that only its owner can read, in one step: a reader sees the old text or the new, never half. */
export function writePrivateFile(file: string, text: string): void {
  const draft = `${file}.draft`;
  // A draft that a kill left behind would keep its own permissions.
  rmSync(draft, { force: true });
  writeFileSync(draft, text, { mode: 0o600, flag: 'wx' });
  renameSync(draft, file);
}
