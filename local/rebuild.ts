/** `npm run rebuild`: has a running Vindplaats build its search index anew, and serve it once it is right. */
import * as z from 'zod';
import { PlainError } from './plain-error.ts';
import { RefusedRequestError } from './staff-api-client.ts';
import { runStaffCommand, untilThere, whereHelp } from './staff-command.ts';

const help = `Usage: npm run rebuild -- [options]

Fills a new search index from the catalogue while the old one goes on answering, checks it, and serves it instead.
Joins a rebuild that is under way. It may be interrupted: the rebuild goes on.

  --allow-shrink   serve the new index also when it lacks over 1 % of what can be found now
  --anew           begin again from nothing, also when a rebuild is under way
${whereHelp}`;

const Check = z.object({
  collections: z.record(z.string(), z.object({ served: z.number(), filled: z.number(), lost: z.number() })),
  sample: z.object({ asked: z.number(), found: z.number() }),
});
const Report = z.object({
  state: z.string(),
  phase: z.string(),
  startedAt: z.string().nullable(),
  finishedAt: z.string().nullable(),
  documents: z.object({ done: z.number(), total: z.number() }),
  skipped: z.object({ count: z.number(), examples: z.array(z.string()) }),
  fault: z.string().nullable(),
  check: Check.nullable(),
  stopped: z.object({ reason: z.string(), hint: z.string() }).nullable(),
});
type Report = z.infer<typeof Report>;

const phases: Readonly<Record<string, string>> = {
  requested: 'Waiting for its turn',
  filling: 'Filling',
  checking: 'Checking',
  promoting: 'Changing over',
  settling: 'Looking for changes of the last moment',
};

await runStaffCommand({
  help,
  switches: ['allow-shrink', 'anew'],
  async run(client, progress, isOn) {
    const wish = { allowShrink: isOn('allow-shrink'), anew: isOn('anew') };
    await client.post('/archive/rebuild', wish, Report).catch((error: unknown) => {
      if (error instanceof RefusedRequestError) throw new PlainError(error.message, { cause: error });
      throw error;
    });
    const report = await untilThere(async () => {
      const now = await client.get('/archive/reports/rebuild', Report);
      if (now?.state === 'promoted' || now?.state === 'stopped') return now;
      if (now) progress.show(describeProgress(now));
      return undefined;
    });
    progress.end(describe(report));
    return report.state === 'promoted';
  },
});

function describeProgress({ phase, documents, fault }: Report): string {
  const waiting = fault === null ? '' : ` (${fault}; trying again)`;
  const counted = documents.total > 0 ? `: ${documents.done} of ${documents.total} documents` : '';
  return `${phases[phase] ?? phase}${counted}${waiting}`;
}

function describe({ state, startedAt, finishedAt, documents, skipped, check, stopped }: Report): string {
  const seconds = startedAt && finishedAt ? (Date.parse(finishedAt) - Date.parse(startedAt)) / 1000 : 0;
  const lines = Object.entries(check?.collections ?? {}).map(
    ([collection, { served, filled, lost }]) =>
      `${collection.padEnd(8)} ${filled} documents, was ${served}, ${lost} of those lost`,
  );
  if (check) lines.push(`${check.sample.found} of ${check.sample.asked} found by words of their own`);
  if (skipped.count > 0) lines.push(`${skipped.count} could not be put in: ${skipped.examples.join(', ')}`);
  lines.push(
    state === 'promoted'
      ? `The new index answers. ${documents.done} documents in ${seconds.toFixed(1)} s.`
      : (stopped?.hint ?? 'The rebuild stopped.'),
  );
  return lines.join('\n');
}
