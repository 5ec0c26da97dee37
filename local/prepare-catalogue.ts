/** What a start does to the catalogue before anything uses it. */
import { Catalogue } from '../shared/catalogue/catalogue.ts';
import { Jobs } from '../shared/catalogue/jobs.ts';
import { movementVocabulary } from '../shared/vocabulary/movement.ts';
import { type LocalAws, tableName } from './aws.ts';

/**
 * Puts the movement's reviewed vocabulary in, where it lacks, before any document is linked to it; takes long jobs from
 * whoever was killed at them; and asks for a reconciliation, because a kill may have lost an event.
 */
export async function prepareCatalogue({ dynamodb }: LocalAws): Promise<void> {
  await new Catalogue(dynamodb, tableName).addTerms(movementVocabulary);
  const jobs = new Jobs(dynamodb, tableName);
  await jobs.release();
  await jobs.requestReconcile(new Date());
}
