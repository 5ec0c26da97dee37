/** Words whose half was left out because a neighbour has it: "zorg- en onderwijsorganisaties". */
import type { KnownWords } from './known-words.ts';
import { traits } from './lexicon.ts';
import { conjunctions } from './text.ts';
import type { WordsOfText } from './words-of-text.ts';

const onlyLetters = /^[a-z]+$/;
/** How far a left-out part may be from the word that has it: "jeugd-, ouderen- en gehandicaptenzorg". */
const reach = 7;

/** Gives a word whose half was left out the whole word as a further lemma. */
export function restoreLeftOut(
  known: KnownWords,
  found: WordsOfText,
  add: (at: number, lemma: string) => void,
): void {
  const { words } = found;
  for (const at of found.besideDashes) {
    const key = words[at]?.key ?? '';
    const missing = onlyLetters.test(key) ? leftOut(found, at) : null;
    if (missing === null) continue;
    const step = missing === 'after' ? 1 : -1;
    for (let other = at + step; Math.abs(other - at) <= reach; other += step) {
      const full = words[other];
      if (full === undefined) break;
      if (full.stop || !onlyLetters.test(full.key) || leftOut(found, other) !== null) continue;
      const whole =
        missing === 'after' ? withTailOf(known, key, full.key) : withBeginningOf(known, full.key, key);
      if (whole !== undefined) {
        add(at, known.find(whole).lemma);
        break;
      }
    }
  }
}

/** `after`: its end was left out (zorg- en …); `before`: its beginning was (… en -afdelings, … of – bijeenkomsten). */
function leftOut(found: WordsOfText, at: number): 'before' | 'after' | null {
  const { words } = found;
  const key = words[at]?.key ?? '';
  if (at + 1 < words.length && /^[-\u2010\u2011](?=[\s,/)])/.test(found.gap(at + 1)) && /\p{L}$/u.test(key)) {
    return 'after';
  }
  const previous = words[at - 1];
  const gap = found.gap(at);
  if (previous === undefined || gap === ' ' || !/^\p{L}/u.test(key)) return null;
  const attached = /(?:^|[\s(/])[-\u2010\u2011\u2013]$/.test(gap);
  const stray = /\s[-\u2010\u2011\u2013]\s+$/.test(gap) && conjunctions.has(previous.key);
  const joins = conjunctions.has(previous.key) || /[/,]\s*[-\u2010\u2011\u2013]$/.test(gap);
  return (attached && joins) || stray ? 'before' : null;
}

/** onderwijsorganisaties lends organisaties to zorg-, nadelen lends delen to voor-. */
function withTailOf(known: KnownWords, beginning: string, full: string): string | undefined {
  const { lexicon } = known;
  for (let at = 1; at <= full.length - 3; at++) {
    const whole = beginning + full.slice(at);
    const form = lexicon.find(whole);
    if (form >= 0 && lexicon.find(full, 0, at) >= 0 && !lexicon.has(form, traits.name)) return whole;
  }
  const last = known.find(full).boundaries.at(-1);
  return last === undefined ? undefined : beginning + full.slice(last);
}

/** reflectiegesprekken lends reflectie to – bijeenkomsten. */
function withBeginningOf({ find, lexicon }: KnownWords, full: string, tail: string): string | undefined {
  const { boundaries } = find(full);
  for (const at of boundaries) {
    const whole = full.slice(0, at) + tail;
    if (lexicon.find(whole) >= 0) return whole;
  }
  const last = boundaries.at(-1);
  return last === undefined ? undefined : full.slice(0, last) + tail;
}
