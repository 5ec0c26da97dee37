/** The words of a text, by the one analyser that documents, queries and highlighting share. */
import { dutchAnalyser, type Token } from './dutch/analyser.ts';

export type { Token } from './dutch/analyser.ts';

const noLemmas: readonly string[] = [];

/**
 * The words of a text in its language (ISO 639-1). What is in another language than Dutch keeps its words as they are
 * written: Dutch rules would only make others of them. A text whose language is not known is taken as Dutch.
 */
export function analysed(text: string, language: string | null): readonly Token[] {
  const tokens = dutchAnalyser().analyse(text);
  if (language === null || language === 'nl') return tokens;
  return tokens.map((token) => ({ ...token, lemma: token.folded, also: noLemmas, parts: noLemmas }));
}
