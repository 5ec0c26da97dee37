import { createLinker, type Linker, type Links } from '../../../shared/linking.ts';
import { LinkingJob } from './protocol.ts';

/** What the linking process answers, one job after the other: links to the terms that it was given last. */
export function answerLinking(): (work: unknown) => Promise<Links | null> {
  let link: Linker = createLinker([]);
  return async (work) => {
    const job = LinkingJob.parse(work);
    if (job.type === 'link') return link(job.document);
    link = createLinker(job.terms);
    return null;
  };
}
