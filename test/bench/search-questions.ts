/** What the engines are asked: taken from the documents themselves, so that nearly all of it can be found. */
import type { IndexChange, IndexEntry } from '../../search-index/search-index.ts';
import { textOf } from '../../shared/document.ts';
import { type DutchCorpus, functionWords } from './dutch-corpus.ts';
import { between, type Random, randomFrom } from './random.ts';

export const kinds = [
  'one word',
  'two or three words',
  'prefix',
  'typing error',
  'filter and facets',
  'long question',
  'suggest',
] as const;
export type QuestionKind = (typeof kinds)[number];

export interface Question {
  readonly q: string;
  /** Whether the last word may be the beginning of a longer one. */
  readonly prefix: boolean;
  /** The slug of a theme that hits must have. */
  readonly theme: string | null;
}

export type Questions = Readonly<Record<QuestionKind, readonly Question[]>>;

export function questionsOf(corpus: DutchCorpus, documents: number, count: number): Questions {
  const random = randomFrom(corpus.seed, -2);
  const common = new Set(corpus.forms.slice(0, functionWords));
  const any = () => corpus.document(between(random, 0, documents - 1));
  const counts = (word: string) => word.length > 3 && !common.has(word);
  const wordOf = (entry: IndexEntry, fits: (word: string) => boolean): string | undefined => {
    const words = wordsOf(entry).filter((word) => counts(word) && fits(word));
    return words[between(random, 0, words.length - 1)];
  };
  const asked = (q: string, prefix = false, theme: string | null = null): Question => ({ q, prefix, theme });

  const makers: Readonly<Record<QuestionKind, () => Question | undefined>> = {
    'one word': () => {
      const word = wordOf(any(), () => true);
      return word === undefined ? undefined : asked(word);
    },
    'two or three words': () => {
      const words = stretch(random, any(), 12).filter(counts);
      const wanted = between(random, 2, 3);
      return words.length < wanted ? undefined : asked(words.slice(0, wanted).join(' '));
    },
    prefix: () => {
      const word = wordOf(any(), ({ length }) => length > 5);
      return word === undefined ? undefined : asked(word.slice(0, between(random, 3, word.length - 1)), true);
    },
    'typing error': () => {
      const word = wordOf(any(), ({ length }) => length >= 6 && length <= 12);
      if (word === undefined) return undefined;
      const wrong = withTypingError(random, word);
      return corpus.isForm(wrong) ? undefined : asked(wrong);
    },
    'filter and facets': () => {
      const entry = any();
      const word = wordOf(entry, () => true);
      const theme = entry.themes[0];
      return word === undefined || theme === undefined ? undefined : asked(word, false, theme.slug);
    },
    // Half of it comes from another document, so that no document is likely to hold all of it.
    'long question': () => asked([...stretch(random, any(), 5), ...stretch(random, any(), 4)].join(' ')),
    suggest: () => {
      const words = titleWords(any()).filter(counts);
      const word = words[between(random, 0, words.length - 1)];
      return word === undefined ? undefined : asked(word.slice(0, between(random, 2, 5)), true);
    },
  };
  const many = (kind: QuestionKind): Question[] => {
    const made: Question[] = [];
    while (made.length < count) {
      const question = makers[kind]();
      if (question !== undefined) made.push(question);
    }
    return made;
  };
  return {
    'one word': many('one word'),
    'two or three words': many('two or three words'),
    prefix: many('prefix'),
    'typing error': many('typing error'),
    'filter and facets': many('filter and facets'),
    'long question': many('long question'),
    suggest: many('suggest'),
  };
}

/** Documents of the corpus with another title, as an editor would replace them. */
export function replacementsOf(corpus: DutchCorpus, documents: number, count: number): IndexEntry[] {
  const random = randomFrom(corpus.seed, -3);
  return Array.from({ length: count }, (_, at) => {
    const entry = corpus.document(between(random, 0, documents - 1));
    return { ...entry, revision: at + 2, title: `${entry.title} herzien` };
  });
}

export function put(entries: readonly IndexEntry[]): IndexChange[] {
  return entries.map((entry) => ({ type: 'put', entry }));
}

function wordsOf(entry: IndexEntry): string[] {
  return lowerCaseWords(entry.passages.map(textOf).join(' '));
}

function titleWords(entry: IndexEntry): string[] {
  return lowerCaseWords(entry.title);
}

function lowerCaseWords(text: string): string[] {
  return text.toLowerCase().match(/\p{L}+/gu) ?? [];
}

/** Words that follow each other. */
function stretch(random: Random, entry: IndexEntry, size: number): string[] {
  const words = wordsOf(entry);
  const from = between(random, 0, Math.max(0, words.length - size));
  return words.slice(from, from + size);
}

/** One letter replaced, left out or doubled, or swapped with the next; never the first, which people rarely miss. */
function withTypingError(random: Random, word: string): string {
  const at = between(random, 1, word.length - 2);
  const [before, letter, next, after] = [word.slice(0, at), word[at], word[at + 1], word.slice(at + 2)];
  const other = String.fromCharCode(between(random, 97, 122));
  const wrong = [
    `${before}${other}${next}${after}`,
    `${before}${next}${after}`,
    `${before}${letter}${letter}${next}${after}`,
    `${before}${next}${letter}${after}`,
  ][between(random, 0, 3)];
  return wrong ?? word;
}
