/** Finding what was meant among the written forms that are held in memory. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LetterErrors } from '../../../search-index/engines/embedded/letter-errors.ts';
import { Vocabulary } from '../../../search-index/engines/embedded/vocabulary.ts';
import { editDistance } from '../../../shared/edit-distance.ts';

/** Few letters, so that words are often near each other. */
const word = (minLength = 1) => fc.stringMatching(new RegExp(`^[abcé]{${minLength},9}$`));
const errors = fc.constantFrom(1 as const, 2 as const);
const codesOf = (text: string) => Uint16Array.from({ length: text.length }, (_, at) => text.charCodeAt(at));

test('Errors are counted as letter by letter, up to as many as matter', () => {
  fc.assert(
    fc.property(word(), word(), errors, fc.boolean(), (typed, held, atMost, prefix) => {
      const errors = new LetterErrors(typed, { atMost, prefix });
      const counted = errors.in(codesOf(`xx${held}`), 2, 2 + held.length, 0);
      expect(counted).toBe(Math.min(atMost + 1, editDistance(typed, held, { prefix })));
    }),
    { numRuns: 2_000 },
  );
});

test('All forms within the errors are found, the nearest first, then the commonest', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(word(), { maxLength: 30 }),
      word(3),
      errors,
      fc.boolean(),
      (forms, text, atMost, prefix) => {
        const vocabulary = new Vocabulary();
        const first = forms.filter((_, at) => at % 4 !== 0).sort();
        for (const form of first) vocabulary.append(form, forms.indexOf(form));
        for (const [at, form] of forms.entries()) {
          for (let time = 0; !first.includes(form) && time < at; time++) vocabulary.add(form);
          vocabulary.add(form);
        }
        const documents = (form: string) => forms.indexOf(form);
        const expected = forms
          .filter((form) => form !== text)
          .map((form) => ({ form, errors: editDistance(text, form, { prefix }) }))
          .filter((each) => each.errors <= atMost)
          .sort((a, b) => a.errors - b.errors || documents(b.form) - documents(a.form));
        expect(vocabulary.resembling({ text, errors: atMost, prefix })).toEqual(expected);
      },
    ),
    { numRuns: 500 },
  );
});

test('Of twenty thousand forms each is held once, however often it is met', () => {
  const vocabulary = new Vocabulary();
  const letters = 'qrstuvwxyz';
  const forms = Array.from({ length: 20_000 }, (_, at) =>
    at.toString().replace(/\d/g, (digit) => letters[Number(digit)] ?? ''),
  );
  for (const form of forms.slice(0, 15_000).sort()) vocabulary.append(form, 1);
  for (const form of [...forms, ...forms, 'zonnebloem']) vocabulary.add(form);
  expect({ size: vocabulary.size, added: vocabulary.added }).toEqual({ size: 20_001, added: 5_001 });
  expect(vocabulary.resembling({ text: 'zonebloem', errors: 1, prefix: false })).toEqual([
    { form: 'zonnebloem', errors: 1 },
  ]);
  const beside = vocabulary.resembling({ text: 'rqqqq', errors: 1, prefix: false }).map(({ form }) => form);
  expect(new Set(beside).size).toBe(beside.length);
  expect(beside).toContain('rqqqr');
});

test('What holds a digit, or is longer than any word, is never meant', () => {
  const vocabulary = new Vocabulary();
  for (const form of ['b12345', 'covid19', 'a'.repeat(60)]) vocabulary.add(form);
  for (const text of ['b1234', 'covid', 'a'.repeat(59)]) {
    expect(vocabulary.resembling({ text, errors: 2, prefix: true })).toEqual([]);
  }
});
