/**
 * What a website puts around its articles (buttons, comment forms, sign-up boxes) and copying brings along. Which lines
 * those are is data, reviewed per site, in `site-profiles/`.
 */
import * as z from 'zod';
import { foldedWords } from '../../../shared/fold.ts';
import { endsSentence } from './sentences.ts';
import radicalevernieuwing from './site-profiles/radicalevernieuwing.json' with { type: 'json' };

const SiteProfile = z.object({
  site: z.string(),
  /** The day on which someone last held the profile against the site. */
  reviewed: z.string(),
  /** Beginnings of lines that no article would hold: dropped wherever they stand, and where furniture begins. */
  distinctive: z.array(z.string().min(1)),
  /** Lines that an article might hold too: furniture only directly before or somewhere after a distinctive one. */
  companions: z.array(z.string().min(1)),
});

const profiles = z.array(SiteProfile).parse([radicalevernieuwing]);

/** Words; what ends as a sentence and is longer is something that an author wrote. */
const shortestProse = 12;

interface Textual {
  readonly text: string;
}

/**
 * The pieces of a text up to the furniture at its end, and the furniture. It is cut only after the body: a distinctive
 * line with prose behind it is dropped alone.
 */
export function partFurniture<Piece extends Textual>(
  pieces: readonly Piece[],
): { readonly body: Piece[]; readonly furniture: Piece[] } {
  let kept = [...pieces];
  let furniture: Piece[] = [];
  for (const profile of profiles) {
    const isDistinctive = matcher(profile.distinctive, 'beginning');
    const isCompanion = matcher(profile.companions, 'whole');
    const isProse = ({ text }: Piece) =>
      !isDistinctive(text) && endsSentence(text) && foldedWords(text).length >= shortestProse;
    const lastProse = kept.findLastIndex(isProse);
    let cut = kept.findIndex(({ text }, at) => at > lastProse && isDistinctive(text));
    if (cut < 0) cut = kept.length;
    else while (cut > lastProse + 1 && isCompanion(kept[cut - 1]?.text ?? '')) cut--;
    furniture = [...kept.slice(cut), ...furniture];
    kept = kept.slice(0, cut).filter(({ text }) => !isDistinctive(text));
  }
  return { body: kept, furniture };
}

/** Compares by words, so that a capital, a star before it or an exclamation mark after it makes no difference. */
function matcher(lines: readonly string[], how: 'beginning' | 'whole'): (text: string) => boolean {
  const known = lines.map((line) => `${foldedWords(line).join(' ')} `);
  return (text) => {
    const words = `${foldedWords(text.slice(0, 120)).join(' ')} `;
    return known.some((line) => (how === 'whole' ? words === line : words.startsWith(line)));
  };
}
