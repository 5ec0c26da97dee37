import { globSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { visibilityOfKey } from '../../shared/visibility.ts';
import { blocks, headings, read } from './read.ts';

const samples = new URL('../../samples/', import.meta.url);
const keys = globSync('{public,internal}/*.{md,txt}', { cwd: samples }).sort();

describe("the project's own samples", () => {
  test('are there for everyone and for staff', () => {
    expect(new Set(keys.map(visibilityOfKey))).toEqual(new Set(['public', 'internal']));
  });

  test.each(keys)('%s reads without a note, with its title, date, names and sections', async (key) => {
    const document = await read(readFileSync(new URL(key, samples)), key);
    expect(document.title.origin).not.toMatch(/derived|file-name/);
    expect(document.publishedOn).not.toBeNull();
    expect(document.keywords?.value.length).toBeGreaterThan(0);
    expect(document.language).toBe('nl');
    expect(document.notes).toEqual([]);
    expect(headings(document).length).toBeGreaterThan(2);
    expect(blocks(document).join('\n')).not.toMatch(/Trefwoorden:|Geplaatst op|^---|\*\*/m);
  });
});
