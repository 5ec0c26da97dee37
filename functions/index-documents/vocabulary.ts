import type { Catalogue } from '../../shared/catalogue/catalogue.ts';
import type { Term, TermType } from '../../shared/vocabulary.ts';
import type { MakeLinker, VocabularyLinker } from './linking/isolated-linking.ts';

/** The vocabulary at one moment, as indexing needs it. */
export interface VocabularyInUse {
  readonly link: VocabularyLinker;
  /** The other spellings of a term; none when the vocabulary does not have it. */
  aliasesOf(type: TermType, slug: string): readonly string[];
}

/** The vocabulary of the catalogue, read again only when its version there has moved. */
export class Vocabulary {
  readonly #catalogue: Catalogue;
  readonly #linkerFor: MakeLinker;
  #current: { readonly version: number; readonly inUse: Promise<VocabularyInUse> } | undefined;

  constructor(catalogue: Catalogue, linkerFor: MakeLinker) {
    this.#catalogue = catalogue;
    this.#linkerFor = linkerFor;
  }

  async inUse(): Promise<VocabularyInUse> {
    const version = await this.#catalogue.vocabularyVersion();
    if (this.#current?.version !== version) {
      const inUse = this.#catalogue.terms().then((terms) => this.#prepare(terms));
      this.#current = { version, inUse };
      inUse.catch(() => {
        this.#current = undefined;
      });
    }
    return this.#current.inUse;
  }

  #prepare(terms: readonly Term[]): VocabularyInUse {
    const aliases = new Map(terms.map((term) => [`${term.type}#${term.slug}`, term.aliases]));
    const link = this.#linkerFor(terms);
    return { link, aliasesOf: (type, slug) => aliases.get(`${type}#${slug}`) ?? [] };
  }
}
