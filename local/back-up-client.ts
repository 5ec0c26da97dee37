/** Takes a backup of a running Vindplaats and puts one back, over HTTP as staff do. */
import * as z from 'zod';
import { backupLines, CorrectedUpload, type StaffWork } from '../functions/back-up/backup-format.ts';
import { Term } from '../shared/vocabulary.ts';
import type { StaffApiClient } from './staff-api-client.ts';

/** Corrections in one request, so that it is answered within seconds. */
const mostInOne = 100;
/** Characters in one request: a Lambda function takes at most 6 MB. */
const longest = 1_000_000;

const BackupPage = z.object({
  terms: z.array(Term),
  corrections: z.array(CorrectedUpload),
  next: z.string().nullable(),
});

/** The backup as a file holds it, and how much is in it. */
export async function downloadBackup(client: StaffApiClient, now: Date) {
  const takenAt = now.toISOString();
  const terms: Term[] = [];
  const corrections: CorrectedUpload[] = [];
  let after: string | null = null;
  do {
    const query: string = after === null ? '' : `?after=${encodeURIComponent(after)}`;
    const page: z.infer<typeof BackupPage> | undefined = await client.get(
      `/archive/backup${query}`,
      BackupPage,
    );
    if (!page) throw new Error('This Vindplaats does not know how to make a backup');
    terms.push(...page.terms);
    corrections.push(...page.corrections);
    after = page.next;
  } while (after !== null);
  const text = [...backupLines({ takenAt, terms, corrections })].join('');
  return { takenAt, text, terms: terms.length, corrections: corrections.length };
}

const Outcome = z.enum(['restored', 'unchanged', 'waiting', 'kept']);
const TermsRestored = z.object({
  restored: z.int(),
  unchanged: z.int(),
  kept: z.array(z.object({ type: z.string(), label: z.string() })),
});
const CorrectionsRestored = z.object({ outcomes: z.array(z.object({ key: z.string(), outcome: Outcome })) });
const LinksRestored = z.object({ linked: z.int(), next: z.string().nullable() });

export interface Restored {
  readonly terms: z.infer<typeof TermsRestored>;
  /** By the upload's key, in the backup's order. */
  readonly corrections: ReadonlyMap<string, z.infer<typeof Outcome>>;
  /** Documents that are linked to the vocabulary again. */
  readonly linked: number;
}

/** Puts a backup back; when it is cut off, the same again does the rest. */
export async function uploadBackup(
  client: StaffApiClient,
  { takenAt, terms, corrections }: StaffWork,
  { overwrite, onProgress }: { readonly overwrite: boolean; readonly onProgress: (done: number) => void },
): Promise<Restored> {
  const termsRestored = await client.post('/archive/restore/terms', { terms, overwrite }, TermsRestored);
  const outcomes = new Map<string, z.infer<typeof Outcome>>();
  for (const part of portionsOf(corrections)) {
    const answer = await client.post(
      '/archive/restore/corrections',
      { takenAt, overwrite, corrections: part },
      CorrectionsRestored,
    );
    for (const { key, outcome } of answer.outcomes) outcomes.set(key, outcome);
    onProgress(outcomes.size);
  }
  let linked = 0;
  let after: string | null = null;
  do {
    const page: z.infer<typeof LinksRestored> = await client.post(
      '/archive/restore/links',
      { after },
      LinksRestored,
    );
    linked += page.linked;
    after = page.next;
  } while (after !== null);
  return { terms: termsRestored, corrections: outcomes, linked };
}

function* portionsOf(corrections: StaffWork['corrections']): Generator<CorrectedUpload[]> {
  let part: CorrectedUpload[] = [];
  let length = 0;
  for (const one of corrections) {
    const more = JSON.stringify(one).length;
    if (part.length === mostInOne || (part.length > 0 && length + more > longest)) {
      yield part;
      part = [];
      length = 0;
    }
    part.push(one);
    length += more;
  }
  if (part.length > 0) yield part;
}
