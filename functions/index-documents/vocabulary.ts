import type { Catalogue } from '../../shared/catalogue/catalogue.ts';
import { createLinker, type Linker } from '../../shared/linking.ts';
import type { Term, TermType } from '../../shared/vocabulary.ts';

/** The vocabulary at one moment, as indexing needs it. */
export interface VocabularyInUse {
  readonly link: Linker;
  /** The other spellings of a term; none when the vocabulary does not have it. */
  aliasesOf(type: TermType, slug: string): readonly string[];
}

/** The vocabulary of the catalogue, read again only when its version there has moved. */
export class Vocabulary {
  readonly #catalogue: Catalogue;
  #current: { readonly version: number; readonly inUse: Promise<VocabularyInUse> } | undefined;

  constructor(catalogue: Catalogue) {
    this.#catalogue = catalogue;
  }

  async inUse(): Promise<VocabularyInUse> {
    const version = await this.#catalogue.vocabularyVersion();
    if (this.#current?.version !== version) {
      const inUse = this.#catalogue.terms().then(prepare);
      this.#current = { version, inUse };
      inUse.catch(() => {
        this.#current = undefined;
      });
    }
    return this.#current.inUse;
  }
}

function prepare(terms: readonly Term[]): VocabularyInUse {
  const aliases = new Map(terms.map((term) => [`${term.type}#${term.slug}`, term.aliases]));
  return { link: createLinker(terms), aliasesOf: (type, slug) => aliases.get(`${type}#${slug}`) ?? [] };
}
