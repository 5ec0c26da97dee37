import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  cleaned,
  cleanedLines,
  holdsWord,
  inOneLine,
  isVisible,
  VisibleText,
} from '../../shared/visible-text.ts';

const invisible: readonly (readonly [string, string])[] = [
  ['a soft hyphen', '\u00ad'],
  ['a grapheme joiner', '\u034f'],
  ['an Arabic letter mark', '\u061c'],
  ['Hangul fillers', '\u115f\u1160\u3164\uffa0'],
  ['a Mongolian vowel separator', '\u180e'],
  ['zero-width signs', '\u200b\u200c\u200d\u2060\ufeff'],
  ['bidi marks', '\u200e\u200f\u202a\u202e\u202c\u2066\u2069'],
  ['mathematical operators without a sign', '\u2061\u2062\u2063\u2064'],
  ['variation selectors', '\ufe00\ufe0f\u{e0100}\u{e01ef}'],
  ['tags', '\u{e0001}\u{e0041}\u{e007f}'],
  ['annotation marks', '\ufff9\ufffa\ufffb'],
  ['musical formats', '\u{1d173}\u{1d17a}'],
  ['a note without a head', '\u{1d159}'],
  ['surrogates without a partner', '\ud800\udbff'],
  ['a low surrogate without a partner', '\udc00'],
  ['private use', '\ue000\u{f0000}'],
  ['what is no character', '\uffff\ufdd0'],
  ['an object or a letter that was lost', '\ufffc\ufffd'],
];
const blank: readonly (readonly [string, string])[] = [
  ['spaces', ' \u00a0\u1680\u2003\u202f\u205f\u3000'],
  ['ends of lines and paragraphs', '\n\r\v\f\u0085\u2028\u2029'],
  ['Braille without a dot', '\u2800'],
  ['controls', '\u0000\u0007\u001b\u007f\u009f'],
];

test.each([...invisible, ...blank])('%s alone: nothing to be seen', (_, signs) => {
  for (const text of [signs, signs.repeat(3), ` ${signs}\n${signs}`]) {
    expect({ text, visible: isVisible(text), word: holdsWord(text) }).toMatchObject({
      visible: false,
      word: false,
    });
    expect(cleaned(text)).toBe('');
    expect(cleanedLines(text)).toBe('');
  }
});

test.each(invisible)('%s within a word: the word as it reads', (_, signs) => {
  expect(cleaned(`${signs}cli${signs}ënt${signs}`)).toBe('cliënt');
});

test.each(blank)('%s between two words: one space', (_, signs) => {
  expect(cleaned(`${signs}raad${signs}van${signs}`)).toBe('raad van');
});

test('a mark without a letter is no visible sign, and with one it is its accent', () => {
  expect(cleaned('\u0301')).toBe('');
  expect(cleaned('e\u0301')).toBe('é');
  expect(cleaned('e\u034f\u0301')).toBe('é');
});

test.each([
  ['a family', '👩🏽\u200d💻'],
  ['a heart on fire', '❤\ufe0f\u200d🔥'],
  ['Persian', 'می\u200cخواهم'],
  ['Hindi', 'क\u094d\u200dष'],
  ['a variant of a Japanese letter', '辻\u{e0100}'],
])('%s keeps the joiners and selectors that shape it, and no second one', (_, text) => {
  expect(cleaned(text)).toBe(text);
  expect(cleaned(text.replace(/\u200c|\u200d|\ufe0f|\u{e0100}/gu, '$&$&$&'))).toBe(text);
});

test('code keeps its lines and its indents, and nothing else that cannot be seen', () => {
  expect(cleanedLines('\n\n  als\u00ad x:\r\n\u00a0\tdoe\0  \n\u200b\n')).toBe('  als x:\n \tdoe');
});

test('a query keeps the space at its end', () => {
  expect(inOneLine('ver\u00adpleeg\u200bhuis\u2028')).toBe('verpleeghuis ');
  expect(inOneLine('\u3164')).toBe('');
});

describe('whatever the text', () => {
  const signs = [...invisible, ...blank].flatMap(([, text]) => [...text]);
  const shaped = [...'aéZ1-.👩🏽❤↔中مक한ㄱ', '\u094d', '\u093c', '\u0301', '\u0338', '\u1161', '\u20e3'];
  const hostile = fc
    .array(fc.constantFrom(...signs, ...shaped), { maxLength: 12 })
    .map((characters) => characters.join(''));

  test('what was cleaned is clean, and visible or empty', () => {
    fc.assert(
      fc.property(fc.oneof(hostile, fc.string({ unit: 'binary' })), (text) => {
        for (const clean of [cleaned, cleanedLines]) {
          const once = clean(text);
          expect(clean(once)).toBe(once);
          expect(once !== '').toBe(isVisible(once));
        }
        expect(VisibleText.safeParse(cleaned(text)).success).toBe(isVisible(cleaned(text)));
      }),
      { numRuns: 2_000 },
    );
  });

  test.each(signs.map((sign) => [sign.codePointAt(0)?.toString(16), sign]))(
    'a million times U+%s neither fills the stack nor shows',
    (_, sign) => {
      const text = sign.repeat(1_000_000);
      expect(cleaned(text)).toBe('');
      expect(cleaned(`a${text}b`).length).toBeLessThan(4);
    },
  );
});
