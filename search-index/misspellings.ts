/** Typing errors: words that nothing matches, and what was probably meant. */
import { longestForm, type Misspelling } from './engine.ts';
import type { QueryWord } from './query.ts';
import type { Hit } from './search-index.ts';
import { holdsDigit, tokens } from './tokens.ts';

/** Letters from which one error is forgiven, and two. In shorter words an error makes another word. */
const lettersForOne = 5;
const lettersForTwo = 9;

/** What to look for in place of a word that nothing matches; undefined where an error is not forgiven. */
export function misspellingOf({ text, prefix }: Pick<QueryWord, 'text' | 'prefix'>): Misspelling | undefined {
  const letters = Array.from(text).length;
  if (letters < lettersForOne || text.length > longestForm || holdsDigit(text)) return undefined;
  return { text, errors: letters < lettersForTwo ? 1 : 2, prefix };
}

/** What was typed with `written` replaced by `form`, as documents among the hits spell it. */
export function corrected(q: string, written: string, form: string, hits: readonly Hit[]): string {
  return q.replace(written, () => inTheCaseOf(written, spelledIn(hits, form) ?? form));
}

function spelledIn(hits: readonly Hit[], form: string): string | undefined {
  for (const { titleParts, passages } of hits) {
    for (const parts of [titleParts, ...passages.map((passage) => passage.parts)]) {
      for (const [text, matched] of parts) {
        if (!matched) continue;
        const found = tokens(text).find((token) => token.text === form);
        if (found) return text.slice(found.start, found.end);
      }
    }
  }
  return undefined;
}

function inTheCaseOf(written: string, spelled: string): string {
  return written === written.toLowerCase() ? spelled.toLowerCase() : spelled;
}
