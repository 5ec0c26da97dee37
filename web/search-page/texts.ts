/** Every sentence of the search page, in both languages. */
import type { Language } from './language.ts';
import type { Facet, Sort } from './search-state.ts';

export interface Texts {
  /** Texts that stand in `index.html`, by its `data-text`. */
  readonly fixed: Readonly<Record<string, string>>;
  readonly facets: Readonly<Record<Facet, string>>;
  readonly kinds: Readonly<Record<string, string>>;
  readonly sorts: Readonly<Record<Sort, string>>;
  readonly suggestionTypes: Readonly<Record<string, string>>;
  readonly results: (total: number, query: string) => string;
  readonly documents: (total: number) => string;
  readonly pageOf: (page: number, pages: number) => string;
  readonly suggestionCount: (total: number) => string;
  readonly documentCount: (total: number) => string;
  readonly seriesNumber: (label: string, number: number | null) => string;
  readonly anchor: (type: string, number: number) => string;
  readonly organisations: string;
  readonly mentions: string;
  readonly theme: string;
  readonly others: (total: number) => string;
  readonly without: string;
  readonly showMore: (total: number) => string;
  readonly showLess: string;
  readonly showFilters: (chosen: number) => string;
  readonly chosenFilters: string;
  readonly removeFilter: (facet: string, label: string) => string;
  readonly clearFilters: string;
  readonly previous: string;
  readonly next: string;
  readonly page: (page: number) => string;
  readonly pagesEnd: string;
  readonly intro: (total: number) => string;
  readonly themesTitle: string;
  readonly didYouMean: string;
  readonly relaxed: string;
  readonly degraded: string;
  readonly nothingFound: (query: string) => string;
  readonly nothingThere: string;
  readonly tips: readonly string[];
  readonly withoutFilters: string;
  readonly withoutQuotes: string;
  readonly showAll: string;
  readonly emptyTitle: string;
  readonly emptyText: string;
  readonly refusedTitle: string;
  readonly refusedText: string;
  readonly startOver: string;
  readonly busyTitle: string;
  readonly busyText: string;
  readonly retryIn: (seconds: number) => string;
  readonly retry: string;
  readonly offlineTitle: string;
  readonly offlineText: string;
  readonly unreachableTitle: string;
  readonly unreachableText: string;
  readonly brokenTitle: string;
  readonly brokenText: string;
}

const nl: Texts = {
  fixed: {
    skip: 'Naar de resultaten',
    languages: 'Taal',
    question: 'Wat zoekt u?',
    submit: 'Zoeken',
    suggestions: 'Suggesties',
    filters: 'Filters',
    results: 'Resultaten',
    sort: 'Volgorde',
    pages: 'Pagina’s met resultaten',
    colophon: 'Vindplaats zoekt in de volledige tekst van elk document en opent het op de gevonden plek.',
  },
  facets: {
    theme: 'Thema',
    keyword: 'Trefwoord',
    organisation: 'Organisatie',
    kind: 'Soort',
    year: 'Jaar',
    series: 'Reeks',
  },
  kinds: { article: 'Artikel', publication: 'Publicatie', presentation: 'Presentatie', page: 'Webpagina' },
  sorts: { relevance: 'Relevantie', newest: 'Nieuwste', oldest: 'Oudste' },
  suggestionTypes: {
    theme: 'Thema',
    keyword: 'Trefwoord',
    organisation: 'Organisatie',
    series: 'Reeks',
    title: 'Document',
  },
  results: (total, query) =>
    `${total === 1 ? '1 resultaat' : `${total} resultaten`}${query && ` voor ‘${query}’`}`,
  documents: (total) => (total === 1 ? '1 document' : `${total} documenten`),
  pageOf: (page, pages) => `pagina ${page} van ${pages}`,
  suggestionCount: (total) =>
    total === 1 ? '1 suggestie, kies met de pijltjes' : `${total} suggesties, kies met de pijltjes`,
  documentCount: (total) => (total === 1 ? '1 document' : `${total} documenten`),
  seriesNumber: (label, number) => (number === null ? label : `${label}, nummer ${number}`),
  anchor: (type, number) =>
    type === 'page' ? `Pagina ${number}` : type === 'slide' ? `Dia ${number}` : 'In de tekst',
  organisations: 'Organisaties',
  mentions: 'Noemt',
  theme: 'Thema’s',
  others: (total) => (total === 1 ? 'en 1 andere' : `en ${total} andere`),
  without: 'Zonder:',
  showMore: (total) => `Toon meer (${total})`,
  showLess: 'Toon minder',
  showFilters: (chosen) => (chosen === 0 ? 'Filters' : `Filters (${chosen} gekozen)`),
  chosenFilters: 'Gekozen filters',
  removeFilter: (facet, label) => `Verwijder filter ${facet}: ${label}`,
  clearFilters: 'Wis alles',
  previous: 'Vorige',
  next: 'Volgende',
  page: (page) => `Pagina ${page}`,
  pagesEnd: 'Verder bladeren kan niet. Maak de zoekvraag preciezer of kies een filter.',
  intro: (total) =>
    total === 1
      ? 'Er is 1 document te doorzoeken, tot op de bladzijde. Typ een woord of een naam.'
      : `Er zijn ${total} documenten te doorzoeken, tot op de bladzijde. Typ een woord of een naam, of begin bij een thema.`,
  themesTitle: 'Begin bij een thema',
  didYouMean: 'Bedoelde u',
  relaxed:
    'Weinig documenten bevatten al uw woorden. Daarom staan er ook documenten bij die een woord missen.',
  degraded: 'Een deel van de resultaten kon nu niet worden getoond.',
  nothingFound: (query) => `Niets gevonden voor ‘${query}’`,
  nothingThere: 'Bij deze filters is niets gevonden',
  tips: [
    'Controleer of de woorden goed gespeld zijn.',
    'Gebruik minder woorden, of een ander woord voor hetzelfde.',
    'Zoek op een organisatie of een thema: typ de eerste letters en kies een suggestie.',
  ],
  withoutFilters: 'Zoek hetzelfde zonder filters',
  withoutQuotes: 'Zoek de woorden ook los van elkaar',
  showAll: 'Bekijk alle documenten',
  emptyTitle: 'Hier staat nog niets',
  emptyText: 'Zodra er documenten zijn toegevoegd, zijn ze hier te vinden.',
  refusedTitle: 'Deze zoekvraag kan niet',
  refusedText: 'Pas de zoekvraag aan en probeer het opnieuw.',
  startOver: 'Begin opnieuw',
  busyTitle: 'Even geduld',
  busyText: 'Zoeken is even niet mogelijk.',
  retryIn: (seconds) => `Nieuwe poging over ${seconds} ${seconds === 1 ? 'seconde' : 'seconden'}.`,
  retry: 'Probeer opnieuw',
  offlineTitle: 'U bent niet verbonden',
  offlineText: 'Zodra uw apparaat weer verbinding met internet heeft, zoekt Vindplaats verder.',
  unreachableTitle: 'Vindplaats is niet bereikbaar',
  unreachableText: 'Controleer uw verbinding met internet en probeer het opnieuw.',
  brokenTitle: 'Er ging iets mis',
  brokenText: 'Probeer het straks opnieuw.',
};

const en: Texts = {
  fixed: {
    skip: 'Skip to the results',
    languages: 'Language',
    question: 'What are you looking for?',
    submit: 'Search',
    suggestions: 'Suggestions',
    filters: 'Filters',
    results: 'Results',
    sort: 'Order',
    pages: 'Pages of results',
    colophon: 'Vindplaats searches the full text of every document and opens it at the place that was found.',
  },
  facets: {
    theme: 'Theme',
    keyword: 'Keyword',
    organisation: 'Organisation',
    kind: 'Kind',
    year: 'Year',
    series: 'Series',
  },
  kinds: { article: 'Article', publication: 'Publication', presentation: 'Presentation', page: 'Web page' },
  sorts: { relevance: 'Relevance', newest: 'Newest', oldest: 'Oldest' },
  suggestionTypes: {
    theme: 'Theme',
    keyword: 'Keyword',
    organisation: 'Organisation',
    series: 'Series',
    title: 'Document',
  },
  results: (total, query) => `${total === 1 ? '1 result' : `${total} results`}${query && ` for ‘${query}’`}`,
  documents: (total) => (total === 1 ? '1 document' : `${total} documents`),
  pageOf: (page, pages) => `page ${page} of ${pages}`,
  suggestionCount: (total) =>
    total === 1
      ? '1 suggestion, choose with the arrow keys'
      : `${total} suggestions, choose with the arrow keys`,
  documentCount: (total) => (total === 1 ? '1 document' : `${total} documents`),
  seriesNumber: (label, number) => (number === null ? label : `${label}, number ${number}`),
  anchor: (type, number) =>
    type === 'page' ? `Page ${number}` : type === 'slide' ? `Slide ${number}` : 'In the text',
  organisations: 'Organisations',
  mentions: 'Mentions',
  theme: 'Themes',
  others: (total) => (total === 1 ? 'and 1 other' : `and ${total} others`),
  without: 'Without:',
  showMore: (total) => `Show more (${total})`,
  showLess: 'Show fewer',
  showFilters: (chosen) => (chosen === 0 ? 'Filters' : `Filters (${chosen} chosen)`),
  chosenFilters: 'Chosen filters',
  removeFilter: (facet, label) => `Remove filter ${facet}: ${label}`,
  clearFilters: 'Clear all',
  previous: 'Previous',
  next: 'Next',
  page: (page) => `Page ${page}`,
  pagesEnd: 'There are no further pages. Make the query more precise or choose a filter.',
  intro: (total) =>
    total === 1
      ? 'There is 1 document to search, down to the page. Type a word or a name.'
      : `There are ${total} documents to search, down to the page. Type a word or a name, or begin with a theme.`,
  themesTitle: 'Begin with a theme',
  didYouMean: 'Did you mean',
  relaxed: 'Few documents have all of your words, so documents that lack one are shown as well.',
  degraded: 'Some of the results could not be shown right now.',
  nothingFound: (query) => `Nothing found for ‘${query}’`,
  nothingThere: 'Nothing was found with these filters',
  tips: [
    'Check the spelling of your words.',
    'Use fewer words, or another word for the same.',
    'Search for an organisation or a theme: type its first letters and choose a suggestion.',
  ],
  withoutFilters: 'Search the same without filters',
  withoutQuotes: 'Search the words apart from each other too',
  showAll: 'Browse all documents',
  emptyTitle: 'There is nothing here yet',
  emptyText: 'As soon as documents have been added, they can be found here.',
  refusedTitle: 'This query is not possible',
  refusedText: 'Change the query and try again.',
  startOver: 'Start over',
  busyTitle: 'One moment, please',
  busyText: 'Searching is not possible right now.',
  retryIn: (seconds) => `Trying again in ${seconds} ${seconds === 1 ? 'second' : 'seconds'}.`,
  retry: 'Try again',
  offlineTitle: 'You are offline',
  offlineText: 'Vindplaats goes on searching as soon as your device is connected again.',
  unreachableTitle: 'Vindplaats cannot be reached',
  unreachableText: 'Check your internet connection and try again.',
  brokenTitle: 'Something went wrong',
  brokenText: 'Try again later.',
};

export const texts: Readonly<Record<Language, Texts>> = { nl, en };
