import type { IndexEntry } from '../../search-index/search-index.ts';
import { documentId } from '../../shared/document.ts';
import type { Grades } from './measures.ts';

export interface JudgedQuery {
  readonly query: string;
  /** What makes it hard, such as `inflection`; queries of one kind are summed up together. */
  readonly kind: string;
  readonly grades: Grades;
}

/** Documents, and questions about them with the answers that a reader would want. */
export interface JudgedInput {
  readonly name: string;
  readonly entries: readonly IndexEntry[];
  readonly queries: readonly JudgedQuery[];
}

export function uploadOf(name: string): string {
  return `public/${name}.md`;
}

export function idOf(name: string): string {
  return documentId(uploadOf(name));
}

/** Grades by id, from names; throws on a name that no document has, for a typing error would pass as a bad engine. */
export function gradesOf(
  query: string,
  gradeOfName: ReadonlyMap<string, number>,
  known: ReadonlySet<string>,
): Grades {
  return new Map(
    Array.from(gradeOfName, ([name, grade]) => {
      if (!known.has(name)) throw new Error(`There is no document ${name}, which should answer: ${query}`);
      return [idOf(name), grade];
    }),
  );
}
