/**
 * Writes the list of patterns in our source that are linear, and prints the others. What the list holds already is not
 * asked again but with `--again`, which takes minutes.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { firstLine, folders, knownLinear, listFile, repeats, whyNotLinear, writtenOut } from './linear.ts';
import { patternsIn } from './source-patterns.ts';

const known = process.argv.includes('--again') ? new Set<string>() : knownLinear();
const linear = new Set<string>();
const seen = new Set<string>();
for (const { place, pattern } of patternsIn(join(import.meta.dirname, '../..'), folders)) {
  if (!pattern || !repeats(pattern) || seen.has(writtenOut(pattern))) continue;
  seen.add(writtenOut(pattern));
  const reason = known.has(writtenOut(pattern)) ? null : whyNotLinear(pattern);
  if (reason === null) linear.add(writtenOut(pattern));
  else console.log(`${place} ${writtenOut(pattern)}: ${reason}`);
}
writeFileSync(listFile, [firstLine, ...[...linear].sort(), ''].join('\n'));
console.log(`${linear.size} of ${seen.size} patterns that repeat something are linear.`);
