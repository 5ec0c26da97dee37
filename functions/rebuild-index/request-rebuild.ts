/** What staff ask for when they ask for a rebuild. */
import * as z from 'zod';
import { isUnderWay, type Jobs, type RebuildJob } from '../../shared/catalogue/jobs.ts';
import { InvalidInputError, RevisionConflictError } from '../../shared/errors.ts';

export const RebuildWish = z.strictObject({
  /** Serve the new index also when it lacks documents that can be found now. */
  allowShrink: z.boolean().default(false),
  /** Begin again from nothing, also when a rebuild is under way. */
  anew: z.boolean().default(false),
});
export type RebuildWish = z.infer<typeof RebuildWish>;

/** Records a rebuild, or joins the one that is under way. Throws InvalidInputError when that one is not what is wished. */
export async function requestRebuild(
  { allowShrink, anew }: RebuildWish,
  { jobs, now }: { readonly jobs: Jobs; readonly now: () => Date },
): Promise<RebuildJob> {
  const underWay = await jobs.rebuild();
  if (underWay && isUnderWay(underWay) && !anew) {
    if (allowShrink && !underWay.allowShrink) throw otherUnderWay();
    return underWay;
  }
  const requested = {
    heldUntil: null,
    phase: 'requested' as const,
    allowShrink,
    requestedAt: now().toISOString(),
    startedAt: null,
    finishedAt: null,
    cursor: null,
    progress: { done: 0, total: 0 },
    skipped: { count: 0, examples: [] },
    generations: null,
    promoted: [],
    settlesAt: null,
    rounds: 0,
    faults: 0,
    fault: null,
    check: null,
    stopped: null,
  };
  try {
    return await jobs.writeRebuild(requested, underWay);
  } catch (error) {
    if (error instanceof RevisionConflictError) throw otherUnderWay();
    throw error;
  }
}

const otherUnderWay = () =>
  new InvalidInputError(
    {
      nl: 'Er is al een herbouw bezig. Wacht tot die klaar is (/archive/reports/rebuild), of begin opnieuw met anew.',
      en: 'A rebuild is under way already. Wait until it has ended (/archive/reports/rebuild), or begin again with anew.',
    },
    409,
  );
