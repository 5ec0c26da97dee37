/** Backing up and restoring over HTTP, in pieces that each fit in one request: `npm run backup` and `npm run restore`. */
import * as z from 'zod';
import { InvalidInputError } from '../../shared/errors.ts';
import { forEachOf } from '../../shared/limiter.ts';
import { movementVocabulary } from '../../shared/vocabulary/movement.ts';
import { Term } from '../../shared/vocabulary.ts';
import { json, type Route } from '../middleware/http-messages.ts';
import { CorrectedUpload } from './backup-format.ts';
import { correctedIn } from './collect-staff-work.ts';
import { type LinkAgainDependencies, linkAgain } from './link-again.ts';
import {
  type Outcome,
  type RestoreCorrectionsDependencies,
  restoreCorrections,
} from './restore-corrections.ts';
import { type RestoreTermsDependencies, restoreTerms } from './restore-terms.ts';

export type BackUpRoutesDependencies = LinkAgainDependencies &
  RestoreCorrectionsDependencies &
  Pick<RestoreTermsDependencies, 'replaceTerms'>;

const concurrency = 10;

const Cursor = z.string().max(2000).nullable();

const Choice = { takenAt: z.iso.datetime(), overwrite: z.boolean() };

/** A page of the backup, terms in the first one only; `next` asks for the one after it. */
const BackUpQuery = z.object({ after: Cursor.default(null) });
const RestoreTermsRequest = z.object({ overwrite: z.boolean(), terms: z.array(Term).max(20_000) });
const RestoreCorrectionsRequest = z.object({ ...Choice, corrections: z.array(CorrectedUpload).max(200) });
const LinkAgainRequest = z.object({ after: Cursor });

export function backUpRoutes(on: BackUpRoutesDependencies): Route[] {
  const { catalogue } = on;
  const post = (path: string, answer: Route['answer']): Route => ({
    method: 'POST',
    path: `/archive/restore/${path}`,
    answer,
  });
  return [
    {
      method: 'GET',
      path: '/archive/backup',
      answer: async ({ query }) => {
        const { after } = parse(BackUpQuery, Object.fromEntries(query));
        const { rows, next } = await catalogue.page({ after });
        const terms = after === null ? await catalogue.terms() : [];
        return json({ terms, corrections: correctedIn(rows), next });
      },
    },
    post('terms', async (request) => {
      const { terms, overwrite } = parse(RestoreTermsRequest, request.json());
      return json(await restoreTerms(terms, { overwrite }, { ...on, seed: movementVocabulary }));
    }),
    post('corrections', async (request) => {
      const { corrections, ...choice } = parse(RestoreCorrectionsRequest, request.json());
      const outcomes: { key: string; outcome: Outcome }[] = [];
      await forEachOf(corrections, concurrency, async (one) => {
        outcomes.push({ key: one.key, outcome: await restoreCorrections(one, choice, on, request.subject) });
      });
      return json({ outcomes });
    }),
    post('links', async (request) => {
      const { after } = parse(LinkAgainRequest, request.json());
      return json(await linkAgain(after, on));
    }),
  ];
}

function parse<Schema extends z.ZodType>(schema: Schema, value: unknown): z.infer<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = issue?.path.join('.');
  if (issue?.code === 'too_big') {
    throw new InvalidInputError({
      nl: `Hier is geen plaats voor: ${field} is te lang; hoogstens ${issue.maximum}. Maak het korter en zet het opnieuw terug.`,
      en: `There is no room for this: ${field} is too long; at most ${issue.maximum}. Make it shorter and restore it again.`,
    });
  }
  throw new InvalidInputError({
    nl: `Dit is geen deel van een reservekopie dat kan worden teruggezet (${field}). Gebruik npm run restore.`,
    en: `This is no part of a backup that can be restored (${field}). Use npm run restore.`,
  });
}
