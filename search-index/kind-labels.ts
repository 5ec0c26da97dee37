import type { Kind } from '../shared/document.ts';

/** What a reader calls each kind of document. */
export const kindLabels: Readonly<Record<Kind, string>> = {
  article: 'artikel',
  publication: 'publicatie',
  presentation: 'presentatie',
  page: 'pagina',
};
