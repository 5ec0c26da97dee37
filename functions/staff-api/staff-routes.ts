/** What staff may ask and do, over all documents. Tokens and scopes are checked before a request gets here. */
import { json, type Route } from '../middleware/http-messages.ts';
import { answerDocument, documentAnswer, searchRoutes } from '../searching/search-routes.ts';
import { correctDocument } from './correct-document.ts';
import { effectOf } from './in-effect.ts';
import { ledgerEntry, ledgerPage, rowOf } from './ledger.ts';
import { maintenanceRoutes } from './maintenance-routes.ts';
import { completeUpload, prepareUpload } from './prepare-upload.ts';
import { removeDocument } from './remove-document.ts';
import type { StaffDependencies } from './staff-dependencies.ts';
import { proposedTerms, vocabularyTerms } from './vocabulary-terms.ts';

export function staffRoutes(on: StaffDependencies): Route[] {
  const { catalogue, index } = on;
  const route = (method: Route['method'], path: string, answer: Route['answer']): Route => ({
    method,
    path: `/archive${path}`,
    answer,
  });
  return [
    ...searchRoutes(index, '/archive'),
    route('GET', '/documents/{id}', (request) =>
      answerDocument(index, request, '/archive', async (document) => {
        const row = await rowOf(request, catalogue);
        return json({
          ...documentAnswer(document, request, '/archive'),
          ledger: ledgerEntry(row, request.language),
        });
      }),
    ),
    route('PATCH', '/documents/{id}', async (request) => {
      const read = await rowOf(request, catalogue);
      const { row, inEffect } = await effectOf(
        await correctDocument(read, request.json(), on, request.subject),
        on,
      );
      return json({ ...ledgerEntry(row, request.language), inEffect });
    }),
    route('DELETE', '/documents/{id}', async (request) => {
      const read = await rowOf(request, catalogue);
      const { row, inEffect } = await effectOf(await removeDocument(read, on, request.subject), on);
      return json({ id: row.id, key: row.key, inEffect }, 202);
    }),
    route('POST', '/uploads', async (request) => json(await prepareUpload(request.json(), on), 201)),
    route('POST', '/uploads/multipart', async (request) => json(await completeUpload(request.json(), on))),
    route('GET', '/uploads', async (request) => json(await ledgerPage(request, catalogue))),
    route('GET', '/uploads/{id}', async (request) =>
      json(ledgerEntry(await rowOf(request, catalogue), request.language)),
    ),
    ...maintenanceRoutes(on, route),
    route('GET', '/vocabulary', async () => json({ terms: await vocabularyTerms(on) })),
    route('GET', '/vocabulary/proposed', async () => json({ terms: await proposedTerms(on) })),
  ];
}
