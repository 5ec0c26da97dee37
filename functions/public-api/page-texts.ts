/** The words of the pages that the server makes. */
import type { Anchor, Kind } from '../../shared/document.ts';
import type { UiLanguage } from '../../shared/message.ts';

export interface PageTexts {
  readonly home: string;
  readonly languages: string;
  readonly skip: string;
  readonly searchLabel: string;
  readonly search: string;
  readonly back: string;
  readonly kinds: Readonly<Record<Kind, string>>;
  readonly organisations: string;
  readonly mentions: string;
  readonly themes: string;
  readonly keywords: string;
  readonly series: string;
  readonly seriesNumber: (label: string, number: number | null) => string;
  readonly source: string;
  readonly sameAs: string;
  readonly outline: string;
  readonly place: (anchor: Anchor) => string;
  readonly matches: (total: number) => string;
  readonly found: (total: number, query: string) => string;
  readonly notFound: (query: string) => string;
  /** For a text that comes in portions. */
  readonly portions: string;
  readonly portion: (number: number, of: number) => string;
  readonly previousPortion: string;
  readonly nextPortion: string;
  readonly outlineOfPortion: string;
  readonly foundInPortion: (total: number, query: string) => string;
  readonly notFoundInPortion: (query: string) => string;
  readonly firstMatch: string;
  readonly note: string;
  readonly problemTitles: Readonly<Record<number, string>>;
  readonly problemTitle: string;
  readonly toSearch: string;
}

const treffers = (total: number) => (total === 1 ? '1 treffer' : `${total} treffers`);

const nl: PageTexts = {
  home: 'Vindplaats, naar de zoekpagina',
  languages: 'Taal',
  skip: 'Naar de tekst',
  searchLabel: 'Zoek in alle documenten',
  search: 'Zoeken',
  back: 'Terug naar zoekresultaten',
  kinds: { article: 'Artikel', publication: 'Publicatie', presentation: 'Presentatie', page: 'Webpagina' },
  organisations: 'Organisaties',
  mentions: 'Noemt ook',
  themes: 'Thema’s',
  keywords: 'Trefwoorden',
  series: 'Reeks',
  seriesNumber: (label, number) => (number === null ? label : `${label}, nummer ${number}`),
  source: 'Bron',
  sameAs: 'Staat er ook als',
  outline: 'In dit document',
  place: ({ type, number }) =>
    type === 'page'
      ? `Pagina ${number}`
      : type === 'slide'
        ? `Dia ${number}`
        : number === 1
          ? 'Begin van de tekst'
          : `Onderdeel ${number}`,
  matches: treffers,
  found: (total, query) => `${treffers(total)} voor ‘${query}’ in de tekst.`,
  notFound: (query) => `Geen treffers voor ‘${query}’ in de tekst zelf.`,
  portions: 'Delen van deze tekst',
  portion: (number, of) => `Deel ${number} van ${of}`,
  previousPortion: 'Vorig deel',
  nextPortion: 'Volgend deel',
  outlineOfPortion: 'In dit deel',
  foundInPortion: (total, query) => `${treffers(total)} voor ‘${query}’ in dit deel van de tekst.`,
  notFoundInPortion: (query) => `Geen treffers voor ‘${query}’ in dit deel van de tekst.`,
  firstMatch: 'Naar de eerste treffer',
  note: 'Notitie',
  problemTitles: {
    404: 'Niet gevonden',
    410: 'Verwijderd',
    429: 'Even wachten',
    503: 'Even niet bereikbaar',
  },
  problemTitle: 'Er ging iets mis',
  toSearch: 'Naar de zoekpagina',
};

const matches = (total: number) => (total === 1 ? '1 match' : `${total} matches`);

const en: PageTexts = {
  home: 'Vindplaats, to the search page',
  languages: 'Language',
  skip: 'Skip to the text',
  searchLabel: 'Search all documents',
  search: 'Search',
  back: 'Back to search results',
  kinds: { article: 'Article', publication: 'Publication', presentation: 'Presentation', page: 'Web page' },
  organisations: 'Organisations',
  mentions: 'Also mentions',
  themes: 'Themes',
  keywords: 'Keywords',
  series: 'Series',
  seriesNumber: (label, number) => (number === null ? label : `${label}, number ${number}`),
  source: 'Source',
  sameAs: 'Also here as',
  outline: 'In this document',
  place: ({ type, number }) =>
    type === 'page'
      ? `Page ${number}`
      : type === 'slide'
        ? `Slide ${number}`
        : number === 1
          ? 'Start of the text'
          : `Part ${number}`,
  matches,
  found: (total, query) => `${matches(total)} for ‘${query}’ in the text.`,
  notFound: (query) => `No matches for ‘${query}’ in the text itself.`,
  portions: 'Parts of this text',
  portion: (number, of) => `Part ${number} of ${of}`,
  previousPortion: 'Previous part',
  nextPortion: 'Next part',
  outlineOfPortion: 'In this part',
  foundInPortion: (total, query) => `${matches(total)} for ‘${query}’ in this part of the text.`,
  notFoundInPortion: (query) => `No matches for ‘${query}’ in this part of the text.`,
  firstMatch: 'To the first match',
  note: 'Note',
  problemTitles: { 404: 'Not found', 410: 'Removed', 429: 'One moment', 503: 'Not available right now' },
  problemTitle: 'Something went wrong',
  toSearch: 'To the search page',
};

export const pageTexts: Readonly<Record<UiLanguage, PageTexts>> = { nl, en };
