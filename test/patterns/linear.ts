/** Whether a pattern takes time in proportion to its text, by recheck, and the list of those that were found to. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type * as recheck from 'recheck';
import recheckPackage from 'recheck/package.json' with { type: 'json' };

export interface Pattern {
  readonly source: string;
  readonly flags: string;
}

export const folders = ['functions', 'search-index', 'shared', 'local', 'web', 'infra'] as const;

export const writtenOut = ({ source, flags }: Pattern) => `/${source}/${flags}`;

/** Whether it has anything that repeats without a bound worth the name; what has not takes time in proportion to its text. */
export function repeats({ source }: Pattern): boolean {
  return /[*+]|\{\d+,\}|\{\d+,\d{2,}\}/.test(source);
}

/**
 * Steps decide, never time, or a busy machine would find slow what is not: of a text of 300,000 signs, recheck's longest,
 * a linear pattern makes some ten million, and another billions. `timeout` only ends what would go on for ever: that is
 * not known, and fails.
 */
const parameters = {
  attackLimit: 100_000_000,
  attackTimeout: null,
  incubationTimeout: null,
  timeout: 180_000,
} as const satisfies recheck.Parameters;

/** Null for a pattern that is linear, else why it is not taken for one. */
export function whyNotLinear({ source, flags }: Pattern): string | null {
  const found = checkSync(source, flags, parameters);
  if (found.status === 'safe') return null;
  if (found.status === 'unknown') return `unknown (${found.error.kind})`;
  return `${found.complexity.summary}, as for ${JSON.stringify(found.attack.pattern).slice(0, 100)}`;
}

// The build for browsers is plain JavaScript in this thread; the other one looks for Java and programs first.
const { checkSync }: typeof recheck = createRequire(import.meta.url)('recheck/lib/browser.js');

/** Patterns that were found linear, one a line, below the version of recheck that found them so. */
export const listFile = `${import.meta.dirname}/linear-patterns.txt`;
export const firstLine = `recheck ${recheckPackage.version}`;

/** None where the list is another version's. */
export function knownLinear(): ReadonlySet<string> {
  const [first, ...lines] = readFileSync(listFile, 'utf8').split('\n');
  return new Set(first === firstLine ? lines : []);
}
