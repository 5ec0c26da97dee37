import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  type IsolatedLinking,
  isolatedLinking,
} from '../../functions/index-documents/linking/isolated-linking.ts';
import type { LinkableDocument } from '../../shared/linking.ts';
import type { Term } from '../../shared/vocabulary.ts';

const misbehaving = new URL('./misbehaving-linking-process.ts', import.meta.url);
/** Processes start and end slowly where other tests keep the processors busy. */
vi.setConfig({ testTimeout: 60_000 });

const organisation = (label: string): Term => ({
  type: 'organisation',
  slug: label.toLowerCase(),
  label,
  aliases: [],
});

/** A document with this text that lists these themes. */
const document = (text: string, ...themes: string[]): LinkableDocument => ({
  title: { value: 'Bezoek', origin: 'text' },
  themes: { value: themes.map((theme) => ({ form: 'label', text: theme })), origin: 'text' },
  keywords: null,
  organisations: null,
  passages: [
    {
      anchor: { type: 'section', number: 1, heading: null },
      level: 1,
      blocks: [{ type: 'paragraph', text }],
    },
  ],
});
const greeting = document('Met dank aan Zonnehof.', 'Wonen');

let linking: IsolatedLinking;
const onFault = vi.fn();
beforeEach(() => onFault.mockReset());
afterEach(() => linking.close());

describe('linking in a process of its own', () => {
  beforeEach(() => {
    linking = isolatedLinking({ onFault });
  });

  test('links every document to the terms of its linker, also when linkers take turns', async () => {
    const [sun, none] = [linking.linkerFor([organisation('Zonnehof')]), linking.linkerFor([])];
    const all = await Promise.all([sun('a', greeting), none('b', greeting), sun('c', greeting)]);
    const zonnehof = { slug: 'zonnehof', label: 'Zonnehof', proposed: false, listed: false };
    expect(all.map(({ organisations }) => organisations)).toEqual([[zonnehof], [], [zonnehof]]);
    expect(all.map(({ themes }) => themes.map(({ label }) => label))).toEqual([
      ['Wonen'],
      ['Wonen'],
      ['Wonen'],
    ]);
    expect(onFault).not.toHaveBeenCalled();
  });

  test('what is linked when it closes is an error to try again', async () => {
    const link = linking.linkerFor([]);
    const linked = expect(link('a', greeting)).rejects.toThrow('watched process');
    await linking.close();
    await linked;
  });
});

describe('a document that misbehaves', () => {
  const short = { processorMs: 1_000, clockMs: 30_000 };
  const memoryBytes = 300 * 1024 * 1024;
  beforeEach(() => {
    linking = isolatedLinking({
      entry: misbehaving,
      onFault,
      limits: { terms: short, text: short, lists: short, memoryBytes },
    });
  });

  test.each([
    ['hangs', 'loop'],
    ['fills the heap', 'heap'],
    ['ends the process', 'exit'],
    ['meets a fault', 'throw'],
    ['breaks the schema of the answer', 'garbage'],
  ])('whose text %s has what it lists, and the next document has all', async (_, text) => {
    const link = linking.linkerFor([organisation('Zonnehof')]);
    const [bad, next] = await Promise.all([link('bad', document(text, 'Wonen')), link('next', greeting)]);
    expect(bad).toEqual({
      themes: [{ slug: 'wonen', label: 'Wonen', proposed: true }],
      keywords: [],
      organisations: [],
    });
    expect(next.organisations).toMatchObject([{ slug: 'zonnehof' }]);
    expect(onFault).toHaveBeenCalledExactlyOnceWith('bad', expect.stringContaining('linking the document'));
    expect(JSON.stringify(onFault.mock.calls)).not.toContain('Zonnehof');
  });

  test.each(['loop', 'exit', 'throw'])('whose lists do so too (%s) has no names at all', async (word) => {
    const link = linking.linkerFor([]);
    expect(await link('bad', document('Tekst.', word))).toEqual({
      themes: [],
      keywords: [],
      organisations: [],
    });
    expect(onFault).toHaveBeenCalledTimes(2);
  });

  test.each(['loop', 'exit', 'throw'])(
    'a vocabulary of which no linker can be made (%s) is tried once, and documents have what they list',
    async (label) => {
      const link = linking.linkerFor([organisation('Zonnehof'), { ...organisation('x'), label }]);
      const all = await Promise.all([link('a', greeting), link('b', greeting), link('c', greeting)]);
      for (const { themes, organisations } of all) {
        expect(themes).toMatchObject([{ label: 'Wonen' }]);
        expect(organisations).toEqual([]);
      }
      expect(onFault).toHaveBeenCalledExactlyOnceWith('a', expect.stringContaining('making a linker'));
    },
  );
});
