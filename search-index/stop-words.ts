/**
 * Dutch function words, folded. In a query with other words they neither demand nor rank; in a phrase, after a
 * hyphen or on their own they count as any word does. Short on purpose: longer lists hold words that people mean.
 */
const articlesAndPronouns = `de het een die dat dit deze ik je jij u hij zij ze we wij jullie men mij me mijn jouw
  uw haar hem hen hun ons onze zich er`;
const prepositionsAndConjunctions = `aan als bij dan door en in met naar of om omdat op over te tot uit van voor
  want maar`;
const questionWords = 'wie wat waar wanneer waarom hoe welke welk';
const auxiliaries = `ben bent is zijn was waren wordt worden werd werden heb hebt heeft hebben had hadden kan kun
  kunt kunnen kon konden zal zullen zou zouden moet moeten moest moesten mag mogen`;
const adverbs = 'niet geen ook nog al wel zo toch dus';
/** What an apostrophe leaves: 't, foto's, 'n. */
const clitics = 't s n';

const stopWords: ReadonlySet<string> = new Set(
  [articlesAndPronouns, prepositionsAndConjunctions, questionWords, auxiliaries, adverbs, clitics].flatMap(
    (group) => group.split(/\s+/),
  ),
);

export function isStopWord(folded: string): boolean {
  return stopWords.has(folded);
}
