import type { Catalogue } from '../../shared/catalogue/catalogue.ts';
import { createLinker, type Linker } from '../../shared/linking.ts';

/** The vocabulary as a linker, read again only when its version in the catalogue has moved. */
export class Vocabulary {
  readonly #catalogue: Catalogue;
  #current: { readonly version: number; readonly linker: Promise<Linker> } | undefined;

  constructor(catalogue: Catalogue) {
    this.#catalogue = catalogue;
  }

  async linker(): Promise<Linker> {
    const version = await this.#catalogue.vocabularyVersion();
    if (this.#current?.version !== version) {
      const linker = this.#catalogue.terms().then(createLinker);
      this.#current = { version, linker };
      linker.catch(() => {
        this.#current = undefined;
      });
    }
    return this.#current.linker;
  }
}
