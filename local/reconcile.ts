/** `npm run reconcile`: has a running Vindplaats compare all that it keeps with all that it serves. */
import * as z from 'zod';
import { runStaffCommand, untilThere, whereHelp } from './staff-command.ts';

const help = `Usage: npm run reconcile -- [options]

Compares the catalogue with the uploads, the documents that were read and the search index, and has every difference
looked at again. Ends with exit code 1 when there was any.

${whereHelp}`;

const Requested = z.object({ requestedAt: z.string() });
const Found = z.object({ count: z.number(), examples: z.array(z.string()) });
const Report = z.object({
  startedAt: z.string(),
  milliseconds: z.number(),
  withoutIndex: z.boolean(),
  drift: z.number(),
  compared: z.record(z.string(), z.number()),
  found: z.record(z.string(), Found),
  becameInternal: z.object({
    count: z.number(),
    documents: z.array(z.object({ key: z.string(), reason: z.string() })),
  }),
  queued: z.object({ uploads: z.number(), changes: z.number() }),
  rereadsLeft: z.number().default(0),
  swept: z.object({ canonicalDocuments: z.number(), tombstones: z.number() }),
});
const Reconciliation = z.object({
  progress: z.object({ done: z.number(), total: z.number() }).nullable(),
  latest: Report.nullable(),
});

const names: Readonly<Record<string, string>> = {
  wronglyVisible: 'internal, yet in the public collection',
  contradictory: 'with a row that said two things at once',
  orphaned: 'in the index without a document',
  stale: 'in the index in an old version',
  missing: 'not in the index',
  unreadable: 'without what was read from it',
  notRemoved: 'deleted without being noticed',
  outdated: 'replaced without being noticed, or to be read again',
  neverIngested: 'uploaded without being noticed',
};

await runStaffCommand({
  help,
  switches: [],
  async run(client, progress) {
    const { requestedAt } = await client.post('/archive/reconcile', {}, Requested);
    const report = await untilThere(async () => {
      const now = await client.get('/archive/reports/reconcile', Reconciliation);
      if (now?.latest && now.latest.startedAt >= requestedAt) return now.latest;
      const { done = 0, total = 0 } = now?.progress ?? {};
      progress.show(
        now?.progress ? `Comparing: ${done} of about ${Math.max(done, total)}` : 'Waiting for its turn',
      );
      return undefined;
    });
    progress.end(describe(report));
    return report.drift === 0 && !report.withoutIndex;
  },
});

function describe({ compared, found, queued, swept, drift, ...report }: z.infer<typeof Report>): string {
  const lines = [
    `Compared in ${(report.milliseconds / 1000).toFixed(1)} s: ${compared.rows ?? 0} in the catalogue, ` +
      `${compared.uploads ?? 0} uploads, ${compared.archive ?? 0} in the archive, ${compared.public ?? 0} public.`,
  ];
  for (const [kind, { count, examples }] of Object.entries(found)) {
    lines.push(`${String(count).padStart(7)}  ${names[kind] ?? kind}`);
    for (const example of examples) lines.push(`         ${example}`);
  }
  const { becameInternal } = report;
  if (becameInternal.count > 0) {
    lines.push(
      `${String(becameInternal.count).padStart(7)}  public before, and internal as they are read now`,
    );
    for (const { key, reason } of becameInternal.documents) lines.push(`         ${key}: ${reason}`);
  }
  lines.push(
    drift === 0
      ? 'Nothing differs.'
      : `${queued.uploads} uploads and ${queued.changes} documents are looked at again.`,
  );
  if (report.rereadsLeft > 0) {
    lines.push(`${report.rereadsLeft} more uploads are read again by the new readers, some every minute.`);
  }
  if (report.withoutIndex) {
    lines.push('The search engine does not answer: the index is compared as soon as it does.');
  }
  const leftovers = swept.canonicalDocuments + swept.tombstones;
  if (leftovers > 0) lines.push(`${leftovers} leftovers that nothing needs were taken away.`);
  return lines.join('\n');
}
