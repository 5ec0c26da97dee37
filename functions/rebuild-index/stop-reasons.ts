import type { Message } from '../../shared/message.ts';

/** Why a rebuild goes no further; what is served stays as it was. */
export const stopReasons = {
  'would-shrink': {
    nl: 'De nieuwe index zou meer dan 1 % van de documenten missen die nu te vinden zijn. Er is niets veranderd. Kijk waarom; is het de bedoeling, herhaal dan met --allow-shrink.',
    en: 'The new index would lack more than 1 % of the documents that can be found now. Nothing has changed. Look into the reason; if it is meant, repeat with --allow-shrink.',
  },
  differs: {
    nl: 'De nieuwe index bleef anders dan de catalogus. Er is niets veranderd. Kijk in het logboek van de zoekmachine en probeer het opnieuw.',
    en: 'The new index went on differing from the catalogue. Nothing has changed. Look into the log of the search engine and try again.',
  },
  'not-found': {
    nl: 'Documenten in de nieuwe index werden niet gevonden op hun eigen woorden. Er is niets veranderd. Meld dit met de versie van Vindplaats.',
    en: 'Documents in the new index were not found by their own words. Nothing has changed. Report this with the version of Vindplaats.',
  },
  'keeps-failing': {
    nl: 'Het herbouwen bleef mislukken. De index die nu antwoordt blijft antwoorden. Kijk in het logboek en begin opnieuw.',
    en: 'Rebuilding went on failing. The index that answers now goes on answering. Look into the log and begin anew.',
  },
} as const satisfies Record<string, Message>;
