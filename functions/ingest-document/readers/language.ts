import { foldedWords } from '../../../shared/fold.ts';

/** Words that every text in the language has and that are no words of the other, nor common in German or French. */
const stopWords = {
  nl: new Set(
    'het een van ik dat niet zijn op aan voor er maar om hem dan zou wat mijn dit zo door over ze zich bij ook tot je mij uit der daar haar naar heb hoe heeft hebben deze u want nog zal zij nu geen omdat iets worden toch al waren veel meer doen moet kan we wij wordt werd hun onze'.split(
      ' ',
    ),
  ),
  en: new Set(
    'the of and to that it he for on as with his they at be this from have or by one had not but what all were when your can said there use an each which she do how their if will up other about out many then them these so some her would make like him into has two more no could my than been who its now did get may our'.split(
      ' ',
    ),
  ),
};

/** Words that decide nothing, being written in both. */
const inBoth = new Set(['of', 'we', 'over', 'had', 'on', 'as', 'he', 'her', 'so', 'zo']);

/** Words; enough to tell, so that a long publication costs no more than a short one. */
const enough = 800;

/** The language of a text by its commonest words; null when too few of them are of one language. */
export function languageOf(text: string): 'nl' | 'en' | null {
  const words = foldedWords(text.slice(0, enough * 10)).slice(0, enough);
  const share = (language: keyof typeof stopWords) =>
    words.filter((word) => stopWords[language].has(word) && !inBoth.has(word)).length /
    Math.max(1, words.length);
  const [nl, en] = [share('nl'), share('en')];
  if (Math.max(nl, en) < 0.06) return null;
  if (nl > 2 * en) return 'nl';
  return en > 2 * nl ? 'en' : null;
}
