import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cutAtWord, endsSentence, firstSentence } from '../../functions/ingest-document/readers/sentences.ts';
import { takeApart } from '../../shared/listed-names.ts';
import { trimEndOf, withoutLastWord } from '../../shared/trim-end.ts';

/** Texts as people write them, in which what is parted and trimmed here is common. */
const texts = fc
  .array(
    fc.constantFrom(
      ...['a', 'Zorg', 'b c', 'é', '.', '!', '…', ',', ':', '-', ')', '”', ' ', '  ', '\n', '\t', '1'],
    ),
  )
  .map((parts) => parts.join(''));

describe('what a slow pattern said before is still said', () => {
  test('of signs at the end', () => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(trimEndOf(text, /[\s,:)-]/)).toBe(text.replace(/[\s,:)-]+$/, ''));
      }),
    );
  });

  test('of the last word', () => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(withoutLastWord(text)).toBe(text.replace(/\s+\S*$/, ''));
      }),
    );
  });

  test('of where to cut a text', () => {
    fc.assert(
      fc.property(texts, fc.integer({ min: 1, max: 20 }), (text, longest) => {
        if (text.length <= longest) return;
        const head = text.slice(0, longest + 1);
        const space = head.search(/\s+\S*$/);
        const cut = space > 0 ? head.slice(0, space) : text.slice(0, longest);
        expect(cutAtWord(text, longest)).toBe(cut.replace(/[\s,;:–—-]+$/, ''));
      }),
    );
  });

  test('of the first sentence', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const ends = text.matchAll(/[.!?…]+["'’”»)\]]*(?=\s+["'‘“„«(]*[\p{Lu}\p{N}])/gu);
        const sentences = Array.from(ends, ({ index, 0: end }) => text.slice(0, index + end.length));
        expect(firstSentence(text)).toBe(sentences.find(endsSentence) ?? text);
      }),
    );
  });

  test('of known names that are joined', () => {
    const known = new Set(['a', 'b', 'a en b', 'b/a', 'b en a en b']);
    const isKnown = (name: string) => known.has(name);
    /** Tries every way, the one with the shortest first name first. */
    const parted = (text: string): string[] | null => {
      if (isKnown(text)) return [text];
      for (const { index, 0: joint } of text.matchAll(/ en |\//g)) {
        const right = isKnown(text.slice(0, index)) ? parted(text.slice(index + joint.length)) : null;
        if (right) return [text.slice(0, index), ...right];
      }
      return null;
    };
    const names = fc.array(fc.constantFrom('a', 'b', 'x'), { minLength: 1, maxLength: 7 });
    const joints = fc.array(fc.constantFrom(' en ', '/'), { minLength: 7, maxLength: 7 });
    fc.assert(
      fc.property(names, joints, (name, joint) => {
        const text = name.map((each, at) => each + (at < name.length - 1 ? joint[at] : '')).join('');
        expect(takeApart(text, isKnown)).toEqual(parted(text) ?? [text]);
      }),
    );
  });
});

test('names joined a thousand times ask for no more than their length', () => {
  const asked = (times: number) => {
    let count = 0;
    takeApart('Surplus en '.repeat(times), (name) => {
      count++;
      return name === 'Surplus';
    });
    return count;
  };
  expect(asked(2_000)).toBeLessThan(2.5 * asked(1_000));
});
