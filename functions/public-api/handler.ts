import { readEnvironment } from '../../shared/environment.ts';
import { httpHandler } from '../middleware/http-handler.ts';
import { measureSearch } from '../middleware/measure-search.ts';
import { openForVisitors } from '../searching/collections.ts';
import { notFoundWhileRefilling } from '../searching/not-found-while-refilling.ts';
import { PublicApiEnvironment } from './environment.ts';
import { publicRoutes } from './public-routes.ts';

const environment = readEnvironment(PublicApiEnvironment);
const index = measureSearch(notFoundWhileRefilling(await openForVisitors(environment)), 'public-api');

const headers = {
  // No answer with text outlives a document's removal by more than half a minute.
  'cache-control': 'public, max-age=0, s-maxage=30, stale-if-error=0',
  vary: 'accept, accept-language',
  'access-control-allow-origin': '*',
  'x-content-type-options': 'nosniff',
};

export const handler = httpHandler('public-api', publicRoutes(index), headers, async (problem, request) => {
  // Nearly every cold start answers the search page, which asks for JSON.
  const { problemPage } = await import('./problem-page.ts');
  return problemPage(problem, request);
});
