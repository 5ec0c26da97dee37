/** What visitors may ask; everything is answered from the public collection alone. */
import type { SearchIndex } from '../../search-index/search-index.ts';
import { UnavailableError } from '../../shared/errors.ts';
import { json, type Route } from '../middleware/http-messages.ts';
import { answerDocument, documentAnswer, searchRoutes } from '../searching/search-routes.ts';

export function publicRoutes(index: SearchIndex): Route[] {
  return [
    ...searchRoutes(index, '').map(pageAware),
    {
      method: 'GET',
      path: '/documents/{id}',
      answer: (request) =>
        answerDocument(index, request, '', async (document) => {
          if (!request.wantsPage) return json(documentAnswer(document, request, ''));
          // Nearly every cold start answers the search page, which asks for JSON.
          const { documentPage } = await import('./document-page.ts');
          return documentPage(document, request);
        }),
    },
    {
      method: 'GET',
      path: '/health',
      answer: async () => {
        const health = await index.health();
        if (!health.searchable) throw new UnavailableError('The search index');
        const { documents, outdated = false, refilling = false } = health;
        // It answers, from what it has: nothing else could answer better.
        const state = refilling ? { status: 'degraded', reason: 'refilling' } : { status: 'ok' };
        return json({ ...state, documents, outdated }, 200, { 'cache-control': 'no-store' });
      },
    },
  ];
}

/** A visitor who opens the address of a search in a browser gets the page that shows it. */
function pageAware(route: Route): Route {
  if (route.path !== '/search') return route;
  return {
    ...route,
    answer: async (request) =>
      request.wantsPage
        ? { status: 302, headers: { location: `/?${request.query}` }, body: '' }
        : route.answer(request),
  };
}
