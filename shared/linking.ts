/**
 * What a document has to do with the vocabulary: a pure function of the two, so that a new label or alias needs no upload
 * to be read again.
 */
import type { CanonicalDocument, Listed } from './document.ts';
import { slugOf } from './fold.ts';
import { labelKeys } from './label-key.ts';
import { longestName, takeApart } from './listed-names.ts';
import { createMentionFinder, type MentionText } from './mentions.ts';
import {
  type Labelled,
  longestLabel,
  longestSlug,
  namesAtMost,
  type Term,
  type TermType,
} from './vocabulary.ts';

/** `proposed`: the document names it and the vocabulary lacks it. */
export interface LinkedTerm extends Labelled {
  readonly proposed: boolean;
}

/** `listed`: the document names it among its organisations or keywords; otherwise its text mentions it. */
export interface LinkedOrganisation extends LinkedTerm {
  readonly listed: boolean;
}

/** In the order in which the document names them; listed organisations before mentioned ones. */
export interface Links {
  readonly themes: readonly LinkedTerm[];
  readonly keywords: readonly LinkedTerm[];
  readonly organisations: readonly LinkedOrganisation[];
}

export type LinkableDocument = Pick<
  CanonicalDocument,
  'title' | 'themes' | 'keywords' | 'organisations' | 'passages'
>;

export type Linker = (document: LinkableDocument) => Links;

/** Names that one list of a document is asked for: ten times what it may have, for it may repeat itself. */
const namesLookedAt = 10 * namesAtMost;

/** Links documents to these terms; the order of the terms makes no difference. */
export function createLinker(terms: readonly Term[]): Linker {
  const known = new KnownNames(terms);
  const findMentions = createMentionFinder(terms.filter(({ type }) => type === 'organisation'));

  return ({ title, themes, keywords, organisations, passages }) => {
    const named = {
      theme: new Map<string, LinkedTerm>(),
      keyword: new Map<string, LinkedTerm>(),
      organisation: new Map<string, LinkedTerm>(),
    };
    const add = (listed: readonly Listed[] | undefined, as: TermType, types: readonly TermType[]) => {
      const find = (name: string) => known.find(name, types);
      let looked = 0;
      for (const { form, text } of listed ?? []) {
        if (looked >= namesLookedAt) break;
        for (const name of form === 'line' ? takeApart(text, (part) => find(part) !== undefined) : [text]) {
          looked++;
          const term = find(name);
          const linked = term ? { type: term.type, slug: term.slug, label: term.label } : proposed(name, as);
          if (!linked || named[linked.type].has(linked.slug)) continue;
          if (named[linked.type].size === namesAtMost) continue;
          const { type, slug, label } = linked;
          named[type].set(slug, { slug, label, proposed: term === undefined });
        }
      }
    };
    add(organisations?.value, 'organisation', ['organisation']);
    add(keywords?.value, 'keyword', ['organisation', 'keyword']);
    add(themes?.value, 'theme', ['theme', 'organisation']);

    const mentioned = findMentions(textsOf(title.value, passages)).filter(
      ({ slug }) => !named.organisation.has(slug),
    );
    return {
      themes: [...named.theme.values()],
      keywords: [...named.keyword.values()].filter(({ slug }) => !named.organisation.has(slug)),
      organisations: [
        ...[...named.organisation.values()].map((organisation) => ({ ...organisation, listed: true })),
        ...mentioned.map(({ slug, label }) => ({ slug, label, proposed: false, listed: false })),
      ],
    };
  };
}

/** An entry that the vocabulary may come to have: its slug is the name's, so that all spellings of it meet there. */
function proposed(name: string, type: TermType): (Labelled & { readonly type: TermType }) | null {
  const labelled = nameOf(name);
  return labelled && { type, ...labelled };
}

/** The name with its slug; null for what is none, because it is too long or holds nothing that a slug is made of. */
export function nameOf(text: string): Labelled | null {
  const label = text.replace(/\s+/g, ' ').trim();
  if (label.length > longestLabel) return null;
  const slug = slugOf(label);
  return slug === '' || slug.length > longestSlug ? null : { slug, label };
}

function textsOf(title: string, passages: LinkableDocument['passages']): MentionText[] {
  const alone = (text: string): MentionText => ({ text, listItem: false });
  return [
    alone(title),
    ...passages.flatMap(({ anchor, blocks }) => [
      ...(anchor.heading === null ? [] : [alone(anchor.heading)]),
      ...blocks.map(({ type, text }) => ({ text, listItem: type === 'item' || type === 'row' })),
    ]),
  ];
}

/** The vocabulary by every key of every spelling. Labels come before aliases, exact keys before those without article. */
class KnownNames {
  readonly #terms: Readonly<Record<TermType, Map<string, Term>>> = {
    theme: new Map(),
    keyword: new Map(),
    organisation: new Map(),
  };

  constructor(terms: readonly Term[]) {
    const sorted = [...terms].sort((a, b) => (a.slug < b.slug ? -1 : 1));
    const keyed = sorted.map((term) => ({
      term,
      label: labelKeys(term.label),
      aliases: term.aliases.map(labelKeys),
    }));
    const rounds: readonly ((keys: (typeof keyed)[number]) => readonly (string | undefined)[])[] = [
      ({ label }) => [label[0]],
      ({ aliases }) => aliases.map(([exact]) => exact),
      ({ label }) => label,
      ({ aliases }) => aliases.flat(),
      // A term keeps its slug when its label changes, and a document may go on naming it by the old one.
      ({ term }) => labelKeys(term.slug),
    ];
    for (const keysOf of rounds) {
      for (const keys of keyed) {
        const byKey = this.#terms[keys.term.type];
        for (const key of keysOf(keys)) if (key !== undefined && !byKey.has(key)) byKey.set(key, keys.term);
      }
    }
  }

  /** The term that a name stands for, of the first of these types that has one. */
  find(name: string, types: readonly TermType[]): Term | undefined {
    if (name.length > longestName) return undefined;
    const keys = labelKeys(name);
    for (const type of types) {
      for (const key of keys) {
        const term = this.#terms[type].get(key);
        if (term && (types.length === 1 || !isEverydayWord(name, term))) return term;
      }
    }
    return undefined;
  }
}

/** Among themes and keywords, *samen* in lower case is the word and not the organisation that has it for a name. */
function isEverydayWord(name: string, term: Term): boolean {
  return term.common === true && term.type === 'organisation' && /^[^\p{Lu}\s]+$/u.test(name.trim());
}
