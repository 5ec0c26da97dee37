import { Logger } from '@aws-lambda-powertools/logger';
import { openSearchIndex } from '../../search-index/open-search-index.ts';
import { Environment, readEnvironment } from '../../shared/environment.ts';
import { httpHandler } from '../middleware/http-handler.ts';
import { problemPage } from './problem-page.ts';
import { publicRoutes } from './public-routes.ts';

const { SEARCH_ENGINE_URL } = readEnvironment(Environment.pick({ SEARCH_ENGINE_URL: true }));
const index = openSearchIndex({ url: SEARCH_ENGINE_URL, collection: 'public' });

const headers = {
  // No answer with text outlives a document's removal by more than half a minute.
  'cache-control': 'public, max-age=0, s-maxage=30',
  vary: 'accept, accept-language',
  'access-control-allow-origin': '*',
  'x-content-type-options': 'nosniff',
};

export const handler = httpHandler(
  new Logger({ serviceName: 'public-api' }),
  publicRoutes(index),
  headers,
  problemPage,
);
