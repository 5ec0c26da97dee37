/**
 * Documents that look like Dutch to a search engine: real word forms as often as text has them (Zipf and Mandelbrot),
 * compounds without end, so that the vocabulary keeps growing (Heaps), words that come back within one document, and
 * names that few documents share. Each document is made from the seed and its number alone, so none needs to be kept.
 */
import { dictionary } from '@zxcvbn-ts/language-nl-be';
import { readLexicon, traits } from '../../search-index/dutch/lexicon.ts';
import type { IndexEntry } from '../../search-index/search-index.ts';
import { documentId, type Passage } from '../../shared/document.ts';
import { slugOf } from '../../shared/fold.ts';
import type { Labelled } from '../../shared/vocabulary.ts';
import { between, drawer, normal, type Random, randomFrom } from './random.ts';

/** Fitted to running Dutch: one word in twenty is the most frequent one, and beyond the words that all know, use falls faster. */
const zipf = { exponent: 1, shift: 0.6, known: 8_000, beyond: 0.75 };
/** Of all words in the text. */
const compoundShare = 0.1;
/** Of compounds; the others have two parts. */
const threePartShare = 0.12;
/** How often a word of a document is one of its own subjects rather than of the language as a whole. */
const ownSubject = { compound: 0.7, word: 0.15 };
/** Ranks that hold function words, which are nobody's subject. */
export const functionWords = 200;

const length = { mean: 620, least: 100, most: 2_000, spread: 0.6 };
const wordsPerPassage = 120;
const firstYear = 2008;
const years = 18;

/** What the frequency lists hold of the markup that they were counted from. */
const markup: ReadonlySet<string> = new Set(['doc', 'id', 'title', 'url', 'curid']);

export interface DutchCorpus {
  readonly seed: number;
  /** Every form by how often it is used, the most frequent first; without the compounds that are made up. */
  readonly forms: readonly string[];
  /** The same, for looking one up. */
  readonly isForm: (word: string) => boolean;
  /** The document of a number from 0. */
  document(number: number): IndexEntry;
  /** The first `count` documents, in lots of at most `lot`. */
  lots(count: number, lot: number): Iterable<readonly IndexEntry[]>;
}

export function dutchCorpus(seed: number): DutchCorpus {
  wordsRead ??= readWords();
  const { forms, modifiers, heads, isForm } = wordsRead;
  const drawForm = drawer(forms, use);
  const drawSubject = drawer(forms.slice(functionWords), (rank) => use(rank + functionWords));
  const drawModifier = drawer(modifiers, (_, { weight }) => weight);
  const drawHead = drawer(heads, (_, { weight }) => weight);
  const compound = (random: Random): string =>
    drawModifier(random).form +
    (random() < threePartShare ? drawModifier(random).form : '') +
    drawHead(random).form;

  const naming = randomFrom(seed, -1);
  const named = (count: number, name: () => string): ((random: Random) => Labelled) => {
    const bySlug = new Map<string, Labelled>();
    while (bySlug.size < count) {
      const label = capitalised(name());
      bySlug.set(slugOf(label), { slug: slugOf(label), label });
    }
    return drawer([...bySlug.values()], (rank) => 1 / (rank + 2));
  };
  const drawTheme = named(30, () => compound(naming));
  const drawKeyword = named(600, () => compound(naming));
  const drawOrganisation = named(150, () => `Stichting ${capitalised(drawSubject(naming))}`);
  const drawSeries = named(20, () => `${capitalised(compound(naming))} in beeld`);

  function document(number: number): IndexEntry {
    const random = randomFrom(seed, number);
    const mean = Math.log(length.mean) - length.spread ** 2 / 2;
    const wanted = Math.exp(mean + length.spread * normal(random));
    const words = Math.round(Math.min(length.most, Math.max(length.least, wanted)));
    const compounds = several(Math.ceil(words / 40), () => compound(random));
    const subjects = several(Math.ceil(words / 30), () => drawSubject(random));
    const ofSubject = (own: readonly string[]) => own[Math.floor(random() ** 2 * own.length)] ?? '';
    const word = (): string => {
      if (random() < compoundShare) {
        return random() < ownSubject.compound ? ofSubject(compounds) : compound(random);
      }
      return random() < ownSubject.word ? ofSubject(subjects) : drawForm(random);
    };
    const phrase = (count: number): string => {
      const chosen = several(count, (at) => (at % 2 === 0 && random() < 0.6 ? ofSubject(compounds) : word()));
      return capitalised(chosen.join(' '));
    };
    const kind = drawKind(random);
    const upload = `public/meting/${seed}-${number}.md`;
    const series = random() < 0.15 ? { ...drawSeries(random), number: between(random, 1, 40) } : null;
    return {
      id: documentId(upload),
      revision: 1,
      kind,
      visibility: 'public',
      language: 'nl',
      title: phrase(between(random, 4, 9)),
      titleOrigin: 'heading',
      publishedOn: dateOf(random),
      summary: random() < 0.5 ? sentence(random, between(random, 12, 25), word) : null,
      sourceUrl: null,
      upload,
      themes: different(between(random, 1, 3), () => drawTheme(random)),
      keywords: different(between(random, 0, 6), () => drawKeyword(random)),
      organisations: different(between(random, 0, 3), () => drawOrganisation(random)).map((each, at) => ({
        ...each,
        listed: at === 0,
      })),
      series,
      passages: passagesOf(random, words, kind, word, phrase),
    };
  }

  return {
    seed,
    forms,
    isForm,
    document,
    *lots(count, lot) {
      for (let from = 0; from < count; from += lot) {
        yield several(Math.min(lot, count - from), (at) => document(from + at));
      }
    },
  };
}

/** How often a form is used, by its rank from 0. */
function use(rank: number): number {
  const common = (rank + 1 + zipf.shift) ** -zipf.exponent;
  return rank < zipf.known ? common : common * (rank / zipf.known) ** -zipf.beyond;
}

interface Part {
  readonly form: string;
  readonly weight: number;
}

interface Words extends Pick<DutchCorpus, 'forms' | 'isForm'> {
  readonly modifiers: readonly Part[];
  readonly heads: readonly Part[];
}

/** Read once, for the lexicon takes longer to go through than a thousand documents to make. */
let wordsRead: Words | undefined;

/** Counted forms in the order of their frequency, then those of the lexicon that no list counts, in a fixed disorder. */
function readWords(): Words {
  const lexicon = readLexicon();
  const ranked = new Set<string>();
  const { commonWords, wikipedia } = dictionary;
  for (let rank = 0; rank < Math.max(commonWords.length, wikipedia.length); rank++) {
    for (const word of [wikipedia[rank], commonWords[rank]]) {
      if (typeof word === 'string' && !markup.has(word)) ranked.add(word);
    }
  }
  const rest: { readonly form: string; readonly frequency: number; readonly disorder: number }[] = [];
  const modifiers: Part[] = [];
  const heads: Part[] = [];
  let number = 0;
  for (const form of lexicon.forms()) {
    const frequency = lexicon.frequency(number);
    const unlogarithmic = (value: number) => 2 ** (value / 4) - 1;
    if (!ranked.has(form) && !lexicon.has(number, traits.bound)) {
      rest.push({ form, frequency, disorder: Math.imul(number + 1, 0x9e3779b1) >>> 0 });
    }
    if (form.length > 2 && lexicon.first(number) > 0) {
      modifiers.push({ form, weight: unlogarithmic(lexicon.first(number)) });
    }
    if (form.length > 2 && frequency > 0 && lexicon.last(number) > 0 && lexicon.has(number, traits.noun)) {
      heads.push({ form, weight: unlogarithmic(lexicon.last(number)) });
    }
    number += 1;
  }
  rest.sort((a, b) => b.frequency - a.frequency || a.disorder - b.disorder);
  for (const { form } of rest) ranked.add(form);
  return { forms: [...ranked], isForm: (word) => ranked.has(word), modifiers, heads };
}

const drawKind = drawer<IndexEntry['kind']>(
  ['article', 'page', 'publication', 'presentation'],
  (rank) => [50, 25, 15, 10][rank] ?? 0,
);

function passagesOf(
  random: Random,
  words: number,
  kind: IndexEntry['kind'],
  word: () => string,
  phrase: (count: number) => string,
): Passage[] {
  const passages: Passage[] = [];
  for (let left = words; left > 0; ) {
    const size = Math.min(left, Math.round(wordsPerPassage * (0.5 + random())));
    passages.push({
      anchor: {
        type: kind === 'presentation' ? 'slide' : 'section',
        number: passages.length + 1,
        heading: passages.length === 0 ? null : phrase(between(random, 2, 5)),
      },
      level: passages.length === 0 ? 1 : 2,
      blocks: paragraphs(random, size, word).map((text) => ({ type: 'paragraph', text })),
    });
    left -= size;
  }
  return passages;
}

/** `words` words in paragraphs of two to five sentences. */
function paragraphs(random: Random, words: number, word: () => string): string[] {
  const made: string[] = [];
  for (let left = words; left > 0; ) {
    const sentences: string[] = [];
    for (let more = between(random, 2, 5); more > 0 && left > 0; more--) {
      const size = Math.min(left, between(random, 6, 24));
      sentences.push(sentence(random, size, word));
      left -= size;
    }
    made.push(sentences.join(' '));
  }
  return made;
}

function sentence(random: Random, size: number, word: () => string): string {
  const comma = size > 10 ? between(random, 3, size - 3) : -1;
  const written = several(size, (at) => word() + (at === comma ? ',' : ''));
  return `${capitalised(written.join(' '))}.`;
}

/** Later years have more; one in ten documents has no date, and some have no day. */
function dateOf(random: Random): string | null {
  if (random() < 0.1) return null;
  const year = firstYear + Math.floor(Math.sqrt(random()) * years);
  const two = (number: number) => String(number).padStart(2, '0');
  const month = `${year}-${two(between(random, 1, 12))}`;
  return random() < 0.2 ? month : `${month}-${two(between(random, 1, 28))}`;
}

function several<Item>(count: number, make: (at: number) => Item): Item[] {
  return Array.from({ length: count }, (_, at) => make(at));
}

/** At most `count`, without doubles. */
function different(count: number, draw: () => Labelled): Labelled[] {
  return [...new Map(several(count, draw).map((each) => [each.slug, each])).values()];
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
