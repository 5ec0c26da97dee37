/** What staff may ask of the whole archive: compare it, build its index anew, try again what failed. */
import { InvalidInputError } from '../../shared/errors.ts';
import { type HttpRequest, json, type Route } from '../middleware/http-messages.ts';
import { RebuildWish, requestRebuild } from '../rebuild-index/request-rebuild.ts';
import { redrive } from './redrive.ts';
import { asReport, rebuildReport, reconcileReport, reportList } from './reports.ts';
import type { StaffDependencies } from './staff-dependencies.ts';

export function maintenanceRoutes(
  on: StaffDependencies,
  route: (method: Route['method'], path: string, answer: Route['answer']) => Route,
): Route[] {
  return [
    route('GET', '/reports', async ({ language }) => json(await reportList(on, language))),
    route('GET', '/reports/reconcile', async ({ language }) => json(await reconcileReport(on, language))),
    route('GET', '/reports/rebuild', async ({ language }) => json(await rebuildReport(on, language))),
    route('POST', '/reconcile', async () => {
      const requestedAt = on.now();
      await on.jobs.requestReconcile(requestedAt);
      const report = '/archive/reports/reconcile';
      return json({ requestedAt: requestedAt.toISOString(), report }, 202, { location: report });
    }),
    route('POST', '/rebuild', async (request) => {
      const job = await requestRebuild(parseWish(request), on);
      const report = '/archive/reports/rebuild';
      return json({ ...asReport(job, request.language), report }, 202, { location: report });
    }),
    route('POST', '/redrive', async () => json(await redrive(on))),
  ];
}

function parseWish(request: HttpRequest): RebuildWish {
  const wish = RebuildWish.safeParse(request.isEmpty ? {} : request.json());
  if (wish.success) return wish.data;
  throw new InvalidInputError({
    nl: 'Zo kan een herbouw niet worden gevraagd. Toegestaan zijn allowShrink en anew, elk true of false.',
    en: 'A rebuild cannot be asked for like this. Allowed are allowShrink and anew, each true or false.',
  });
}
