import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The file and all that it imports before it runs; what is imported only when it is needed stands in brackets. */
export function readAtStart(bundle: string, file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  const source = readFileSync(join(bundle, file), 'utf8');
  for (const [, next = ''] of source.matchAll(/(?:from|import)\s*"\.\/([\w.-]+\.mjs)"/g)) {
    readAtStart(bundle, next, seen);
  }
  return seen;
}
