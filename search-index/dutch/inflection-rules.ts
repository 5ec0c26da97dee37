/**
 * Conservative rules that undo an inflection: each gives bases that a word may be a form of, and none is taken
 * unless the base is a word itself. They serve words that the dictionary lists bare, and unknown words.
 */

export interface Base {
  readonly base: string;
  readonly kind: 'noun' | 'adjective';
}

const vowels = 'aeiouy';
const consonant = (letter: string) => letter !== '' && !vowels.includes(letter);

/** What stood before a vowel ending, by the spelling of open and closed syllables: bomen, katten, brieven, huizen. */
export function* closed(root: string): Generator<string> {
  const last = root.at(-1) ?? '';
  const before = root.at(-2) ?? '';
  const beforeThat = root.at(-3) ?? '';
  if (consonant(last) && last === before) {
    yield root.slice(0, -1);
    return;
  }
  const voiceless = last === 'v' ? 'f' : last === 'z' ? 's' : last;
  const end = root.slice(0, -1);
  if (consonant(last) && 'aeou'.includes(before) && !vowels.includes(beforeThat)) {
    yield end + before + voiceless;
  }
  if (consonant(last) && before === 'e' && vowels.includes(beforeThat)) yield `${end}e${voiceless}`;
  yield end + voiceless;
  if (voiceless !== last) yield root;
}

export function* basesOf(word: string): Generator<Base> {
  if (word.endsWith('heden')) yield { base: `${word.slice(0, -5)}heid`, kind: 'noun' };
  if (word.endsWith('en')) {
    for (const base of closed(word.slice(0, -2))) yield { base, kind: 'noun' };
    if (/(?:ee|ie|oe)n$/.test(word)) yield { base: word.slice(0, -1), kind: 'noun' };
    if (/(?:ee|ie)en$/.test(word)) yield { base: word.slice(0, -2), kind: 'noun' };
    yield { base: word.slice(0, -1), kind: 'noun' };
  }
  if (/(?:ch|sh|x|ss)es$/.test(word)) yield { base: word.slice(0, -2), kind: 'noun' };
  if (word.endsWith('s')) yield { base: word.slice(0, -1), kind: 'noun' };
  const small = /^(.+?)(etje|kje|tje|pje|je)s?$/.exec(word);
  if (small !== null) {
    const [, root = '', ending = ''] = small;
    if (ending === 'kje') yield { base: `${root}g`, kind: 'noun' };
    if (ending === 'etje') for (const base of closed(root)) yield { base, kind: 'noun' };
    if (/([aou])\1$/.test(root)) yield { base: root.slice(0, -1), kind: 'noun' };
    if (ending === 'tje') yield { base: `${root}t`, kind: 'noun' };
    if (ending === 'pje') yield { base: `${root}p`, kind: 'noun' };
    yield { base: root, kind: 'noun' };
  }
  for (const ending of ['ste', 'st', 'dere', 'der', 'ere', 'er', 'e']) {
    if (!word.endsWith(ending)) continue;
    const root = word.slice(0, -ending.length);
    if (ending.startsWith('s')) yield { base: root, kind: 'adjective' };
    else if (ending.startsWith('d')) {
      if (root.endsWith('r')) yield { base: root, kind: 'adjective' };
    } else for (const base of closed(root)) yield { base, kind: 'adjective' };
  }
}
