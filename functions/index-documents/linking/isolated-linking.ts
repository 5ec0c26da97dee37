/** Links documents to the vocabulary in a watched process, so that neither a text nor a vocabulary can stop indexing. */

import { limiter } from '../../../shared/limiter.ts';
import type { LinkableDocument, Links } from '../../../shared/linking.ts';
import type { Term } from '../../../shared/vocabulary.ts';
import { type Preparation, ProcessPool, type TaskOutcome } from '../../isolation/process-pool.ts';
import type { TimeLimits } from '../../isolation/watched-process.ts';
import { type LinkingJob, LinksAnswer } from './protocol.ts';

/** Links the document of this id to the terms that the linker was made of. Rejects only for what may pass. */
export type VocabularyLinker = (id: string, document: LinkableDocument) => Promise<Links>;

export type MakeLinker = (terms: readonly Term[]) => VocabularyLinker;

export interface IsolatedLinkingOptions {
  /** Told of a fault: the document's id, and what happened in the code. */
  readonly onFault?: (document: string, what: string) => void;
  readonly limits?: Partial<LinkingLimits>;
  /** Another entry point, for tests of the isolation itself. */
  readonly entry?: URL;
}

export interface LinkingLimits {
  /** Of making a linker of all terms. */
  readonly terms: TimeLimits;
  /** Of one document with all its text. */
  readonly text: TimeLimits;
  /** Of what a document lists, when its text was too much. */
  readonly lists: TimeLimits;
  /** Resident memory of the process. */
  readonly memoryBytes: number;
}

/** The time-out of index-documents follows from these. */
export const linkingLimits: LinkingLimits = {
  // Fifty thousand spellings take 8 s.
  terms: { processorMs: 20_000, clockMs: 80_000 },
  // A text of 20 MB takes 1.6 s.
  text: { processorMs: 3_000, clockMs: 30_000 },
  lists: { processorMs: 1_000, clockMs: 10_000 },
  memoryBytes: 512 * 1024 * 1024,
};

/** Beside this file in source, beside the bundled handler in a bundle. */
const defaultEntry = new URL(
  import.meta.url.endsWith('.ts') ? './linking-process.ts' : './linking-process.mjs',
  import.meta.url,
);

const noLinks: Links = { themes: [], keywords: [], organisations: [] };

export interface IsolatedLinking {
  readonly linkerFor: MakeLinker;
  /** Ends the process; what is still being linked is given up. */
  close(): Promise<void>;
}

/**
 * A document whose text the process does not survive is linked by what it lists, and one whose lists it does not survive
 * by nothing: it is found by its words all the same. Terms of which no linker can be made count as none.
 */
export function isolatedLinking({
  onFault,
  limits: given = {},
  entry = defaultEntry,
}: IsolatedLinkingOptions = {}): IsolatedLinking {
  const limits = { ...linkingLimits, ...given };
  // A linker of a large vocabulary takes much memory, and others wait for some seconds at worst.
  const oneAtATime = limiter(1);
  const pool = new ProcessPool({ entry, concurrency: 1, memoryBytes: limits.memoryBytes });
  const prepare = (terms: readonly Term[]): Preparation => ({
    work: { type: 'use-terms', terms: [...terms] } satisfies LinkingJob,
    limits: limits.terms,
  });
  const withoutTerms = prepare([]);

  return {
    linkerFor(terms) {
      let preparation = prepare(terms);
      const attempt = async (
        id: string,
        document: LinkableDocument,
        time: TimeLimits,
      ): Promise<Links | undefined> => {
        const work: LinkingJob = { type: 'link', document };
        const outcome = await pool.run({ work, limits: time, preparation });
        const links = linksOf(outcome);
        if (links) return links;
        onFault?.(id, faultOf(outcome));
        if (!outcome.unprepared || preparation === withoutTerms) return undefined;
        preparation = withoutTerms;
        return attempt(id, document, time);
      };
      return (id, { title, themes, keywords, organisations, passages }) => {
        const lists = { title, themes, keywords, organisations, passages: [] };
        return oneAtATime(
          async () =>
            (await attempt(id, { ...lists, passages }, limits.text)) ??
            (await attempt(id, lists, limits.lists)) ??
            noLinks,
        );
      };
    },
    close: () => pool.close(),
  };
}

function linksOf(outcome: TaskOutcome): Links | undefined {
  return outcome.type === 'done' ? LinksAnswer.safeParse(outcome.result).data : undefined;
}

function faultOf(outcome: TaskOutcome): string {
  const during = outcome.unprepared ? 'making a linker of the vocabulary' : 'linking the document';
  switch (outcome.type) {
    case 'done':
      return `${during}: the answer broke its schema`;
    case 'failed':
      return `${during}: ${outcome.stack}`;
    case 'died':
      return `${during}: ${outcome.how}`;
    default:
      return `${during}: ${outcome.type}`;
  }
}
