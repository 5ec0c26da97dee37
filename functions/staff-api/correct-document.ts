/** Staff's corrections of one document: kept in the row, laid over whatever is read, now and later. */
import * as z from 'zod';
import { retryConflicts } from '../../shared/catalogue/retry-conflicts.ts';
import type { DocumentRow } from '../../shared/catalogue/row.ts';
import { settleRow, settleTransition } from '../../shared/catalogue/settle-row.ts';
import { askedVisibility, settledBy } from '../../shared/catalogue/settled.ts';
import { caughtUp, corrected } from '../../shared/catalogue/transitions.ts';
import {
  Corrections,
  fitRow,
  GivenCorrections,
  largestCorrections,
  longestTitle,
} from '../../shared/corrections.ts';
import { InvalidInputError, NotFoundError } from '../../shared/errors.ts';
import { Visibility, visibilityOfKey } from '../../shared/visibility.ts';
import { longestLabel, namesAtMost } from '../../shared/vocabulary.ts';
import { targetOfMove } from './follow-move.ts';
import { makePublic } from './make-public.ts';
import type { StaffDependencies } from './staff-dependencies.ts';

/** A JSON merge patch (RFC 7396): null takes a correction back, so that what was read shows again. */
const Patch = z.strictObject({
  title: z.nullable(GivenCorrections.shape.title),
  publishedOn: z.nullable(GivenCorrections.shape.publishedOn),
  themes: z.nullable(GivenCorrections.shape.themes),
  keywords: z.nullable(GivenCorrections.shape.keywords),
  organisations: z.nullable(GivenCorrections.shape.organisations),
  series: z.nullable(GivenCorrections.shape.series),
  visibility: z.nullish(Visibility),
});
type Patch = z.infer<typeof Patch>;

type CorrectDependencies = Pick<
  StaffDependencies,
  'catalogue' | 's3' | 'bucket' | 'looks' | 'changes' | 'now'
>;

/**
 * Applies the patch and returns the row as it then is: another document's row when the upload has to move to become
 * public. `by` is the subject of staff's token. Throws InvalidInputError for a field that cannot be, NotFoundError for a
 * removed document.
 */
export async function correctDocument(
  read: DocumentRow,
  body: unknown,
  on: CorrectDependencies,
  by = 'staff',
): Promise<DocumentRow> {
  const patch = parsePatch(body);
  let row: DocumentRow | undefined = read;
  return retryConflicts(async () => {
    const current = row;
    // An attempt that another writer came before begins from a new look.
    row = undefined;
    return correctOnce(current ?? (await on.catalogue.get(read.id)), patch, read, on, by);
  });
}

async function correctOnce(
  row: DocumentRow | undefined,
  patch: Patch,
  read: DocumentRow,
  on: CorrectDependencies,
  by: string,
): Promise<DocumentRow> {
  if (!row || row.state === 'removed') {
    const target = row && (await targetOfMove(row, on));
    if (!target) throw removed();
    return correctDocument(target, patch, on, by);
  }
  // What staff decided about is the version that they saw, also when the row moved on meanwhile.
  const settled = (patch.visibility === 'public' && settledBy(read)) || row.settled;
  const corrections = patched({ ...row, settled }, patch);
  if (patch.visibility === 'public' && visibilityOfKey(row.key) !== 'public') {
    return makePublic(row, { corrections, settled, etag: read.upload?.etag, by }, on);
  }
  const next = corrected(row, corrections, { at: on.now(), by }, settled);
  await settleRow(next, row, on);
  const source = next ?? row;
  const target = await targetOfMove(source, on);
  if (!target) return source;
  // Noted there as taken over, so that the end of the move does not undo what staff ask of the target after this.
  const moving = await settleTransition(target.id, (current) => caughtUp(current, source, on.now()), on);
  return correctDocument(moving ?? target, patch, on, by);
}

const removed = () =>
  new NotFoundError(
    { nl: 'Dit document is verwijderd.', en: 'This document has been removed.' },
    { gone: true },
  );

function parsePatch(body: unknown): Patch {
  const patch = Patch.safeParse(body);
  if (patch.success) return patch.data;
  const issue = patch.error.issues[0];
  const field = issue?.path.join('.') || (issue?.code === 'unrecognized_keys' ? issue.keys.join(', ') : '?');
  throw new InvalidInputError({
    nl: `Het veld ${field} kan zo niet worden opgeslagen. Toegestaan zijn title, publishedOn (JJJJ-MM-DD of JJJJ-MM), themes, keywords, organisations, series (label en number) en visibility (public of internal). Een naam is hoogstens ${longestLabel} tekens, een titel ${longestTitle}, en beide bevatten iets zichtbaars; een lijst heeft hoogstens ${namesAtMost} namen.`,
    en: `The field ${field} cannot be saved like this. Allowed are title, publishedOn (YYYY-MM-DD or YYYY-MM), themes, keywords, organisations, series (label and number) and visibility (public or internal). A name has at most ${longestLabel} characters, a title ${longestTitle}, and both hold something visible; a list has at most ${namesAtMost} names.`,
  });
}

/** The row's corrections with the patch applied. Throws InvalidInputError when they cannot be. */
function patched(row: DocumentRow, { visibility, ...values }: Patch): Corrections {
  const merged = { ...row.corrections, ...values, ...(visibility !== undefined && { visibility }) };
  const corrections = Corrections.parse(
    Object.fromEntries(
      // To ask for public is to take staff's own "internal" back; nothing that staff keep can widen what others said.
      Object.entries(merged).filter(
        ([name, value]) => value != null && !(name === 'visibility' && value === 'public'),
      ),
    ),
  );
  if (!fitRow(corrections)) throw tooLarge();
  if (visibility === 'public' && askedVisibility(row) === 'internal') throw saidByFile();
  return corrections;
}

const tooLarge = () =>
  new InvalidInputError({
    nl: `Samen zijn deze velden te groot: er is plaats voor hoogstens ${largestCorrections / 1000} kB. Maak de lijsten korter.`,
    en: `Together these fields are too large: there is room for at most ${largestCorrections / 1000} kB. Make the lists shorter.`,
  });

const saidByFile = () =>
  new InvalidInputError(
    {
      nl: 'Het bestand zelf, of het .meta.yaml-bestand ernaast, zegt dat het intern is. Pas dat daar aan en upload het opnieuw.',
      en: 'The file itself, or the .meta.yaml file beside it, says that it is internal. Change that there and upload it again.',
    },
    409,
  );
