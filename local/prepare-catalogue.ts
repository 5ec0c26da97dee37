/** What a start does to the catalogue before anything uses it. */
import { leftBehind, letGo, type ReadingAttempt } from '../shared/catalogue/attempt.ts';
import { Catalogue } from '../shared/catalogue/catalogue.ts';
import { Jobs } from '../shared/catalogue/jobs.ts';
import type { DocumentRow } from '../shared/catalogue/row.ts';
import { movementVocabulary } from '../shared/vocabulary/movement.ts';
import { type LocalAws, tableName, withdrawalsTableName } from './aws.ts';
import type { DataFolder } from './data-folder.ts';

/** How the process before this one ended. */
export type LastEnd = Pick<DataFolder, 'endedAbruptly' | 'hasCrashed'>;

/**
 * Puts the movement's reviewed vocabulary in, where it lacks, before any document is linked to it; takes uploads and long
 * jobs from whoever died at them; and asks for a reconciliation, because that may have lost an event.
 */
export async function prepareCatalogue(
  { dynamodb }: Pick<LocalAws, 'dynamodb'>,
  last: LastEnd,
): Promise<void> {
  const catalogue = new Catalogue(dynamodb, tableName, withdrawalsTableName);
  await catalogue.addTerms(movementVocabulary);
  if (last.endedAbruptly) await takeFromHands(catalogue, last);
  const jobs = new Jobs(dynamodb, tableName);
  await jobs.release();
  await jobs.requestReconcile(new Date());
}

/** Only a crash is held against what was being read: a kill from outside says nothing of any file. */
async function takeFromHands(catalogue: Catalogue, { hasCrashed }: LastEnd): Promise<void> {
  const inHand: { readonly row: DocumentRow; readonly attempt: ReadingAttempt }[] = [];
  for await (const row of catalogue.all()) {
    const { attempt } = row;
    if (attempt?.inHandSince) inHand.push({ row, attempt });
  }
  for (const { row, attempt } of inHand) {
    const wasAlone = attempt.isAlone || inHand.length === 1;
    await catalogue.markAttempt(row, hasCrashed ? leftBehind(attempt, wasAlone) : letGo(attempt));
  }
}
