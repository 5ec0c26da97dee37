/** Staff's corrections of one document: kept in the row, laid over whatever is read, now and later. */
import * as z from 'zod';
import { type DocumentRow, nextRevision, stateBeforeShown, withHistory } from '../../shared/catalogue/row.ts';
import { Corrections, fitRow, largestCorrections } from '../../shared/corrections.ts';
import { Series } from '../../shared/document.ts';
import { InvalidInputError, NotFoundError, RevisionConflictError } from '../../shared/errors.ts';
import { strictest, Visibility, visibilityOfKey } from '../../shared/visibility.ts';
import { longestLabel, namesAtMost } from '../../shared/vocabulary.ts';
import { targetOfMove } from './follow-move.ts';
import { makePublic } from './make-public.ts';
import type { StaffDependencies } from './staff-dependencies.ts';

const Name = z.string().trim().min(1).max(longestLabel);
const Names = z.array(Name).max(namesAtMost);

/** A JSON merge patch (RFC 7396): null takes a correction back, so that what was read shows again. */
const Patch = z.strictObject({
  title: Corrections.shape.title.nullable(),
  publishedOn: Corrections.shape.publishedOn.nullable(),
  themes: z.nullish(Names),
  keywords: z.nullish(Names),
  organisations: z.nullish(Names),
  series: z.nullish(z.object({ ...Series.shape, label: Name })),
  visibility: z.nullish(Visibility),
});
type Patch = z.infer<typeof Patch>;

const attempts = 5;

/**
 * Applies the patch and returns the row as it then is: another document's row when the upload has to move to become
 * public. Throws InvalidInputError for a field that cannot be, NotFoundError for a removed document.
 */
export async function correctDocument(
  read: DocumentRow,
  body: unknown,
  on: Pick<StaffDependencies, 'catalogue' | 's3' | 'bucket' | 'looks' | 'changes' | 'now'>,
): Promise<DocumentRow> {
  const patch = parsePatch(body);
  for (let attempt = 1, row: DocumentRow | undefined = read; ; attempt++) {
    if (!row || row.state === 'removed') {
      throw new NotFoundError(
        { nl: 'Dit document is verwijderd.', en: 'This document has been removed.' },
        { gone: true },
      );
    }
    const corrected = withPatch(row, patch, on.now());
    try {
      if (patch.visibility === 'public' && visibilityOfKey(row.key) !== 'public') {
        // What staff decided about is the version that they saw, also when the row moved on meanwhile.
        return await makePublic({ ...row, upload: read.upload }, corrected.corrections, on);
      }
      await on.catalogue.write(corrected, row);
      await on.changes.send([{ id: row.id }]);
      const target = await targetOfMove(row, on);
      return target ? await correctDocument(target, body, on) : corrected;
    } catch (error) {
      if (!(error instanceof RevisionConflictError) || attempt === attempts) throw error;
      row = await on.catalogue.get(row.id);
    }
  }
}

function parsePatch(body: unknown): Patch {
  const patch = Patch.safeParse(body);
  if (patch.success) return patch.data;
  const issue = patch.error.issues[0];
  const field = issue?.path.join('.') || (issue?.code === 'unrecognized_keys' ? issue.keys.join(', ') : '?');
  throw new InvalidInputError({
    nl: `Het veld ${field} kan zo niet worden opgeslagen. Toegestaan zijn title, publishedOn (JJJJ-MM-DD of JJJJ-MM), themes, keywords, organisations, series (label en number) en visibility (public of internal). Een naam is hoogstens ${longestLabel} tekens, een titel 500; een lijst heeft hoogstens ${namesAtMost} namen.`,
    en: `The field ${field} cannot be saved like this. Allowed are title, publishedOn (YYYY-MM-DD or YYYY-MM), themes, keywords, organisations, series (label and number) and visibility (public or internal). A name has at most ${longestLabel} characters, a title 500; a list has at most ${namesAtMost} names.`,
  });
}

function withPatch(row: DocumentRow, { visibility, ...values }: Patch, now: Date): DocumentRow {
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
  const effective = strictest(
    visibilityOfKey(row.key) ?? 'internal',
    row.document?.visibility,
    corrections.visibility,
  );
  if (visibility === 'public' && row.document?.visibility === 'internal') throw saidByFile();
  const at = now.toISOString();
  return {
    ...row,
    revision: nextRevision(row),
    state: stateBeforeShown(row),
    visibility: effective,
    wasPublic: row.wasPublic || (effective === 'public' && row.document !== null),
    corrections,
    history: withHistory(row, { at, what: 'corrected' }),
    updatedAt: at,
    pendingSince: at,
  };
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
