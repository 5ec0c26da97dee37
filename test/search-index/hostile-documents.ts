/**
 * Some two hundred documents as nobody writes them by accident, and questions about them: names and words that are long, share
 * their beginnings, differ in capitals or accents, or hold what other programs take for syntax. The same seed makes the same.
 */
import type { IndexEntry } from '../../search-index/search-index.ts';
import { nameOf } from '../../shared/linking.ts';
import { between, type Random, randomFrom } from '../bench/random.ts';
import { entry, section } from './entries.ts';

const capital = (at: number) => String.fromCharCode(65 + (at % 26));
const repeated = (length: number, unit: string) =>
  unit.repeat(Math.ceil(length / unit.length)).slice(0, length);

/** Words that differ in their last letters only. */
const longWords = [50, 99, 100, 101, 102, 200, 249, 251, 440, 468, 470, 1_000, 5_000].flatMap((length) =>
  ['ba', 'bo', 'boe'].map((end) => repeated(length, 'kwakzalver') + end),
);
const longForeignWords = [60, 99, 101, 160, 300].flatMap((length) =>
  ['я', 'ю', '漢', '𐍈'].flatMap((letter) => [letter.repeat(length), `${letter.repeat(length)}z`]),
);

/** Names of 200 characters at most, as the vocabulary allows. */
const longNames = [60, 84, 85, 100, 101, 102, 130, 190].flatMap((length) =>
  ['', 'A', 'B', 'a'].flatMap((end) => [
    Array.from({ length }, (_, at) => capital(at * 7)).join('') + end,
    `${'é'.repeat(length)}${end}`,
  ]),
);
const alikeNames = [
  ...['Café', 'café', 'CAFÉ', 'Cafe\u0301', 'Cafe', 'Cafė'],
  ...['Kerk', 'kerk', 'KERK', 'Kerken', 'Kerk en staat', 'Kerk-en-staat', 'kerk & staat'],
  ...['Straße', 'Strasse', 'STRASSE', 'ΟΔΟΣ', 'οδος', 'οδοσ', 'İzmir', 'Izmir', 'ızmir', 'IJsland', 'Ĳsland'],
  ...['ǅ', 'ﬁets', 'fiets', '１２３', '123', '漢字', '汉字', 'カタカナ', 'ひらがな', 'ｶﾀｶﾅ', 'ไทย'],
  ...['עברית', 'العربية', 'العَرَبِيَّة', '😀 blij', '👩‍👩‍👧 gezin', 'a\u200Bb', 'a\u00ADb', 'x\u202Ey'],
  ...[
    '"aanhaling"',
    "'t Zorghuus",
    'terug\\slash',
    '\\"',
    'a"b\\c',
    '<b>vet</b>',
    '&amp;',
    '%00',
    '~1t~',
    'a~b',
    'een,twee',
    'een;twee',
  ],
  ...[
    'theme = "kerk" OR state = gone',
    'state = held',
    'NOT x',
    'a AND b',
    '* : / ?',
    '{"$ne":1}',
    '_geoRadius(1,2,3)',
    '-kerk',
  ],
  ...[
    '42',
    '3,14',
    '2021',
    '1e9',
    '0x1f',
    'A4',
    'IBAN NL00',
    '½',
    'x²',
    '№5',
    'true',
    'null',
    'undefined',
    'constructor',
    '__proto__',
  ],
];
const names = [...alikeNames, ...longNames].filter((name) => nameOf(name) !== null);

const oddTexts = [
  'theme = "x" OR state = "gone"',
  '"); DROP INDEX; --',
  'een\tmet\u0000nul\u0007en\u001Bteken',
  'voor\u2028regel\u2029einde',
  '<script>alert("hoi")</script> &lt;b&gt;',
  'العربية مكتوبة من اليمين \u202Eomgekeerd\u202C en weer terug',
  'שלום עולם en Nederlands',
  '👩‍👩‍👧‍👦 gezin 🇳🇱 vlag 1️⃣ keycap',
  'Ǆ ǅ ǆ ﬀ ﬃ ĳ Ĳ ß ẞ ı İ ς σ Σ',
  'e\u0301e\u0301n ée\u0301n één eèn',
  `${'a'.repeat(70)}-${'b'.repeat(70)} ${'c'.repeat(60)}'${'d'.repeat(60)}`,
  '1 22 333 4.444 5,55 6/7 8-9 10:11 2021-09-01 06-12345678 A4 B12c 3D',
  '漢字かな交じり文 汉字 한국어 ไทยไม่มีช่องว่าง',
  '\uD800 halve \uDFFF tekens',
  '~1t~ ~~ l:kerk p:kerk r:kerk staat .kerk. kerk.',
];

const pick = <Item>(random: Random, from: readonly Item[]): Item => {
  const item = from[between(random, 0, from.length - 1)];
  if (item === undefined) throw new Error('There is nothing to draw from');
  return item;
};
const some = <Item>(random: Random, from: readonly Item[], most: number) => [
  ...new Set(Array.from({ length: between(random, 0, most) }, () => pick(random, from))),
];

const everyday =
  'kerk kerken tuin tuinen zorg ouderen gewerkt werkte verpleeghuis cliëntenraad de het een'.split(' ');

export function hostileDocuments(): IndexEntry[] {
  return Array.from({ length: 200 }, (_, at) => {
    const random = randomFrom(20_261_201, at);
    const words = () =>
      Array.from({ length: between(random, 5, 40) }, () =>
        random() < 0.75
          ? pick(random, everyday)
          : pick(random, random() < 0.6 ? longWords : longForeignWords),
      ).join(' ');
    const title =
      random() < 0.5 ? pick(random, names) : `${pick(random, oddTexts)} ${pick(random, everyday)}`;
    return {
      ...entry(`vijandig-${at}`, {
        title,
        publishedOn: at % 5 === 0 ? null : `20${10 + (at % 15)}-0${1 + (at % 9)}-1${at % 10}`,
        themes: some(random, names, 3),
        keywords: some(random, names, 4),
        organisations: some(random, names, 2),
        mentions: some(random, names, 2),
        ...(random() < 0.3 ? { series: pick(random, names) } : {}),
        ...(random() < 0.2 ? { alsoNamed: some(random, names, 3) } : {}),
        text: [
          section(random() < 0.5 ? pick(random, names) : null, pick(random, oddTexts), words()),
          section(pick(random, everyday), words()),
        ],
      }),
      summary: random() < 0.2 ? pick(random, oddTexts) : null,
    };
  });
}

const tails = ['', 'x', ' '];

/**
 * Meilisearch matches a phrase of more than two words, and a compound with a function word in it, by the pairs of its words:
 * it may find more than the embedded engine, and never less.
 */
export const hostilePhrases: readonly string[] = ['"tuin kerk zorg"', 'Kerk-en-staat'];

/** What is typed in the search box. */
export const hostileQueries: readonly string[] = [
  ...everyday,
  ...alikeNames.filter((name) => !hostilePhrases.includes(name)),
  ...oddTexts,
  ...longNames.filter((_, at) => at % 4 === 0),
  // A beginning, the word itself, and one letter more.
  ...[...longWords, ...longForeignWords]
    .filter((word) => word.length < 500)
    .flatMap((word) => [...tails.map((tail) => word + tail), word.slice(0, -1), `"${word}"`]),
  ...['tuni', 'verpleeghius ', 'clientenraden', 'kerk -tuin', '"kerk tuin"', 'kerk -"tuin kerk"', 'wekrte '],
];
/** Typed in the box of suggestions. */
export const hostileBeginnings: readonly string[] = [
  ...[
    'ke',
    'kerk e',
    'ca',
    'caf',
    'str',
    'οδο',
    'iz',
    'ij',
    'fi',
    '12',
    '漢',
    'カ',
    'ไท',
    'עב',
    'ال',
    'a"b',
    '~1',
    'the',
    'kwak',
    '<b',
    'é',
    '😀',
    'const',
    '__pro',
  ],
  ...longNames.flatMap((name) => [name, name.slice(0, -1), name.slice(0, 101)]),
  ...longWords.filter((word) => word.length < 500),
];
/** As they may stand behind `?theme=`. */
export const hostileFilters: readonly string[] = [
  ...names.flatMap((name) => [nameOf(name)?.slug ?? '', nameOf(name)?.slug.toUpperCase() ?? '', name]),
  ...[
    'kerk ',
    ' kerk',
    'ke',
    'kerk*',
    'kérk',
    '"',
    '\\',
    'kerk" OR theme = "cafe',
    '\u0000',
    '😀',
    '\uD800',
    'a'.repeat(5_000),
  ],
];
