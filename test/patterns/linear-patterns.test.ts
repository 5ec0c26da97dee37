import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { folders, knownLinear, type Pattern, repeats, whyNotLinear, writtenOut } from './linear.ts';
import { patternsIn, type SourcePattern } from './source-patterns.ts';

/** Patterns that are made while the program runs, by the file that makes them, and why none of them can be slow. */
const madeAtRunTime: Readonly<Record<string, string>> = {
  'search-index/likely-passages.ts': 'alternatives of at most three letters or digits each; nothing repeats',
  'shared/visible-text.ts': 'single signs of classes that Unicode names; only a run of spaces repeats',
  'search-index/dutch/hunspell.ts': 'conditions of our own dictionary, read when the lexicon is built',
};

const known = knownLinear();

/** Null for a pattern that is linear. Those in the list are not asked again: recheck would say the same. */
function complaint(pattern: Pattern): string | null {
  return !repeats(pattern) || known.has(writtenOut(pattern)) ? null : whyNotLinear(pattern);
}

const complaintsOf = (patterns: readonly SourcePattern[]) =>
  patterns.flatMap(({ place, pattern }) => {
    const reason = pattern && complaint(pattern);
    return reason === null ? [] : [`${place} ${writtenOut(pattern ?? { source: '', flags: '' })}: ${reason}`];
  });

describe('the patterns in our source', () => {
  let patterns: readonly SourcePattern[];
  beforeAll(() => {
    patterns = patternsIn(join(import.meta.dirname, '../..'), folders);
  });

  test('are all linear', { timeout: 900_000 }, () => {
    expect(patterns.length).toBeGreaterThan(300);
    expect(complaintsOf(patterns)).toEqual([]);
  });

  test('are known before the program runs, but for those with a reason', () => {
    const files = patterns.filter(({ pattern }) => pattern === null).map(({ place }) => place.split(':')[0]);
    expect(new Set(files)).toEqual(new Set(Object.keys(madeAtRunTime)));
  });
});

describe('the gate', () => {
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'patterns-'));
    await mkdir(join(folder, 'shared'));
    const compilerOptions = { target: 'es2024', noLib: true, types: [] };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['shared'] }));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test.each([
    ['a literal', String.raw`/\s+$/`, '2nd degree polynomial'],
    ['a literal that is exponential', '/^(?:a|a)+$/', 'exponential'],
    ['a string', "new RegExp('(?:a|a)+$')", 'exponential'],
    ['a call', `RegExp('[ab]*b$', 'u')`, '2nd degree polynomial'],
    ['a template', `const repeated = '(?:a|a)+'; new RegExp(\`\${repeated}$\`)`, 'exponential'],
    ['a raw template', `const end = '$'; new RegExp(String.raw\`\\s+\${end}\`)`, '2nd degree polynomial'],
    ['another pattern', 'const run = /[ab]+/; new RegExp(run.source + "c")', '2nd degree polynomial'],
    ['a list', `new RegExp(['x', '[ab]*b$'].join('|'))`, '2nd degree polynomial'],
  ])('finds a slow pattern in %s', (_, source, reason) => {
    writeFileSync(join(folder, 'shared/slow.ts'), `${source};`);
    const [found, ...more] = complaintsOf(patternsIn(folder, folders));
    expect(found).toMatch(new RegExp(`^shared/slow.ts:1 .*${reason}`));
    expect(more).toEqual([]);
  });

  test('says which patterns it cannot know', () => {
    writeFileSync(join(folder, 'shared/slow.ts'), `const make = (text: string) => new RegExp(text, 'u');`);
    expect(patternsIn(folder, folders)).toEqual([{ place: 'shared/slow.ts:1', pattern: null }]);
  });
});
