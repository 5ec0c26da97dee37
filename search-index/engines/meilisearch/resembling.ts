/** Written forms of a collection that may have been meant by a word that nothing matches. */
import { editDistance } from '../../../shared/edit-distance.ts';
import { longestForm, type Misspelling } from '../../engine.ts';
import { holdsDigit } from '../../tokens.ts';
import type { IndexReader } from './index-reader.ts';
import { byText } from './names.ts';
import { endOfForm, formTerm } from './terms.ts';

const formsAtMost = 10;

/**
 * Meilisearch finds values that begin within some errors of what is asked: with the mark that ends a form, that is
 * all that differ by those errors, and some that differ by more.
 */
export async function formsResembling(
  reader: IndexReader,
  { text, errors, prefix }: Misspelling,
  signal?: AbortSignal,
): Promise<readonly string[]> {
  const found = await reader.searchForms(prefix ? text : formTerm(text), signal);
  return found
    .map(({ value, count }) => {
      const form = value.endsWith(endOfForm) ? value.slice(0, -endOfForm.length) : value;
      return { form, count, distance: editDistance(text, form, { prefix }) };
    })
    .filter(({ form }) => form.length <= longestForm && !holdsDigit(form))
    .filter(({ distance }) => distance > 0 && distance <= errors)
    .sort((a, b) => a.distance - b.distance || b.count - a.count || byText(a.form, b.form))
    .slice(0, formsAtMost)
    .map(({ form }) => form);
}
